//! [`Survey`]: where simulated mixtures lie and how good they are.

use serde::{Deserialize, Serialize};

use super::{Axis, SurveySpec, Tallied, Tally};
use crate::CoreError;

/// Where simulated mixtures lie and how good they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// How many mixtures were drawn.
    pub samples: u64,
    /// How many of them break no bound on a metric; the others are in no cell.
    pub allowed: u64,
    /// At or below this objective a mixture counts as good: about one in a hundred is.
    pub good: f64,
    /// Cells along each domain's proportion.
    pub domains: Vec<Tallied>,
    /// Cells along the objective.
    pub objective: Tallied,
    /// Cells over the proportions of two domains.
    pub pair: Option<PairSurvey>,
}

/// Cells over the proportions of two domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairSurvey {
    /// The domains.
    pub domains: [usize; 2],
    /// Cells along each.
    pub axes: [Axis; 2],
    /// The cells; those along the first domain are consecutive.
    pub tallies: Vec<Tally>,
}

impl Survey {
    /// Whether this is a survey over `domains` domains, with one tally per cell.
    pub fn is_over(&self, domains: usize) -> bool {
        let is_whole = |tallied: &Tallied| tallied.axis.cells == tallied.tallies.len();
        let is_pair_whole = |pair: &PairSurvey| {
            pair.domains.iter().all(|domain| *domain < domains)
                && pair.axes.iter().map(|axis| axis.cells).product::<usize>() == pair.tallies.len()
        };
        self.domains.len() == domains
            && self.domains.iter().chain([&self.objective]).all(is_whole)
            && self.pair.iter().all(is_pair_whole)
    }

    /// The tallies in the order of [`SurveySpec::cells`].
    pub(super) fn new(spec: &SurveySpec<'_>, tallies: Vec<Tally>) -> Result<Self, CoreError> {
        let mut tallies = tallies.into_iter();
        let mut along = |axis: Axis| Tallied {
            axis,
            tallies: tallies.by_ref().take(axis.cells).collect(),
        };
        let mut domains: Vec<_> = spec.axes.iter().map(|axis| along(*axis)).collect();
        let objective = domains
            .pop()
            .ok_or(CoreError::NumericalFailure { what: "the survey" })?;
        let pair = spec.pair.map(|(domains, axes)| PairSurvey {
            domains,
            axes,
            tallies: tallies.collect(),
        });
        let allowed = objective.tallies.iter().map(|tally| tally.count).sum();
        Ok(Self {
            samples: spec.samples,
            allowed,
            good: spec.good,
            domains,
            objective,
            pair,
        })
    }
}
