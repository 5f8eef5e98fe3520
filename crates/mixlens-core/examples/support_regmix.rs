//! The support of held-out RegMix runs among subsets of the training runs, the error of the
//! `effective-data` surrogate there, and the time that the classification takes.
//!
//! `cargo run --release --example support_regmix -- FOLDER`
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark reports to stdout and reads known files"
)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, CounterStream};
use mixlens_core::fit::{Support, Surrogate, SurrogateParams, TrainingSupport};

/// How training runs are picked, how many, and with how many seeds.
const SUBSETS: [(&str, usize, u64); 6] = [
    ("random", 32, 6),
    ("random", 64, 6),
    ("random", 128, 6),
    ("random", 512, 1),
    ("central", 64, 1),
    ("central", 256, 1),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("the folder with the RegMix tables is missing")?;
    let read = |name: &str| read(&Path::new(&folder).join(name));
    let train = Runs {
        parts: read("train_mixture_1m.csv")?,
        losses: read("train_pile_loss_1m.csv")?,
    };
    let test = Runs {
        parts: read("test_mixture_1m.csv")?,
        losses: read("test_pile_loss_1m.csv")?,
    };
    for (kind, count, seeds) in SUBSETS {
        let mut pooled: Vec<(Support, f64)> = Vec::new();
        let (mut made, mut classified) = (0.0, 0.0);
        for seed in 0..seeds {
            let order = if kind == "central" {
                central(&train.parts)
            } else {
                shuffled(train.parts.len(), seed)
            };
            let picked = train.pick(&order[..count]);
            let started = Instant::now();
            let support = TrainingSupport::new(&picked.parts.concat(), picked.parts[0].len())?;
            made += 1e3 * started.elapsed().as_secs_f64() / seeds as f64;
            let errors = errors(&picked, &test)?;
            let started = Instant::now();
            let supports = test
                .parts
                .iter()
                .map(|row| support.classify(row))
                .collect::<Result<Vec<_>, CoreError>>()?;
            classified +=
                1e6 * started.elapsed().as_secs_f64() / (seeds * supports.len() as u64) as f64;
            pooled.extend(supports.into_iter().zip(errors));
        }
        print!("{kind:<8} {count:>4} runs");
        for support in [Support::Inside, Support::Edge, Support::Outside] {
            let there: Vec<f64> = pooled
                .iter()
                .filter(|(found, _)| *found == support)
                .map(|(_, error)| *error)
                .collect();
            let share = 100.0 * there.len() as f64 / pooled.len() as f64;
            print!(
                "  {} {share:5.1} % mae {:.4}",
                support.name(),
                there.iter().sum::<f64>() / there.len() as f64
            );
        }
        println!("  made in {made:.2} ms, {classified:.1} µs a mixture");
    }
    Ok(())
}

struct Runs {
    parts: Vec<Vec<f64>>,
    losses: Vec<Vec<f64>>,
}

impl Runs {
    fn pick(&self, rows: &[usize]) -> Self {
        let of = |table: &[Vec<f64>]| rows.iter().map(|&row| table[row].clone()).collect();
        Self {
            parts: of(&self.parts),
            losses: of(&self.losses),
        }
    }
}

fn shuffled(rows: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    CounterStream::new(seed, 0).shuffle(&mut order);
    order
}

/// Rows by their distance from the mean: the first ones do not cover the border of the design.
fn central(rows: &[Vec<f64>]) -> Vec<usize> {
    let mean: Vec<f64> = (0..rows[0].len())
        .map(|part| rows.iter().map(|row| row[part]).sum::<f64>() / rows.len() as f64)
        .collect();
    let apart = |row: &[f64]| {
        row.iter()
            .zip(&mean)
            .map(|(a, b)| (a - b).abs())
            .sum::<f64>()
    };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| apart(&rows[a]).total_cmp(&apart(&rows[b])));
    order
}

/// For each run of `test`, the absolute error averaged over the metrics.
fn errors(train: &Runs, test: &Runs) -> Result<Vec<f64>, CoreError> {
    let params = SurrogateParams::named("effective-data", &[])?;
    let (rows, held_out) = (train.parts.concat(), test.parts.concat());
    let metrics = test.losses[0].len();
    let mut errors = vec![0.0; test.parts.len()];
    for metric in 0..metrics {
        let values: Vec<f64> = train.losses.iter().map(|row| row[metric]).collect();
        let fitted = params.fit("metric", &rows, &values, &Control::default())?;
        let mut predicted = vec![0.0; errors.len()];
        fitted.predict_rows(&held_out, &mut predicted);
        for ((error, predicted), measured) in errors.iter_mut().zip(predicted).zip(&test.losses) {
            *error += (predicted - measured[metric]).abs() / metrics as f64;
        }
    }
    Ok(errors)
}

/// The numbers of a CSV file, without its header and first column.
fn read(path: &Path) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)
        .map_err(|problem| format!("{problem}: {}", path.display()))?;
    let rows = text.lines().skip(1).map(|line| {
        line.split(',')
            .skip(1)
            .map(str::parse)
            .collect::<Result<_, _>>()
    });
    Ok(rows.collect::<Result<_, _>>()?)
}
