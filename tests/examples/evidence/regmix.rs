//! Accuracy on the 256 held-out runs of RegMix for surrogates fitted to some of the 512 others.

use std::path::Path;
use std::time::Instant;

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Executor};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::stats::Score;

use crate::tables::{all_metrics, regmix, subset, surrogate, trees_for_few_runs};

/// Numbers of runs, each with the number of random subsets (seeds 0, 1, …) whose figures are
/// averaged.
const RUNS: [(usize, u64); 5] = [(32, 3), (64, 3), (128, 2), (256, 1), (512, 1)];

pub fn run(folder: &Path, executor: &dyn Executor) -> anyhow::Result<()> {
    let (train, test) = (regmix(folder, "train")?, regmix(folder, "test")?);
    let metrics = all_metrics(&train);
    println!(
        "RegMix: Spearman in percent / MAE in nats, mean of {} metrics on {} held-out runs",
        metrics.len(),
        test.len()
    );
    let subsets: Vec<String> = RUNS
        .iter()
        .map(|(_, subsets)| subsets.to_string())
        .collect();
    println!("subsets averaged, seeds from 0: {}", subsets.join(", "));
    print!("{:<44}", "fitted on runs");
    RUNS.iter().for_each(|(runs, _)| print!("{runs:>17}"));
    println!();
    let named = |name: &str| -> anyhow::Result<(String, SurrogateParams)> {
        Ok((name.to_owned(), surrogate(name, &[])?))
    };
    let mut rows = vec![(
        "trees = LightGBM, RegMix's settings".to_owned(),
        surrogate("trees", &[])?,
    )];
    rows.push((
        "trees = LightGBM, tuned for few runs".to_owned(),
        trees_for_few_runs()?,
    ));
    for name in [
        "ridge",
        "exponential",
        "power",
        "log-quadratic",
        "effective-data",
        "gp",
        "ensemble",
    ] {
        rows.push(named(name)?);
    }
    let candidates = SurrogateParams::candidates();
    for (name, params) in rows
        .iter()
        .map(|(name, params)| (name.as_str(), Some(params)))
        .chain([("auto", None)])
    {
        print!("{name:<44}");
        let mut seconds = Vec::new();
        for (runs, subsets) in RUNS {
            let (mut scores, started) = (Vec::new(), Instant::now());
            for seed in 0..subsets {
                let table = subset(&train, runs, seed);
                let control = Control::default();
                let fitted = match params {
                    Some(params) => SurrogateSet::fit(&table, &metrics, params, &control, executor),
                    None => SurrogateSet::fit_auto(
                        &table,
                        &metrics,
                        &candidates,
                        seed,
                        &control,
                        executor,
                    ),
                };
                match fitted {
                    Err(CoreError::TooFewRuns { .. }) => {}
                    fitted => {
                        scores.extend(fitted?.score(&test)?.into_iter().map(|(_, score)| score))
                    }
                }
            }
            seconds.push(format!(
                "{:.1}",
                started.elapsed().as_secs_f64() / subsets as f64
            ));
            let figures = |mean: Score| {
                format!(
                    "{:.2} / {:.4}",
                    100.0 * mean.spearman.unwrap_or(f64::NAN),
                    mean.mae
                )
            };
            print!(
                "{:>17}",
                Score::mean(&scores).map_or_else(|| "–".to_owned(), figures)
            );
        }
        println!("    {} s", seconds.join(", "));
    }
    println!();
    Ok(())
}
