//! The app: a [`Study`](mixlens_study::Study) in a window or a page, with jobs, files and screenshots. What is drawn is in
//! `mixlens-views`, what is computed in `mixlens-study`; what a desktop and a browser do differently is in `platform`.

mod app;
mod auto_fit;
mod autosave;
mod error;
mod events;
mod files;
mod jobs;
mod leaving;
#[cfg(feature = "pictures")]
mod picture;
mod plain;
mod platform;
mod remote;
#[cfg(feature = "pictures")]
mod screenshot;

pub use app::{App, AppSettings, AutoFit};
pub use error::AppError;
pub use files::Choose;
#[cfg(feature = "pictures")]
pub use picture::Picture;
pub use platform::*;
pub use remote::Remote;
#[cfg(feature = "pictures")]
pub use screenshot::{PictureSettings, screenshot};
