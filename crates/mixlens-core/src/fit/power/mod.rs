//! The additive power law: every domain takes its own loss away, each by a power of its proportion.

mod fit;
mod params;
#[cfg(test)]
mod tests;

pub use params::{PowerParams, PowerValidParams};
