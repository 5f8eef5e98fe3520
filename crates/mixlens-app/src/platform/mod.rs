//! The differences between a desktop and a browser: threads or workers, files or downloads, and
//! where a study survives a crash. Both sides offer the same names, and nothing outside this folder
//! depends on which of them is in use.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(not(target_arch = "wasm32"))]
pub use native::{
    Chosen, FileDialogs, NoDialogs, Picture, PictureSettings, Platform, finish_writing, screenshot,
};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{RecoveryStore, Work, Workers};
#[cfg(target_arch = "wasm32")]
pub use web::{Host, Platform, add_monospace_font, first_fonts};
#[cfg(target_arch = "wasm32")]
pub(crate) use web::{RecoveryStore, Work, Workers};
