//! On the published runs of RegMix, trees give the predictions of LightGBM, and ridge gives the
//! least-squares figures.
#![expect(clippy::print_stderr, reason = "a measured difference is worth a line")]

use std::collections::HashMap;
use std::path::Path;

use mixlens_core::compute::{Control, RayonExecutor};
use mixlens_core::fit::ridge::RidgeParams;
use mixlens_core::fit::trees::TreesParams;
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::stats::mean;
use mixlens_core::table::{RowSums, RunTable};

use super::regmix::{self, runs};

/// Maximum difference from the reference, in nats (the reference has ten decimals).
const TOLERANCE: f64 = 1e-6;

fn fit(table: &RunTable, params: &SurrogateParams) -> SurrogateSet {
    let metrics: Vec<usize> = (0..table.metrics().len()).collect();
    SurrogateSet::fit(
        table,
        &metrics,
        params,
        &Control::default(),
        &RayonExecutor::new(None).unwrap(),
    )
    .unwrap()
}

/// The name of a metric in the reference files.
fn short(name: &str) -> &str {
    name.strip_prefix("the_pile_")
        .unwrap()
        .strip_suffix("_val_loss")
        .unwrap()
}

/// The reference predictions by run id, then by short metric name.
fn expected_predictions(folder: &Path) -> HashMap<String, HashMap<String, f64>> {
    let text = std::fs::read_to_string(folder.join("expected_lightgbm_test_1m.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(','));
    let names: Vec<&str> = lines.next().unwrap().skip(1).collect();
    let row = |mut cells: std::str::Split<'_, char>| {
        let id = cells.next().unwrap().to_owned();
        (
            id,
            names
                .iter()
                .map(|&name| name.to_owned())
                .zip(cells.map(|cell| cell.parse().unwrap()))
                .collect(),
        )
    };
    lines.map(row).collect()
}

#[test]
fn trees_reproduce_lightgbm_on_the_held_out_runs() {
    let Some(folder) = regmix::folder() else {
        return;
    };
    let set = fit(
        &runs(&folder, "train", RowSums::Keep),
        &SurrogateParams::Trees(TreesParams::default()),
    );
    let (test, expected) = (
        runs(&folder, "test", RowSums::Keep),
        expected_predictions(&folder),
    );
    assert_eq!(
        (set.metrics().len(), test.len(), expected.len()),
        (13, 256, 256)
    );
    assert_eq!(set.domains(), test.domains());
    let mut largest: f64 = 0.0;
    for run in test.runs() {
        let predicted = set.predict(run.parts).unwrap().values;
        for (fitted, predicted) in set.metrics().iter().zip(predicted) {
            let expected = expected[run.id][short(&fitted.metric.name)];
            let difference = (predicted - expected).abs();
            assert!(
                difference <= TOLERANCE,
                "run {}, {}: {predicted} and {expected}",
                run.id,
                fitted.metric.name
            );
            largest = largest.max(difference);
        }
    }
    eprintln!("largest difference from LightGBM over 13 × 256 predictions: {largest:e} nats");
    let scores = set.score(&test).unwrap();
    let spearman: Vec<f64> = scores
        .iter()
        .map(|(_, score)| score.spearman.unwrap())
        .collect();
    let spearman = mean(&spearman).unwrap();
    assert_eq!(
        (scores.len(), format!("{spearman:.4}")),
        (13, "0.9896".to_owned())
    );
}

#[test]
fn ridge_with_a_vanishing_penalty_is_least_squares() {
    let Some(folder) = regmix::folder() else {
        return;
    };
    let (train, test) = (
        runs(&folder, "train", RowSums::Keep),
        runs(&folder, "test", RowSums::Keep),
    );
    let text = std::fs::read_to_string(folder.join("expected_metrics.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = &expected["linear"]["1m"];
    for penalty in [0.0, 1e-12] {
        let set = fit(
            &train,
            &SurrogateParams::Ridge(RidgeParams {
                penalty,
                ..RidgeParams::default()
            }),
        );
        let scores = set.score(&test).unwrap();
        assert_eq!(scores.len(), 13);
        for (metric, score) in scores {
            let figures = [
                ("spearman", 100.0 * score.spearman.unwrap()),
                ("mse", score.rmse.powi(2)),
                ("mae", score.mae),
            ];
            for (figure, found) in figures {
                let expected = expected[short(&metric)][figure].as_f64().unwrap();
                assert!(
                    (found - expected).abs() <= 1e-6,
                    "{penalty}: {metric}, {figure}: {found} and {expected}"
                );
            }
        }
    }
}
