//! The analyses of Mixlens as plain data, shared by all front ends.
//!
//! A [`Problem`] states what is searched: surrogates, [`Limits`], [`ObjectiveSettings`], baseline
//! and seed. A [`JobTask`] is one analysis with all its inputs, [`run_job`] does it anywhere and
//! returns a [`JobOutcome`]. Requests and results have a text form for workers that share no
//! memory. Tasks that can be divided are split and merged. The crate has no state, drawing, threads
//! or clock.
//!
//! | what | where |
//! |---|---|
//! | the table of jobs | `task.rs` |
//! | what is searched | `problem.rs`, `limits.rs`, `objective_settings.rs` |
//! | one analysis each | `import`, `fitted`, `compare`, `search`, `survey`, `pareto`, … |
//! | requests and results as text | `text.rs` |

mod backend_report;
mod compare;
mod error;
mod fitted;
mod import;
mod infer;
mod limits;
mod local_profile;
mod next_runs;
mod number;
mod objective_settings;
mod pareto;
mod problem;
mod sampled_mixtures;
mod search;
mod split;
mod survey;
mod task;
mod text;
mod verdicts;
mod wire;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use mixlens_core::compute::{Control, Executor};
use mixlens_core::search::Accelerator;

pub use backend_report::BackendReport;
pub use compare::{
    Evidence, EvidenceEntry, Examination, LeftOutSurrogate, MetricChoice, MetricEvidence,
    ValidatedSurrogate,
};
pub use error::JobError;
pub use fitted::{Fit, surrogate_name};
pub use import::{ImportPreview, ImportedRuns, OnRejected};
pub use infer::{CategoryKind, InferSettings, InferredMixture, SampledCategory, category_label};
pub use limits::Limits;
pub use local_profile::{
    BestMove, Contour, Estimate, Interactions, LocalProfile, LocalProfileSettings, Standing,
    Ternary, TernaryPoint, Trace, Traces, corner_shares, ticks, value_range,
};
pub use next_runs::{NextRuns, NextRunsSettings, choose_runs};
pub use number::{
    decimals_for_error, difference_text, number_text, percent_text, token_text, tokens_from_text,
    value_text,
};
pub use objective_settings::{ObjectiveMetric, ObjectiveSettings, ScalarisationKind};
pub use pareto::{FrontSearch, ParetoFront, ParetoSettings, front_points};
pub use problem::Problem;
pub use sampled_mixtures::{SampledMixtures, SamplingSettings};
pub use search::{Proposed, SearchOutcome, SearchSettings, SimulatedSpan, propose};
pub use survey::{SurveyOutcome, SurveySettings, survey_within};
pub use task::{JobId, JobKind, JobOutcome, JobRequest, JobResult, JobResults, JobTask};
#[cfg(feature = "tokenizer")]
pub use text::infer_from_parts;
pub use text::{request_from_parts, request_into_parts, result_from_text, result_text};

/// What a job runs on.
#[derive(Clone, Copy)]
pub struct JobContext<'a> {
    /// A device for simulations; [`JobTask::simulation`] states where one should run.
    pub device: Option<&'a dyn Accelerator>,
    /// Progress and cancellation.
    pub control: &'a Control,
    /// Where parts of the work run.
    pub executor: &'a dyn Executor,
}

/// Does the work of a request. The same request gives the same bytes on any number of threads.
///
/// Pure: it may run on a thread, in a web worker or at once.
pub fn run_job(request: &JobRequest, control: &Control, executor: &dyn Executor) -> JobResult {
    let job = pin!(run_job_on(None, request, control, executor));
    match job.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("only a device is waited for"),
    }
}

/// [`run_job`] with a device for simulations.
pub async fn run_job_on(
    device: Option<&dyn Accelerator>,
    request: &JobRequest,
    control: &Control,
    executor: &dyn Executor,
) -> JobResult {
    let context = JobContext {
        device,
        control,
        executor,
    };
    JobResult {
        id: request.id,
        outcome: request.task.run(&context).await,
    }
}
