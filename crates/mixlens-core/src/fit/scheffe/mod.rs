//! Scheffé's mixture polynomials: what domains do alone, in pairs and in threes.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{ScheffeDegree, ScheffeParams, ScheffeValidParams};
pub use predict::Scheffe;
