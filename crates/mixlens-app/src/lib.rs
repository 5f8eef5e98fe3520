//! The app: a [`Study`](mixlens_study::Study) in a window or a page, with jobs, files and
//! screenshots. What is drawn is in `mixlens-views`, what is computed in `mixlens-study`; what a
//! desktop and a browser do differently is in `platform`.

mod app;
mod auto_fit;
mod autosave;
mod error;
mod events;
mod export;
mod files;
mod jobs;
mod leaving;
mod platform;
mod remote;
mod text_view;

pub use app::{App, AppSettings, AutoFit};
pub use error::AppError;
pub use files::Choose;
pub use platform::*;
pub use remote::Remote;
