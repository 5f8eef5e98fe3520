//! [`AppError`]: failures of the app.

use std::path::PathBuf;

use mixlens_formats::{ImportError, WriteError};
use mixlens_study::StudyError;

/// Failures of the app.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// A file cannot be read or written.
    #[error("expected to read or write a file, found: {problem}; \"{}\"", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The message of the operating system.
        problem: std::io::Error,
    },
    /// A file cannot be written whole.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// More data than is read into memory.
    #[error(
        "expected at most {} GB at once, found more; count large samples first with mixlens count; \
        \"{}\"",
        max >> 30,
        path.display()
    )]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
        /// The maximum, in bytes.
        max: u64,
    },
    /// A folder cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The study cannot be opened or changed.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// There is no graphics adapter.
    #[error(
        "expected a graphics adapter, found: {problem}; a software Vulkan driver such as Mesa's \
        lavapipe is enough"
    )]
    NoAdapter {
        /// The message of the graphics library.
        problem: String,
    },
    /// Drawing failed.
    #[error("expected to draw a picture, found: {problem}")]
    Drawing {
        /// The message of the graphics library.
        problem: String,
    },
}
