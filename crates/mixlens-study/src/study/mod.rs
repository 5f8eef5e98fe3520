//! [`Study`]: everything a user opens, edits, undoes and saves.

mod apply;
mod caches;
mod change_view;
mod edit;
mod edit_limits;
mod edit_objective;
mod edit_phases;
mod edit_saved;
mod edit_tokenizer;
mod output;
mod plot_data;
mod results;
mod shown;
#[cfg(test)]
mod tests;
mod work;

use std::sync::Arc;

use mixlens_core::simplex::{DomainSet, Locks, Mixture, Redistribution};
use mixlens_core::table::RunTable;

use crate::dataset::DatasetId;
use crate::history::History;
use crate::slots::Slots;
use crate::{
    Dataset, Evidence, Example, Fit, JobId, Limits, NamedMixture, ObjectiveSettings, State,
    StudyError, TokenizerWork, View, demo,
};
use caches::{Basis, Caches, ProfileKey};
use mixlens_jobs::{JobKind, LocalProfile};

/// Everything a user opens, edits, undoes and saves. Front ends read it; only [`Study::apply`]
/// changes it.
#[derive(Debug)]
pub struct Study {
    state: Arc<State>,
    view: View,
    datasets: Vec<Dataset>,
    tokenizer: TokenizerWork,
    next_dataset: DatasetId,
    history: History,
    drag: Option<Drag>,
    jobs: Slots,
    look: Option<Arc<LocalProfile>>,
    /// Inputs of the profile in `look`, and of the one being computed.
    profiled: Option<ProfileKey>,
    profiling: Option<ProfileKey>,
    basis: Basis,
    revision: u64,
    /// The number of edits that a user may want to save, and that number at the last save; `None`
    /// when the study has never been saved.
    edits: u64,
    saved_edits: Option<u64>,
    caches: Caches,
}

/// A drag in progress: all edits until its end are one step.
#[derive(Clone, Debug)]
struct Drag {
    before: Arc<State>,
    is_recorded: bool,
    /// The domain being dragged and the mixture at the start, so that dragging back restores it.
    base: Option<(usize, Mixture)>,
}

impl Study {
    /// A study of domains alone, without runs.
    pub fn of_domains(name: impl Into<String>, domains: Arc<DomainSet>) -> Self {
        Self::of_dataset(Dataset::of_domains(0, name, domains))
    }

    /// A study of a run table.
    pub fn of_table(name: impl Into<String>, table: Arc<RunTable>) -> Self {
        Self::of_dataset(Dataset::of_table(0, name, table, Vec::new()))
    }

    /// An embedded example.
    ///
    /// # Errors
    /// None, unless this program was built with a broken one.
    pub fn example(example: Example) -> Result<Self, StudyError> {
        match example {
            Example::Demo => Self::demo(),
        }
    }

    /// The embedded demo, with the objective of a code model.
    ///
    /// # Errors
    /// None, unless this program was built with a broken demo.
    pub fn demo() -> Result<Self, StudyError> {
        let mut study = Self::of_table(demo::NAME, demo::demo_table()?);
        let goal = &mut Arc::make_mut(&mut study.state).goal;
        for metric in &mut goal.metrics {
            metric.weight = f64::from(u8::from(demo::AIM.contains(&metric.name.as_str())));
        }
        // The sentence is about one metric, which has an interval.
        study.view.metric = study
            .state
            .goal
            .metrics
            .iter()
            .position(|metric| metric.name == demo::SHOWN);
        Ok(study)
    }

    pub(crate) fn of_dataset(dataset: Dataset) -> Self {
        let state = State::new(&dataset);
        let next_dataset = dataset.id + 1;
        Self::of_parts(state, View::default(), vec![dataset], next_dataset)
    }

    /// A study without history.
    pub(crate) fn of_parts(
        state: State,
        view: View,
        datasets: Vec<Dataset>,
        next_dataset: DatasetId,
    ) -> Self {
        let mut study = Self {
            state: Arc::new(state),
            view,
            datasets,
            tokenizer: TokenizerWork::default(),
            next_dataset,
            history: History::default(),
            drag: None,
            jobs: Slots::default(),
            look: None,
            profiled: None,
            profiling: None,
            basis: Basis::default(),
            revision: 0,
            edits: 0,
            saved_edits: Some(0),
            caches: Caches::default(),
        };
        study.fit_view();
        study.refresh_caches();
        study
    }

