//! [`State`]: everything that can be undone.

use std::sync::Arc;

use mixlens_core::simplex::{Constraints, DomainSet, Locks, Mixture, Redistribution};

use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::{Dataset, Limits, ObjectiveSettings, PlannedPhase};

/// The maximum number of compared mixtures.
pub(crate) const MAX_COMPARED: usize = 8;

/// A mixture with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedMixture {
    /// The name given by the user.
    pub name: String,
    /// The mixture.
    pub mixture: Mixture,
}

/// Everything that can be undone: a few numbers per domain and metric, so that hundreds of states
/// are cheap to keep.
///
/// The data, and the results computed from them, are in the [`Dataset`] that the state refers to.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(crate) dataset: DatasetId,
    /// The mixture under the sliders.
    pub current: Mixture,
    /// The baseline.
    pub baseline: NamedMixture,
    /// The kept mixtures.
    pub saved: Vec<NamedMixture>,
    /// Indices of the saved mixtures that are compared, in the order of choice.
    pub compared: Vec<usize>,
    /// The locked domains.
    pub locks: Locks,
    /// Limits as the user states them.
    pub limits: Limits,
    /// The checked limits.
    pub constraints: Constraints,
    /// Which domains compensate when a slider is dragged.
    pub redistribution: Redistribution,
    /// The objective.
    pub goal: ObjectiveSettings,
    /// The target run in phases; empty for a run on the current mixture alone.
    pub phases: Vec<PlannedPhase>,
    /// Seed of all random numbers.
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

    /// The domains of the state.
    pub fn domains(&self) -> &Arc<DomainSet> {
        self.current.domains()
    }
}
