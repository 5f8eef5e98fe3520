//! Cross-validated errors on the tables of Data Mixing Laws: surrogates, baselines, and the choices
//! of `auto`.

use std::collections::BTreeMap;
use std::path::Path;

use mixlens_core::compute::{Control, Executor};
use mixlens_core::fit::{
    CompareParams, CrossValidation, CrossValidator, SurrogateParams, SurrogateSet,
};
use mixlens_core::stats::{k_fold, mean, standard_error, ungrouped};
use mixlens_core::table::RunTable;

use crate::isotropic;
use crate::tables::{all_metrics, mixing_laws, surrogate, trees_for_few_runs};

/// Splits of every table: five folds, each repeated with other seeds than `auto` uses.
const PARAMS: CompareParams = CompareParams {
    folds: 5,
    repeats: 5,
    seed: 100,
};

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
    println!(
        "\n{name}: {} runs, {} domains, {} metrics",
        table.len(),
        table.domains().len(),
        metrics.len()
    );
    let control = Control::default();
    let mut validator = CrossValidator::new(table, &metrics, PARAMS)?;
    let mut rows = vec![
        ("linear", surrogate("ridge", &[("penalty", "1e-9")])?),
        ("LightGBM for few runs", trees_for_few_runs()?),
    ];
    rows.extend(
        SurrogateParams::candidates()
            .into_iter()
            .map(|params| (params.name(), params)),
    );
    let mut errors: Vec<(&str, Vec<Vec<f64>>)> = Vec::new();
    for (name, params) in &rows {
        match validator.validate(params, &control, executor) {
            Ok(results) => errors.push((
                name,
                results
                    .iter()
                    .map(CrossValidation::absolute_errors)
                    .collect(),
            )),
            Err(problem) => println!("  {name:<26} left out: {problem}"),
        }
    }
    let set = SurrogateSet::fit_auto(
        table,
        &metrics,
        &SurrogateParams::candidates(),
        0,
        &control,
        executor,
    )?;
    let picks: Vec<&str> = set
        .metrics()
        .iter()
        .map(|fitted| fitted.surrogate.name())
        .collect();
    let of_pick = |(metric, pick): (usize, &&str)| {
        let found = errors.iter().find(|(name, _)| name == pick);
        found
            .and_then(|(_, errors)| errors.get(metric).cloned())
            .unwrap_or_default()
    };
    let of_auto = picks.iter().enumerate().map(of_pick).collect();
    errors.push(("isotropic Gaussian process", isotropic_errors(table)?));
    errors.push(("auto", of_auto));
    let flat = |errors: &[Vec<f64>]| errors.concat();
    let mae = |errors: &[Vec<f64>]| mean(&flat(errors)).unwrap_or(f64::NAN);
    let alone = errors.iter().filter(|(name, _)| *name != "auto");
    let best = alone
        .min_by(|a, b| mae(&a.1).total_cmp(&mae(&b.1)))
        .map(|(_, errors)| flat(errors))
        .unwrap_or_default();
    for (name, surrogate_errors) in &errors {
        let differences: Vec<f64> = flat(surrogate_errors)
            .iter()
            .zip(&best)
            .map(|(error, best)| error - best)
            .collect();
        let (behind, error) = (
            mean(&differences).unwrap_or(0.0),
            standard_error(&differences).unwrap_or(0.0),
        );
        println!(
            "  {name:<26} {:.5}   behind the best single one by {behind:.5} ± {error:.5}",
            mae(surrogate_errors)
        );
    }
    let mut picked: BTreeMap<&str, usize> = BTreeMap::new();
    picks
        .into_iter()
        .for_each(|pick| *picked.entry(pick).or_default() += 1);
    println!("  auto, on other splits, picks {picked:?}");
    Ok(())
}

/// Absolute errors of the Gaussian process of olmix: per metric and run, means over repeats.
fn isotropic_errors(table: &RunTable) -> anyhow::Result<Vec<Vec<f64>>> {
    let metrics = all_metrics(table);
    let mut sums = vec![vec![0.0; table.len()]; metrics.len()];
    for repeat in 0..PARAMS.repeats as u64 {
        for split in k_fold(&ungrouped(table.len()), PARAMS.folds, PARAMS.seed + repeat)? {
            let (train, held_out) = (table.select(&split.train()), table.select(&split.held_out));
            for (metric, sums) in sums.iter_mut().enumerate() {
                let predicted = isotropic::fit_predict(&train, &held_out, metric);
                for ((value, predicted), &row) in held_out
                    .metric_values(metric)
                    .zip(predicted)
                    .zip(&split.held_out)
                {
                    sums[row] +=
                        (value.unwrap_or(predicted) - predicted).abs() / PARAMS.repeats as f64;
                }
            }
        }
    }
    Ok(sums)
}
