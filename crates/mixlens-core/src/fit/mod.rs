//! Surrogates: fitted predictors of metrics from mixtures.

#[cfg(feature = "linfa")]
mod linfa_bridge;
mod ridge;
mod support;
mod surrogate;

pub use ridge::{Ridge, RidgeParams, RidgeTarget, RidgeValidParams};
pub use support::{NearRun, RANGE_TOLERANCE, Support, TrainingSupport};
pub use surrogate::Surrogate;
