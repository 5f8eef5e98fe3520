//! Laws over the conditions of a run: tokens, model size, repetition.

mod data_constrained;
mod scarce_target;

pub use data_constrained::DataConstrainedLaw;
pub use scarce_target::ScarceTarget;
