//! [`Caches`]: the values that front ends read every frame, each with the key of its inputs.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use mixlens_core::simplex::Mixture;

use super::Study;
use crate::dataset::DatasetId;
use crate::derived::BaselinePrediction;
use crate::{
    Brush, ColumnRef, DifferenceTable, DomainRow, EvidencePlot, InferredPlot, MeasuredPair,
    ObjectiveSettings, Panel, ParallelLines, ParallelPlot, ParetoPlane, Predictions, RunOrder,
    RunsView, ShareOf, SurveyPlot, TrainingPlan,
};

/// A value that is computed at the first read and dropped when its key changes.
#[derive(Debug)]
pub(super) struct Cache<K, T> {
    key: Option<K>,
    value: OnceLock<T>,
}

impl<K, T> Default for Cache<K, T> {
    fn default() -> Self {
        Self {
            key: None,
            value: OnceLock::new(),
        }
    }
}

impl<K: PartialEq, T> Cache<K, T> {
    /// The value, computed by `compute` at the first read.
    pub fn get_or_init(&self, compute: impl FnOnce() -> T) -> &T {
        self.value.get_or_init(compute)
    }

    /// Drops the value when `key` differs from its key.
    fn follow(&mut self, key: K) {
        if self.key.as_ref() != Some(&key) {
            self.key = Some(key);
            self.value.take();
        }
    }
}

/// Counters that increase when large inputs change, so that keys need not hold these inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Basis {
    /// Counts states that were entered: mixtures, locks, limits, objective, phases.
    pub state: u64,
    /// Counts results of jobs, choices among fits, and data sets shown.
    pub work: u64,
    /// Counts tokenizers and inferred mixtures.
    pub inferred: u64,
}

type Data = (DatasetId, u64);

/// All values computed from a study for front ends.
#[derive(Debug, Default)]
pub(super) struct Caches {
    /// The predictions at the baseline: kept while the mixture is dragged.
    pub baseline: Cache<(Data, Mixture), Option<BaselinePrediction>>,
    pub predictions: Cache<(Basis, BTreeSet<usize>), Option<Predictions>>,
    pub domain_rows: Cache<Basis, Vec<DomainRow>>,
    pub differences: Cache<Basis, Option<DifferenceTable>>,
    pub training_plan: Cache<Basis, Option<TrainingPlan>>,
    pub pairs: Cache<Basis, Vec<Vec<MeasuredPair>>>,
    pub run_order: Cache<(DatasetId, RunsView), RunOrder>,
    pub colours: Cache<(DatasetId, RunsView), Vec<Option<f32>>>,
    pub pareto: Cache<(Data, ObjectiveSettings, [usize; 2]), Arc<ParetoPlane>>,
    pub survey: Cache<Data, Option<SurveyPlot>>,
    pub parallel_lines: Cache<Axes, Arc<ParallelLines>>,
    pub parallel: Cache<(Axes, Vec<Brush>), Arc<ParallelPlot>>,
    pub inferred: Cache<(u64, ShareOf), Option<InferredPlot>>,
}

/// The axes of the parallel coordinates, and the runs on them.
type Axes = (Data, Vec<ColumnRef>, BTreeSet<ColumnRef>);

/// The inputs of a local profile.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ProfileKey {
    basis: Basis,
    metric: Option<usize>,
    ternary: [usize; 3],
    evidence: EvidencePlot,
    panels: BTreeSet<Panel>,
    pinned: BTreeSet<usize>,
    /// Profiles are coarse while the mixture moves.
    is_moving: bool,
}

impl Study {
    /// The inputs of a profile of the study in its current state.
    pub(super) fn profile_key(&self) -> ProfileKey {
        ProfileKey {
            basis: self.basis,
            metric: self.view.metric,
            ternary: self.view.ternary,
            evidence: self.view.evidence,
            panels: self.view.panels.clone(),
            pinned: self.view.pinned.clone(),
            is_moving: self.drag.as_ref().is_some_and(|drag| drag.is_recorded),
        }
    }

    /// Drops all values that were computed from other inputs than the current ones.
    pub(super) fn refresh_caches(&mut self) {
        let (view, basis, goal) = (&self.view, self.basis, &self.state.goal);
        let dataset = self.state.dataset;
        let data = (dataset, basis.work);
        let axes = || (data, view.axes.clone(), view.log_axes.clone());
        let caches = &mut self.caches;
        caches
            .baseline
            .follow((data, self.state.baseline.mixture.clone()));
        caches.predictions.follow((basis, view.pinned.clone()));
        caches.domain_rows.follow(basis);
        caches.differences.follow(basis);
        caches.training_plan.follow(basis);
        caches.pairs.follow(basis);
        caches.run_order.follow((dataset, view.runs.clone()));
        caches.colours.follow((dataset, view.runs.clone()));
        caches.pareto.follow((data, goal.clone(), view.pareto));
        caches.survey.follow(data);
        caches.parallel_lines.follow(axes());
        caches.parallel.follow((axes(), view.brushes.clone()));
        caches.inferred.follow((basis.inferred, view.shares));
    }
}
