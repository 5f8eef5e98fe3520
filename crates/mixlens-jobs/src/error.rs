//! The one error type of the crate.

use mixlens_core::{CoreError, excerpt};
use mixlens_formats::ImportError;

/// Why a job has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The core refused.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// A file or an argument could not be read.
    #[error(transparent)]
    Import(ImportError),
    /// The objective has no such metric.
    #[error("expected a metric from 1 to {count}, found {found}")]
    NoSuchMetric {
        /// How many metrics there are.
        count: usize,
        /// The metric requested, counted from 1.
        found: usize,
    },
    /// Desirabilities need the exact minimum of every metric.
    #[error(
        "the desirability objective needs convex surrogates and lower values better; choose the \
         weighted mean or the worst metric"
    )]
    NotConvex,
    /// A tokenizer whose file does not state how text is split into words.
    #[error(
        "{}: the file does not state how text is split into words",
        excerpt(file)
    )]
    NoPretokenizer {
        /// The file.
        file: String,
    },
    /// A build without the readers of tokenizers.
    #[error("this build cannot read tokenizers; use the desktop app or the mixlens infer command")]
    NoTokenizers,
    /// A built-in category whose table is not in this build.
    #[error(
        "expected the table of the built-in category {}, found none in this build; leave the \
         category out",
        excerpt(category)
    )]
    NoTable {
        /// The category.
        category: String,
    },
    /// The message of an error that a worker reported.
    #[error("{message}")]
    Worker {
        /// The message.
        message: String,
    },
}

impl From<ImportError> for JobError {
    /// An error of the core during an import, such as a cancellation, stays an error of the core.
    fn from(problem: ImportError) -> Self {
        match problem {
            ImportError::Core(problem) => Self::Core(problem),
            problem => Self::Import(problem),
        }
    }
}
