//! Checks of numbers that users give.

use crate::CoreError;

/// A finite number above zero under the name of the parameter that it is.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, CoreError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(CoreError::BadParameter {
            name,
            expected: "a finite number above zero",
            found: value.to_string(),
        })
    }
}

/// A number from 0 to 1 under the name of the parameter that it is.
pub(crate) fn fraction(name: &'static str, value: f64) -> Result<f64, CoreError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(CoreError::BadParameter {
            name,
            expected: "a number from 0 to 1",
            found: value.to_string(),
        })
    }
}

/// One number for each of `expected` domains.
pub(crate) fn per_domain(
    what: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), CoreError> {
    if expected == found {
        Ok(())
    } else {
        Err(CoreError::WrongLength {
            what,
            expected,
            found,
        })
    }
}
