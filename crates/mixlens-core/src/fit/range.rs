//! [`check_range`]: the door that every parameter passes.

use std::fmt::Display;

use crate::CoreError;

/// Refuses a parameter that is not as expected.
///
/// # Errors
/// [`CoreError::BadParameter`].
pub(super) fn check_range(
    name: &'static str,
    found: impl Display,
    is_in_range: bool,
    expected: &'static str,
) -> Result<(), CoreError> {
    if is_in_range {
        return Ok(());
    }
    Err(CoreError::BadParameter {
        name,
        expected,
        found: found.to_string(),
    })
}

/// Refuses a number that is negative or not finite.
///
/// # Errors
/// [`CoreError::BadParameter`].
pub(super) fn check_not_negative(name: &'static str, found: f64) -> Result<(), CoreError> {
    check_range(
        name,
        found,
        found.is_finite() && found >= 0.0,
        "a finite number of zero or more",
    )
}
