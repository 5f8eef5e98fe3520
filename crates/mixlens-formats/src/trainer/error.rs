//! [`ExportError`]: why a plan cannot be written.

use mixlens_core::{CoreError, excerpt};

use super::TrainerFormat;

/// Why a plan cannot be written in a format.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A domain's name could be misread.
    #[error(
        "{format}: expected domain names of letters, digits and _ - . / that begin with a letter \
        and are not a number or \
         keyword, found {}; rename the domain",
        excerpt(name)
    )]
    UnsafeName {
        /// The format.
        format: TrainerFormat,
        /// The name.
        name: String,
    },
    /// A path that does not name the domain, or holds characters that a config could misread.
    #[error(
        "path: expected a text such as \"/data/{{domain}}_text_document\" of letters, digits and _ \
        - . / : * @ = +, found \
         {}",
        excerpt(path)
    )]
    BadPath {
        /// The path.
        path: String,
    },
    /// Several phases for a format of one mixture.
    #[error("{format} holds one mixture, the plan has {count} phases; choose one by its number")]
    SeveralPhases {
        /// The format.
        format: TrainerFormat,
        /// How many phases there are.
        count: usize,
    },
    /// A phase that the plan does not have.
    #[error("phase: expected a number from 1 to {count}, found {asked}")]
    NoSuchPhase {
        /// The given number.
        asked: usize,
        /// How many phases there are.
        count: usize,
    },
    /// Steps are unknown without the tokens of a batch.
    #[error("{format} starts phases at steps; give the tokens of a batch")]
    NoBatch {
        /// The format.
        format: TrainerFormat,
    },
    /// A phase shorter than a step.
    #[error(
        "{format}: phase {phase} is shorter than one step; make the phase longer or the batch \
        smaller"
    )]
    ShortPhase {
        /// The format.
        format: TrainerFormat,
        /// Its number.
        phase: usize,
    },
    /// The core refused.
    #[error(transparent)]
    Core(#[from] CoreError),
}
