//! The one error type of the crate.

use mixlens_core::CoreError;

/// Why a call had no result; the state is unchanged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WidgetError {
    /// The core refused.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The files of a run table could not be read.
    #[cfg(feature = "fitter")]
    #[error(transparent)]
    Import(#[from] mixlens_formats::ImportError),
    /// An unexpected value.
    #[error("expected {expected}, found {found:?}")]
    BadValue {
        /// What was expected, in words.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// A state of a later version.
    #[error(
        "the state is version {found}, this program reads versions up to {newest}; update mix-lens"
    )]
    NewerState {
        /// The version of the state.
        found: u32,
        /// The newest version that this program reads.
        newest: u32,
    },
}
