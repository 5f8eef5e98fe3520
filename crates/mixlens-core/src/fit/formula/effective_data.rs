//! [`EffectiveData`]: the fitted law.

use serde::{Deserialize, Serialize};

use super::clip::Clip;
use super::fields::checked_fields;
use crate::CoreError;
use crate::compute::{self, Kernel, run_on_best};
use crate::fit::Surrogate;
#[cfg(feature = "simd")]
use crate::fit::{BLOCK, Logs};

/// The least proportion at which a slope is computed: below an exponent of one, it has no limit at
/// zero.
const MIN_PART: f64 = 1e-12;

/// A fitted effective-data law of one metric.
///
/// ```text
/// u(x) = e + Σⱼ wⱼ xⱼ^aⱼ         effective data: e base, w coefficients (not negative), a exponents in (0, 1)
/// L(x) = c + u(x)^(−g)           c irreducible part, g steepness
/// ```
/// L is convex. Ratios of coefficients tell what a token of one domain is worth next to a token of
/// another; single parameters trade off against each other and are not to be read.
///
/// Derived for this project; the relatives are Chinchilla's data term and the additive power laws
/// of BiMix and AutoScale.
///
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::effective_data::EffectiveDataParams;
/// let rows = [1.0, 0.0, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.0, 1.0];
/// let law = EffectiveDataParams::default().check()?;
/// let law = law.fit("loss", &rows, &[3.0, 2.5, 2.35, 2.25, 2.2], &Control::default())?;
/// assert!((law.predict_one(&[0.4, 0.6]) - 2.3).abs() < 0.05);
/// assert!(law.is_convex());
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct EffectiveData(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub floor: f64,
    pub steepness: f64,
    pub base: f64,
    #[serde(rename = "worths")]
    pub coefficients: Vec<f64>,
    /// One for all domains, or one for each.
    pub exponents: Vec<f64>,
    pub clip: Clip,
}

checked_fields!(
    EffectiveData,
    "the effective-data law",
    "an effective-data law has parameters out of range"
);

impl EffectiveData {
    /// c, in the metric's unit.
    pub fn floor(&self) -> f64 {
        self.0.floor
    }

    /// g.
    pub fn steepness(&self) -> f64 {
        self.0.steepness
    }

    /// e.
    pub fn base(&self) -> f64 {
        self.0.base
    }

    /// w, one per domain. Only their ratios have a meaning.
    pub fn coefficients(&self) -> &[f64] {
        &self.0.coefficients
    }

    /// aⱼ of every domain.
    pub fn exponents(&self) -> impl Iterator<Item = f64> {
        self.terms().map(|(_, exponent)| exponent)
    }

    /// The range that predictions are taken into.
    pub fn range(&self) -> [f64; 2] {
        self.0.clip.range()
    }

    /// Coefficient and exponent of every domain.
    fn terms(&self) -> impl Iterator<Item = (f64, f64)> {
        let exponents = self.0.exponents.iter().copied();
        self.0.coefficients.iter().copied().zip(exponents.cycle())
    }

    /// u(x).
    fn useful(&self, parts: &[f64]) -> f64 {
        let term = |((coefficient, exponent), part): ((f64, f64), &f64)| {
            // No epsilon: what is not there is worth nothing.
            if *part >= f64::MIN_POSITIVE {
                coefficient * compute::exp(exponent * compute::ln(*part))
            } else {
                0.0
            }
        };
        self.0.base + self.terms().zip(parts).map(term).sum::<f64>()
    }

    /// Whether single precision holds its effective data, so that it can be estimated.
    #[cfg(feature = "simd")]
    pub(crate) fn has_estimate(&self) -> bool {
        (self.0.base as f32).is_normal()
            && self
                .0
                .coefficients
                .iter()
                .all(|coefficient| *coefficient < f64::from(f32::MAX) / 4e3)
    }

    /// Estimates every mixture behind `logs` in single precision, to within
    /// [`EffectiveData::estimate_error`].
    #[cfg(feature = "simd")]
    pub(crate) fn estimate(&self, logs: &Logs, out: &mut [f32]) {
        run_on_best(Estimate {
            law: self,
            logs,
            out,
        });
    }

    /// More than an estimate is off by, in the metric's unit: 17 terms lose about 1e-6 of what
    /// stands above the floor.
    #[cfg(feature = "simd")]
    pub(crate) fn estimate_error(&self) -> f64 {
        let [lower_bound, most] = self.0.clip.range();
        SINGLE_ERROR
            * (1.0 + self.0.steepness)
            * (2.0 * self.0.floor.abs() + lower_bound.abs().max(most.abs()))
    }
}

/// Largest logarithm of a coefficient or a height: 2 to it is still a number.
#[cfg(feature = "simd")]
const MAX_LOG: f64 = 126.0;
/// An exponent of zero would make something of what is not there.
#[cfg(feature = "simd")]
const MIN_EXPONENT: f64 = 1e-20;

