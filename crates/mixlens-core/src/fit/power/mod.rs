//! The additive power law: every domain takes its own loss away, each by a power of its proportion.

mod fit;
mod params;
mod predict;
#[cfg(test)]
mod tests;

pub use params::{PowerParams, PowerValidParams};
pub use predict::Power;
