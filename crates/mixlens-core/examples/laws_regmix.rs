//! Accuracy and speed of every surrogate on the RegMix tables: fitted on a part of the training
//! runs, scored on the held-out runs. Prints one line per surrogate and number of runs.
//!
//! `cargo run --release --example laws_regmix -- FOLDER [SURROGATE[,name=value]…]`
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark reports to stdout and reads known files"
)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use mixlens_core::compute::{Control, CounterStream};
use mixlens_core::fit::{Surrogate, SurrogateParams};
use mixlens_core::stats::Score;

/// Numbers of runs, each with the number of random subsets that are averaged.
const RUNS: [(usize, u64); 4] = [(32, 3), (64, 3), (128, 3), (512, 1)];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("the folder with the RegMix tables is missing")?;
    let mut surrogates: Vec<String> = arguments.collect();
    if surrogates.is_empty() {
        surrogates = SurrogateParams::NAMES
            .iter()
            .map(|&name| name.to_owned())
            .collect();
    }
    let read = |name: &str| read(&Path::new(&folder).join(name));
    let (train, test) = (
        read("train_mixture_1m.csv")?,
        read("test_mixture_1m.csv")?.concat(),
    );
    let (losses, held_out) = (
        read("train_pile_loss_1m.csv")?,
        read("test_pile_loss_1m.csv")?,
    );
    for surrogate in surrogates {
        let mut words = surrogate.split(',');
        let name = words.next().unwrap_or_default();
        let pairs = words
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| (name.into(), value.into()));
        let params = SurrogateParams::named(name, &pairs.collect::<Vec<_>>())?;
        for (runs, subsets) in RUNS {
            let (mut scores, mut seconds) = (Vec::new(), 0.0);
            for seed in 0..subsets {
                let mut order: Vec<usize> = (0..train.len()).collect();
                CounterStream::new(seed, 0).shuffle(&mut order);
                let rows: Vec<f64> = order[..runs]
                    .iter()
                    .flat_map(|&run| train[run].iter().copied())
                    .collect();
                for metric in 0..losses[0].len() {
                    let values: Vec<f64> = order[..runs]
                        .iter()
                        .map(|&run| losses[run][metric])
                        .collect();
                    let started = Instant::now();
                    let fitted = params.fit("metric", &rows, &values, &Control::default())?;
                    seconds += started.elapsed().as_secs_f64();
                    let measured: Vec<f64> = held_out.iter().map(|row| row[metric]).collect();
                    let mut predicted = vec![0.0; measured.len()];
                    fitted.predict_rows(&test, &mut predicted);
                    scores.extend(Score::of(&predicted, &measured));
                }
            }
            let mean = Score::mean(&scores).ok_or("no scores")?;
            let milliseconds = 1e3 * seconds / scores.len() as f64;
            println!(
                "{surrogate:<40} {runs:>4} runs  spearman {:.4}  mae {:.4}  {milliseconds:8.2} ms \
                per metric",
                mean.spearman.unwrap_or(f64::NAN),
                mean.mae
            );
        }
    }
    Ok(())
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
