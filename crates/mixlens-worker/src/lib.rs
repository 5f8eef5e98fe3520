//! What a web worker of the browser app does: one job after the other, from a request as text to a
//! result as text.
//!
//! Two programs become modules of workers. `mixlens-worker-jobs` does [`work`]: fits, searches and
//! readers of run tables, which the page fetches after its first frame. `mixlens-tokenizers` does
//! [`infer`] alone, which the page fetches when it has a tokenizer.

use js_sys::{Array, Uint8Array};
use mixlens_core::compute::Control;
use mixlens_formats::NamedBytes;
use mixlens_jobs::JobError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wasm_bindgen::prelude::*;
#[cfg(feature = "jobs")]
use {
    mixlens_core::{compute::Sequential, search::Accelerator},
    mixlens_gpu::SharedGpu,
    mixlens_jobs::{request_from_parts, result_text, run_job_on},
};

#[wasm_bindgen]
extern "C" {
    /// Of the worker's own scope: to the page.
    #[wasm_bindgen(js_name = postMessage)]
    fn post_progress(fraction: f64);
}

/// Does a job: a request as text and the files it reads, to a result as text.
///
/// # Errors
/// A request of another version.
#[cfg(feature = "jobs")]
pub async fn work(request: &str, names: Vec<String>, files: &Array) -> Result<String, JobError> {
    let files = names
        .iter()
        .zip(files.iter())
        .map(|(name, file)| file_of(name, &file))
        .collect();
    let request = request_from_parts(request, files)?;
    let gpu = SharedGpu::default();
    let wanted = request.task.simulation();
    let device = wanted.and_then(|(choice, samples)| gpu.for_simulation(choice, samples));
    let device = device.as_ref().map(|device| device as &dyn Accelerator);
    Ok(result_text(
        &run_job_on(device, &request, &reporting(), &Sequential).await,
    ))
}

/// Infers the mixture behind a tokenizer. Files leave `files` when their turn comes, so that one
/// sample is in memory at a time.
///
/// # Errors
/// A request of another version, or for something else.
#[cfg(feature = "tokenizer")]
pub fn infer(request: &str, names: Vec<String>, files: &Array) -> Result<String, JobError> {
    let file = |place: usize| {
        let name = names.get(place).map(String::as_str).unwrap_or_default();
        let index = u32::try_from(place).unwrap_or(u32::MAX);
        let file = file_of(name, &files.get(index));
        files.set(index, JsValue::UNDEFINED);
        file
    };
    mixlens_jobs::infer_from_parts(request, file, &reporting())
}

fn file_of(name: &str, file: &JsValue) -> Arc<NamedBytes> {
    Arc::new(NamedBytes::new(name, Uint8Array::new(file).to_vec()))
}

/// Tells the page how far the work is.
fn reporting() -> Control {
    let last = AtomicU64::new(u64::MAX);
    Control::reporting_to(move |progress| {
        // Whole per cents: a message costs more than the work between two reports.
        let percent = progress.done.saturating_mul(100) / progress.total.max(1);
        if last.swap(percent, Ordering::Relaxed) != percent {
            post_progress(percent as f64 / 100.0);
        }
    })
}
