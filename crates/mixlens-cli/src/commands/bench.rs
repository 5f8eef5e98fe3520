//! `mixlens bench`: simulated mixtures per second on the processors of this machine.

use std::time::Instant;

use anyhow::Context as _;
use mixlens_core::compute::{CounterStream, Executor, RayonExecutor};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::search::{Accelerator, Backend, Objective, SimulationParams, simulate_on};
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};
use mixlens_formats::parse_token_count;
use mixlens_gpu::Gpu;
use serde_json::{Value, json};

use crate::args::Bench;
use crate::context::Context;
use crate::device::open;
use crate::files::read_fit;
use crate::tables::table;

/// Domains, runs and metrics of the synthetic table; domains and runs as in RegMix.
const DOMAINS: usize = 17;
const RUNS: u64 = 512;
const METRICS: usize = 13;
/// The surrogates fitted to the table, each with the number of metrics.
const FITTED: [(&str, usize); 6] = [
    ("exponential", 1),
    ("exponential", METRICS),
    ("effective-data", 1),
    ("effective-data", METRICS),
    ("gp", 1),
    ("trees", 1),
];
/// Operations to draw one proportion: Philox in half words, four logarithms, an exponential, a
/// cosine.
const OPERATIONS_OF_A_DRAW: u64 = 450;

/// One line of the table.
struct Timing {
    name: String,
    domains: usize,
    metrics: usize,
    operations: u64,
    one_thread: f64,
    all_threads: f64,
    gpu: Option<Result<f64, String>>,
}

pub fn run(args: &Bench, context: &Context) -> anyhow::Result<()> {
    let samples = parse_token_count(&args.samples).context("--samples")?;
    let params = SimulationParams {
        samples,
        top: args.top,
    };
    params.check()?;
    // A benchmark is always long enough for a graphics processor to be worth opening.
    let gpu = open(args.device, u64::MAX, context);
    let sets = if args.fits.is_empty() {
        synthetic(context)?
    } else {
        saved(args)?
    };
    let one_thread = RayonExecutor::new(Some(1))?;
    let mut timings = Vec::new();
    for (name, set) in &sets {
        let timed = |device, executor: &dyn Executor| rate(device, set, params, context, executor);
        let width = set.domains().len();
        let formulas = set
            .metrics()
            .iter()
            .map(|fitted| fitted.surrogate.formula().operations(width));
        timings.push(Timing {
            name: name.clone(),
            domains: width,
            metrics: set.metrics().len(),
            operations: formulas.sum::<u64>() + OPERATIONS_OF_A_DRAW * width as u64,
            one_thread: timed(None, &one_thread)?.0,
            all_threads: timed(None, &context.executor)?.0,
            gpu: gpu
                .as_ref()
                .map(|gpu| on_gpu(gpu, || timed(Some(gpu), &context.executor)))
                .transpose()?,
        });
    }
    let threads = context.executor.threads();
    context.finish(
        &to_text(&timings, threads, samples, gpu.as_ref(), args.peak),
        || to_json(&timings, threads, samples, gpu.as_ref(), args.peak),
    )
}

/// The rate of a graphics processor, or why it was not used.
fn on_gpu(
    gpu: &Gpu,
    timed: impl Fn() -> anyhow::Result<(f64, Backend)>,
) -> anyhow::Result<Result<f64, String>> {
    // The first run compiles the kernels.
    timed()?;
    let (rate, ran) = timed()?;
    Ok(match ran {
        Backend::Fallback(why) => Err(format!("{}: {why}", gpu.name())),
        _ => Ok(rate),
    })
}

/// Mixtures per second.
fn rate(
    device: Option<&Gpu>,
    set: &SurrogateSet,
    params: SimulationParams,
    context: &Context,
    executor: &dyn Executor,
) -> anyhow::Result<(f64, Backend)> {
    let constraints = Constraints::free(set.domains());
    let sampler = Sampler::new(
        &Prior::regmix(),
        &set.centre().mixture,
        constraints,
        context.seed,
    )?;
    let objective = Objective::mean_of_all(set);
    let device = device.map(|gpu| gpu as &dyn Accelerator);
    let started = Instant::now();
    let later = simulate_on(
        device,
        set,
        &objective,
        &sampler,
        params,
        &context.control,
        executor,
    );
    let (_, ran) = pollster::block_on(later)?;
    Ok((params.samples as f64 / started.elapsed().as_secs_f64(), ran))
}

fn saved(args: &Bench) -> anyhow::Result<Vec<(String, SurrogateSet)>> {
    args.fits
        .iter()
        .map(|path| Ok((path.display().to_string(), read_fit(path)?)))
        .collect()
}

fn synthetic(context: &Context) -> anyhow::Result<Vec<(String, SurrogateSet)>> {
    let table = synthetic_table()?;
    let fit = |(name, metrics): (&str, usize)| -> anyhow::Result<(String, SurrogateSet)> {
        let metrics: Vec<usize> = (0..metrics).collect();
        let params = SurrogateParams::named(name, &[])?;
        let set = SurrogateSet::fit(
            &table,
            &metrics,
            &params,
            &context.control,
            &context.executor,
        )?;
        Ok((name.to_owned(), set))
    };
    FITTED.into_iter().map(fit).collect()
}

