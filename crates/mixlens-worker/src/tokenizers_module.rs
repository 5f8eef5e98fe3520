//! The module of workers that read tokenizers; `web/app/reader.ts` runs it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The worker calls what it needs; nothing happens by itself.
fn main() {}

/// Infers the mixture behind a tokenizer.
///
/// # Errors
/// A request of another version, or for something else.
#[wasm_bindgen]
pub fn infer(request: &str, names: Vec<String>, files: &Array) -> Result<String, JsError> {
    Ok(mixlens_worker::infer(request, names, files)?)
}
