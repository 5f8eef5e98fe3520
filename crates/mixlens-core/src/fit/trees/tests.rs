use proptest::prelude::*;

use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::Surrogate;
use crate::fit::formula::forest::{self, Forest};
use crate::fit::formula::{Simd, Trees};

/// Rows on the simplex with zeros, and a target with a step and an interaction in it.
fn example(n: usize, width: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for run in 0..n {
        let mut stream = CounterStream::new(seed, run as u64);
        let weight = |stream: &mut CounterStream| {
            if stream.next_unit() < 0.3 {
                0.0
            } else {
                stream.next_unit()
            }
        };
        let weights: Vec<f64> = (0..width).map(|_| weight(&mut stream) + 1e-9).collect();
        let sum: f64 = weights.iter().sum();
        let row: Vec<f64> = weights
            .iter()
            .map(|w| if *w < 1e-6 { 0.0 } else { w / sum })
            .collect();
        values.push(
            5.0 - 2.0 * row[0] + f64::from(row[1] > 0.2) - 3.0 * row[0] * row[2]
                + 0.01 * stream.next_unit(),
        );
        rows.extend(row);
    }
    (rows, values)
}

fn fit(params: TreesParams, n: usize, width: usize, seed: u64) -> (Trees, Vec<f64>, Vec<f64>) {
    let (rows, values) = example(n, width, seed);
    let trees = params
        .check()
        .unwrap()
        .fit("loss", &rows, &values, &Control::default())
        .unwrap()
        .formula;
    (trees, rows, values)
}

fn predict(trees: &Trees, rows: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; rows.len() / trees.width()];
    trees.predict_rows(rows, &mut out);
    out
}

fn mse(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64
}

fn small() -> TreesParams {
    TreesParams {
        iterations: 60,
        learning_rate: 0.1,
        ..TreesParams::default()
    }
}

#[test]
fn boosting_learns_steps_and_interactions() {
    let (trees, _, _) = fit(small(), 600, 4, 1);
    let (rows, values) = example(300, 4, 2);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = mse(&values, &vec![mean; values.len()]);
    assert!(mse(&predict(&trees, &rows), &values) < 0.03 * variance);
}

#[test]
fn every_leaf_keeps_the_minimum_of_runs() {
    let params = TreesParams {
        iterations: 5,
        min_data_in_leaf: 30,
        ..small()
    };
    let (trees, rows, _) = fit(params, 400, 3, 4);
    let forest = Forest::from(trees);
    for tree in &forest.trees {
        let mut counts = vec![0; tree.values.len()];
        for row in rows.chunks_exact(3) {
            let mut leaf = 0;
            for (made, split) in tree.splits.iter().enumerate() {
                if leaf == split.leaf && row[split.feature as usize] > forest.edge(split) {
                    leaf = made as u32 + 1;
                }
            }
            counts[leaf as usize] += 1;
        }
        assert!(counts.iter().all(|&count| count >= 30), "{counts:?}");
    }
}

#[test]
fn depth_leaves_and_gain_limit_the_trees() {
    let deepest = |trees: Trees| {
        let forest = Forest::from(trees);
        let depth = |tree: &forest::Tree| {
            let mut depths = vec![0];
            for split in &tree.splits {
                depths[split.leaf as usize] += 1;
                depths.push(depths[split.leaf as usize]);
            }
            depths.into_iter().max().unwrap()
        };
        (
            forest.trees.iter().map(depth).max().unwrap(),
            forest.most_leaves(),
        )
    };
    let (depth, _) = deepest(
        fit(
            TreesParams {
                max_depth: 2,
                ..small()
            },
            400,
            3,
            4,
        )
        .0,
    );
    assert_eq!(depth, 2);
    let (_, leaves) = deepest(
        fit(
            TreesParams {
                leaves: 5,
                ..small()
            },
            400,
            3,
            4,
        )
        .0,
    );
    assert_eq!(leaves, 5);
    let (_, leaves) = deepest(
        fit(
            TreesParams {
                min_gain_to_split: 1e9,
                ..small()
            },
            400,
            3,
            4,
        )
        .0,
    );
    assert_eq!(leaves, 1);
}

#[test]
fn penalties_shrink_the_leaves() {
    let spread = |params| {
        let (trees, rows, _) = fit(
            TreesParams {
                iterations: 1,
                learning_rate: 1.0,
                ..params
            },
            400,
            3,
            4,
        );
        let predicted = predict(&trees, &rows);
        predicted.iter().copied().fold(f64::MIN, f64::max)
            - predicted.iter().copied().fold(f64::MAX, f64::min)
    };
    let free = spread(small());
    assert!(
        spread(TreesParams {
            l2: 50.0,
            ..small()
        }) < 0.8 * free
    );
    assert!(
        spread(TreesParams {
            l1: 10.0,
            ..small()
        }) < 0.8 * free
    );
}

