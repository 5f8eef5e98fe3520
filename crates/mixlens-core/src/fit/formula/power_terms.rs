//! [`PowerTerms`]: a sum of powers of single proportions.

use serde::{Deserialize, Serialize};

use super::clip::Clip;
use super::fields::checked_fields;
use crate::CoreError;
use crate::compute;
use crate::fit::Surrogate;

/// A floor and a power of every proportion.
///
/// ```text
/// f(x) = c + Σⱼ kⱼ (1 + xⱼ/aⱼ)^(−bⱼ)        c floor, k heights, a offsets, b exponents
/// ```
/// Heights and exponents may have either sign, and there is one exponent for all domains or one for
/// each: kⱼ (oⱼ + xⱼ)^eⱼ is the term with offset oⱼ, exponent −eⱼ and height kⱼ oⱼ^eⱼ.
///
/// The additive power law of [`PowerParams`](crate::fit::power::PowerParams) has this form, with
/// heights and one exponent above zero.
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
#[serde(try_from = "Fields")]
pub struct PowerTerms(Fields);

/// One term at some proportion xⱼ.
struct Term {
    /// kⱼ (1 + xⱼ/aⱼ)^(−bⱼ).
    value: f64,
    /// bⱼ.
    exponent: f64,
    /// 1 / (aⱼ + xⱼ).
    inverse: f64,
}

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub floor: f64,
    /// One for all domains, or one for each.
    #[serde(rename = "exponent", with = "one_or_each")]
    pub exponents: Vec<f64>,
    pub heights: Vec<f64>,
    pub offsets: Vec<f64>,
    pub clip: Clip,
}

checked_fields!(
    PowerTerms,
    "the power law",
    "a power law has parameters out of range"
);

impl PowerTerms {
    /// c, in the metric's unit.
    pub fn floor(&self) -> f64 {
        self.0.floor
    }

    /// bⱼ of every domain.
    pub fn exponents(&self) -> impl Iterator<Item = f64> {
        let domains = self.0.heights.len();
        self.0.exponents.iter().copied().cycle().take(domains)
    }

    /// The range that predictions are taken into.
    pub fn range(&self) -> [f64; 2] {
        self.0.clip.range()
    }

    /// Whether version 1 of the surrogate file has room for it: one exponent.
    pub(super) fn is_of_version_1(&self) -> bool {
        self.0.exponents.len() == 1
    }

    /// k, one per domain, in the metric's unit.
    pub fn heights(&self) -> &[f64] {
        &self.0.heights
    }

    /// a, one per domain, in proportions.
    pub fn offsets(&self) -> &[f64] {
        &self.0.offsets
    }

    /// The term of every domain.
    fn terms(&self, parts: &[f64]) -> impl Iterator<Item = Term> {
        let scales = self.0.heights.iter().zip(&self.0.offsets);
        let terms = parts.iter().zip(scales).zip(self.exponents());
        terms.map(|((part, (height, offset)), exponent)| {
            let part = part.max(0.0);
            let power = compute::exp(-exponent * compute::ln(1.0 + part / offset));
            Term {
                value: height * power,
                exponent,
                inverse: 1.0 / (offset + part),
            }
        })
    }

    fn law(&self, parts: &[f64]) -> f64 {
        self.0.floor + self.terms(parts).map(|term| term.value).sum::<f64>()
    }
}

impl Surrogate for PowerTerms {
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

    /// ∂f/∂xⱼ = −bⱼ kⱼ (1 + xⱼ/aⱼ)^(−bⱼ) / (aⱼ + xⱼ).
    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        for (out, term) in out.iter_mut().zip(self.terms(parts)) {
            *out = -term.exponent * term.value * term.inverse;
        }
        Some(self.law(parts))
    }

    /// f is convex where every term is: its second derivative has the sign of kⱼ bⱼ (bⱼ + 1).
    fn is_convex(&self) -> bool {
        let mut terms = self.0.heights.iter().zip(self.exponents());
        terms.all(|(height, exponent)| height * exponent * (exponent + 1.0) >= 0.0)
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        let has_exponents = self.exponents.len() == 1 || self.exponents.len() == self.heights.len();
        has_exponents
            && !self.heights.is_empty()
            && self.heights.len() == self.offsets.len()
            && self.offsets.iter().all(positive)
            && self
                .heights
                .iter()
                .chain(&self.exponents)
                .chain([&self.floor])
                .all(|value| value.is_finite())
            && self.clip.is_valid()
    }
}

/// A list of numbers that is saved as the number itself where it has one.
mod one_or_each {
    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        match values {
            [value] => serializer.serialize_f64(*value),
            values => values.serialize(serializer),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        deserializer.deserialize_any(OneOrEach)
    }

    struct OneOrEach;

    impl<'de> Visitor<'de> for OneOrEach {
        type Value = Vec<f64>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number or a list of numbers")
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Vec<f64>, E> {
            Ok(vec![value])
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Vec<f64>, E> {
            Ok(vec![value as f64])
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Vec<f64>, E> {
            Ok(vec![value as f64])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<f64>, A::Error> {
            let mut values = Vec::new();
            while let Some(value) = list.next_element()? {
                values.push(value);
            }
            Ok(values)
        }
    }
}
