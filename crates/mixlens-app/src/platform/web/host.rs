//! [`Host`]: the page around the app, as `web/app/host.ts` implements it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Services of the page: workers, files, storage, and the content beside the canvas.
    #[derive(Clone, Debug)]
    pub type Host;

    /// Runs a request in a worker and returns a number to cancel it by. Files are bytes, or the
    /// names of built-in categories. `progress` gets a fraction from 0 to 1; `done` gets the result
    /// as text, or undefined and the problem in words.
    #[wasm_bindgen(method)]
    pub(super) fn run(
        this: &Host,
        reads_tokenizers: bool,
        request: &str,
        names: Vec<String>,
        files: Vec<JsValue>,
        progress: JsValue,
        done: JsValue,
    ) -> u32;

    /// Stops a request.
    #[wasm_bindgen(method)]
    pub(super) fn cancel(this: &Host, number: u32);

    /// Lets the user choose files; the list is empty when the user cancels.
    #[wasm_bindgen(method, catch)]
    pub(super) async fn pick(this: &Host, accept: &str, many: bool) -> Result<Array, JsValue>;

    /// Saves a file to the user's downloads.
    #[wasm_bindgen(method)]
    pub(super) fn download(this: &Host, name: &str, content: &[u8]);

    /// Draws an SVG, magnified, and saves it as a PNG.
    #[wasm_bindgen(method, catch, js_name = downloadPng)]
    pub(super) async fn download_png(
        this: &Host,
        name: &str,
        svg: &str,
        scale: f32,
    ) -> Result<JsValue, JsValue>;

    /// Stores a study in this browser in place of the one stored before.
    #[wasm_bindgen(method, catch)]
    pub(super) async fn keep(this: &Host, study: &str) -> Result<JsValue, JsValue>;

    /// The stored study.
    #[wasm_bindgen(method, catch)]
    pub(super) async fn kept(this: &Host) -> Result<JsValue, JsValue>;

    /// Removes the stored study.
    #[wasm_bindgen(method)]
    pub(super) fn forget(this: &Host);

    /// Whether unsaved work is stored in this browser.
    #[wasm_bindgen(method, getter)]
    pub(super) fn keeps(this: &Host) -> bool;

    /// The maximum size of a file that the page reads, in bytes.
    #[wasm_bindgen(method, getter, js_name = maxFileBytes)]
    pub(super) fn max_file_bytes(this: &Host) -> f64;

    /// The study that was stored when the page was opened, if any.
    #[wasm_bindgen(method, getter)]
    pub(super) fn left(this: &Host) -> Option<String>;

    /// The address of this page without its fragment.
    #[wasm_bindgen(method, getter)]
    pub(super) fn address(this: &Host) -> String;

    /// Shows the window's content as text.
    #[wasm_bindgen(method)]
    pub(super) fn show(this: &Host, plain: &str);

    /// Shows that the app has ended, and why.
    #[wasm_bindgen(method)]
    pub fn panicked(this: &Host, why: &str);
}

/// The message of a JavaScript exception.
pub(super) fn problem_text(problem: &JsValue) -> String {
    let message = problem
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    message
        .or_else(|| problem.as_string())
        .unwrap_or_else(|| format!("{problem:?}"))
}
