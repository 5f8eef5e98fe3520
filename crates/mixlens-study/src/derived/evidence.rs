//! Held-out predictions compared with measured values.

use mixlens_core::table::RunTable;

use crate::Fit;

/// A run's metric as measured, and as predicted without the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredPair {
    /// The row of the run.
    pub row: usize,
    /// The measured value.
    pub measured: f64,
    /// The prediction of a fit without this run.
    pub predicted: f64,
    /// Measured minus predicted.
    pub residual: f64,
}

/// The pairs of a metric, from cross-fits that hold the run out; empty for a fit without
/// cross-fits.
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

/// The typical error of predictions of a metric, in its unit.
pub(crate) fn noise(fit: &Fit, metric: &str) -> Option<f64> {
    let (index, _) = fit.metric(metric)?;
    fit.typical_errors.get(index).copied().flatten()
}
