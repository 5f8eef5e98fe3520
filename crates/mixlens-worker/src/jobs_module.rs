//! The module of workers that do every job without a tokenizer; `web/app/worker.ts` runs it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The worker calls what it needs; nothing happens by itself.
fn main() {}

/// Does a job: a request as text and the files it reads, to a result as text.
///
/// # Errors
/// A request of another version.
#[wasm_bindgen]
pub async fn work(request: &str, names: Vec<String>, files: &Array) -> Result<String, JsError> {
    Ok(mixlens_worker::work(request, names, files).await?)
}
