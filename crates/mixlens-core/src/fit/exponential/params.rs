//! [`ExponentialParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::range::check_not_negative;

/// What the metric falls towards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Floor {
    /// A level c that is fitted; at least zero where all values are positive.
    #[default]
    Free,
    /// Zero: the log-linear law, ln L = b + t · x.
    Zero,
}

/// Parameters of the exponential mixing law, as the user gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExponentialParams {
    /// Whether there is an irreducible part.
    pub floor: Floor,
    /// Factor of the residuals that pull the slopes towards zero, zero or more; the metric counts
    /// in units of its standard deviation.
    pub penalty: f64,
}

impl Default for ExponentialParams {
    fn default() -> Self {
        Self {
            floor: Floor::Free,
            penalty: 0.01,
        }
    }
}

/// Checked parameters of the exponential mixing law; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExponentialValidParams(pub(super) ExponentialParams);

impl ExponentialParams {
    /// The parameters, once known to be in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a penalty that is negative or not finite.
    pub fn check(&self) -> Result<ExponentialValidParams, CoreError> {
        check_not_negative("penalty", self.penalty)?;
        Ok(ExponentialValidParams(*self))
    }
}
