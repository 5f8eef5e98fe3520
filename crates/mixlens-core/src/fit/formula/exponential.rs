//! [`Exponential`]: e to a line, above a floor.

use serde::{Deserialize, Serialize};

use super::clip::Clip;
use super::clip::WIDE;
use super::fields::checked_fields;
use crate::CoreError;
use crate::compute;
use crate::fit::Surrogate;

/// An exponential mixing law of one metric.
///
/// ```text
/// L(x) = c + exp(b + Σⱼ tⱼ xⱼ)        c floor, exp(b) scale, t slopes with Σⱼ tⱼ = 0
/// ```
/// Because Σⱼ xⱼ = 1, a shift common to all tⱼ is absorbed by b; fixing Σⱼ tⱼ = 0 makes slopes
/// comparable between fits. L is convex. Source: Ye et al. 2024, "Data mixing laws: optimizing data
/// mixtures by predicting language modeling performance", section 3.3, arXiv 2403.16952.
///
/// ```
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::formula::Exponential;
/// // The published law of GitHub's loss at 70M parameters, GitHub and Pile-CC.
/// let law = Exponential::new(1.109898, -0.682422, &[-1.642443, 0.0])?;
/// assert!((law.predict_one(&[0.5, 0.5]) - 1.3322).abs() < 1e-4);
/// assert!(law.slopes().iter().sum::<f64>().abs() < 1e-15);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Exponential(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    floor: f64,
    log_scale: f64,
    slopes: Vec<f64>,
    /// None for a published law.
    clip: Option<Clip>,
}

checked_fields!(
    Exponential,
    "the exponential law",
    "an exponential law has parameters out of range"
);

impl Exponential {
    /// The law with the given c, b and t; b and t are brought to the gauge Σ t = 0.
    ///
    /// # Errors
    /// [`CoreError::NumericalFailure`] for numbers that are not finite, [`CoreError::NoNames`]
    /// without slopes.
    pub fn new(floor: f64, log_scale: f64, slopes: &[f64]) -> Result<Self, CoreError> {
        if slopes.is_empty() {
            return Err(CoreError::NoNames { what: "domains" });
        }
        let shift = slopes.iter().sum::<f64>() / slopes.len() as f64;
        let slopes = slopes.iter().map(|slope| slope - shift).collect();
        Self::from_fields(Fields {
            floor,
            log_scale: log_scale + shift,
            slopes,
            clip: None,
        })
    }

    pub(in crate::fit) fn fitted(
        floor: f64,
        log_scale: f64,
        slopes: &[f64],
        clip: Clip,
    ) -> Result<Self, CoreError> {
        // Only centred proportions were seen: a common shift of the slopes, which rounding may
        // leave, goes without trace.
        let shift = slopes.iter().sum::<f64>() / slopes.len() as f64;
        let centred: Vec<f64> = slopes.iter().map(|slope| slope - shift).collect();
        let Self(fields) = Self::new(floor, log_scale, &centred)?;
        Ok(Self(Fields {
            clip: Some(clip),
            ..fields
        }))
    }

    /// c, in the metric's unit.
    pub fn floor(&self) -> f64 {
        self.0.floor
    }

    /// b, the logarithm of the scale.
    pub fn log_scale(&self) -> f64 {
        self.0.log_scale
    }

    /// t, one per domain; they sum to zero.
    pub fn slopes(&self) -> &[f64] {
        &self.0.slopes
    }

    /// The range that predictions are taken into; all numbers for a published law.
    pub fn range(&self) -> [f64; 2] {
        self.0.clip.map_or(WIDE, |clip| clip.range())
    }

    /// The proportion of the first of two domains at which the sum of two laws is least.
    ///
    /// ```text
    /// p = (β₂ − β₁ + ln(−s₂ / s₁)) / (s₁ − s₂)
    /// sᵢ = tᵢ₁ − tᵢ₂,  βᵢ = bᵢ + tᵢ₂,  taken into [0, 1]
    /// ```
    /// `None` unless both laws are over two domains and one rises where the other falls; then the
    /// sum is least at an end. Derived in Chen et al. 2024, "Aioli: a unified optimization
    /// framework for language model data mixing", for laws that fall in their own domain's
    /// proportion.
    pub fn two_domain_optimum(&self, other: &Self) -> Option<f64> {
        let line = |law: &Self| match law.slopes() {
            &[first, second] => Some((law.0.log_scale + second, first - second)),
            _ => None,
        };
        let ((b1, s1), (b2, s2)) = (line(self)?, line(other)?);
        let optimum = (b2 - b1 + compute::ln(-s2 / s1)) / (s1 - s2);
        (s1 * s2 < 0.0).then(|| optimum.clamp(0.0, 1.0))
    }

    fn height(&self, parts: &[f64]) -> f64 {
        let line: f64 = self
            .0
            .slopes
            .iter()
            .zip(parts)
            .map(|(slope, part)| slope * part)
            .sum();
        compute::exp(self.0.log_scale + line)
    }
}

impl Surrogate for Exponential {
    fn width(&self) -> usize {
        self.0.slopes.len()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        for (value, parts) in out.iter_mut().zip(rows.chunks_exact(self.width())) {
            let law = self.0.floor + self.height(parts);
            *value = self.0.clip.map_or(law, |clip| clip.apply(law));
        }
    }

    /// ∂L/∂xⱼ = tⱼ exp(b + t · x).
    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        let height = self.height(parts);
        out.iter_mut()
            .zip(&self.0.slopes)
            .for_each(|(out, slope)| *out = slope * height);
        Some(self.0.floor + height)
    }

    fn is_convex(&self) -> bool {
        true
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        !self.slopes.is_empty()
            && self
                .slopes
                .iter()
                .chain([&self.floor, &self.log_scale])
                .all(|value| value.is_finite())
            && self.clip.is_none_or(|clip| clip.is_valid())
    }
}
