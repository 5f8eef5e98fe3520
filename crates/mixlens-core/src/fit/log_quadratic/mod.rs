//! Log-quadratic: a full quadratic in the logarithms of the proportions.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{LogQuadraticParams, LogQuadraticValidParams};
