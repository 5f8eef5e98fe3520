//! Surrogates: fitted predictors of metrics from mixtures.

mod ridge;
mod surrogate;

pub use ridge::{Ridge, RidgeParams, RidgeTarget, RidgeValidParams};
pub use surrogate::Surrogate;
