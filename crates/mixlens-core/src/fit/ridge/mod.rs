//! Ridge regression on proportions: the plain surrogate that every other one has to beat.

mod fit;
mod normal_equations;
mod params;
#[cfg(test)]
mod tests;

pub use params::{RidgeParams, RidgeValidParams};
