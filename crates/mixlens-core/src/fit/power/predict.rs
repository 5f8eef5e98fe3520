//! [`Power`]: the fitted law.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::compute;
use crate::fit::clip::Clip;
use crate::fit::fields::checked_fields;
use crate::fit::{FitReport, Formula, Surrogate};

/// A fitted additive power law of one metric.
///
/// ```text
/// L(x) = c + Σⱼ kⱼ (1 + xⱼ/aⱼ)^(−b)        c floor, kⱼ what domain j takes away in all, aⱼ where it starts to, b exponent
/// ```
/// L is convex. AutoScale's (x + a)^(−b) up to the unit of k (Kang et al. 2024, "AutoScale:
/// scale-aware data mixing for pre-training LLMs", arXiv 2407.20177), summed over domains, with one
/// exponent; BiMix's x^(−α) is the limit of small a (Ge et al. 2024, arXiv 2405.14908). Both
/// describe a domain's own loss only; here any metric.
///
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::power::PowerParams;
/// let rows = [1.0, 0.0, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.0, 1.0];
/// let law = PowerParams::default().check()?.fit("loss", &rows, &[3.0, 2.5, 2.35, 2.25, 2.2], &Control::default())?;
/// assert!((law.predict_one(&[0.4, 0.6]) - 2.3).abs() < 0.05);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Power(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    pub floor: f64,
    pub exponent: f64,
    pub heights: Vec<f64>,
    pub offsets: Vec<f64>,
    pub clip: Clip,
    pub report: FitReport,
}

checked_fields!(
    Power,
    "the power law",
    "a power law has parameters out of range"
);

impl Power {
    /// c, in the metric's unit.
    pub fn floor(&self) -> f64 {
        self.0.floor
    }

    /// b.
    pub fn exponent(&self) -> f64 {
        self.0.exponent
    }

    /// k, one per domain, in the metric's unit.
    pub fn heights(&self) -> &[f64] {
        &self.0.heights
    }

    /// a, one per domain, in proportions.
    pub fn offsets(&self) -> &[f64] {
        &self.0.offsets
    }

    /// How the fit went.
    pub fn report(&self) -> &FitReport {
        &self.0.report
    }

    pub(in crate::fit) fn formula(&self) -> Formula<'_> {
        let Fields {
            floor,
            exponent,
            ref heights,
            ref offsets,
            clip,
            ..
        } = self.0;
        Formula::Power {
            floor,
            exponent,
            heights,
            offsets,
            range: clip.range(),
        }
    }

    /// Height kⱼ (1 + xⱼ/aⱼ)^(−b) of every domain, and 1 / (aⱼ + xⱼ).
    fn terms(&self, parts: &[f64]) -> impl Iterator<Item = (f64, f64)> {
        let scales = self.0.heights.iter().zip(&self.0.offsets);
        parts.iter().zip(scales).map(|(part, (height, offset))| {
            let part = part.max(0.0);
            let power = compute::exp(-self.0.exponent * compute::ln(1.0 + part / offset));
            (height * power, 1.0 / (offset + part))
        })
    }

    fn law(&self, parts: &[f64]) -> f64 {
        self.0.floor + self.terms(parts).map(|(term, _)| term).sum::<f64>()
    }
}

impl Surrogate for Power {
    fn width(&self) -> usize {
        self.0.heights.len()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        for (value, parts) in out.iter_mut().zip(rows.chunks_exact(self.width())) {
            *value = self.0.clip.apply(self.law(parts));
        }
    }

    /// ∂L/∂xⱼ = −b kⱼ (1 + xⱼ/aⱼ)^(−b) / (aⱼ + xⱼ).
    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        for (out, (term, inverse)) in out.iter_mut().zip(self.terms(parts)) {
            *out = -self.0.exponent * term * inverse;
        }
        Some(self.law(parts))
    }

    fn is_convex(&self) -> bool {
        true
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        self.floor.is_finite()
            && positive(&self.exponent)
            && !self.heights.is_empty()
            && self.heights.len() == self.offsets.len()
            && self
                .heights
                .iter()
                .all(|height| height.is_finite() && *height >= 0.0)
            && self.offsets.iter().all(positive)
            && self.clip.is_valid()
    }
}
