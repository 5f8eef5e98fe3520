//! Temperature sampling, compared with weighting losses.

use std::sync::Arc;

use crate::CoreError;
use crate::numbers::{per_domain, positive};
use crate::simplex::{DomainSet, Mixture};

/// Sizes raised to 1/τ and normalised: τ = 1 is the natural mixture, τ → ∞ the uniform one.
///
/// ```text
/// p(i; τ) = Uᵢ^(1/τ) / Σⱼ Uⱼ^(1/τ)          with an exponent α: τ = 1/α
/// ```
/// Domains without tokens get zero at any finite temperature.
///
/// # Errors
/// As [`Mixture::from_weights`], and [`CoreError::BadParameter`] for a temperature that is not
/// above zero.
pub fn temperature_mixture(
    domains: &Arc<DomainSet>,
    sizes: &[f64],
    temperature: f64,
) -> Result<Mixture, CoreError> {
    positive("temperature", temperature)?;
    let (natural, _) = Mixture::from_weights(domains, sizes)?;
    if temperature.total_cmp(&1.0).is_eq() {
        return Ok(natural);
    }
    // Relative to the largest, so that no power overflows.
    let largest = natural.parts().iter().copied().fold(0.0, f64::max);
    let power = |part: &f64| {
        if *part > 0.0 {
            (part / largest).powf(1.0 / temperature)
        } else {
            0.0
        }
    };
    let weights: Vec<f64> = natural.parts().iter().map(power).collect();
    Ok(Mixture::from_weights(domains, &weights)?.0)
}

/// F: the variance of weighted losses relative to sampling, when gradients are equally large in
/// every domain.
///
/// ```text
/// F = Σ pᵢ² / qᵢ ≥ 1,      Var_S − Var_TS = v (F − 1)
/// ```
/// Infinite where `mixture` uses a domain that `natural` lacks. Source: Li et al., arXiv
/// 2410.04579, theorems 2 and 3.
pub fn scalarisation_factor(mixture: &Mixture, natural: &Mixture) -> f64 {
    let pairs = mixture.parts().iter().zip(natural.parts());
    pairs
        .map(|(&part, &natural)| {
            if part > 0.0 {
                part * part / natural
            } else {
                0.0
            }
        })
        .sum()
}

/// Second moments of the stochastic gradient for one sample; subtract |ḡ|² for variances, divide by
/// the batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingVariances {
    /// `Σ pᵢ² / qᵢ · vᵢ`: natural sampling, weighted losses.
    pub scalarisation: f64,
    /// `Σ pᵢ vᵢ`: sampling by the mixture.
    pub sampling: f64,
}

/// Both second moments, for v = E‖g‖² per domain.
///
/// Weighting has the higher variance when all v are equal; with unequal v, sampling can have the
/// higher one.
///
/// # Errors
/// [`CoreError::WrongLength`] unless there is one v per domain.
pub fn sampling_variances(
    mixture: &Mixture,
    natural: &Mixture,
    squared_gradients: &[f64],
) -> Result<SamplingVariances, CoreError> {
    per_domain(
        "squared gradients",
        mixture.parts().len(),
        squared_gradients.len(),
    )?;
    let all = || {
        mixture
            .parts()
            .iter()
            .zip(natural.parts())
            .zip(squared_gradients)
    };
    Ok(SamplingVariances {
        scalarisation: all()
            // Σ pᵢ² / qᵢ · vᵢ
            .map(|((&p, &q), v)| if p > 0.0 { p * p / q * v } else { 0.0 })
            .sum(),
        sampling: all().map(|((p, _), v)| p * v).sum(),
    })
}

/// The sampler with the minimum variance for the objective of `mixture`: `qᵢ ∝ pᵢ √vᵢ`, with loss
/// weights `pᵢ / qᵢ`.
///
/// # Errors
/// [`CoreError::WrongLength`], [`CoreError::BadWeight`] for v below zero, or
/// [`CoreError::AllZero`].
pub fn min_variance_sampler(
    mixture: &Mixture,
    squared_gradients: &[f64],
) -> Result<Mixture, CoreError> {
    per_domain(
        "squared gradients",
        mixture.parts().len(),
        squared_gradients.len(),
    )?;
    let weights: Vec<f64> = mixture
        .parts()
        .iter()
        .zip(squared_gradients)
        .map(|(p, v)| p * v.sqrt())
        .collect();
    Ok(Mixture::from_weights(mixture.domains(), &weights)?.0)
}
