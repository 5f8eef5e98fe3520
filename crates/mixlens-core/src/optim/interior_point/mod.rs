//! Convex minimisation over proportions: an interior-point method that proves what it found.
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

/// Most proportions of a program: a step solves a system of their number squared, in the time of
/// their number cubed.
pub const MAX_WIDTH: usize = 1000;

#[cfg(test)]
mod tests;
