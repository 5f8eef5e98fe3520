//! The app: a [`Study`](mixlens_study::Study) in a window or a page, with jobs, files and
//! screenshots. Drawing is in `mixlens-views`, computation in `mixlens-study`; the differences
//! between a desktop and a browser are in `platform`.

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
