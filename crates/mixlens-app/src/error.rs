//! [`AppError`]: what keeps the app from doing what it was started for.

use std::path::PathBuf;

use mixlens_formats::{ImportError, WriteError};
use mixlens_study::StudyError;

/// What keeps the app from doing what it was started for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// A file cannot be read or written.
    #[error("expected to read or write a file, found: {problem}; \"{}\"", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: std::io::Error,
    },
    /// A file cannot be written whole.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// More than is read into memory.
    #[error(
        "expected at most {} GB at once, found more; count large samples first with mixlens count; \
        \"{}\"",
        most >> 30,
        path.display()
    )]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
        /// The most, in bytes.
        most: u64,
    },
    /// A folder cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The study refuses.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// Nothing that can draw.
    #[error(
        "expected a graphics adapter, found: {problem}; a software Vulkan driver such as Mesa's \
        lavapipe will do"
    )]
    NoAdapter {
        /// What the graphics library says.
        problem: String,
    },
    /// Drawing failed.
    #[error("expected to draw a picture, found: {problem}")]
    Drawing {
        /// What the graphics library says.
        problem: String,
    },
}
