//! [`Host`]: the page around the app, as `web/app/host.ts` implements it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What only the page can do: workers, files, storage, and everything that is shown beside the
    /// canvas.
    #[derive(Clone, Debug)]
    pub type Host;

    /// Runs a request in a worker; gives a number to cancel it by. Files are bytes, or the names of
    /// built-in categories. `progress` gets a fraction from 0 to 1, `done` the result as text, or
    /// nothing and what went wrong in words.
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

    /// Lets the user choose files; none when the user cancels.
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

    /// Keeps a study in this browser, instead of what was kept before.
    #[wasm_bindgen(method, catch)]
    pub(super) async fn keep(this: &Host, study: &str) -> Result<JsValue, JsValue>;

    /// What was kept.
    #[wasm_bindgen(method, catch)]
    pub(super) async fn kept(this: &Host) -> Result<JsValue, JsValue>;

    /// Forgets what was kept.
    #[wasm_bindgen(method)]
    pub(super) fn forget(this: &Host);

    /// Whether unsaved work is kept in this browser.
    #[wasm_bindgen(method, getter)]
    pub(super) fn keeps(this: &Host) -> bool;

    /// The largest file that the page takes in, in bytes.
    #[wasm_bindgen(method, getter, js_name = maxFileBytes)]
    pub(super) fn max_file_bytes(this: &Host) -> f64;

    /// What was kept when the page was opened, if anything.
    #[wasm_bindgen(method, getter)]
    pub(super) fn left(this: &Host) -> Option<String>;

    /// The address of this page without its fragment.
    #[wasm_bindgen(method, getter)]
    pub(super) fn address(this: &Host) -> String;

    /// Shows what the window shows, as text.
    #[wasm_bindgen(method)]
    pub(super) fn show(this: &Host, plain: &str);

    /// Says that the app has ended, and why.
    #[wasm_bindgen(method)]
    pub fn panicked(this: &Host, why: &str);
}

/// What JavaScript threw, in its own words.
pub(super) fn problem_text(problem: &JsValue) -> String {
    let message = problem
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    message
        .or_else(|| problem.as_string())
        .unwrap_or_else(|| format!("{problem:?}"))
}
