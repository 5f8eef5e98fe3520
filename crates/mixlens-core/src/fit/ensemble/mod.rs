//! Ensemble: a weighted mean of surrogates.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{EnsembleParams, EnsembleValidParams, EnsembleWeights, Members};
