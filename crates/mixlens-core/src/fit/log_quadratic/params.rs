//! [`LogQuadraticParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::Mixup;
use crate::fit::range::{check_not_negative, check_range};

/// Parameters of a log-quadratic, as the user gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogQuadraticParams {
    /// Added to a proportion before its logarithm is taken, above zero.
    pub offset: f64,
    /// Factor of Σ coefficient² over standardised logarithms and their products, in units of the
    /// mean squared length of a run's terms; zero or more. By leave-one-out errors where it is not
    /// given.
    pub penalty: Option<f64>,
    /// Whether rows between the runs are added to them.
    #[serde(skip_serializing_if = "Mixup::is_off")]
    pub mixup: Mixup,
    /// Seed of those rows.
    pub seed: u64,
}

impl Default for LogQuadraticParams {
    fn default() -> Self {
        Self {
            offset: 0.001,
            penalty: None,
            mixup: Mixup::Off,
            seed: 0,
        }
    }
}

/// Checked parameters of a log-quadratic; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogQuadraticValidParams(pub(super) LogQuadraticParams);

impl LogQuadraticParams {
    /// The parameters, once known to be in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for an offset that is not above zero, a penalty that is negative
    /// or not finite, or a way to mix that is out of range.
    pub fn check(&self) -> Result<LogQuadraticValidParams, CoreError> {
        self.mixup.check()?;
        let is_in_range = self.offset.is_finite() && self.offset >= 1e-12;
        check_range(
            "offset",
            self.offset,
            is_in_range,
            "a finite number of 1e-12 or more",
        )?;
        self.penalty
            .map_or(Ok(()), |penalty| check_not_negative("penalty", penalty))?;
        Ok(LogQuadraticValidParams(*self))
    }
}
