//! [`Study`]: everything a user opens, edits, undoes and saves.

mod apply;
mod caches;
mod edit;
mod edit_limits;
mod edit_objective;
mod edit_phases;
mod edit_saved;
mod edit_tokenizer;
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
use crate::jobs::{JobSlot, LocalProfile, Slots};
use crate::{
    Dataset, Evidence, Example, Fit, JobId, Limits, NamedMixture, ObjectiveSettings, State,
    StudyError, TokenizerWork, View, demo,
};
use caches::Caches;

/// Everything a user opens, edits, undoes and saves. Read by fronts, changed by [`Study::apply`]
/// alone.
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
    /// Counts what [`LocalProfile`]s depend on; the look in hand belongs to `profiled`.
    profile_basis: u64,
    profiled: u64,
    profiling: u64,
    revision: u64,
    /// Counts what is worth asking about before it is thrown away, and where that count was when
    /// the study was saved; `None` when it was never.
    edits: u64,
    saved_edits: Option<u64>,
    caches: Caches,
}

/// A drag in progress: everything until its end is one step.
#[derive(Clone, Debug)]
struct Drag {
    before: Arc<State>,
    is_recorded: bool,
    /// The domain being dragged and the mixture when that began, so that dragging there and back
    /// changes nothing.
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

    /// The embedded demo, aiming at a mixture for a code model.
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
            profile_basis: 1,
            profiled: 0,
            profiling: 0,
            revision: 0,
            edits: 0,
            saved_edits: Some(0),
            caches: Caches::default(),
        };
        study.fit_view();
        study
    }

    /// The same with what was known of a tokenizer.
    pub(crate) fn with_tokenizer(mut self, tokenizer: TokenizerWork) -> Self {
        self.tokenizer = tokenizer;
        self
    }

    /// Everything that can be undone.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How the study is looked at.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The data, and what was computed from them.
    pub fn dataset(&self) -> &Dataset {
        let own = self
            .datasets
            .iter()
            .find(|dataset| dataset.id == self.state.dataset);
        own.expect("a state's data set is kept as long as the state can be reached")
    }

    /// The domains.
    pub fn domains(&self) -> &Arc<DomainSet> {
        self.state.domains()
    }

    /// A tokenizer and the mixture behind it.
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

    /// Surrogates side by side, once they were compared.
    pub fn evidence(&self) -> Option<&Arc<Evidence>> {
        self.dataset().work.results.evidence.as_ref()
    }

    /// The mixture under the sliders.
    pub fn current(&self) -> &Mixture {
        &self.state.current
    }

    /// What everything is compared with.
    pub fn baseline(&self) -> &NamedMixture {
        &self.state.baseline
    }

    /// Mixtures that were kept.
    pub fn saved(&self) -> &[NamedMixture] {
        &self.state.saved
    }

    /// Domains that do not move.
    pub fn locks(&self) -> &Locks {
        &self.state.locks
    }

    /// Bounds, supply and constraints as the user states them.
    pub fn limits(&self) -> &Limits {
        &self.state.limits
    }

    /// Who gives and takes when a slider is dragged.
    pub fn redistribution(&self) -> Redistribution {
        self.state.redistribution
    }

    /// Every metric with its weight, the aim, and bounds on metrics.
    pub fn goal(&self) -> &ObjectiveSettings {
        &self.state.goal
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        self.undo_title().is_some()
    }

    /// Whether there is a step to do again.
    pub fn can_redo(&self) -> bool {
        self.redo_title().is_some()
    }

    /// The title of the step that undo takes back.
    pub fn undo_title(&self) -> Option<&'static str> {
        self.history.undo_title()
    }

    /// The title of the step that redo does again.
    pub fn redo_title(&self) -> Option<&'static str> {
        self.history.redo_title()
    }

    /// How many steps can be undone.
    pub fn undo_steps(&self) -> usize {
        self.history.len()
    }

    /// Jobs that were asked for and have not come back: generation number and title, oldest first.
    pub fn running_jobs(&self) -> Vec<(JobId, &'static str)> {
        self.jobs
            .running()
            .into_iter()
            .map(|job| (job.id, job.title))
            .collect()
    }

    /// The job that infers the mixture behind the tokenizer, while it runs.
    pub fn inferring(&self) -> Option<JobId> {
        self.jobs.in_slot(JobSlot::Infer).map(|job| job.id)
    }

    /// Goes up with every change, for fronts that keep what they drew.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether mixtures, limits, objective, data or fits changed since the study was saved or
    /// opened; how it is looked at does not count.
    pub fn is_modified(&self) -> bool {
        self.saved_edits != Some(self.edits)
    }

    /// Counts changes of mixtures, limits, objective, data and fits.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    fn fit_view(&mut self) {
        let runs = self.table().map_or(0, |table| table.len());
        let (domains, metrics) = (self.domains().len(), self.goal().metrics.len());
        self.view.fit_to(domains, metrics, runs);
    }
}
