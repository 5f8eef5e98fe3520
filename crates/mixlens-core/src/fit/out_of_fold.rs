//! Predictions of every run by a fit that did not see it, for surrogates made of others.

use std::collections::HashMap;

use super::column::Column;
use super::{Estimator, Surrogate};
use crate::CoreError;
use crate::compute::Control;
use crate::stats::k_fold;

/// One prediction per run; replicates of a mixture are held out together. Fewer folds where there
/// are fewer mixtures.
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
    let groups = groups(column);
    let distinct = groups.iter().max().map_or(0, |last| last + 1);
    let mut predictions = vec![0.0; column.values.len()];
    for split in k_fold(&groups, folds.min(distinct), seed)? {
        let train = column.pick(split.train().into_iter());
        let fitted = estimator.fit_metric(column.metric, &train.parts, &train.values, control)?;
        for &run in &split.held_out {
            if let Some(prediction) = predictions.get_mut(run) {
                *prediction = fitted.predict_one(column.row(run));
            }
        }
    }
    Ok(predictions)
}

/// Runs of the same mixture, bit for bit, have the same number.
pub(super) fn groups(column: Column<'_>) -> Vec<usize> {
    let mut seen: HashMap<Vec<u64>, usize> = HashMap::new();
    let key = |parts: &[f64]| {
        parts
            .iter()
            .map(|part| (part + 0.0).to_bits())
            .collect::<Vec<_>>()
    };
    let mut number = |parts| {
        let next = seen.len();
        *seen.entry(key(parts)).or_insert(next)
    };
    column
        .rows
        .chunks_exact(column.width().max(1))
        .map(&mut number)
        .collect()
}

/// The sum of squared differences.
pub(super) fn squared_error(predicted: &[f64], values: &[f64]) -> f64 {
    predicted
        .iter()
        .zip(values)
        .map(|(predicted, value)| (predicted - value).powi(2))
        .sum()
}
