//! Ensemble: a weighted mean of surrogates.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{EnsembleParams, EnsembleValidParams, EnsembleWeights, Members};
pub use predict::Ensemble;
