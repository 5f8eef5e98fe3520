//! Cross-validated errors on the tables of Data Mixing Laws, ours beside the baselines, and what `auto` picks.

use std::collections::BTreeMap;
use std::path::Path;

use mixlens_core::compute::{Control, Executor};
use mixlens_core::fit::{CompareParams, CrossValidator, SurrogateParams, SurrogateSet};
use mixlens_core::stats::{k_fold, mean, standard_error, ungrouped};
use mixlens_core::table::RunTable;

use crate::isotropic;
use crate::tables::{all_metrics, mixing_laws, surrogate, trees_for_few_runs};

/// Splits of every table: five folds, each repeated with other seeds than `auto` uses.
const PARAMS: CompareParams = CompareParams { folds: 5, repeats: 5, seed: 100 };
const OURS: [&str; 5] = ["effective-data", "gp", "ensemble", "power", "scheffe"];

pub fn run(folder: &Path, executor: &dyn Executor) -> anyhow::Result<()> {
    println!(
        "Data Mixing Laws: held-out MAE in nats, mean over metrics, {} folds × {} repeats",
        PARAMS.folds, PARAMS.repeats
    );
    for (name, table) in mixing_laws(folder)? {
        one_table(&name, &table, executor)?;
    }
    println!();
    Ok(())
}

fn one_table(name: &str, table: &RunTable, executor: &dyn Executor) -> anyhow::Result<()> {
    let metrics = all_metrics(table);
    println!("\n{name}: {} runs, {} domains, {} metrics", table.len(), table.domains().len(), metrics.len());
    let control = Control::default();
    let mut validator = CrossValidator::new(table, &metrics, PARAMS)?;
    let few = trees_for_few_runs()?;
    let mut rows = vec![
        ("linear (ridge 0)", surrogate("ridge", &[("penalty", "1e-9")])?),
        ("exponential", surrogate("exponential", &[])?),
        ("LightGBM for few runs", few),
    ];
    for name in OURS {
        rows.push((name, surrogate(name, &[])?));
    }
    let mut errors: Vec<(&str, Vec<f64>)> = Vec::new();
    for (name, params) in &rows {
        match validator.validate(params, &control, executor) {
            Ok(results) => errors.push((name, results.iter().flat_map(|result| result.absolute_errors()).collect())),
            Err(problem) => println!("  {name:<26} left out: {problem}"),
        }
    }
    errors.push(("isotropic Gaussian process", isotropic_errors(table)?));
    errors.push(("auto", auto_errors(table, executor)?));
    let best = errors.iter().min_by(|a, b| mean(&a.1).unwrap_or(f64::NAN).total_cmp(&mean(&b.1).unwrap_or(f64::NAN)));
    let best = best.map(|(_, errors)| errors.clone()).unwrap_or_default();
    for (name, own) in &errors {
        let differences: Vec<f64> = own.iter().zip(&best).map(|(own, best)| own - best).collect();
        let (behind, error) = (mean(&differences).unwrap_or(0.0), standard_error(&differences).unwrap_or(0.0));
        println!("  {name:<26} {:.5}   behind the best by {behind:.5} ± {error:.5}", mean(own).unwrap_or(f64::NAN));
    }
    let set = SurrogateSet::fit_auto(table, &metrics, &SurrogateParams::candidates(), 0, &control, executor)?;
    let mut picked: BTreeMap<&str, usize> = BTreeMap::new();
    set.metrics().iter().for_each(|fitted| *picked.entry(fitted.params.name()).or_default() += 1);
    println!("  auto on the whole table picks {picked:?}");
    Ok(())
}

/// Absolute errors of every run and metric, the mean over repeats, of `auto` fitted anew without each fold.
fn auto_errors(table: &RunTable, executor: &dyn Executor) -> anyhow::Result<Vec<f64>> {
    let candidates = SurrogateParams::candidates();
    let metrics = all_metrics(table);
    let mut sums = vec![0.0; metrics.len() * table.len()];
    for repeat in 0..PARAMS.repeats as u64 {
        for split in k_fold(&ungrouped(table.len()), PARAMS.folds, PARAMS.seed + repeat)? {
            let (train, held_out) = (table.select(&split.train), table.select(&split.held_out));
            let set = SurrogateSet::fit_auto(&train, &metrics, &candidates, 0, &Control::default(), executor)?;
            for (run, &row) in held_out.runs().zip(&split.held_out) {
                let predicted = set.predict(run.parts)?.values;
                for (metric, (value, predicted)) in run.values.iter().zip(predicted).enumerate() {
                    let error = value.map_or(0.0, |value| (value - predicted).abs());
                    sums[metric * table.len() + row] += error / PARAMS.repeats as f64;
                }
            }
        }
    }
    Ok(sums)
}

/// The same for olmix's Gaussian process.
fn isotropic_errors(table: &RunTable) -> anyhow::Result<Vec<f64>> {
    let metrics = all_metrics(table);
    let mut sums = vec![0.0; metrics.len() * table.len()];
    for repeat in 0..PARAMS.repeats as u64 {
        for split in k_fold(&ungrouped(table.len()), PARAMS.folds, PARAMS.seed + repeat)? {
            let (train, held_out) = (table.select(&split.train), table.select(&split.held_out));
            for metric in 0..metrics.len() {
                let predicted = isotropic::fit_predict(&train, &held_out, metric);
                for ((value, predicted), row) in held_out.metric_values(metric).zip(predicted).zip(&split.held_out) {
                    sums[metric * table.len() + row] +=
                        (value.unwrap_or(predicted) - predicted).abs() / PARAMS.repeats as f64;
                }
            }
        }
    }
    Ok(sums)
}
