//! Surrogates: fitted predictors of metrics from mixtures.

mod column;
mod compare;
mod fitted;
#[cfg(feature = "linfa")]
mod linfa_bridge;
mod params;
pub mod ridge;
mod saved;
mod support;
mod surrogate;
mod surrogate_set;
pub mod trees;

use column::check_column;
pub use compare::{Choice, CompareParams, CrossValidation, choose, cross_validate};
pub use fitted::FittedSurrogate;
pub use params::SurrogateParams;
pub use support::{NearRun, RANGE_TOLERANCE, Support, TrainingSupport};
pub use surrogate::Surrogate;
pub use surrogate_set::{Centre, FittedMetric, Prediction, SurrogateSet};
