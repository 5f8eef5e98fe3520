//! The exponential mixing law: a metric falls as an exponential of the proportions.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{ExponentialParams, ExponentialValidParams, Floor};
pub use predict::Exponential;
