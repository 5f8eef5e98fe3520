//! Long work as plain data: a [`JobRequest`] leaves the study, [`run_job`] does it anywhere, a
//! [`JobResult`] comes back.

mod backend_report;
mod compare;
mod import;
mod infer;
mod local_profile;
mod next_runs;
mod problem;
mod request;
mod sampled_mixtures;
mod search;
mod slots;
mod survey;
mod worker;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use mixlens_core::compute::{Control, Executor};
use mixlens_core::search::Accelerator;

pub use backend_report::BackendReport;
pub use compare::{
    Evidence, EvidenceEntry, Examination, LeftOutSurrogate, MetricChoice, MetricEvidence,
};
pub use import::{ImportPreview, OnRejected};
pub(crate) use infer::label;
pub use infer::{CategoryKind, InferSettings, InferredMixture, SampledCategory};
pub use local_profile::{LocalProfile, LocalProfileSettings};
pub use next_runs::{NextRuns, NextRunsSettings};
pub use problem::Problem;
pub use request::{JobId, JobOutcome, JobRequest, JobResult, JobTask};
pub use sampled_mixtures::{SampledMixtures, SamplingSettings};
pub use search::{ParetoFront, ParetoSettings, SearchOutcome, SearchSettings};
pub(crate) use slots::{JobSlot, Slots};
pub use survey::{SurveyOutcome, SurveySettings};
#[cfg(feature = "tokenizer")]
pub use worker::infer_from_parts;
pub use worker::{request_from_parts, request_into_parts, result_from_text, result_text};

use crate::StudyError;
use crate::dataset::Fit;

/// Does the work of a request. The same request and seed give the same bytes on any number of
/// threads.
///
/// Pure: it may run on a thread, in a web worker or at once.
pub fn run_job(request: &JobRequest, control: &Control, executor: &dyn Executor) -> JobResult {
    let job = pin!(run_job_on(None, request, control, executor));
    match job.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("only a device is waited for"),
    }
}

/// [`run_job`] with a device for simulations; [`JobTask::simulation`] tells which is wanted.
pub async fn run_job_on(
    device: Option<&dyn Accelerator>,
    request: &JobRequest,
    control: &Control,
    executor: &dyn Executor,
) -> JobResult {
    JobResult {
        id: request.id,
        outcome: outcome(device, &request.task, control, executor).await,
    }
}

async fn outcome(
    device: Option<&dyn Accelerator>,
    task: &JobTask,
    control: &Control,
    executor: &dyn Executor,
) -> Result<JobOutcome, StudyError> {
    Ok(match task {
        JobTask::Preview { files, options } => {
            JobOutcome::Preview(Arc::new(import::preview(files, options, control)?))
        }
        JobTask::Import {
            files,
            options,
            rejected,
        } => import::import(files, options, *rejected, control)?,
        JobTask::Fit {
            table,
            params,
            seed,
        } => JobOutcome::Fit(Box::new(Fit::of_table(
            table,
            params.as_ref(),
            *seed,
            control,
            executor,
        )?)),
        JobTask::Compare {
            table,
            surrogates,
            params,
        } => JobOutcome::Evidence(Arc::new(Evidence::of_table(
            table, surrogates, *params, control, executor,
        )?)),
        JobTask::Examine {
            table,
            surrogate,
            params,
        } => JobOutcome::Examination(Arc::new(Examination::of_table(
            table, surrogate, *params, control, executor,
        )?)),
        JobTask::Search { problem, settings } => JobOutcome::Search(Arc::new(
            search::search(problem, settings, device, control, executor).await?,
        )),
        JobTask::Survey { problem, settings } => JobOutcome::Survey(Arc::new(
            survey::survey(problem, settings, device, control, executor).await?,
        )),
        JobTask::ParetoFront { problem, settings } => JobOutcome::ParetoFront(Arc::new(
            search::front(problem, *settings, control, executor)?,
        )),
        JobTask::SampledMixtures { problem, settings } => JobOutcome::SampledMixtures(Arc::new(
            sampled_mixtures::sample_mixtures(problem, settings, control, executor)?,
        )),
        JobTask::NextRuns { problem, settings } => {
            JobOutcome::NextRuns(Arc::new(next_runs::next_runs(problem, settings, control)?))
        }
        JobTask::Infer {
            tokenizer,
            categories,
            settings,
        } => JobOutcome::Inferred(Arc::new(infer::infer_mixture(
            tokenizer, categories, settings, control, executor,
        )?)),
        JobTask::LocalProfile {
            problem,
            at,
            settings,
        } => JobOutcome::LocalProfile(Arc::new(local_profile::profile(
            problem, at, settings, control, executor,
        )?)),
    })
}
