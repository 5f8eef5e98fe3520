//! Files as a browser hands them over: by name and content, without a path.

use std::path::PathBuf;

use egui::DroppedFileHandle;
use js_sys::{Array, Uint8Array};
use mixlens_formats::NamedBytes;
use mixlens_study::read_study;
use wasm_bindgen::JsCast as _;

use super::host::problem_text;
use crate::Remote;
use crate::files::{self, Incoming};

impl Remote {
    /// Opens files that the page has.
    pub async fn load(&self, files: &Array) {
        self.send(chosen(files).await);
    }
}

/// Reads files that were dropped on the canvas.
pub(super) async fn dropped(dropped: &[DroppedFileHandle]) -> Incoming {
    let mut read = Vec::with_capacity(dropped.len());
    for file in dropped {
        let name = file.path().display().to_string();
        match file.bytes_async().await {
            Ok(bytes) => read.push(NamedBytes::new(name, bytes)),
            Err(problem) => return unreadable(&name, &problem),
        }
    }
    sorted(read)
}

/// Reads files that were chosen in a dialog, or fetched by the page.
pub(super) async fn chosen(chosen: &Array) -> Incoming {
    let mut read = Vec::new();
    for file in chosen.iter() {
        let file: web_sys::File = file.unchecked_into();
        match wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => read.push(NamedBytes::new(file.name(), Uint8Array::new(&buffer).to_vec())),
            Err(problem) => return unreadable(&file.name(), &problem_text(&problem)),
        }
    }
    sorted(read)
}

fn sorted(read: Vec<NamedBytes>) -> Incoming {
    let paths: Vec<PathBuf> = read.iter().map(|file| PathBuf::from(&file.name)).collect();
    let files = read.into_iter().map(Into::into).collect();
    files::sorted(paths, files, |path, file| files::opened(path, read_study(file.clone())))
}

fn unreadable(name: &str, problem: &str) -> Incoming {
    Incoming::Told(format!("expected to read a file, found: {problem}; \"{name}\""))
}
