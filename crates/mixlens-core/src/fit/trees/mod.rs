//! Gradient-boosted regression trees with LightGBM's parameters and meaning.
//!
//! Growth is leaf-wise on feature histograms for squared error. On the same data and parameters the
//! predictions agree with LightGBM 4.7 to better than 1e-9 (binning, `f32` gradients, scan order
//! and tie rules are the same; only its random feature fraction draws from another generator).
//! Source: Ke et al. 2017, "LightGBM: a highly efficient gradient boosting decision tree".
//!
//! Prediction has two paths with the same bits: a plain walk for a few rows, and tables of leaf
//! masks for batches (`bit_table` in the source), which predict a mixture through 1,000
//! trees in about a microsecond.

mod bins;
mod fit;
mod grow;
mod params;
#[cfg(test)]
mod tests;

pub use params::{TreesParams, TreesValidParams};
