//! What every estimator checks about its training data before it starts.

use crate::CoreError;
use crate::stats::is_constant;

/// Checks one metric's training data: whole rows, everything finite, values that vary. Returns the number of domains.
///
/// # Errors
/// [`CoreError::TooFewRuns`] for fewer than two, [`CoreError::WrongLength`], [`CoreError::NumericalFailure`] or [`CoreError::ConstantMetric`].
pub(super) fn check_column(
    surrogate: &'static str,
    metric: &str,
    rows: &[f64],
    values: &[f64],
) -> Result<usize, CoreError> {
    let runs = values.len();
    if runs < 2 {
        let (metric, why) = (metric.to_owned(), "values that differ".to_owned());
        return Err(CoreError::TooFewRuns { metric, surrogate, needed: 2, found: runs, why });
    }
    let width = rows.len() / runs;
    if width * runs != rows.len() || width == 0 {
        let expected = width.max(1) * runs;
        return Err(CoreError::WrongLength { what: "proportions", expected, found: rows.len() });
    }
    if rows.iter().chain(values).any(|number| !number.is_finite()) {
        return Err(CoreError::NumericalFailure { what: surrogate });
    }
    if let (true, Some(&value)) = (is_constant(values), values.first()) {
        return Err(CoreError::ConstantMetric { metric: metric.to_owned(), value, runs });
    }
    Ok(width)
}
