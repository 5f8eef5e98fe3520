//! Comparing surrogates by cross-validation: every run is predicted by a fit that did not see it.

mod choice;
mod comparison;
mod coverage;
mod learning_curve;
mod params;
#[cfg(test)]
mod tests;
mod validation;

pub(super) use choice::trusted;
pub use choice::{Choice, choose};
pub use comparison::{Compared, Comparer, Comparison, Depth};
pub use coverage::{Coverage, CoverageMeter};
pub use learning_curve::{CurvePoint, LearningCurve, learning_curve};
pub use params::CompareParams;
pub use validation::{CrossValidation, CrossValidator};
