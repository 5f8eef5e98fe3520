//! Commands that start work: each becomes a job request with all its inputs.

use std::sync::Arc;

use mixlens_core::fit::{CompareParams, SurrogateSet};
use mixlens_core::table::RunTable;

use super::Study;
use super::edit::check_index;
use crate::derived::noise;
use crate::{Analysis, Dataset, Event, EvidencePlot, Fit, JobRequest, JobTask, Panel, StudyError};
use mixlens_jobs::{JobKind, LocalProfileSettings, Problem};

/// Points along a trace, and during a drag.
const TRACE_POINTS: [usize; 2] = [41, 15];
/// Steps along a side of the ternary plot, and during a drag.
const TERNARY_STEPS: [usize; 2] = [32, 14];

impl Study {
    /// Starts, stops or ends a job, or chooses among its results.
    pub(super) fn analyse(
        &mut self,
        title: &'static str,
        analysis: Analysis,
    ) -> Result<Vec<Event>, StudyError> {
        let task = match analysis {
            Analysis::PreviewFiles { files, options } => JobTask::Preview { files, options },
            Analysis::ImportFiles {
                files,
                options,
                rejected,
            } => JobTask::Import {
                files,
                options,
                rejected,
            },
            Analysis::Fit(params) => JobTask::Fit {
                table: self.needed_table(title)?,
                params: Some(params),
                seed: self.state.seed,
            },
            Analysis::FitBest => JobTask::Fit {
                table: self.needed_table(title)?,
                params: None,
                seed: self.state.seed,
            },
            Analysis::ExamineFit => self.examination(title)?,
            Analysis::Compare { surrogates, params } => JobTask::Compare {
                table: self.needed_table(title)?,
                surrogates,
                params,
            },
            Analysis::Search(settings) => JobTask::Search {
                problem: self.problem(title, settings.keep_locks)?,
                settings,
            },
            Analysis::Survey(settings) => JobTask::Survey {
                problem: self.problem(title, true)?,
                settings,
            },
            Analysis::FollowFront(settings) => JobTask::ParetoFront {
                problem: self.problem(title, true)?,
                settings,
            },
            Analysis::ProposeRuns(settings) => JobTask::NextRuns {
                problem: self.problem(title, false)?,
                settings,
            },
            Analysis::SampleMixtures(settings) => JobTask::SampledMixtures {
                problem: self.problem(title, true)?,
                settings,
            },
            Analysis::InferMixture => self.inference(title)?,
            Analysis::UpdateProfile => return self.update_profile(),
            Analysis::LoadFit { text } => return self.load_fit(&text),
            Analysis::ChooseFit(index) => return self.choose_fit(index),
            Analysis::CancelJob(id) => {
                return Ok(self
                    .jobs
                    .finish(id)
                    .map(|job| Event::JobCancelled(job.id))
                    .into_iter()
                    .collect());
            }
            Analysis::JobFinished(result) => return Ok(self.receive(result)),
        };
        Ok(self.request(task))
    }

    /// Requests a task under a new number, and cancels the job that it replaces.
    fn request(&mut self, task: JobTask) -> Vec<Event> {
        let dataset = self.state.dataset;
        let (id, replaced) = self.jobs.start(task.kind(), dataset);
        let request = Event::JobRequested(Box::new(JobRequest { id, task }));
        replaced
            .map(Event::JobCancelled)
            .into_iter()
            .chain([request])
            .collect()
    }

    fn needed_table(&self, command: &'static str) -> Result<Arc<RunTable>, StudyError> {
        let missing = StudyError::Missing {
            command,
            what: "runs",
            advice: "import a run table first",
        };
        self.table().cloned().ok_or(missing)
    }

    /// The problem of a search; locked domains keep their proportions when `keep_locks`.
    fn problem(&self, command: &'static str, keep_locks: bool) -> Result<Problem, StudyError> {
        let missing = StudyError::Missing {
            command,
            what: "a fit",
            advice: "fit a surrogate to the runs first",
        };
        let fit = self.fit().ok_or(missing)?;
        let state = &self.state;
        let mut limits = state.limits.clone();
        if keep_locks {
            for (domain, &part) in state.current.parts().iter().enumerate() {
                if state.locks.is_locked(domain) {
                    for bounds in [&mut limits.lower, &mut limits.upper] {
                        bounds
                            .iter_mut()
                            .skip(domain)
                            .take(1)
                            .for_each(|bound| *bound = Some(part));
                    }
                }
            }
        }
        Ok(Problem {
            set: Arc::clone(&fit.set),
            baseline: state.baseline.mixture.clone(),
            natural: state.limits.natural(state.domains()),
            limits,
            goal: state.goal.clone(),
            seed: state.seed,
        })
    }

