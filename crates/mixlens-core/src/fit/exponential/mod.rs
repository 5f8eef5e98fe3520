//! The exponential mixing law: a metric falls as an exponential of the proportions.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{ExponentialParams, ExponentialValidParams, Floor};
