//! [`FitReport`]: how far the fit of a law may be believed.

use serde::{Deserialize, Serialize};

/// What the fit of a law says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitReport {
    /// Runs it was fitted on.
    pub runs: u32,
    /// Parameters that the predictions can tell apart, after gauge fixing.
    pub free_parameters: u32,
    /// Starting points tried.
    pub starts: u32,
    /// How many of them ended within 1 % of the lowest cost; few is a sign of several basins.
    pub reached_best: u32,
    /// Evaluations of the law over all runs, summed over the starts.
    pub evaluations: u32,
    /// Whether the start that was kept came to rest before its evaluations ran out.
    pub converged: bool,
}

impl FitReport {
    /// Whether there are fewer runs than free parameters and two more, so that the penalty decides part of the fit.
    pub fn is_underdetermined(&self) -> bool {
        self.runs < self.free_parameters.saturating_add(2)
    }
}
