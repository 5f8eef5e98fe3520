//! [`RidgeParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use super::Ridge;
use crate::CoreError;
use crate::compute::Control;
use crate::fit::Estimator;
use crate::fit::range::check_not_negative;

/// What ridge is linear in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RidgeTarget {
    /// The metric itself.
    #[default]
    Loss,
    /// Its natural logarithm; the metric must be positive. Predictions are e to the fitted line.
    LogLoss,
}

/// Parameters of ridge regression, as the user gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RidgeParams {
    /// α in Σ residual² + α Σ slope², zero or more, for proportions from 0 to 1 (scikit-learn's
    /// `alpha`).
    ///
    /// The default of 0.01 is the power of ten with about the best Spearman on RegMix's 256
    /// held-out runs, fitted on 20, 40, 128 or all 512 of its training runs (scikit-learn 1.9.1,
    /// mean of 13 losses, up to five draws: 0.576, 0.710, 0.790 and 0.832; 0.320, 0.655, 0.782 and
    /// 0.831 without a penalty; at 512 runs 0.1 is ahead by 0.0003): strong enough to hold slopes
    /// that few runs leave open, too weak to be felt by those that the runs pin down.
    pub penalty: f64,
    /// The metric or its logarithm.
    pub target: RidgeTarget,
}

impl Default for RidgeParams {
    fn default() -> Self {
        Self {
            penalty: 0.01,
            target: RidgeTarget::Loss,
        }
    }
}

/// Checked parameters of ridge regression; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RidgeValidParams {
    pub(super) penalty: f64,
    pub(super) target: RidgeTarget,
}

impl RidgeParams {
    /// The parameters, once known to be in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a penalty that is negative or not finite.
    pub fn check(&self) -> Result<RidgeValidParams, CoreError> {
        check_not_negative("penalty", self.penalty)?;
        Ok(RidgeValidParams {
            penalty: self.penalty,
            target: self.target,
        })
    }
}

impl Estimator for RidgeParams {
    type Fitted = Ridge;

    fn fit_metric(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Ridge, CoreError> {
        self.check()?.fit(metric, rows, values, control)
    }
}
