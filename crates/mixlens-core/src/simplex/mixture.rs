//! [`Mixture`]: proportions over a [`DomainSet`].

use std::sync::Arc;

use super::DomainSet;
use crate::CoreError;

/// How far a sum of proportions may be from one after any operation (dimensionless; style guide,
/// section 7).
pub const SUM_TOLERANCE: f64 = 1e-12;

/// How far a sum over `width` domains may be from one: with thousands of domains, the rounding of
/// the sum exceeds [`SUM_TOLERANCE`].
pub(crate) fn sum_tolerance(width: usize) -> f64 {
    SUM_TOLERANCE.max(width as f64 * f64::EPSILON)
}

/// Proportions over a [`DomainSet`]: finite, non-negative, summing to one within [`SUM_TOLERANCE`].
/// A single proportion is called a part (Aitchison's term for a component of a composition).
///
/// ```
/// use mixlens_core::simplex::{DomainSet, Mixture};
/// let domains = DomainSet::new(["web", "code"])?;
/// let (mixture, scale) = Mixture::from_weights(&domains, &[3.0, 1.0])?;
/// assert_eq!(mixture.parts(), [0.75, 0.25]);
/// assert_eq!(scale, 0.25);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    domains: Arc<DomainSet>,
    parts: Box<[f64]>,
}

impl Mixture {
    /// Rescales `weights` (one per domain) to sum to one; the scale found is returned for display.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::BadWeight`] for the first weight that is negative
    /// or not finite, or [`CoreError::AllZero`].
    pub fn from_weights(
        domains: &Arc<DomainSet>,
        weights: &[f64],
    ) -> Result<(Self, f64), CoreError> {
        if weights.len() != domains.len() {
            return Err(CoreError::WrongLength {
                what: "weights",
                expected: domains.len(),
                found: weights.len(),
            });
        }
        for (name, &weight) in domains.names().iter().zip(weights) {
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(CoreError::BadWeight {
                    domain: name.clone(),
                    found: weight,
                });
            }
        }
        let largest = weights.iter().copied().fold(0.0, f64::max);
        if largest <= 0.0 {
            return Err(CoreError::AllZero);
        }
        // Dividing by the largest first keeps the sum finite for any finite weights.
        let scaled_sum: f64 = weights.iter().map(|w| w / largest).sum();
        let parts = weights.iter().map(|w| w / largest / scaled_sum).collect();
        Ok((
            Self {
                domains: Arc::clone(domains),
                parts,
            },
            1.0 / scaled_sum / largest,
        ))
    }

    /// A mixture from proportions that sum to one within `tolerance`; they are rescaled to sum to
    /// one.
    ///
    /// Proportions that sum to one within [`SUM_TOLERANCE`] (and the rounding of a long sum) are
    /// kept to the bit, so that a second call changes nothing.
    ///
    /// # Errors
    /// As [`Mixture::from_weights`], and [`CoreError::NotSummingToOne`].
    pub fn from_proportions(
        domains: &Arc<DomainSet>,
        parts: &[f64],
        tolerance: f64,
    ) -> Result<Self, CoreError> {
        let (mixture, _) = Self::from_weights(domains, parts)?;
        let sum: f64 = parts.iter().sum();
        if (sum - 1.0).abs() <= sum_tolerance(parts.len()) {
            return Ok(Self {
                domains: Arc::clone(domains),
                parts: parts.into(),
            });
        }
        if (sum - 1.0).abs() <= tolerance {
            Ok(mixture)
        } else {
            Err(CoreError::NotSummingToOne { sum, tolerance })
        }
    }

    /// Every domain with the same proportion.
    pub fn uniform(domains: &Arc<DomainSet>) -> Self {
        let part = 1.0 / domains.len() as f64;
        Self {
            domains: Arc::clone(domains),
            parts: vec![part; domains.len()].into(),
        }
    }

    /// A mixture from parts that an algorithm of this crate computed as proportions; the bits are
    /// kept.
    pub(crate) fn from_exact_parts(domains: &Arc<DomainSet>, parts: Vec<f64>) -> Self {
        debug_assert_eq!(parts.len(), domains.len());
        debug_assert!(
            parts.iter().all(|part| part.is_finite() && *part >= 0.0),
            "not a mixture: {parts:?}"
        );
        debug_assert!(
            (parts.iter().sum::<f64>() - 1.0).abs() <= 2.0 * sum_tolerance(parts.len()),
            "not a mixture: {parts:?}"
        );
        Self {
            domains: Arc::clone(domains),
            parts: parts.into(),
        }
    }

    /// The domains of the mixture.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The proportions in the order of the domains.
    pub fn parts(&self) -> &[f64] {
        &self.parts
    }

    /// Names and proportions in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.domains
            .names()
            .iter()
            .map(String::as_str)
            .zip(self.parts.iter().copied())
    }
}
