//! [`JobRequest`] and [`JobResult`]: what goes to a worker and what comes back.

use std::sync::Arc;

use mixlens_core::fit::{CompareParams, SurrogateParams};
use mixlens_core::search::DeviceChoice;
use mixlens_core::simplex::Mixture;
use mixlens_core::table::RunTable;
use mixlens_formats::{ImportOptions, NamedBytes};
use serde::{Deserialize, Serialize};

use super::{
    Evidence, Examination, ImportPreview, InferSettings, InferredMixture, JobSlot, LocalProfile,
    LocalProfileSettings, NextRuns, NextRunsSettings, OnRejected, ParetoFront, ParetoSettings,
    Problem, SampledCategory, SampledMixtures, SamplingSettings, SearchOutcome, SearchSettings,
    SurveyOutcome, SurveySettings,
};
use crate::dataset::DatasetId;
use crate::{Fit, StudyError};

/// The generation number of a job: later jobs have greater ones.
pub type JobId = u64;

/// Work to be done off the frame, with everything that it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRequest {
    /// The generation number, which the result carries back.
    pub id: JobId,
    pub(crate) dataset: DatasetId,
    /// The work.
    pub task: JobTask,
}

/// The kinds of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum JobTask {
    /// Look into files before they are imported.
    Preview {
        /// The files.
        #[serde(with = "crate::wire::files")]
        files: Vec<Arc<NamedBytes>>,
        /// What the user says about them.
        options: ImportOptions,
    },
    /// Read a run table.
    Import {
        /// The files.
        #[serde(with = "crate::wire::files")]
        files: Vec<Arc<NamedBytes>>,
        /// What the user says about them.
        options: ImportOptions,
        /// What to do with rows that cannot be read.
        rejected: OnRejected,
    },
    /// Fit a surrogate to every metric.
    Fit {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogate; the best candidate for each metric without one.
        params: Option<SurrogateParams>,
        /// Seed of the splits behind intervals.
        seed: u64,
    },
    /// Compare surrogates by cross-validation.
    Compare {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogates.
        surrogates: Vec<SurrogateParams>,
        /// How runs are split.
        params: CompareParams,
    },
    /// Follow a surrogate's learning curve and measure its intervals.
    Examine {
        /// The runs.
        table: Arc<RunTable>,
        /// The surrogate.
        surrogate: SurrogateParams,
        /// How runs are split.
        params: CompareParams,
    },
    /// Look for the best predicted mixture.
    Search {
        /// What is searched.
        problem: Problem,
        /// How.
        settings: SearchSettings,
    },
    /// Count simulated mixtures along every domain.
    Survey {
        /// What is surveyed.
        problem: Problem,
        /// How.
        settings: SurveySettings,
    },
    /// Follow the Pareto front of two metrics.
    ParetoFront {
        /// What is searched.
        problem: Problem,
        /// Which metrics, how many points.
        settings: ParetoSettings,
    },
    /// Sample mixtures and predict them.
    SampledMixtures {
        /// What is sampled within.
        problem: Problem,
        /// How many, from where.
        settings: SamplingSettings,
    },
    /// Propose runs to train.
    NextRuns {
        /// What is asked about.
        problem: Problem,
        /// How many, from how large a pool.
        settings: NextRunsSettings,
    },
    /// Infer the mixture behind a tokenizer.
    Infer {
        /// The tokenizer.
        #[serde(with = "crate::wire::file")]
        tokenizer: Arc<NamedBytes>,
        /// The categories that its training text may hold.
        categories: Vec<SampledCategory>,
        /// How.
        settings: InferSettings,
    },
    /// Sample traces, ternary grid and single moves around a mixture.
    LocalProfile {
        /// What is looked at.
        problem: Problem,
        /// The mixture.
        at: Mixture,
        /// What is sampled.
        settings: LocalProfileSettings,
    },
}

impl JobTask {
    /// What is being done, for a progress bar.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Preview { .. } => "Looking into files",
            Self::Import { .. } => "Importing runs",
            Self::Fit { .. } => "Fitting",
            Self::Compare { .. } => "Comparing surrogates",
            Self::Examine { .. } => "Examining the fit",
            Self::Search { .. } => "Searching",
            Self::Survey { .. } => "Surveying mixtures",
            Self::ParetoFront { .. } => "Following the Pareto front",
            Self::SampledMixtures { .. } => "Sampling mixtures",
            Self::NextRuns { .. } => "Choosing runs",
            Self::Infer { .. } => "Inferring the mixture",
            Self::LocalProfile { .. } => "Looking around the mixture",
        }
    }

    /// Where a simulation is wanted and of how many samples, if the work may be one.
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
                let samples = categories.iter_mut().flat_map(|own| &mut own.files);
                std::iter::once(tokenizer).chain(samples).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Jobs of the same slot replace each other.
    pub(crate) fn slot(&self) -> JobSlot {
        match self {
            Self::Preview { .. } => JobSlot::Preview,
            Self::Import { .. } => JobSlot::Import,
            Self::Fit { .. } => JobSlot::Fit,
            Self::Compare { .. } => JobSlot::Compare,
            Self::Examine { .. } => JobSlot::Examine,
            Self::Search { .. } => JobSlot::Search,
            Self::Survey { .. } => JobSlot::Survey,
            Self::ParetoFront { .. } => JobSlot::ParetoFront,
            Self::SampledMixtures { .. } => JobSlot::SampledMixtures,
            Self::NextRuns { .. } => JobSlot::NextRuns,
            Self::Infer { .. } => JobSlot::Infer,
            Self::LocalProfile { .. } => JobSlot::LocalProfile,
        }
    }
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobResult {
    /// The generation number of the request.
    pub id: JobId,
    /// What was found, or why nothing was.
    pub outcome: Result<JobOutcome, StudyError>,
}

impl JobResult {
    /// Takes note of how long the job took.
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

/// What jobs find, one kind per task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum JobOutcome {
    /// What files hold.
    Preview(Arc<ImportPreview>),
    /// A run table.
    Imported {
        /// What the files are called together.
        name: String,
        /// The runs.
        table: Arc<RunTable>,
        /// What the user should know.
        notices: Vec<String>,
    },
    /// Fitted surrogates.
    Fit(Box<Fit>),
    /// Surrogates side by side.
    Evidence(Arc<Evidence>),
    /// A learning curve and the coverage of intervals.
    Examination(Arc<Examination>),
    /// The best predicted mixture.
    Search(Arc<SearchOutcome>),
    /// Where simulated mixtures lie.
    Survey(Arc<SurveyOutcome>),
    /// A Pareto front.
    ParetoFront(Arc<ParetoFront>),
    /// Sampled mixtures.
    SampledMixtures(Arc<SampledMixtures>),
    /// Runs to train.
    NextRuns(Arc<NextRuns>),
    /// The mixture behind a tokenizer.
    Inferred(Arc<InferredMixture>),
    /// Traces, ternary grid and single moves.
    LocalProfile(Arc<LocalProfile>),
}