#[test]
fn early_stopping_stops_early_and_keeps_the_best_iteration() {
    let params = TreesParams {
        iterations: 2000,
        learning_rate: 0.3,
        early_stopping_rounds: 10,
        ..small()
    };
    let (stopped, _, _) = fit(params, 500, 4, 7);
    assert!(
        (5..1000).contains(&stopped.tree_count()),
        "{}",
        stopped.tree_count()
    );
}

#[test]
fn a_feature_fraction_leaves_features_out_by_seed() {
    let params = |seed| TreesParams {
        feature_fraction: 0.5,
        seed,
        ..small()
    };
    let (a, rows, _) = fit(params(1), 400, 4, 3);
    let (b, _, _) = fit(params(2), 400, 4, 3);
    let (again, _, _) = fit(params(1), 400, 4, 3);
    assert_eq!(a, again);
    assert_ne!(predict(&a, &rows), predict(&b, &rows));
    for tree in &Forest::from(a).trees {
        let mut used: Vec<u32> = tree.splits.iter().map(|split| split.feature).collect();
        used.sort_unstable();
        used.dedup();
        assert!(used.len() <= 2);
    }
}

#[test]
fn saved_trees_load_to_the_same_bits() {
    let (trees, rows, _) = fit(small(), 300, 4, 1);
    let loaded: Trees = serde_json::from_str(&serde_json::to_string(&trees).unwrap()).unwrap();
    assert_eq!(predict(&trees, &rows), predict(&loaded, &rows));
}

#[test]
fn a_damaged_file_is_refused() {
    let (trees, _, _) = fit(small(), 300, 4, 1);
    let text = serde_json::to_string(&trees).unwrap();
    for (from, to) in [
        ("\"splits\":[[0,", "\"splits\":[[9,"),
        ("\"edges\":[[", "\"edges\":[[9e9,"),
    ] {
        assert!(
            serde_json::from_str::<Trees>(&text.replacen(from, to, 1)).is_err(),
            "{from}"
        );
    }
}

#[test]
fn cancelling_stops_the_fit() {
    let (rows, values) = example(300, 3, 1);
    let control = Control::default();
    control.cancel();
    let result = small()
        .check()
        .unwrap()
        .fit("loss", &rows, &values, &control);
    assert_eq!(result, Err(CoreError::Cancelled));
}

#[test]
fn too_few_runs_and_constant_metrics_are_named() {
    let (rows, values) = example(39, 3, 1);
    let valid = small().check().unwrap();
    let result = valid.fit("loss", &rows, &values, &Control::default());
    assert!(
        matches!(
            result,
            Err(CoreError::TooFewRuns {
                needed: 40,
                found: 39,
                ..
            })
        ),
        "{result:?}"
    );
    let (rows, _) = example(50, 3, 1);
    let result = valid.fit("loss", &rows, &[2.5; 50], &Control::default());
    assert!(
        matches!(result, Err(CoreError::ConstantMetric { runs: 50, .. })),
        "{result:?}"
    );
}

#[test]
fn more_leaves_than_mask_bits_still_predict() {
    let params = TreesParams {
        leaves: 60,
        min_data_in_leaf: 2,
        ..small()
    };
    let (trees, rows, values) = fit(params, 500, 4, 5);
    assert!(Forest::from(trees.clone()).most_leaves() > 32);
    assert!(mse(&predict(&trees, &rows), &values) < 0.01);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The walk, the bit tables and both instruction sets give the same bits, on and off the
    /// thresholds.
    #[test]
    fn every_path_predicts_the_same_bits(seed in 0_u64..1000, width in 2_usize..9, leaves in 2_u32..33, fewest in 1_u32..20) {
        let params = TreesParams { iterations: 37, leaves, min_data_in_leaf: fewest, ..small() };
        let (trees, mut rows, _) = fit(params, 120, width.max(3), seed);
        let edges = Forest::from(trees.clone()).edges.concat();
        for (cell, edge) in rows.iter_mut().step_by(7).zip(edges.iter().cycle().skip(seed as usize % 5)) {
            *cell = *edge;
        }
        let walked: Vec<f64> = rows.chunks_exact(trees.width()).map(|row| trees.predict_one(row)).collect();
        let thresholds: Vec<f64> = walked.iter().enumerate().map(|(row, value)| value + [-0.5, 0.0, 0.1][row % 3]).collect();
        let mut below = vec![0.0; walked.len()];
        trees.predict_rows_below(&rows, &thresholds, &mut below);
        for ((below, walked), threshold) in below.iter().zip(&walked).zip(&thresholds) {
            prop_assert!(*walked >= trees.lower_bound().unwrap() - 1e-9);
            prop_assert!(below.to_bits() == walked.to_bits() || (below.is_infinite() && walked > threshold));
        }
        for simd in [Simd::Detected, Simd::Baseline] {
            let mut out = vec![0.0; walked.len()];
            trees.predict_rows_with(simd, &rows, &mut out);
            prop_assert_eq!(&out, &walked);
        }
    }
}
