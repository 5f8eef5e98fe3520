//! [`PowerParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::range::check_not_negative;

/// Parameters of the additive power law, as the user gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PowerParams {
    /// Factor of the residuals that pull every parameter but the irreducible part towards its usual
    /// value, zero or more; the metric counts in units of its standard deviation.
    pub penalty: f64,
}

impl Default for PowerParams {
    fn default() -> Self {
        Self { penalty: 0.03 }
    }
}

/// Checked parameters of the additive power law; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerValidParams(pub(super) PowerParams);

impl PowerParams {
    /// The parameters, once known to be in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a penalty that is negative or not finite.
    pub fn check(&self) -> Result<PowerValidParams, CoreError> {
        check_not_negative("penalty", self.penalty)?;
        Ok(PowerValidParams(*self))
    }
}
