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

/// Fewest runs that a law or a process with a penalty is fitted to; the penalty stands in for the rest.
const FEWEST_RUNS: usize = 4;

/// Refuses tables of fewer runs than any curve needs.
///
/// # Errors
/// [`CoreError::TooFewRuns`].
pub(super) fn check_runs(surrogate: &'static str, metric: &str, found: usize) -> Result<(), CoreError> {
    if found >= FEWEST_RUNS {
        return Ok(());
    }
    let (metric, why) = (metric.to_owned(), "a level, a height and a slope".to_owned());
    Err(CoreError::TooFewRuns { metric, surrogate, needed: FEWEST_RUNS, found, why })
}
