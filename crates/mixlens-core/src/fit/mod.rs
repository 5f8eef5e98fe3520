//! Surrogates: fitted predictors of metrics from mixtures.

mod c_mixup;
pub(crate) mod cholesky;
mod column;
mod compare;
mod cross_fit;
pub mod effective_data;
pub mod ensemble;
mod estimate;
pub mod exponential;
mod fitted;
pub mod formula;
pub mod gp;
mod intervals;
mod kinds;
#[cfg(test)]
mod known_truth;
pub(crate) mod lbfgs;
mod least_squares;
#[cfg(feature = "linfa")]
mod linfa_bridge;
#[cfg(feature = "linfa")]
mod linfa_surrogate;
pub mod log_quadratic;
mod one_kind;
mod out_of_fold;
mod penalised;
pub mod power;
mod range;
mod report;
pub mod ridge;
mod runs;
mod saved;
mod saved_form;
pub mod scheffe;
pub mod stack;
mod support;
mod surrogate;
mod surrogate_set;
pub mod trees;

pub use c_mixup::{Mixing, Mixup, MixupGain, MixupReport};
use column::{check_column, check_curve};
pub use compare::{
    Choice, CompareParams, Compared, Comparer, Comparison, Coverage, CoverageMeter,
    CrossValidation, CrossValidator, CurvePoint, Depth, LearningCurve, choose, learning_curve,
};
pub use cross_fit::CrossFit;
#[cfg(feature = "simd")]
pub(crate) use estimate::{BLOCK, Logs};
pub use fitted::{Fitted, FittedSurrogate};
pub use formula::Formula;
pub use intervals::{COVERAGE, Interval};
pub use kinds::SurrogateParams;
#[cfg(feature = "linfa")]
pub use linfa_surrogate::LinfaSurrogate;
pub use report::FitReport;
pub use support::{Assessment, NearRun, RANGE_TOLERANCE, Support, TrainingSupport};
pub use surrogate::{Estimator, Surrogate};
pub use surrogate_set::{
    Baseline, BaselineComparison, Centre, Difference, FittedMetric, Prediction, SurrogateSet,
};
