//! Tasks that can be divided: [`JobTask::split`] into parts that run anywhere, [`JobTask::merge`]
//! of what they found.
//!
//! | task | parts | merged with |
//! |---|---|---|
//! | search by simulation | spans of samples | the best of all, in the order of samples |
//! | survey | spans of samples | sums of counts |
//! | comparison | surrogates | the choice for each metric |
//!
//! The outcome has the same bits as that of the whole task on the CPU.

use std::sync::Arc;

use crate::{Evidence, JobContext, JobError, JobOutcome, JobTask, compare, search, survey};

impl JobTask {
    /// Up to `parts` tasks that do this one together; this task alone where it cannot be divided.
    ///
    /// # Errors
    /// Limits and objectives that cannot be read.
    pub fn split(&self, parts: u64, context: &JobContext<'_>) -> Result<Vec<Self>, JobError> {
        Ok(match self {
            Self::Search { problem, settings }
                if search::simulates(problem, settings, context)? =>
            {
                let part = |span| Self::SearchPart {
                    problem: problem.clone(),
                    settings: settings.clone(),
                    span,
                };
                spans(settings.samples, parts).map(part).collect()
            }
            Self::Survey { problem, settings } => {
                let part = |span| Self::SurveyPart {
                    problem: problem.clone(),
                    settings: settings.clone(),
                    span,
                };
                spans(settings.params.samples, parts).map(part).collect()
            }
            Self::Compare {
                table,
                surrogates,
                params,
            } if parts > 1 => {
                let part = |surrogate| Self::ComparePart {
                    table: Arc::clone(table),
                    surrogate,
                    params: *params,
                };
                compare::compared(surrogates)
                    .into_iter()
                    .map(part)
                    .collect()
            }
            _ => vec![self.clone()],
        })
    }

    /// The outcome of this task from those of its parts, in the order of [`JobTask::split`].
    ///
    /// # Errors
    /// [`JobError::Worker`] for outcomes that are not of parts of this task, and those of the
    /// search among what the parts found.
    pub fn merge(
        &self,
        found: Vec<JobOutcome>,
        context: &JobContext<'_>,
    ) -> Result<JobOutcome, JobError> {
        let mut found = found;
        let other = || JobError::Worker {
            message: "expected the outcomes of the parts of this task, found others".to_owned(),
        };
        if let [JobOutcome::Search(_) | JobOutcome::Survey(_) | JobOutcome::Evidence(_)] =
            &found[..]
        {
            return found.pop().ok_or_else(other);
        }
        Ok(match self {
            Self::Search { problem, settings } => {
                let part = |outcome| match outcome {
                    JobOutcome::SearchPart(part) => Ok(part),
                    _ => Err(other()),
                };
                let parts = found.into_iter().map(part).collect::<Result<_, _>>()?;
                JobOutcome::Search(Arc::new(search::of_parts(
                    problem, settings, parts, context,
                )?))
            }
            Self::Survey { problem, settings } => {
                let part = |outcome| match outcome {
                    JobOutcome::SurveyPart(part) => Ok(part),
                    _ => Err(other()),
                };
                let parts = found.into_iter().map(part).collect::<Result<_, _>>()?;
                JobOutcome::Survey(Arc::new(survey::of_parts(
                    problem, settings, parts, context,
                )?))
            }
            Self::Compare { table, params, .. } => {
                let mut parts = Vec::new();
                for outcome in found {
                    match outcome {
                        JobOutcome::ComparePart(part) => parts.extend(part),
                        _ => return Err(other()),
                    }
                }
                JobOutcome::Evidence(Arc::new(Evidence::of_parts(table, *params, parts)))
            }
            _ => found.pop().filter(|_| found.is_empty()).ok_or_else(other)?,
        })
    }
}

/// `0..samples` in up to `parts` spans of nearly the same length.
fn spans(samples: u64, parts: u64) -> impl Iterator<Item = (u64, u64)> {
    let parts = parts.clamp(1, samples.max(1));
    let end = move |part: u64| {
        // In 128 bits, since `samples * part` need not fit into 64.
        (u128::from(samples) * u128::from(part) / u128::from(parts)) as u64
    };
    (0..parts).map(move |part| (end(part), end(part + 1)))
}

