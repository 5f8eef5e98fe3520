//! The desktop app: a [`Study`](mixlens_study::Study) in a window, with jobs on threads, file dialogs, dropped files and
//! screenshots. What is drawn is in `mixlens-views`, what is computed in `mixlens-study`.

mod app;
mod auto_fit;
mod autosave;
mod canvas;
mod error;
mod events;
mod export;
mod files;
mod jobs;
mod leaving;
mod picture;
mod recent;
mod screenshot;

pub use app::{App, AppSettings, AutoFit};
pub use error::AppError;
pub use files::{Choose, Chosen, FileDialogs, NoDialogs};
pub use picture::Picture;
pub use screenshot::{PictureSettings, screenshot};
