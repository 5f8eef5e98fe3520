//! Requests and results as text, for workers that share no memory with the study.

use std::sync::Arc;

use mixlens_core::CoreError;
use mixlens_formats::NamedBytes;
use serde::{Deserialize, Serialize};

use crate::{JobError, JobId, JobOutcome, JobRequest, JobResult};

/// The text form of a result: errors are reduced to their message.
#[derive(Serialize, Deserialize)]
struct ResultText<T> {
    id: JobId,
    outcome: Result<T, Reported>,
}

#[derive(Serialize, Deserialize)]
enum Reported {
    Cancelled,
    NoPretokenizer(String),
    Problem(String),
}

/// A request as text, and the files that the job reads, whose bytes stay outside the text.
pub fn request_into_parts(mut request: JobRequest) -> (String, Vec<Arc<NamedBytes>>) {
    let files = request
        .task
        .files_mut()
        .into_iter()
        .map(|file| Arc::clone(file))
        .collect();
    let text = serde_json::to_string(&request).expect("plain data with text keys serialises");
    (text, files)
}

/// The request that [`request_into_parts`] took apart.
///
/// # Errors
/// [`JobError::Worker`] for text that is no request of this version.
pub fn request_from_parts(text: &str, files: Vec<Arc<NamedBytes>>) -> Result<JobRequest, JobError> {
    let mut request: JobRequest = serde_json::from_str(text).map_err(reported)?;
    let slots = request.task.files_mut();
    if slots.len() != files.len() {
        let message = format!(
            "expected {} files with the request, found {}",
            slots.len(),
            files.len()
        );
        return Err(JobError::Worker { message });
    }
    slots
        .into_iter()
        .zip(files)
        .for_each(|(slot, file)| *slot = file);
    Ok(request)
}

/// A result as text.
pub fn result_text(result: &JobResult) -> String {
    text_of(result.id, result.outcome.clone())
}

fn text_of<T: Serialize>(id: JobId, outcome: Result<T, JobError>) -> String {
    let outcome = outcome.map_err(|problem| match problem {
        JobError::Core(CoreError::Cancelled) => Reported::Cancelled,
        JobError::NoPretokenizer { file } => Reported::NoPretokenizer(file),
        problem => Reported::Problem(problem.to_string()),
    });
    serde_json::to_string(&ResultText { id, outcome })
        .expect("plain data with text keys serialises")
}

/// The result that [`result_text`] wrote.
///
/// # Errors
/// [`JobError::Worker`] for text that is no result of this version.
pub fn result_from_text(text: &str) -> Result<JobResult, JobError> {
    let ResultText::<JobOutcome> { id, outcome } = serde_json::from_str(text).map_err(reported)?;
    let outcome = outcome.map_err(|problem| match problem {
        Reported::Cancelled => CoreError::Cancelled.into(),
        Reported::NoPretokenizer(file) => JobError::NoPretokenizer { file },
        Reported::Problem(message) => JobError::Worker { message },
    });
    Ok(JobResult { id, outcome })
}

fn reported(problem: serde_json::Error) -> JobError {
    JobError::Worker {
        message: format!("expected a message of this version of mixlens, found: {problem}"),
    }
}

#[cfg(feature = "tokenizer")]
pub use inference::infer_from_parts;

/// Inference alone, for a small program that does no other job; the texts are those of
/// [`JobRequest`] and [`JobResult`].
#[cfg(feature = "tokenizer")]
mod inference {
    use mixlens_core::compute::{Control, Sequential};

    use super::*;
    use crate::infer::infer_from_samples;
    use crate::{InferSettings, InferredMixture, JobContext, SampledCategory};

    #[derive(Deserialize)]
    struct Request {
        id: JobId,
        task: Task,
    }

    #[derive(Deserialize)]
    enum Task {
        Infer {
            categories: Vec<SampledCategory>,
            settings: InferSettings,
        },
    }

    #[derive(Serialize)]
    enum Outcome {
        Inferred(InferredMixture),
    }

    /// Infers the training mixture of a tokenizer, from a request as text to a result as text.
    /// `file` returns the files of the request by index, the tokenizer first. Each is requested
    /// once, when it is read. A built-in category has one.
    ///
    /// # Errors
    /// [`JobError::Worker`] for text that is no such request of this version.
    pub fn infer_from_parts(
        text: &str,
        file: impl Fn(usize) -> Arc<NamedBytes> + Sync,
        control: &Control,
    ) -> Result<String, JobError> {
        let Request {
            id,
            task: Task::Infer {
                categories,
                settings,
            },
        } = serde_json::from_str(text).map_err(reported)?;
        let ends = categories.iter().scan(1, |end, category| {
            *end += category.files.len().max(1);
            Some(*end)
        });
        let ends: Vec<usize> = std::iter::once(1).chain(ends).collect();
        let sample = |index: usize| match ends.get(index..) {
            Some(&[start, end, ..]) => (start..end).map(&file).collect(),
            _ => Vec::new(),
        };
        let context = JobContext {
            device: None,
            control,
            executor: &Sequential,
        };
        let found = infer_from_samples(&file(0), &categories, &settings, sample, &context);
        Ok(text_of(id, found.map(Outcome::Inferred)))
    }
}
