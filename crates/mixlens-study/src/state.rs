//! [`State`]: everything that can be undone.

use std::sync::Arc;

use mixlens_core::simplex::{Constraints, DomainSet, Locks, Mixture, Redistribution};

use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::{Dataset, Limits, ObjectiveSettings, PlannedPhase};

/// How many mixtures are compared at most.
pub(crate) const MAX_COMPARED: usize = 8;

/// A mixture under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedMixture {
    /// The name the user knows it by.
    pub name: String,
    /// The mixture.
    pub mixture: Mixture,
}

/// Everything that can be undone: a few numbers per domain and metric, so that hundreds of states
/// are cheap to keep.
///
/// The data it is about, and what was computed from them, are in the [`Dataset`] that it points to.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(crate) dataset: DatasetId,
    /// The mixture under the sliders.
    pub current: Mixture,
    /// What everything is compared with.
    pub baseline: NamedMixture,
    /// Mixtures the user kept.
    pub saved: Vec<NamedMixture>,
    /// Positions of the saved mixtures that are compared, in the order they were chosen.
    pub compared: Vec<usize>,
    /// Domains that do not move.
    pub locks: Locks,
    /// Limits as the user states them.
    pub limits: Limits,
    /// The same limits, checked.
    pub constraints: Constraints,
    /// Who gives and takes when a slider is dragged.
    pub redistribution: Redistribution,
    /// The objective.
    pub goal: ObjectiveSettings,
    /// The target run in phases; empty for a run on the current mixture alone.
    pub phases: Vec<PlannedPhase>,
    /// Seed of everything random.
    pub seed: u64,
}

impl State {
    /// The starting point for a data set: the natural mixture (or the runs' mean, or the uniform
    /// one) as baseline and current.
    pub(crate) fn new(dataset: &Dataset) -> Self {
        let domains = dataset.domains();
        let baseline = dataset.natural_or_mean();
        Self {
            dataset: dataset.id,
            current: baseline.mixture.clone(),
            baseline,
            saved: Vec::new(),
            compared: Vec::new(),
            locks: Locks::none(domains),
            limits: Limits::none(domains.len()),
            constraints: Constraints::free(domains),
            redistribution: Redistribution::default(),
            goal: dataset
                .metrics()
                .map(|metrics| ObjectiveSettings::of(&metrics))
                .unwrap_or_default(),
            phases: Vec::new(),
            seed: 0,
        }
    }

    /// The domains that everything is over.
    pub fn domains(&self) -> &Arc<DomainSet> {
        self.current.domains()
    }
}
