//! Surrogates: fitted predictors of metrics from mixtures.

mod column;
mod surrogate;
pub mod trees;

pub(crate) use column::check_column;
pub use surrogate::Surrogate;