    /// The examination of the active fit, or of the first of its surrogates where metrics have
    /// different ones.
    fn examination(&self, command: &'static str) -> Result<JobTask, StudyError> {
        let table = self.needed_table(command)?;
        let missing = StudyError::Missing {
            command,
            what: "a fit",
            advice: "fit a surrogate to the runs first",
        };
        let fitted = self.fit().and_then(|fit| fit.set.metrics().first());
        let surrogate = fitted
            .and_then(|fitted| fitted.params.clone())
            .ok_or(missing)?;
        let params = CompareParams::usual(table.len(), self.state.seed);
        Ok(JobTask::Examine {
            surrogate,
            table,
            params,
        })
    }

    /// Requests traces, ternary grid and best move, unless they are current or requested already.
    fn update_profile(&mut self) -> Result<Vec<Event>, StudyError> {
        if self.fit().is_none()
            || self.is_profile_current()
            || self.jobs.of_kind(JobKind::LocalProfile).is_some()
        {
            return Ok(Vec::new());
        }
        let problem = self.problem("Update profile", false)?;
        let shows = |panel| self.view.panels.contains(&panel);
        let has_corners = self
            .view
            .ternary
            .iter()
            .all(|&corner| corner < self.domains().len());
        let name = self
            .view
            .metric
            .and_then(|metric| self.goal().metrics.get(metric))
            .zip(self.fit());
        let objective_noise = || {
            self.predictions()
                .and_then(|all| all.rows.iter().find(|row| row.weight > 0.0)?.noise)
        };
        // Coarse while the mixture moves; the end of a drag requests a fine profile.
        let [trace_points, ternary_steps] =
            [TRACE_POINTS, TERNARY_STEPS].map(|[fine, coarse]| match &self.drag {
                None => fine,
                Some(_) => coarse,
            });
        let settings = LocalProfileSettings {
            shown: self.view.metric,
            traced: self.view.pinned.iter().copied().collect(),
            trace_points: if shows(Panel::Traces) {
                trace_points
            } else {
                0
            },
            bands: self.drag.is_none(),
            ternary: (shows(Panel::Ternary) && has_corners).then_some(self.view.ternary),
            ternary_steps,
            interactions: shows(Panel::Evidence)
                && self.view.evidence == EvidencePlot::Interactions
                && self.drag.is_none(),
            locked: (0..self.domains().len())
                .filter(|&domain| self.locks().is_locked(domain))
                .collect(),
            noise: name.map_or_else(objective_noise, |(metric, fit)| noise(fit, &metric.name)),
        };
        self.profiling = Some(self.profile_key());
        Ok(self.request(JobTask::LocalProfile {
            problem,
            at: self.current().clone(),
            settings,
        }))
    }

    fn load_fit(&mut self, text: &str) -> Result<Vec<Event>, StudyError> {
        let set = Arc::new(SurrogateSet::from_json(text)?);
        let typical_errors = vec![None; set.metrics().len()];
        let fit = Fit {
            params: None,
            set,
            typical_errors,
        };
        if fit.set.domains() == self.domains() {
            return Ok(self.keep_fit(self.state.dataset, fit));
        }
        let domains = Arc::clone(fit.set.domains());
        let mut dataset = Dataset::of_domains(self.next_dataset, "loaded fit", domains);
        dataset.add_fit(fit);
        Ok(self.show_dataset("Load fit", dataset))
    }

    fn choose_fit(&mut self, index: usize) -> Result<Vec<Event>, StudyError> {
        check_index("fit", self.dataset().work.fits.len(), index)?;
        let current = self.state.dataset;
        self.datasets
            .iter_mut()
            .filter(|dataset| dataset.id == current)
            .for_each(|dataset| dataset.work.active = index);
        Ok(self.work_changed(current))
    }
}
