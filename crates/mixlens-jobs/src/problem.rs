//! [`Problem`]: what a search needs to know of a study.

use std::borrow::Cow;
use std::sync::Arc;

use mixlens_core::compute::Control;
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::Objective;
use mixlens_core::simplex::{Constraints, Mixture};
use serde::{Deserialize, Serialize};

use crate::{JobError, Limits, ObjectiveSettings};

/// Surrogates, limits and objective of a study, as they were when a job was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The fitted surrogates, whose metrics improve as the goal says.
    #[serde(with = "crate::wire::set")]
    pub set: Arc<SurrogateSet>,
    /// What bounds on metrics refer to.
    pub baseline: Mixture,
    /// The mixture that priors are drawn around; that of the set where there is none.
    pub natural: Option<Mixture>,
    /// The limits; locked domains have equal bounds.
    pub limits: Limits,
    /// The objective.
    pub goal: ObjectiveSettings,
    /// Seed of everything random.
    pub seed: u64,
}

impl Problem {
    /// The limits, checked.
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

    /// The objective with its aim.
    pub(crate) fn objective(
        &self,
        set: &SurrogateSet,
        constraints: &Constraints,
        control: &Control,
    ) -> Result<Objective, JobError> {
        let baseline = set.predict(self.baseline.parts())?.values;
        self.goal.aimed(set, &baseline, constraints, control)
    }

    /// The name of what is aimed at: the only metric with a weight, or "the objective".
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
