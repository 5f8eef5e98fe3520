//! Designs: the mixtures to train proxy runs on next.

use std::collections::HashSet;

use crate::CoreError;
use crate::simplex::{Mixture, Sampler, apportion};

/// How sampled mixtures are tidied into a design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignParams {
    /// How many mixtures.
    pub count: usize,
    /// Proportions are multiples of this, so that they can be written exactly; below it they are zero.
    pub step: f64,
}

impl DesignParams {
    /// RegMix's resolution (the authors' sampling script).
    pub const STEP: f64 = 2e-4;
}

/// Draws mixtures until there are `params.count` different ones, each rounded to multiples of `params.step`.
///
/// Rounding keeps the sum (largest remainders). A mixture that rounding would take out of the sampler's
/// constraints is skipped, as are duplicates.
/// Source: Liu et al. 2024, "RegMix", the authors' sampling script (zero below the step, round, de-duplicate).
///
/// # Errors
/// [`CoreError::BadParameter`] for a step that is not 1 divided by a whole number, or when after a hundred draws
/// per mixture there are not enough different ones.
pub fn design(sampler: &Sampler, params: DesignParams) -> Result<Vec<Mixture>, CoreError> {
    let units = (1.0 / params.step).round();
    if !((1.0..1e9).contains(&units) && (1.0 / params.step - units).abs() < 1e-6 * units) {
        let expected = "1 divided by a whole number below a billion, such as 0.0002";
        return Err(CoreError::BadParameter { name: "step", expected, found: params.step.to_string() });
    }
    let mut seen = HashSet::new();
    let mut mixtures = Vec::new();
    for index in 0..(params.count as u64).saturating_mul(100) {
        if mixtures.len() == params.count {
            break;
        }
        let whole = apportion(sampler.sample(index).parts(), units as u64);
        // One division each, so that 617 units of 5,000 are the double that prints as 0.1234.
        let parts = whole.iter().map(|&unit| unit as f64 / units).collect();
        let mixture = Mixture::from_exact_parts(sampler.domains(), parts);
        if sampler.constraints().contains(mixture.parts(), 1e-12) && seen.insert(whole) {
            mixtures.push(mixture);
        }
    }
    if mixtures.len() < params.count {
        return Err(CoreError::BadParameter {
            name: "count",
            expected: "at most the number of different mixtures that the constraints and the step allow",
            found: format!("{}, and only {} could be drawn", params.count, mixtures.len()),
        });
    }
    Ok(mixtures)
}
