//! Surrogates: fitted predictors of metrics from mixtures.

mod surrogate;

pub use surrogate::Surrogate;