#[cfg(test)]
mod tests {
    use mixlens_core::compute::{Control, Sequential};
    use mixlens_core::fit::{CompareParams, SurrogateParams, SurrogateSet};
    use mixlens_core::table::RunTable;
    use mixlens_formats::{ImportOptions, NamedBytes, import_run_table};

    use super::*;
    use crate::{
        JobRequest, Limits, ObjectiveSettings, Problem, SearchSettings, SurveySettings, run_job,
    };

    fn table() -> Arc<RunTable> {
        let mut text = "run,train_a,train_b,train_c,loss,valid_x\n".to_owned();
        for run in 0..40 {
            let (a, b) = (f64::from(run % 8) / 10.0, f64::from(run % 5) / 20.0);
            let (x, y) = (2.0 - a * (1.0 - a) + 0.3 * b, 1.0 + b * b - 0.2 * a);
            text += &format!("{run},{a},{b},{},{x},{y}\n", 1.0 - a - b);
        }
        let file = NamedBytes::new("runs.csv", text);
        let read = import_run_table(&[file], &ImportOptions::default()).unwrap();
        Arc::new(read.table)
    }

    fn problem(table: &RunTable) -> Problem {
        let params = SurrogateParams::named("trees", &[]).unwrap();
        let control = Control::default();
        let set = SurrogateSet::fit(table, &[0, 1], &params, &control, &Sequential).unwrap();
        Problem {
            baseline: set.centre().mixture,
            natural: None,
            limits: Limits::none(3),
            goal: ObjectiveSettings::of(&set.metric_set()),
            seed: 3,
            set: Arc::new(set),
        }
    }

    fn outcome(task: JobTask) -> JobOutcome {
        let control = Control::default();
        run_job(&JobRequest { id: 1, task }, &control, &Sequential)
            .outcome
            .unwrap()
    }

    /// Runs a task whole and in parts, and gives the number of parts.
    fn compare_with_parts(task: &JobTask, parts: u64) -> usize {
        let control = Control::default();
        let context = JobContext {
            device: None,
            control: &control,
            executor: &Sequential,
        };
        let split = task.split(parts, &context).unwrap();
        let count = split.len();
        let found = split.into_iter().map(outcome).collect();
        let merged = task.merge(found, &context).unwrap();
        assert_eq!(merged, outcome(task.clone()));
        count
    }

    #[test]
    fn a_simulated_search_in_parts_finds_the_same() {
        let table = table();
        let task = JobTask::Search {
            problem: problem(&table),
            settings: SearchSettings {
                samples: 5000,
                top: 20,
                ..SearchSettings::default()
            },
        };
        for parts in [1, 3, 7] {
            assert_eq!(compare_with_parts(&task, parts), parts as usize);
        }
    }

    #[test]
    fn a_survey_in_parts_counts_the_same() {
        let table = table();
        let mut settings = SurveySettings::default();
        settings.params.samples = 9001;
        let task = JobTask::Survey {
            problem: problem(&table),
            settings,
        };
        for parts in [1, 4] {
            assert_eq!(compare_with_parts(&task, parts), parts as usize);
        }
    }

    #[test]
    fn a_comparison_in_parts_chooses_the_same() {
        let surrogates = ["ridge", "scheffe", "effective-data"];
        let task = JobTask::Compare {
            table: table(),
            surrogates: surrogates
                .map(|name| SurrogateParams::named(name, &[]).unwrap())
                .to_vec(),
            params: CompareParams::usual(40, 1),
        };
        assert_eq!(compare_with_parts(&task, 2), 3);
    }

    #[test]
    fn spans_cover_every_sample_once() {
        for (samples, parts) in [(10, 3), (2, 5), (1, 1), (u64::MAX, 4)] {
            let spans: Vec<_> = spans(samples, parts).collect();
            assert_eq!(spans.first().unwrap().0, 0);
            assert_eq!(spans.last().unwrap().1, samples);
            assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }
    }
}
