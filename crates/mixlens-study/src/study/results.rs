//! Receiving the results of jobs.

use mixlens_core::CoreError;

use super::Study;
use crate::dataset::DatasetId;
use crate::error::message;
use crate::{
    Dataset, Event, Fit, ImportedRuns, JobError, JobKind, JobOutcome, JobResult, ObjectiveSettings,
    State,
};

impl Study {
    /// Receives a job's result, unless the job has been replaced or cancelled, or the data are
    /// gone.
    pub(super) fn receive(&mut self, result: JobResult) -> Vec<Event> {
        let was_inferring = self
            .jobs
            .of_kind(JobKind::Infer)
            .is_some_and(|job| job.id == result.id);
        let Some(job) = self.jobs.finish(result.id) else {
            return vec![Event::ResultDropped(result.id)];
        };
        let outcome = match result.outcome {
            Ok(outcome) => outcome,
            Err(JobError::Core(CoreError::Cancelled)) => {
                return vec![Event::JobCancelled(job.id)];
            }
            Err(problem) => {
                if was_inferring {
                    self.tokenizer.problem = Some(message(&problem));
                    self.revision += 1;
                    return vec![Event::InferenceChanged];
                }
                return vec![Event::JobFailed {
                    id: job.id,
                    title: job.title,
                    problem: message(&problem),
                }];
            }
        };
        match outcome {
            JobOutcome::Preview(preview) => vec![Event::PreviewReady(preview)],
            JobOutcome::Imported(ImportedRuns {
                name,
                table,
                notices,
            }) => self.show_dataset(
                "Import runs",
                Dataset::of_table(self.next_dataset, name, table, notices),
            ),
            JobOutcome::Inferred(found) => {
                self.tokenizer.found = Some(found);
                self.basis.inferred += 1;
                self.revision += 1;
                self.edits += 1;
                vec![Event::InferenceChanged]
            }
            JobOutcome::LocalProfile(look) => {
                if job.dataset == self.state.dataset {
                    self.look = Some(look);
                    self.profiled = self.profiling.take();
                    self.revision += 1;
                }
                vec![Event::ViewChanged]
            }
            JobOutcome::Fit(fit) => self.keep_fit(job.dataset, *fit),
            outcome => self.keep(job.dataset, |dataset| {
                dataset.work.results.keep(outcome);
            }),
        }
    }

    /// Keeps a fit. Metrics of a fit without runs are added to the objective.
    pub(super) fn keep_fit(&mut self, dataset: DatasetId, fit: Fit) -> Vec<Event> {
        let events = self.keep(dataset, |dataset| dataset.add_fit(fit));
        if dataset == self.state.dataset
            && self.state.goal.metrics.is_empty()
            && let Some(metrics) = self.dataset().metrics()
        {
            // Not recorded as a step: there was no choice before.
            std::sync::Arc::make_mut(&mut self.state).goal = ObjectiveSettings::of(&metrics);
            self.fit_view();
        }
        self.follow_directions();
        events
    }

    /// Changes the results of a data set; such changes are not undone.
    fn keep(&mut self, dataset: DatasetId, change: impl FnOnce(&mut Dataset)) -> Vec<Event> {
        match self.datasets.iter_mut().find(|kept| kept.id == dataset) {
            Some(kept) => change(kept),
            None => return Vec::new(),
        }
        self.work_changed(dataset)
    }

    pub(super) fn work_changed(&mut self, dataset: DatasetId) -> Vec<Event> {
        if dataset == self.state.dataset {
            self.basis.work += 1;
        }
        self.revision += 1;
        self.edits += 1;
        vec![Event::WorkChanged]
    }

    /// Shows other data, as one step that can be undone.
    ///
    /// If the domains are the same, the state stays; if the metrics are the same as well, the
    /// objective stays.
    pub(super) fn show_dataset(&mut self, title: &'static str, dataset: Dataset) -> Vec<Event> {
        let fresh = State::new(&dataset);
        let current = &*self.state;
        let mut next = State {
            seed: current.seed,
            ..fresh
        };
        if current.domains() == next.domains() {
            let goal = if current.goal.metric_set() == next.goal.metric_set() {
                current.goal.clone()
            } else {
                next.goal
            };
            next = State {
                dataset: dataset.id,
                goal,
                ..current.clone()
            };
        }
        self.next_dataset = dataset.id + 1;
        self.datasets.push(dataset);
        self.drag = None;
        self.step(title, next)
    }
}
