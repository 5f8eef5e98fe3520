//! The one error type of the crate.

use mixlens_core::{CoreError, brief, excerpt};
use mixlens_formats::ImportError;
use mixlens_jobs::JobError;

/// Why a command, a file or a link had no result; the study is unchanged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The core refused.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// A file or an argument could not be read.
    #[error(transparent)]
    Import(ImportError),
    /// A list has no such item.
    #[error("expected a {what} from 1 to {count}, found {found}")]
    NoSuchItem {
        /// The kind of items: "domain", "metric", "saved mixture", …
        what: &'static str,
        /// How many there are.
        count: usize,
        /// The item requested, counted from 1.
        found: usize,
    },
    /// The command needs something that does not exist yet.
    #[error("{command} needs {what}; {advice}")]
    Missing {
        /// The command's title.
        command: &'static str,
        /// What is missing.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A value that a command cannot take.
    #[error("expected {expected}, found {}", excerpt(found))]
    BadValue {
        /// The range in words.
        expected: &'static str,
        /// The value.
        found: String,
    },
    /// A saved study of a later version.
    #[error(
        "the study is version {found}, this program reads versions up to {newest}; update mixlens"
    )]
    NewerVersion {
        /// Version in the file.
        found: u64,
        /// Newest version that this program reads.
        newest: u64,
    },
    /// A file that is no readable study.
    #[error("not a readable study: {}", brief(problem))]
    BadFile {
        /// What is wrong.
        problem: String,
    },
    /// A job has no result.
    #[error(transparent)]
    Job(Box<JobError>),
    /// A link that holds no readable state.
    #[error("not a readable link: {}", brief(problem))]
    BadLink {
        /// What is wrong.
        problem: String,
    },
}

/// The message of a job's error, with what to do about it in a window.
pub(crate) fn message(problem: &JobError) -> String {
    match problem {
        JobError::NoPretokenizer { .. } => format!("{problem}; choose it in the Tokenizer panel"),
        _ => problem.to_string(),
    }
}

impl From<JobError> for StudyError {
    fn from(problem: JobError) -> Self {
        match problem {
            JobError::Core(problem) => Self::Core(problem),
            JobError::Import(problem) => Self::Import(problem),
            problem => Self::Job(Box::new(problem)),
        }
    }
}

impl From<ImportError> for StudyError {
    /// An error of the core during an import, such as a cancellation, stays an error of the core.
    fn from(problem: ImportError) -> Self {
        match problem {
            ImportError::Core(problem) => Self::Core(problem),
            problem => Self::Import(problem),
        }
    }
}
