//! [`Workers`]: jobs in web workers, each with an instance of its own; and what such a worker does.

use js_sys::{Array, Uint8Array};
use mixlens_core::compute::{Control, Sequential};
use mixlens_formats::NamedBytes;
use mixlens_study::{
    JobId, JobRequest, JobResult, StudyError, request_from_parts, request_into_parts, result_from_text, result_text,
    run_job,
};
use wasm_bindgen::prelude::*;

use super::{Host, Platform};
use crate::files::{Inbox, Incoming};
use crate::jobs::Reporter;

/// Workers of the page.
pub(crate) struct Workers(Host);

/// A job in its worker.
pub(crate) struct Work {
    host: Host,
    number: u32,
}

impl Work {
    /// Stops it: the worker is ended at once.
    pub fn cancel(&self) {
        self.host.cancel(self.number);
    }
}

impl Workers {
    /// The workers of the page.
    pub fn on(platform: &Platform) -> Self {
        Self(platform.host.clone())
    }

    /// Starts a job.
    pub fn start(&self, request: JobRequest, reporter: Reporter, inbox: Inbox) -> Work {
        let id = request.id;
        let (text, files) = request_into_parts(request);
        let names = files.iter().map(|file| file.name.clone()).collect();
        let bytes = files.iter().map(|file| Uint8Array::from(file.bytes.as_slice())).collect();
        let progress = Closure::<dyn FnMut(f64)>::new(move |done: f64| reporter.report(done as f32));
        let done = Closure::once(move |result: Option<String>, problem: Option<String>| {
            inbox.send(Incoming::JobDone(job_result(id, result, problem)));
        });
        let number = self.0.run(&text, names, bytes, progress.into_js_value(), done.into_js_value());
        Work { host: self.0.clone(), number }
    }
}

/// What came back from a worker, or that it died.
fn job_result(id: JobId, result: Option<String>, problem: Option<String>) -> JobResult {
    let died = || StudyError::Worker {
        message: format!("the worker ended before it was done ({}); try again", problem.unwrap_or_default()),
    };
    match result.ok_or_else(died).and_then(|text| result_from_text(&text)) {
        Ok(result) => result,
        Err(problem) => JobResult { id, outcome: Err(problem) },
    }
}

#[wasm_bindgen]
extern "C" {
    /// Of the worker's own scope: to the page.
    #[wasm_bindgen(js_name = postMessage)]
    fn post_progress(fraction: f64);
}

/// Does a job inside a worker: a request as text and the files it reads, to a result as text.
///
/// # Errors
/// A request of another version.
pub fn work(request: &str, names: Vec<String>, files: &Array) -> Result<String, JsError> {
    let bytes = files.iter().map(|file| Uint8Array::new(&file).to_vec());
    let files = names.into_iter().zip(bytes).map(|(name, bytes)| NamedBytes::new(name, bytes).into()).collect();
    let request = request_from_parts(request, files)?;
    let last = std::sync::atomic::AtomicU64::new(u64::MAX);
    let control = Control::reporting_to(move |progress| {
        // Whole per cents: a message costs more than the work between two reports.
        let percent = progress.done.saturating_mul(100) / progress.total.max(1);
        if last.swap(percent, std::sync::atomic::Ordering::Relaxed) != percent {
            post_progress(percent as f64 / 100.0);
        }
    });
    Ok(result_text(&run_job(&request, &control, &Sequential)))
}
