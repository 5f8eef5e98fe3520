//! Stand-in for `mixlens proxy` until that command exists: proxy_demo RUNS OUT.csv NAME=PATH…
#![expect(clippy::print_stderr, reason = "a stand-in for a command")]

use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use mixlens_core::compute::{Control, CounterStream, RayonExecutor};
use mixlens_core::proxy::{ProxyCorpus, ProxyParams, rounded_mixture, run_table};
use mixlens_core::simplex::{DomainSet, Mixture};

fn gamma(stream: &mut CounterStream, shape: f64) -> f64 {
    if shape < 1.0 {
        let unit = 1.0 - stream.next_unit();
        return gamma(stream, shape + 1.0) * unit.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let (u, v) = (1.0 - stream.next_unit(), stream.next_unit());
        let x = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && (1.0 - stream.next_unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// RegMix's scheme: Dirichlet draws around the prior with 15 strengths from 0.1 to 5.
fn draw(domains: &Arc<DomainSet>, prior: &[f64], number: u64) -> Option<Mixture> {
    let mut stream = CounterStream::new(1, number);
    let strength = 0.1 * 50_f64.powf((number % 15) as f64 / 14.0);
    let weights: Vec<f64> = prior.iter().map(|p| gamma(&mut stream, (p * strength).max(1e-3))).collect();
    let (mixture, _) = Mixture::from_weights(domains, &weights).ok()?;
    let allowed = mixture.parts().iter().zip(prior).all(|(part, p)| *part <= (15.0 * p).min(1.0));
    if allowed { rounded_mixture(&mixture).ok() } else { None }
}

/// The first `runs` draws that differ from each other.
fn draw_all(domains: &Arc<DomainSet>, prior: &[f64], runs: usize) -> Vec<Mixture> {
    let mut mixtures: Vec<Mixture> = Vec::new();
    for number in 0.. {
        if mixtures.len() == runs {
            break;
        }
        mixtures.extend(draw(domains, prior, number).filter(|mixture| !mixtures.contains(mixture)));
    }
    mixtures
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let runs: usize = args.next().ok_or("runs")?.parse()?;
    let out = args.next().ok_or("out")?;
    let (mut names, mut texts) = (Vec::new(), Vec::new());
    for argument in args {
        let (name, path) = argument.split_once('=').ok_or("NAME=PATH")?;
        names.push(name.to_owned());
        texts.push(std::fs::read(path)?);
    }
    let threads = std::env::var("THREADS").ok().and_then(|n| n.parse().ok());
    let training_bytes = std::env::var("BYTES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000_000);
    let (domains, executor, control) = (DomainSet::new(names)?, RayonExecutor::new(threads)?, Control::default());
    let start = Instant::now();
    let params = ProxyParams { training_bytes, ..ProxyParams::default() }.check()?;
    let corpus = ProxyCorpus::new(&domains, texts, &params, &control, &executor)?;
    eprintln!("index {:.3} s", start.elapsed().as_secs_f64());
    let natural = corpus.natural()?;
    let roots: Vec<f64> = natural.parts().iter().map(|p| p.sqrt()).collect();
    let (prior, _) = Mixture::from_weights(&domains, &roots)?;
    let mixtures: Vec<Mixture> = draw_all(&domains, prior.parts(), runs);
    let start = Instant::now();
    let table = run_table(&corpus, &mixtures, &control, &executor)?;
    eprintln!("{} runs {:.3} s", runs, start.elapsed().as_secs_f64());
    let mut csv = String::from("run_id");
    domains.names().iter().for_each(|name| csv += &format!(",train_{name}"));
    table.metrics().as_slice().iter().for_each(|metric| csv += &format!(",metric/{}", metric.name));
    csv.push('\n');
    for run in table.runs() {
        csv += run.id;
        run.parts.iter().try_for_each(|part| write!(csv, ",{part:.4}"))?;
        run.values.iter().flatten().try_for_each(|value| write!(csv, ",{value:.6}"))?;
        csv.push('\n');
    }
    std::fs::write(out, csv)?;
    eprintln!("available {:?}\nnatural {:?}", corpus.available_bytes(), natural.parts());
    for (name, mixture) in [("natural", natural), ("uniform", Mixture::uniform(&domains))] {
        let run = corpus.run(&mixture, &control)?;
        eprintln!("{name} {:.4?} epochs {:.2?}", run.losses_nats_per_byte, run.epochs);
    }
    let most = mixtures.iter().map(|m| corpus.run(m, &control).map(|r| r.epochs)).collect::<Result<Vec<_>, _>>()?;
    for (d, name) in domains.names().iter().enumerate() {
        let column: Vec<f64> = most.iter().filter_map(|e| e.get(d).copied()).collect();
        let repeated = column.iter().filter(|e| **e > 1.0).count();
        eprintln!(
            "{name}: most epochs {:.2}, runs that repeat it {repeated}",
            column.iter().copied().fold(0.0, f64::max)
        );
    }
    Ok(())
}
