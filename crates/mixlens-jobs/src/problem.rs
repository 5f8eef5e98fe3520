//! [`Problem`]: the part of a study that a search needs.

use std::borrow::Cow;
use std::sync::Arc;

use mixlens_core::compute::Control;
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::Objective;
use mixlens_core::simplex::{Constraints, Mixture, Prior, Sampler};
use serde::{Deserialize, Serialize};

use crate::{JobError, Limits, ObjectiveSettings};

/// Surrogates, limits and objective of a study at the time when a job was requested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The fitted surrogates, with the directions of the goal's metrics.
    #[serde(with = "crate::wire::set")]
    pub set: Arc<SurrogateSet>,
    /// The mixture that bounds on metrics refer to.
    pub baseline: Mixture,
    /// The mixture that priors are centred on; `None` for the natural mixture of the set.
    pub natural: Option<Mixture>,
    /// The limits; locked domains have equal bounds.
    pub limits: Limits,
    /// The objective.
    pub goal: ObjectiveSettings,
    /// Seed of everything random.
    pub seed: u64,
}

impl Problem {
    /// The checked limits.
    ///
    /// # Errors
    /// Those of [`Limits::constraints`].
    pub fn constraints(&self) -> Result<Constraints, JobError> {
        self.limits.constraints(self.set.domains())
    }

    /// The surrogates with the natural mixture of the study.
    pub(crate) fn set(&self) -> Cow<'_, SurrogateSet> {
        match &self.natural {
            Some(natural) if self.set.natural() != Some(natural) => {
                let mut set = SurrogateSet::clone(&self.set);
                set.set_natural(natural.clone());
                Cow::Owned(set)
            }
            _ => Cow::Borrowed(&*self.set),
        }
    }

    /// The objective with its scalarisation.
    pub(crate) fn objective(
        &self,
        set: &SurrogateSet,
        constraints: &Constraints,
        control: &Control,
    ) -> Result<Objective, JobError> {
        let baseline = set.predict(self.baseline.parts())?.values;
        self.goal.aimed(set, &baseline, constraints, control)
    }

    /// What simulations of this problem draw from and predict.
    pub(crate) fn sampled(
        &self,
        prior: &Prior,
        control: &Control,
    ) -> Result<SampledProblem<'_>, JobError> {
        let set = self.set();
        let constraints = self.constraints()?;
        let objective = self.objective(&set, &constraints, control)?;
        let sampler = Sampler::new(prior, &set.centre().mixture, constraints, self.seed)?;
        Ok(SampledProblem {
            set,
            objective,
            sampler,
        })
    }

    /// The name of the only metric with a weight, or "the objective".
    pub fn objective_name(&self) -> &str {
        let mut weighted = self
            .goal
            .metrics
            .iter()
            .filter(|metric| metric.weight > 0.0);
        match (weighted.next(), weighted.next()) {
            (Some(only), None) => &only.name,
            _ => "the objective",
        }
    }
}

/// A problem with a sampler of mixtures within its limits.
pub(crate) struct SampledProblem<'a> {
    /// The surrogates, with the natural mixture of the problem.
    pub set: Cow<'a, SurrogateSet>,
    /// The objective, within the bounds on metrics.
    pub objective: Objective,
    /// Draws mixtures within the limits.
    pub sampler: Sampler,
}
