//! Files from a browser, which have a name and content but no path.

use egui::DroppedFileHandle;
use js_sys::{Array, Uint8Array};
use mixlens_formats::NamedBytes;
use mixlens_study::read_study;
use wasm_bindgen::JsCast as _;

use super::Host;
use super::host::problem_text;
use crate::Remote;
use crate::files::{self, Incoming, Item, Purpose};

/// The maximum length of a file name in a message, in characters.
const MAX_NAME_CHARS: usize = 200;

impl Remote {
    /// Opens files of the page.
    pub async fn load(&self, files: &Array, host: &Host) {
        self.send(chosen(files, Purpose::Open, host.max_file_bytes()).await);
    }

    /// Opens files that are named in a link and that the page has fetched.
    pub async fn load_linked(&self, files: &Array, host: &Host) {
        let incoming = chosen(files, Purpose::Open, host.max_file_bytes()).await;
        // Without an await between them, no other message comes between the two.
        self.expect_linked();
        self.send(incoming);
    }
}

/// Reads files dropped on the canvas, each of at most `max_bytes`.
pub(super) async fn dropped(
    dropped: &[DroppedFileHandle],
    purpose: Purpose,
    max_bytes: f64,
) -> Incoming {
    let mut read = Vec::with_capacity(dropped.len());
    for file in dropped {
        let name = file.path().display().to_string();
        match file.bytes_async().await {
            Ok(bytes) if bytes.len() as f64 > max_bytes => {
                return too_large(&name, bytes.len() as f64, max_bytes);
            }
            Ok(bytes) => read.push(NamedBytes::new(name, bytes)),
            Err(problem) => return unreadable(&name, &problem),
        }
    }
    classify_files(read, purpose)
}

/// Reads files chosen in a dialog or fetched by the page, each of at most `max_bytes`.
pub(super) async fn chosen(chosen: &Array, purpose: Purpose, max_bytes: f64) -> Incoming {
    let mut read = Vec::new();
    for file in chosen.iter() {
        let file: web_sys::File = file.unchecked_into();
        if file.size() > max_bytes {
            return too_large(&file.name(), file.size(), max_bytes);
        }
        match wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => read.push(NamedBytes::new(
                file.name(),
                Uint8Array::new(&buffer).to_vec(),
            )),
            Err(problem) => return unreadable(&file.name(), &problem_text(&problem)),
        }
    }
    classify_files(read, purpose)
}

fn classify_files(read: Vec<NamedBytes>, purpose: Purpose) -> Incoming {
    let item = |file: NamedBytes| Item {
        path: file.name.clone().into(),
        modified: None,
        is_folder: false,
        files: vec![file.into()],
    };
    let items = read.into_iter().map(item).collect();
    files::classify_files(items, purpose, |item, file| {
        files::open_result(item.path.clone(), item.modified, read_study(file.clone()))
    })
}

fn too_large(name: &str, bytes: f64, max_bytes: f64) -> Incoming {
    Incoming::Told(format!(
        "expected files of at most {:.0} MB in a browser, found {:.0} MB; \"{}\": the desktop app \
        opens it",
        max_bytes / 1e6,
        bytes / 1e6,
        clipped(name)
    ))
}

fn unreadable(name: &str, problem: &str) -> Incoming {
    Incoming::Told(format!(
        "expected to read a file, found: {problem}; \"{}\"",
        clipped(name)
    ))
}

fn clipped(name: &str) -> String {
    name.chars().take(MAX_NAME_CHARS).collect()
}
