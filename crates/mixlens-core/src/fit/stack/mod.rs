//! Stack: a law, and another surrogate for what the law leaves.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{StackParams, StackValidParams, StackWhen};
