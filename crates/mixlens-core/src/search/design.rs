//! Designs: the mixtures to train proxy runs on next.

use std::collections::HashSet;

use crate::CoreError;
use crate::simplex::{Mixture, Sampler};

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
    let mut mixtures = Vec::with_capacity(params.count);
    for index in 0..(params.count as u64).saturating_mul(100) {
        if mixtures.len() == params.count {
            break;
        }
        let whole = whole_units(sampler.sample(index).parts(), units as u64);
        let weights: Vec<f64> = whole.iter().map(|&unit| unit as f64).collect();
        let (mixture, _) = Mixture::from_weights(sampler.domains(), &weights)?;
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

/// Splits `units` among the parts: each rounded down, the rest to the largest remainders (the earlier of equals).
fn whole_units(parts: &[f64], units: u64) -> Vec<u64> {
    let exact = |part: &f64| part * units as f64;
    let mut whole: Vec<u64> = parts.iter().map(|part| exact(part).floor() as u64).collect();
    let left = units.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |&domain: &usize| parts.get(domain).map_or(0.0, |part| exact(part).fract());
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(b)));
    for domain in order.into_iter().cycle().take(left as usize) {
        if let Some(unit) = whole.get_mut(domain) {
            *unit += 1;
        }
    }
    whole
}
