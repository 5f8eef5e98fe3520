//! Several metrics at once: the Pareto front, certified where surrogates are convex and simulated
//! where they are not.

mod front;
mod mesh;
mod non_dominated;
mod simulated;
#[cfg(test)]
mod tests;

pub use front::{FrontCertificate, FrontPoint, pareto_front};
pub use simulated::simulated_front;
