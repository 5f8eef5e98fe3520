//! Designs: mixtures for the next proxy runs.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::CoreError;
use crate::compute::Control;
use crate::simplex::{MAX_DESIGN_NUMBERS, Mixture, Sampler, apportion};

/// How sampled mixtures are tidied into a design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignParams {
    /// How many mixtures.
    pub count: usize,
    /// Proportions are multiples of this step, so that they can be written exactly. Smaller ones
    /// become zero.
    pub step: f64,
}

impl DesignParams {
    /// RegMix's resolution (the authors' sampling script).
    pub const STEP: f64 = 2e-4;
}

/// Draws mixtures until there are `params.count` different ones, each rounded to multiples of
/// `params.step`.
///
/// Rounding keeps the sum (largest remainders). A mixture is skipped if it breaks the sampler's
/// constraints after rounding, or if it has been drawn already. Source: Liu et al. 2024, "RegMix",
/// the authors' sampling script (zero below the step, round, de-duplicate).
///
/// # Errors
/// [`CoreError::BadParameter`] for a step that is not 1 divided by a whole number, for more than
/// [`MAX_DESIGN_NUMBERS`] proportions, or when after a hundred draws per mixture there are not
/// enough different ones; [`CoreError::Cancelled`].
pub fn design(
    sampler: &Sampler,
    params: DesignParams,
    control: &Control,
) -> Result<Vec<Mixture>, CoreError> {
    let units = units(params.step)?;
    if params.count.saturating_mul(sampler.domains().len()) > MAX_DESIGN_NUMBERS {
        let (expected, found) = (
            "at most 5 million proportions in all mixtures",
            params.count.to_string(),
        );
        return Err(CoreError::BadParameter {
            name: "count",
            expected,
            found,
        });
    }
    let stage = control.stage("drawing mixtures", params.count as u64);
    let mut seen = Seen::default();
    let mut mixtures = Vec::new();
    for index in 0..(params.count as u64).saturating_mul(100) {
        if mixtures.len() == params.count {
            break;
        }
        let (mixture, is_new) = tidied(sampler, index, units, &mut seen);
        stage.advance(u64::from(is_new))?;
        if is_new {
            mixtures.push(mixture);
        }
    }
    if mixtures.len() < params.count {
        return Err(CoreError::BadParameter {
            name: "count",
            expected: "at most the number of different mixtures that the constraints and the step \
                      allow",
            found: format!(
                "{}, and only {} could be drawn",
                params.count,
                mixtures.len()
            ),
        });
    }
    Ok(mixtures)
}

/// Units of a proportion: one divided by the step.
///
/// # Errors
/// [`CoreError::BadParameter`] for a step that is not 1 divided by a whole number.
pub(super) fn units(step: f64) -> Result<u64, CoreError> {
    let units = (1.0 / step).round();
    if (1.0..1e9).contains(&units) && (1.0 / step - units).abs() < 1e-6 * units {
        return Ok(units as u64);
    }
    let expected = "1 divided by a whole number below a billion, such as 0.0002";
    Err(CoreError::BadParameter {
        name: "step",
        expected,
        found: step.to_string(),
    })
}

/// Mixtures drawn so far, as two hashes each. With 128 bits, two of a million mixtures collide once
/// in 10²⁶ designs.
#[derive(Default)]
pub(super) struct Seen(HashSet<[u64; 2]>);

impl Seen {
    fn is_new(&mut self, whole: &[u64]) -> bool {
        let hash = |salt: u64| {
            let mut hasher = DefaultHasher::new();
            (salt, whole).hash(&mut hasher);
            hasher.finish()
        };
        self.0.insert([hash(0), hash(1)])
    }
}

/// Sample `index` with proportions in whole units, and whether it is new and keeps the constraints.
pub(super) fn tidied(
    sampler: &Sampler,
    index: u64,
    units: u64,
    seen: &mut Seen,
) -> (Mixture, bool) {
    let whole = apportion(sampler.sample(index).parts(), units);
    // One division per proportion, so that 617 units of 5,000 are the double that prints as 0.1234.
    let parts = whole
        .iter()
        .map(|&unit| unit as f64 / units as f64)
        .collect();
    let mixture = Mixture::from_exact_parts(sampler.domains(), parts);
    let is_new = sampler.constraints().contains(mixture.parts(), 1e-12) && seen.is_new(&whole);
    (mixture, is_new)
}
