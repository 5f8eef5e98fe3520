//! Gaussian process: a smooth function through the runs, and how much they leave open.

mod fit;
mod likelihood;
mod params;
#[cfg(test)]
mod tests;

pub use params::{GpInputs, GpOutput, GpParams, GpValidParams};
