//! [`ScheffeParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::Mixup;
use crate::fit::formula::PolynomialDegree;
use crate::fit::range::check_not_negative;

/// Parameters of a Scheffé polynomial, as the user gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScheffeParams {
    /// Which products it has.
    pub degree: PolynomialDegree,
    /// Factor of Σ (coefficient / size of its term)², in units of the mean squared length of a
    /// run's terms; zero or more. By leave-one-out errors where it is not given.
    pub penalty: Option<f64>,
    /// Whether rows between the runs are added to them.
    #[serde(skip_serializing_if = "Mixup::is_off")]
    pub mixup: Mixup,
    /// Seed of those rows.
    pub seed: u64,
}

/// Checked parameters of a Scheffé polynomial; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScheffeValidParams(pub(super) ScheffeParams);

impl ScheffeParams {
    /// The parameters, once known to be in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a penalty that is negative or not finite, or a way to mix
    /// that is out of range.
    pub fn check(&self) -> Result<ScheffeValidParams, CoreError> {
        self.mixup.check()?;
        self.penalty
            .map_or(Ok(()), |penalty| check_not_negative("penalty", penalty))?;
        Ok(ScheffeValidParams(*self))
    }
}