/// Relative error of an estimate per unit of steepness, with room to spare.
#[cfg(feature = "simd")]
const SINGLE_ERROR: f64 = 4e-6;

/// Mixtures predicted side by side.
const LANES: usize = 16;

/// Rows of proportions, compiled once for every instruction set; lanes do what one row alone would
/// do, to the bit.
struct Rows<'a> {
    law: &'a EffectiveData,
    rows: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Rows<'_> {
    #[inline(always)]
    fn run(self) {
        let Fields {
            floor,
            steepness,
            base,
            clip,
            ..
        } = self.law.0;
        let width = self.law.width();
        for (rows, out) in self
            .rows
            .chunks(LANES * width)
            .zip(self.out.chunks_mut(LANES))
        {
            let mut useful = [0.0; LANES];
            let mut column = [1.0; LANES];
            for (domain, (coefficient, exponent)) in self.law.terms().enumerate() {
                for (part, parts) in column.iter_mut().zip(rows.chunks_exact(width)) {
                    *part = parts.get(domain).copied().unwrap_or(0.0);
                }
                for (useful, &part) in useful.iter_mut().zip(&column) {
                    // No epsilon: what is not there is worth nothing.
                    let term = coefficient * compute::exp(exponent * compute::ln(part));
                    *useful += if part >= f64::MIN_POSITIVE { term } else { 0.0 };
                }
            }
            for useful in &mut useful {
                *useful =
                    clip.apply(floor + compute::exp(-steepness * compute::ln(base + *useful)));
            }
            out.iter_mut().zip(useful).for_each(|(out, law)| *out = law);
        }
    }
}

#[cfg(feature = "simd")]
struct Estimate<'a> {
    law: &'a EffectiveData,
    logs: &'a Logs,
    out: &'a mut [f32],
}

#[cfg(feature = "simd")]
impl Kernel for Estimate<'_> {
    #[inline(always)]
    fn run(self) {
        use crate::compute::{exp2_single, log2_of_single};
        let Fields {
            floor,
            steepness,
            base,
            clip,
            ..
        } = self.law.0;
        let [lower_bound, most] = clip.range().map(|end| end as f32);
        // w xᵃ = 2^(a log₂ x + log₂ w). What is not there is worth nothing, whatever the exponent.
        let term = |(coefficient, exponent): (f64, f64)| {
            (
                coefficient.log2().min(MAX_LOG) as f32,
                exponent.max(MIN_EXPONENT) as f32,
            )
        };
        let terms: Vec<(f32, f32)> = self.law.terms().map(term).collect();
        for (logs, out) in self.logs.blocks().zip(self.out.chunks_mut(BLOCK)) {
            let mut useful = [base as f32; BLOCK];
            for (logs, &(coefficient, exponent)) in logs.iter().zip(&terms) {
                for (useful, &log) in useful.iter_mut().zip(logs) {
                    *useful += exp2_single(exponent * log + coefficient);
                }
            }
            for useful in &mut useful {
                let height = exp2_single(
                    (-(steepness as f32) * log2_of_single(*useful)).min(MAX_LOG as f32),
                );
                *useful = (floor as f32 + height).max(lower_bound).min(most);
            }
            out.iter_mut().zip(useful).for_each(|(out, law)| *out = law);
        }
    }
}

impl Surrogate for EffectiveData {
    fn width(&self) -> usize {
        self.0.coefficients.len()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        run_on_best(Rows {
            law: self,
            rows,
            out,
        });
    }

    fn lower_bound(&self) -> Option<f64> {
        Some(self.0.clip.range()[0])
    }

    /// ∂L/∂xⱼ = −g u^(−g−1) wⱼ aⱼ xⱼ^(aⱼ−1), at xⱼ = 1e-12 where there is less.
    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        let useful = self.useful(parts);
        let height = compute::exp(-self.0.steepness * compute::ln(useful));
        let slope = -self.0.steepness * height / useful;
        for ((out, part), (coefficient, exponent)) in out.iter_mut().zip(parts).zip(self.terms()) {
            let power = compute::exp((exponent - 1.0) * compute::ln(part.max(MIN_PART)));
            *out = slope * coefficient * exponent * power;
        }
        Some(self.0.floor + height)
    }

    fn is_convex(&self) -> bool {
        true
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        let widths = self.exponents.len() == 1 || self.exponents.len() == self.coefficients.len();
        self.floor.is_finite()
            && positive(&self.steepness)
            && positive(&self.base)
            && !self.coefficients.is_empty()
            && self
                .coefficients
                .iter()
                .all(|coefficient| coefficient.is_finite() && *coefficient >= 0.0)
            && widths
            && self
                .exponents
                .iter()
                .all(|exponent| (0.0..=1.0).contains(exponent))
            && self.clip.is_valid()
    }
}
