//! Whether a mixture lies where the runs have been.

mod assessment;
mod distance;
mod hull;
#[cfg(test)]
mod hull_tests;
#[cfg(test)]
mod tests;
mod training;

pub use assessment::{Assessment, NearRun, Support};
pub use training::TrainingSupport;

/// How far beyond the runs a mixture may go before it counts as outside them: in the range of a
/// domain, and in the Euclidean distance to their hull (dimensionless; the grid of RegMix's
/// proportions is 2e-4, rounding in published tables reaches 5e-4).
pub const RANGE_TOLERANCE: f64 = 1e-3;
