//! Convex minimisation over proportions: an interior-point method with a certificate.
//!
//! It serves exact searches (with the surrogates as objective), projections onto linear
//! constraints, and the proof that constraints clash.

mod certificate;
mod iterate;
mod newton;
mod program;
mod solve;

pub use program::{Limit, Program, Relation, Row, Slack, Smooth};
pub use solve::{Solution, SolveOptions, assess_at, solve};

/// Maximum proportions of a program: for n proportions a step solves an n × n system, in O(n³)
/// time.
pub const MAX_WIDTH: usize = 1000;

#[cfg(test)]
mod tests;
