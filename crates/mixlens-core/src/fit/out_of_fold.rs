//! Predictions of every run by a fit that did not see it, for surrogates made of others.

use std::collections::HashMap;

use super::{Estimator, Surrogate};
use crate::CoreError;
use crate::compute::Control;
use crate::stats::k_fold;

/// Proportions and values of the runs that have a metric.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    pub metric: &'a str,
    pub rows: &'a [f64],
    pub values: &'a [f64],
}

/// One prediction per run; replicates of a mixture are held out together. Fewer folds where there are fewer mixtures.
///
/// # Errors
/// Those of the estimator; [`CoreError::BadParameter`] when all runs are of one mixture.
pub(super) fn predict_out_of_fold(
    estimator: &impl Estimator,
    column: Column<'_>,
    folds: usize,
    seed: u64,
    control: &Control,
) -> Result<Vec<f64>, CoreError> {
    let n = column.values.len();
    let width = column.rows.len() / n.max(1);
    let groups = groups(column.rows, width);
    let distinct = groups.iter().max().map_or(0, |last| last + 1);
    let mut predictions = vec![0.0; n];
    for split in k_fold(&groups, folds.min(distinct), seed)? {
        let row = |&run: &usize| column.rows.get(run * width..(run + 1) * width).unwrap_or_default();
        let train: Vec<f64> = split.train.iter().flat_map(row).copied().collect();
        let values: Vec<f64> = split.train.iter().filter_map(|&run| column.values.get(run).copied()).collect();
        let fitted = estimator.fit_metric(column.metric, &train, &values, control)?;
        for run in &split.held_out {
            if let Some(prediction) = predictions.get_mut(*run) {
                *prediction = fitted.predict_one(row(run));
            }
        }
    }
    Ok(predictions)
}

/// Runs of the same mixture, bit for bit, have the same number.
pub(super) fn groups(rows: &[f64], width: usize) -> Vec<usize> {
    let mut seen: HashMap<Vec<u64>, usize> = HashMap::new();
    let key = |parts: &[f64]| parts.iter().map(|part| (part + 0.0).to_bits()).collect::<Vec<_>>();
    let mut number = |parts| {
        let next = seen.len();
        *seen.entry(key(parts)).or_insert(next)
    };
    rows.chunks_exact(width.max(1)).map(&mut number).collect()
}

/// The sum of squared differences.
pub(super) fn squared_error(predicted: &[f64], values: &[f64]) -> f64 {
    predicted.iter().zip(values).map(|(predicted, value)| (predicted - value).powi(2)).sum()
}
