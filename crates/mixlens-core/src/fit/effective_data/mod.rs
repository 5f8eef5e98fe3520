//! The effective-data law: a metric falls as a power of the useful data that a mixture holds.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{EffectiveDataParams, EffectiveDataValidParams, Exponent};
