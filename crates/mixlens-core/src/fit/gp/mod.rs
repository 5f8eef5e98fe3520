//! Gaussian process: a smooth function through the runs, and how much they leave open.

mod fit;
mod kernel;
mod likelihood;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use kernel::Inputs;
pub use params::{GpInputs, GpOutput, GpParams, GpValidParams};
pub use predict::Gp;
