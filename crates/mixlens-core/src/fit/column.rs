//! What every estimator checks about its training data before it starts.

use crate::CoreError;

/// Checks one metric's training data: as many rows as values, everything finite, values that vary.
///
/// # Errors
/// [`CoreError::WrongLength`], [`CoreError::NumericalFailure`] or [`CoreError::ConstantMetric`].
pub(crate) fn check_column(metric: &str, rows: &[f64], width: usize, values: &[f64]) -> Result<(), CoreError> {
    if rows.len() != values.len() * width {
        return Err(CoreError::WrongLength {
            what: "proportions (runs times domains)",
            expected: values.len() * width,
            found: rows.len(),
        });
    }
    if rows.iter().chain(values).any(|number| !number.is_finite()) {
        return Err(CoreError::NumericalFailure { what: "the fit" });
    }
    let (Some(&first), runs) = (values.first(), values.len()) else {
        return Err(CoreError::TooFewRuns {
            metric: metric.to_owned(),
            surrogate: "a fit",
            needed: 2,
            found: 0,
            why: "anything at all".to_owned(),
        });
    };
    if values.iter().all(|value| value.total_cmp(&first).is_eq()) {
        return Err(CoreError::ConstantMetric { metric: metric.to_owned(), value: first, runs });
    }
    Ok(())
}
