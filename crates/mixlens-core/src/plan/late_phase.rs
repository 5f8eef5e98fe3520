//! End-of-training upsampling: another mixture for the last part of training.

use super::{Phase, Plan};
use crate::CoreError;
use crate::numbers::fraction;
use crate::simplex::Mixture;

/// A plan that trains on `base` and, for the last `late_fraction` of the tokens, on `late`.
///
/// A fraction of 0 or 1 leaves one phase.
///
/// # Errors
/// [`CoreError::BadParameter`] for a fraction outside [0, 1], and as [`Plan::new`].
pub fn with_late_phase(
    base: &Mixture,
    late: &Mixture,
    late_fraction: f64,
    training_tokens: f64,
    unique_tokens: &[Option<f64>],
) -> Result<Plan, CoreError> {
    fraction("late fraction", late_fraction)?;
    let phases = [(base, 1.0 - late_fraction), (late, late_fraction)].into_iter();
    let phases = phases.filter(|(_, fraction)| *fraction > 0.0);
    let phases = phases.map(|(mixture, fraction)| Phase {
        training_tokens: fraction * training_tokens,
        mixture: mixture.clone(),
    });
    Plan::new(phases.collect(), unique_tokens.to_vec())
}

/// A late phase at one length.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationSweep {
    /// The part of training that the late mixture is used for.
    pub late_fraction: f64,
    /// The plan.
    pub plan: Plan,
}

/// [`with_late_phase`] at each of several lengths.
///
/// # Errors
/// As [`with_late_phase`].
pub fn length_sweep(
    base: &Mixture,
    late: &Mixture,
    fractions: &[f64],
    training_tokens: f64,
    unique_tokens: &[Option<f64>],
) -> Result<Vec<DurationSweep>, CoreError> {
    let at = |&late_fraction: &f64| {
        let plan = with_late_phase(base, late, late_fraction, training_tokens, unique_tokens)?;
        Ok(DurationSweep {
            late_fraction,
            plan,
        })
    };
    fractions.iter().map(at).collect()
}
