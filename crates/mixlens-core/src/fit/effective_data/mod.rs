//! The effective-data law: a metric falls as a power of the useful data that a mixture holds.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{EffectiveDataParams, EffectiveDataValidParams, Exponent};
pub use predict::EffectiveData;
