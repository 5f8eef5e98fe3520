//! [`cooldown`]: phases that start at a high temperature and end at a low one.

use std::sync::Arc;

use super::Phase;
use crate::CoreError;
use crate::numbers::positive;
use crate::simplex::DomainSet;
use crate::supply::temperature_mixture;

/// Tolerance of the sum of a schedule's fractions around 1 (dimensionless).
const FRACTION_TOLERANCE: f64 = 1e-9;

/// A stretch of training at one temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CooldownStep {
    /// Fraction of the training tokens.
    pub fraction: f64,
    /// Temperature τ.
    pub temperature: f64,
}

impl CooldownStep {
    /// The published schedule: τ = 5 for the first half, τ = 1 for the second.
    ///
    /// Source: Li et al., arXiv 2410.04579, section 5.
    pub const PUBLISHED: [Self; 2] = [
        Self {
            fraction: 0.5,
            temperature: 5.0,
        },
        Self {
            fraction: 0.5,
            temperature: 1.0,
        },
    ];
}

/// Phases at the temperatures of `steps`, whose fractions sum to 1.
///
/// # Errors
/// [`CoreError::NotSummingToOne`] for the fractions, [`CoreError::BadParameter`] for fractions or
/// temperatures that are not above zero, and as [`temperature_mixture`].
pub fn cooldown(
    domains: &Arc<DomainSet>,
    sizes: &[f64],
    steps: &[CooldownStep],
    training_tokens: f64,
) -> Result<Vec<Phase>, CoreError> {
    let sum: f64 = steps.iter().map(|step| step.fraction).sum();
    if (sum - 1.0).abs() > FRACTION_TOLERANCE {
        return Err(CoreError::NotSummingToOne {
            sum,
            tolerance: FRACTION_TOLERANCE,
        });
    }
    let phase = |step: &CooldownStep| {
        let training_tokens = positive("phase fraction", step.fraction)? * training_tokens;
        Ok(Phase {
            training_tokens,
            mixture: temperature_mixture(domains, sizes, step.temperature)?,
        })
    };
    steps.iter().map(phase).collect()
}
