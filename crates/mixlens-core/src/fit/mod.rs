//! Surrogates: fitted predictors of metrics from mixtures.

mod c_mixup;
mod cholesky;
mod clip;
mod column;
mod compare;
pub mod effective_data;
pub mod ensemble;
pub mod exponential;
mod fields;
pub mod gp;
mod kinds;
mod lbfgs;
mod least_squares;
#[cfg(feature = "linfa")]
mod linfa_bridge;
#[cfg(feature = "linfa")]
mod linfa_surrogate;
pub mod log_quadratic;
mod out_of_fold;
mod penalised;
pub mod power;
mod range;
mod report;
pub mod ridge;
mod saved;
pub mod scheffe;
pub mod stack;
mod support;
mod surrogate;
mod surrogate_set;
pub mod trees;

pub use c_mixup::{Mixing, Mixup, MixupGain, MixupReport};
use column::{check_column, check_curve};
pub use compare::{Choice, CompareParams, CrossValidation, choose, cross_validate};
pub use kinds::{FittedSurrogate, SurrogateParams};
#[cfg(feature = "linfa")]
pub use linfa_surrogate::LinfaSurrogate;
pub use report::FitReport;
pub use support::{NearRun, RANGE_TOLERANCE, Support, TrainingSupport};
pub use surrogate::{Estimator, Surrogate};
pub use surrogate_set::{Centre, FittedMetric, Prediction, SurrogateSet};
