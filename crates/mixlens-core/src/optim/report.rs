//! [`FitReport`]: how far the fit of a law may be believed.

use serde::{Deserialize, Serialize};

/// What the fit of a law, or of a polynomial, says about itself.
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
    /// The report of a fit in closed form, which has nowhere to start from.
    pub(crate) fn closed_form(runs: usize, free_parameters: usize) -> Self {
        let [runs, free_parameters] = [runs, free_parameters].map(|count| count as u32);
        Self {
            runs,
            free_parameters,
            starts: 1,
            reached_best: 1,
            evaluations: 1,
            converged: true,
        }
    }

    /// Whether there are fewer runs than free parameters and two more, so that the penalty decides
    /// part of the fit.
    pub fn is_underdetermined(&self) -> bool {
        self.runs < self.free_parameters.saturating_add(2)
    }

    /// Whether only one of several starts found the lowest cost, so that there may be a lower one.
    pub fn has_lone_best(&self) -> bool {
        self.starts > 1 && self.reached_best <= 1
    }
}
