//! Requests and results as text, for workers that share no memory with the study.

use std::sync::Arc;

use mixlens_core::CoreError;
use mixlens_formats::NamedBytes;
use serde::{Deserialize, Serialize};

use super::{JobId, JobOutcome, JobRequest, JobResult, JobTask};
use crate::StudyError;

/// A result as it travels: errors go by their message.
#[derive(Serialize, Deserialize)]
struct Travelling {
    id: JobId,
    outcome: Result<JobOutcome, Reported>,
}

#[derive(Serialize, Deserialize)]
enum Reported {
    Cancelled,
    Problem(String),
}

/// A request as text and, beside it, the files that it reads, whose bytes need no text.
pub fn request_into_parts(mut request: JobRequest) -> (String, Vec<Arc<NamedBytes>>) {
    let files = match &mut request.task {
        JobTask::Preview { files, .. } | JobTask::Import { files, .. } => std::mem::take(files),
        _ => Vec::new(),
    };
    let text = serde_json::to_string(&request).expect("plain data with text keys serialises");
    (text, files)
}

/// The request that [`request_into_parts`] took apart.
///
/// # Errors
/// [`StudyError::Worker`] for text that is no request of this version.
pub fn request_from_parts(text: &str, files: Vec<Arc<NamedBytes>>) -> Result<JobRequest, StudyError> {
    let mut request: JobRequest = serde_json::from_str(text).map_err(reported)?;
    match &mut request.task {
        JobTask::Preview { files: own, .. } | JobTask::Import { files: own, .. } => *own = files,
        _ => {}
    }
    Ok(request)
}

/// A result as text.
pub fn result_text(result: &JobResult) -> String {
    let outcome = result.outcome.clone().map_err(|problem| match problem {
        StudyError::Core(CoreError::Cancelled) => Reported::Cancelled,
        problem => Reported::Problem(problem.to_string()),
    });
    serde_json::to_string(&Travelling { id: result.id, outcome }).expect("plain data with text keys serialises")
}

/// The result that [`result_text`] wrote.
///
/// # Errors
/// [`StudyError::Worker`] for text that is no result of this version.
pub fn result_from_text(text: &str) -> Result<JobResult, StudyError> {
    let Travelling { id, outcome } = serde_json::from_str(text).map_err(reported)?;
    let outcome = outcome.map_err(|problem| match problem {
        Reported::Cancelled => CoreError::Cancelled.into(),
        Reported::Problem(message) => StudyError::Worker { message },
    });
    Ok(JobResult { id, outcome })
}

fn reported(problem: serde_json::Error) -> StudyError {
    StudyError::Worker { message: format!("expected a message of this version of mixlens, found: {problem}") }
}
