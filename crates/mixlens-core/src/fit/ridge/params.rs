//! [`RidgeParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::compute::Control;
use crate::fit::formula::{Line, LineTarget};
use crate::fit::range::check_not_negative;
use crate::fit::{Estimator, Fitted};

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
    pub target: LineTarget,
}

impl Default for RidgeParams {
    fn default() -> Self {
        Self {
            penalty: 0.01,
            target: LineTarget::Loss,
        }
    }
}

/// Checked parameters of ridge regression; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RidgeValidParams {
    pub(super) penalty: f64,
    pub(super) target: LineTarget,
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
    type Fitted = Fitted<Line>;

    fn fit_metric(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<Line>, CoreError> {
        self.check()?.fit(metric, rows, values, control)
    }
}
