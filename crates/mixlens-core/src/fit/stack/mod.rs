//! Stack: a law, and another surrogate for what the law leaves.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{StackParams, StackValidParams, StackWhen};
pub use predict::Stack;
