//! Scheffé's mixture polynomials: what domains do alone, in pairs and in threes.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{ScheffeParams, ScheffeValidParams};
