//! Training plans: phases of a run, their tokens and epochs, and what to check before it starts.

mod checks;
mod cooldown;
mod effective;
mod late_phase;
mod phases;
mod proxy_match;

pub use checks::{Check, CheckLevel, CheckParams, check_plan};
pub use cooldown::{CooldownStep, cooldown};
pub use late_phase::{DurationSweep, length_sweep, with_late_phase};
pub use phases::{Phase, Plan};
pub use proxy_match::{ProxyMatch, proxy_match};

#[cfg(test)]
mod tests;