    /// The study with a saved tokenizer panel.
    pub(crate) fn with_tokenizer(mut self, tokenizer: TokenizerWork) -> Self {
        self.tokenizer = tokenizer;
        self.basis.inferred += 1;
        self.refresh_caches();
        self
    }

    /// The state that can be undone.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// View settings: panels, sorting, zoom. Saved, not undoable.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The data, and the results computed from them.
    pub fn dataset(&self) -> &Dataset {
        let dataset = self
            .datasets
            .iter()
            .find(|dataset| dataset.id == self.state.dataset);
        dataset.expect("a state's data set is kept as long as the state can be reached")
    }

    /// The domains.
    pub fn domains(&self) -> &Arc<DomainSet> {
        self.state.domains()
    }

    /// A tokenizer and its inferred mixture.
    pub fn tokenizer(&self) -> &TokenizerWork {
        &self.tokenizer
    }

    /// The runs, when there are any.
    pub fn table(&self) -> Option<&Arc<RunTable>> {
        self.dataset().table()
    }

    /// The fit that predictions come from.
    pub fn fit(&self) -> Option<&Fit> {
        self.dataset().fit()
    }

    /// The comparison of surrogates, once there is one.
    pub fn evidence(&self) -> Option<&Arc<Evidence>> {
        self.dataset().work.results.evidence.as_ref()
    }

    /// The mixture under the sliders.
    pub fn current(&self) -> &Mixture {
        &self.state.current
    }

    /// The baseline.
    pub fn baseline(&self) -> &NamedMixture {
        &self.state.baseline
    }

    /// The kept mixtures.
    pub fn saved(&self) -> &[NamedMixture] {
        &self.state.saved
    }

    /// The locked domains.
    pub fn locks(&self) -> &Locks {
        &self.state.locks
    }

    /// Bounds, supply and constraints as the user states them.
    pub fn limits(&self) -> &Limits {
        &self.state.limits
    }

    /// Which domains compensate when a slider is dragged.
    pub fn redistribution(&self) -> Redistribution {
        self.state.redistribution
    }

    /// Every metric with its weight, the scalarisation, and bounds on metrics.
    pub fn goal(&self) -> &ObjectiveSettings {
        &self.state.goal
    }

    /// Whether there is a step to undo.
    pub fn can_undo(&self) -> bool {
        self.undo_title().is_some()
    }

    /// Whether there is a step to redo.
    pub fn can_redo(&self) -> bool {
        self.redo_title().is_some()
    }

    /// The title of the step that undo reverts.
    pub fn undo_title(&self) -> Option<&'static str> {
        self.history.undo_title()
    }

    /// The title of the step that redo repeats.
    pub fn redo_title(&self) -> Option<&'static str> {
        self.history.redo_title()
    }

    /// How many steps can be undone.
    pub fn undo_steps(&self) -> usize {
        self.history.len()
    }

    /// Jobs that have been requested and have no result yet: generation number and title, oldest
    /// first.
    pub fn running_jobs(&self) -> Vec<(JobId, &'static str)> {
        self.jobs
            .running()
            .into_iter()
            .map(|job| (job.id, job.title))
            .collect()
    }

    /// The job that infers the training mixture of the tokenizer, while it runs.
    pub fn inferring(&self) -> Option<JobId> {
        self.jobs.of_kind(JobKind::Infer).map(|job| job.id)
    }

    /// Increases with every change, for front ends that cache their drawing.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether mixtures, limits, objective, data or fits have changed since the study was saved or
    /// opened; view settings do not count.
    pub fn is_modified(&self) -> bool {
        self.saved_edits != Some(self.edits)
    }

    /// The number of changes of mixtures, limits, objective, data and fits.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    fn fit_view(&mut self) {
        let runs = self.table().map_or(0, |table| table.len());
        let (domains, metrics) = (self.domains().len(), self.goal().metrics.len());
        self.view.fit_to(domains, metrics, runs);
    }
}
