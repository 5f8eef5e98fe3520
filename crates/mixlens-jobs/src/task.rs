//! The table of jobs: a worker gets a [`JobTask`] and returns a [`JobOutcome`].

use std::sync::Arc;

use mixlens_core::fit::{CompareParams, SurrogateParams};
use mixlens_core::search::{DeviceChoice, Tally};
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::table::RunTable;
use mixlens_formats::{ImportOptions, NamedBytes};
use serde::{Deserialize, Serialize};

use crate::{
    Evidence, Examination, Fit, ImportPreview, ImportedRuns, InferSettings, InferredMixture,
    JobContext, JobError, LocalProfile, LocalProfileSettings, NextRuns, NextRunsSettings,
    OnRejected, ParetoFront, ParetoSettings, Problem, SampledCategory, SampledMixtures,
    SamplingSettings, SearchOutcome, SearchSettings, SimulatedSpan, SurveyOutcome, SurveySettings,
    ValidatedSurrogate, compare, import, infer, local_profile, next_runs, pareto, sampled_mixtures,
    search, survey,
};

/// The definition of each job: task, title and input; then outcome, field of [`JobResults`] that
/// keeps the outcome, and the function that does the work.
///
/// A new job is one entry here and one file beside this one.
macro_rules! jobs {
    ($(
        $(#[$task_doc:meta])*
        $task:ident $title:literal {
            $($(#[$field_doc:meta])* $field:ident: $field_type:ty,)*
        }
        => $(#[$outcome_doc:meta])* $outcome:ident($found:ty)
        $(, kept as $(#[$kept_meta:meta])* $kept:ident)?
        = |$context:pat_param| $run:expr;
    )*) => {
        /// The kinds of work, each with all its inputs.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum JobTask {
            $(
                $(#[$task_doc])*
                $task { $($(#[$field_doc])* $field: $field_type,)* },
            )*
        }

        /// The kind of a [`JobTask`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum JobKind {
            $($(#[$task_doc])* $task,)*
        }

        /// The outcomes of jobs, one kind per task.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum JobOutcome {
            $($(#[$outcome_doc])* $outcome($found),)*
        }

        /// The latest outcomes for one data set, of the jobs whose outcome is kept.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct JobResults {
            $($(
                #[doc = concat!("The latest [`JobOutcome::", stringify!($outcome), "`].")]
                $(#[$kept_meta])*
                pub $kept: Option<$found>,
            )?)*
        }

        impl JobTask {
            /// The kind of work.
            pub fn kind(&self) -> JobKind {
                match self {
                    $(Self::$task { .. } => JobKind::$task,)*
                }
            }

            /// Does the work.
            pub(crate) async fn run(
                &self,
                context: &JobContext<'_>,
            ) -> Result<JobOutcome, JobError> {
                Ok(match self {
                    $(Self::$task { $($field),* } => {
                        let $context = context;
                        JobOutcome::$outcome($run)
                    })*
                })
            }
        }

        impl JobKind {
            /// What is being done, for a progress bar.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$task => $title,)*
                }
            }
        }

        impl JobResults {
            /// Keeps an outcome. An outcome of a job without a field here is returned.
            pub fn keep(&mut self, outcome: JobOutcome) -> Option<JobOutcome> {
                match outcome {
                    $($(JobOutcome::$outcome(found) => {
                        self.$kept = Some(found);
                        None
                    })?)*
                    other => Some(other),
                }
            }

            /// Whether everything kept is about these domains.
            pub fn is_over(&self, domains: &DomainSet) -> bool {
                true $($(&& self.$kept.iter().all(|found| found.is_over(domains)))?)*
            }
        }
    };
}

jobs! {
    /// Preview files before they are imported.
    Preview "Previewing files" {
        /// The files.
        #[serde(with = "crate::wire::files")]
        files: Vec<Arc<NamedBytes>>,
        /// Import options of the user.
        options: ImportOptions,
    } => /** The content of files. */ Preview(Arc<ImportPreview>)
    = |with| Arc::new(import::preview(files, options, with.control)?);

    /// Read a run table.
    Import "Importing runs" {
        /// The files.
        #[serde(with = "crate::wire::files")]
        files: Vec<Arc<NamedBytes>>,
        /// Import options of the user.
        options: ImportOptions,
        /// What to do with rows that cannot be read.
        rejected: OnRejected,
    } => /** A run table. */ Imported(ImportedRuns)
    = |with| import::import(files, options, *rejected, with.control)?;

    /// Fit a surrogate to every metric.
    Fit "Fitting" {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogate; `None` for the best candidate for each metric.
        params: Option<SurrogateParams>,
        /// Seed of the splits behind intervals.
        seed: u64,
    } => /** Fitted surrogates. */ Fit(Box<Fit>)
    = |with| Box::new(Fit::of_table(table, params.as_ref(), *seed, with)?);

    /// Compare surrogates by cross-validation.
    Compare "Comparing surrogates" {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogates.
        surrogates: Vec<SurrogateParams>,
        /// How runs are split.
        params: CompareParams,
    } => /** A comparison of surrogates. */ Evidence(Arc<Evidence>), kept as evidence
    = |with| Arc::new(Evidence::of_table(table, surrogates, *params, with)?);

    /// Cross-validate one surrogate, as a part of a comparison.
    ComparePart "Comparing surrogates" {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogate, and whether its refusal ends the comparison.
        surrogate: (SurrogateParams, bool),
        /// How runs are split.
        params: CompareParams,
    } => /** The results of one surrogate. */ ComparePart(Vec<ValidatedSurrogate>)
    = |with| compare::validated(table, std::slice::from_ref(surrogate), *params, with)?;

    /// Compute a surrogate's learning curve and measure the coverage of its intervals.
    Examine "Examining the fit" {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogate.
        surrogate: SurrogateParams,
        /// How runs are split.
        params: CompareParams,
    } => /** A learning curve and the coverage of intervals. */ Examination(Arc<Examination>),
        kept as examination
    = |with| Arc::new(Examination::of_table(table, surrogate, *params, with)?);

    /// Search for the best predicted mixture.
    Search "Searching" {
        /// Surrogates, limits and objective.
        problem: Problem,
        /// Settings of the search.
        settings: SearchSettings,
    } => /** The best predicted mixture. */ Search(Arc<SearchOutcome>), kept as search
    = |with| Arc::new(search::search(problem, settings, with).await?);

    /// Simulate the samples of a span, as a part of a search.
    SearchPart "Searching" {
        /// What is searched.
        problem: Problem,
        /// How.
        settings: SearchSettings,
        /// The first sample, and the one after the last.
        span: (u64, u64),
    } => /** The best mixtures of a span. */ SearchPart(SimulatedSpan)
    = |with| search::part(problem, settings, *span, with)?;

    /// Count simulated mixtures along every domain.
    Survey "Surveying mixtures" {
        /// Surrogates, limits and objective.
        problem: Problem,
        /// Settings of the survey.
        settings: SurveySettings,
    } => /** Counts of simulated mixtures. */ Survey(Arc<SurveyOutcome>), kept as survey
    = |with| Arc::new(survey::survey(problem, settings, with).await?);

    /// Count the samples of a span, as a part of a survey.
    SurveyPart "Surveying mixtures" {
        /// What is surveyed.
        problem: Problem,
        /// How.
        settings: SurveySettings,
        /// The first sample, and the one after the last.
        span: (u64, u64),
    } => /** The counts of a span. */ SurveyPart(Vec<Tally>)
    = |with| survey::part(problem, settings, *span, with)?;

    /// Compute the Pareto front of two metrics.
    ParetoFront "Computing the Pareto front" {
        /// Surrogates, limits and bounds on metrics.
        problem: Problem,
        /// Which metrics, how many points.
        settings: ParetoSettings,
    } => /** A Pareto front. */ ParetoFront(Arc<ParetoFront>), kept as front
    = |with| Arc::new(pareto::front(problem, *settings, with)?);

    /// Sample mixtures and predict them.
    SampledMixtures "Sampling mixtures" {
        /// Surrogates and limits.
        problem: Problem,
        /// How many, and from which distribution.
        settings: SamplingSettings,
    } => /** Sampled mixtures; not saved, the same seed draws them again. */
        SampledMixtures(Arc<SampledMixtures>), kept as #[serde(skip)] cloud
    = |with| Arc::new(sampled_mixtures::sample_mixtures(problem, settings, with)?);

    /// Propose runs to train.
    NextRuns "Choosing runs" {
        /// Surrogates, limits and objective.
        problem: Problem,
        /// How many, from how large a pool.
        settings: NextRunsSettings,
    } => /** Runs to train. */ NextRuns(Arc<NextRuns>), kept as next_runs
    = |with| Arc::new(next_runs::next_runs(problem, settings, with.control)?);

    /// Infer the training mixture of a tokenizer.
    Infer "Inferring the mixture" {
        /// The tokenizer.
        #[serde(with = "crate::wire::file")]
        tokenizer: Arc<NamedBytes>,
        /// The categories that its training text may contain.
        categories: Vec<SampledCategory>,
        /// Settings of the inference.
        settings: InferSettings,
    } => /** The training mixture of a tokenizer. */ Inferred(Arc<InferredMixture>)
    = |with| Arc::new(infer::infer_mixture(tokenizer, categories, settings, with)?);

    /// Sample traces, ternary grid and single moves around a mixture.
    LocalProfile "Profiling the mixture" {
        /// Surrogates, limits and objective.
        problem: Problem,
        /// The mixture.
        at: Mixture,
        /// What is sampled.
        settings: LocalProfileSettings,
    } => /** Traces, ternary grid and single moves. */ LocalProfile(Arc<LocalProfile>)
    = |with| Arc::new(local_profile::profile(problem, at, settings, with)?);
}

impl JobTask {
    /// Whether the work follows the sliders, so that no longer job may delay it.
    pub fn is_interactive(&self) -> bool {
        matches!(self, Self::LocalProfile { .. })
    }

    /// The device choice and the number of samples, if the work may be a simulation.
    pub fn simulation(&self) -> Option<(DeviceChoice, u64)> {
        match self {
            Self::Search { settings, .. } => Some((settings.device, settings.samples)),
            Self::Survey { settings, .. } => Some((settings.device, settings.params.samples)),
            _ => None,
        }
    }

    /// The files that the work reads, in the order in which they travel.
    pub(crate) fn files_mut(&mut self) -> Vec<&mut Arc<NamedBytes>> {
        match self {
            Self::Preview { files, .. } | Self::Import { files, .. } => files.iter_mut().collect(),
            Self::Infer {
                tokenizer,
                categories,
                ..
            } => {
                let samples = categories.iter_mut().flat_map(|sample| &mut sample.files);
                std::iter::once(tokenizer).chain(samples).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Job numbers: later jobs have higher numbers.
pub type JobId = u64;

/// Work to be done off the frame, under a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRequest {
    /// The number, which the result carries back.
    pub id: JobId,
    /// The work.
    pub task: JobTask,
}

/// The result of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobResult {
    /// The number of the request.
    pub id: JobId,
    /// The outcome, or why there is none.
    pub outcome: Result<JobOutcome, JobError>,
}

impl JobResult {
    /// Records how long the job took.
    #[must_use]
    pub fn taking(mut self, secs: f64) -> Self {
        match &mut self.outcome {
            Ok(JobOutcome::Search(found)) => Arc::make_mut(found).ran_on.secs = Some(secs),
            Ok(JobOutcome::Survey(found)) => Arc::make_mut(found).ran_on.secs = Some(secs),
            _ => {}
        }
        self
    }
}