/// Runs with one loss per domain, which falls with the domain's proportion and, less, with those of
/// two other domains.
///
/// ```text
/// u = 0.02 + xₘ + 0.3 xₘ₊₁ + 0.1 √xₘ₊₅      x proportions, m metric
/// L = 2.5 + u^(−0.4) + 0.05 ε               ε noise in [0, 1)
/// ```
fn synthetic_table() -> anyhow::Result<RunTable> {
    let domains = DomainSet::new((1..=DOMAINS).map(|domain| format!("domain {domain}")))?;
    let weights: Vec<f64> = (1..=DOMAINS).map(|domain| 1.0 / domain as f64).collect();
    let (centre, _) = Mixture::from_weights(&domains, &weights)?;
    let sampler = Sampler::new(&Prior::regmix(), &centre, Constraints::free(&domains), 1)?;
    let metrics = (0..METRICS).map(|metric| Metric {
        name: format!("loss {metric}"),
        direction: Direction::Lower,
    });
    let mut table = RunTableBuilder::new(
        domains,
        MetricSet::new(metrics.collect())?,
        RowSums::Rescale,
    );
    for run in 0..RUNS {
        let mixture = sampler.sample(run);
        let loss = |metric: usize| {
            let part = |ahead: usize| {
                mixture
                    .parts()
                    .get((metric + ahead) % DOMAINS)
                    .copied()
                    .unwrap_or(0.0)
            };
            let useful = 0.02 + part(0) + 0.3 * part(1) + 0.1 * part(5).sqrt();
            Some(
                2.5 + useful.powf(-0.4) + 0.05 * CounterStream::new(metric as u64, run).next_unit(),
            )
        };
        let losses: Vec<Option<f64>> = (0..METRICS).map(loss).collect();
        table.push(&run.to_string(), mixture.parts(), &losses)?;
    }
    Ok(table.finish())
}

/// A rate in millions a second.
fn millions(rate: f64) -> String {
    format!("{:.3}", rate / 1e6)
}

fn to_text(
    timings: &[Timing],
    threads: usize,
    samples: u64,
    gpu: Option<&Gpu>,
    peak: Option<f64>,
) -> String {
    let on_all = format!("{threads} threads");
    let mut header = vec![
        "surrogate",
        "domains",
        "metrics",
        "operations",
        "1 thread",
        &on_all,
    ];
    header.extend(gpu.map(|_| "GPU"));
    header.extend(gpu.and(peak).map(|_| "share of peak"));
    let rows = timings.iter().map(|timing| {
        let mut row = vec![timing.name.clone()];
        row.extend([timing.domains, timing.metrics].map(|count| count.to_string()));
        row.push(timing.operations.to_string());
        row.extend([timing.one_thread, timing.all_threads].map(millions));
        row.extend(timing.gpu.as_ref().map(|rate| {
            rate.as_ref()
                .map_or_else(|_| "–".to_owned(), |rate| millions(*rate))
        }));
        row.extend(share(timing, peak).map(|share| format!("{:.1} %", 100.0 * share)));
        row
    });
    let mut text = table(&header, rows);
    text += &format!(
        "rates in millions of mixtures a second, over {samples} mixtures each: draw, predict and \
         keep the best\n"
    );
    text += "operations: approximate number per mixture, including integer operations\n";
    match gpu {
        Some(gpu) => text += &format!("GPU: {}\n", gpu.name()),
        None => {
            text += "no graphics processor found; a driver for Vulkan, Metal or Direct3D 12 is \
                     needed\n"
        }
    }
    for why in timings
        .iter()
        .filter_map(|timing| timing.gpu.as_ref()?.as_ref().err())
    {
        text += &format!("{why}\n");
    }
    text
}

/// The fraction of the peak (in 10¹² operations a second) that a graphics processor reaches.
fn share(timing: &Timing, peak: Option<f64>) -> Option<f64> {
    let rate = timing.gpu.as_ref()?.as_ref().ok()?;
    Some(rate * timing.operations as f64 / (peak? * 1e12))
}

fn to_json(
    timings: &[Timing],
    threads: usize,
    samples: u64,
    gpu: Option<&Gpu>,
    peak: Option<f64>,
) -> Value {
    let rows = timings.iter().map(|timing| {
        json!({
            "surrogate": timing.name,
            "domains": timing.domains,
            "metrics": timing.metrics,
            "operations": timing.operations,
            "mixtures_per_second": {
                "one_thread": timing.one_thread,
                "all_threads": timing.all_threads,
                "gpu": timing.gpu.as_ref().and_then(|rate| rate.as_ref().ok()),
            },
            "share_of_peak": share(timing, peak),
        })
    });
    json!({
        "version": 1,
        "samples": samples,
        "threads": threads,
        "gpu": gpu.map(Gpu::name),
        "rows": rows.collect::<Vec<_>>(),
    })
}
