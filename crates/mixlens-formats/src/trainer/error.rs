//! [`ExportError`]: why a plan cannot be written.

use mixlens_core::{CoreError, excerpt};

use super::TrainerFormat;

/// Why a plan cannot be written in a format.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A domain's name could be taken for something else.
    #[error(
        "{format}: expected domain names of letters, digits and _ - . / that begin with a letter \
        and are no number or \
         keyword, found {}; rename the domain",
        excerpt(name)
    )]
    UnsafeName {
        /// The format.
        format: TrainerFormat,
        /// The name.
        name: String,
    },
    /// A path that does not name the domain, or holds signs that a config could trip over.
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
    #[error("{format} holds one mixture, the plan has {count} phases; choose one with its number")]
    SeveralPhases {
        /// The format.
        format: TrainerFormat,
        /// How many phases there are.
        count: usize,
    },
    /// A phase that the plan does not have.
    #[error("phase: expected a number from 1 to {count}, found {asked}")]
    NoSuchPhase {
        /// The number asked for.
        asked: usize,
        /// How many phases there are.
        count: usize,
    },
    /// Steps cannot be told without the tokens of a batch.
    #[error("{format} begins phases at steps; give the tokens of a batch")]
    NoBatch {
        /// The format.
        format: TrainerFormat,
    },
    /// A phase without a step of its own.
    #[error(
        "{format}: phase {phase} is shorter than the steps it can be written in; make it longer or \
        the batch smaller"
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
