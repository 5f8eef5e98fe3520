//! Log-quadratic: a full quadratic in the logarithms of the proportions.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{LogQuadraticParams, LogQuadraticValidParams};
pub use predict::LogQuadratic;
