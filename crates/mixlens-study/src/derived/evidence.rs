//! How far predictions can be trusted: held-out predictions beside what was measured.

use mixlens_core::table::RunTable;

use crate::Fit;

/// A run's metric as it was predicted without the run, and as it was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredPair {
    /// The row of the run.
    pub row: usize,
    /// What was measured.
    pub measured: f64,
    /// What a fit without this run predicts.
    pub predicted: f64,
    /// Measured minus predicted.
    pub residual: f64,
}

/// The pairs of a metric, from fits that each left the run out; empty for a fit without such fits.
pub(crate) fn measured_pairs(table: &RunTable, fit: &Fit, metric: &str) -> Vec<MeasuredPair> {
    let pairs = || {
        let column = table.metrics().index_of(metric)?;
        let (_, fitted) = fit.metric(metric)?;
        let errors = fitted.cross.as_ref()?.errors();
        let measured = table
            .metric_values(column)
            .enumerate()
            .filter_map(|(row, value)| Some((row, value?)));
        let pair = |((row, measured), &residual): ((usize, f64), &f64)| MeasuredPair {
            row,
            measured,
            predicted: measured - residual,
            residual,
        };
        Some(measured.zip(errors).map(pair).collect())
    };
    pairs().unwrap_or_default()
}

/// How far predictions of a metric are usually off.
pub(crate) fn noise(fit: &Fit, metric: &str) -> Option<f64> {
    let (place, _) = fit.metric(metric)?;
    fit.own_errors.get(place).copied().flatten()
}
