//! How far predictions can be trusted: held-out predictions beside what was measured.

use mixlens_core::table::RunTable;

use crate::{Dataset, Evidence};

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

/// The pairs of a metric for a surrogate; empty when it was not compared.
pub(crate) fn measured_pairs(
    table: &RunTable,
    evidence: &Evidence,
    surrogate: &str,
    metric: &str,
) -> Vec<MeasuredPair> {
    let Some(column) = table.metrics().index_of(metric) else { return Vec::new() };
    let Some(own) = evidence.of(surrogate, metric) else { return Vec::new() };
    let measured = table.metric_values(column).enumerate().filter_map(|(row, value)| Some((row, value?)));
    let pair = |((row, measured), &predicted): ((usize, f64), &f64)| MeasuredPair {
        row,
        measured,
        predicted,
        residual: measured - predicted,
    };
    measured.zip(&own.predicted).map(pair).collect()
}

/// How far predictions of a metric are usually off: the held-out RMSE where surrogates were compared, else what the
/// fit leaves of its own runs (which says too little, but is all there is).
pub(crate) fn noise(dataset: &Dataset, metric: &str) -> Option<f64> {
    let fit = dataset.fit()?;
    let held_out = dataset.work.evidence.as_ref().and_then(|evidence| evidence.of(fit.name(), metric));
    held_out.map(|own| own.score.rmse).or_else(|| {
        let place = fit.set.metrics().iter().position(|fitted| fitted.metric.name == metric)?;
        fit.own_errors.get(place).copied().flatten()
    })
}
