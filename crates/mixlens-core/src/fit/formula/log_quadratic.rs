//! [`LogQuadratic`]: a quadratic in the logarithms of the proportions.
#![expect(
    clippy::indexing_slicing,
    reason = "loops over pairs of domains whose number is fixed"
)]

use serde::{Deserialize, Serialize};

use super::clip::Clip;
use super::fields::checked_fields;
use crate::CoreError;
use crate::compute;
use crate::fit::Surrogate;

/// A quadratic in the logarithms of the proportions.
///
/// ```text
/// ŷ(x) = b + Σⱼ βⱼ zⱼ + Σ_{j≤k} βⱼₖ zⱼ zₖ        zⱼ = (ln(xⱼ + offset) − centreⱼ) / spreadⱼ
/// ```
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::log_quadratic::LogQuadraticParams;
/// let rows = [0.9, 0.1, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.1, 0.9];
/// let fitted = LogQuadraticParams::default().check()?;
/// let fitted = fitted.fit("loss", &rows, &[2.0, 2.1, 2.3, 2.7, 3.2], &Control::default())?;
/// assert!(fitted.predict_one(&[0.6, 0.4]) < fitted.predict_one(&[0.4, 0.6]));
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct LogQuadratic(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub offset: f64,
    pub centres: Vec<f64>,
    pub spreads: Vec<f64>,
    pub intercept: f64,
    /// Singles, then pairs (1,1), (1,2) … (2,2) ….
    pub coefficients: Vec<f64>,
    pub clip: Clip,
}

checked_fields!(
    LogQuadratic,
    "log-quadratic",
    "a log-quadratic has parameters out of range"
);

impl LogQuadratic {
    /// Added to every proportion before its logarithm is taken.
    pub fn offset(&self) -> f64 {
        self.0.offset
    }

    /// What is taken from the logarithm, one per domain.
    pub fn centres(&self) -> &[f64] {
        &self.0.centres
    }

    /// What the rest is divided by, one per domain.
    pub fn spreads(&self) -> &[f64] {
        &self.0.spreads
    }

    /// b, in the metric's unit.
    pub fn intercept(&self) -> f64 {
        self.0.intercept
    }

    /// β: d single ones, then pairs (1,1), (1,2) … (2,2) ….
    pub fn coefficients(&self) -> &[f64] {
        &self.0.coefficients
    }

    /// The range that predictions are taken into.
    pub fn range(&self) -> [f64; 2] {
        self.0.clip.range()
    }
}

/// Writes inputs, their squares and products, in the order of the coefficients.
pub(in crate::fit) fn terms_into(inputs: &[f64], out: &mut [f64]) {
    let d = inputs.len();
    out[..d].copy_from_slice(inputs);
    let mut next = d;
    for j in 0..d {
        for k in j..d {
            out[next] = inputs[j] * inputs[k];
            next += 1;
        }
    }
}

impl Fields {
    /// z at `parts`.
    pub(in crate::fit) fn inputs(&self, parts: &[f64]) -> Vec<f64> {
        let scales = self.centres.iter().zip(&self.spreads);
        let input = |(part, (centre, spread)): (&f64, (&f64, &f64))| {
            (compute::ln(part.max(0.0) + self.offset) - centre) / spread
        };
        parts.iter().zip(scales).map(input).collect()
    }

    /// The quadratic at inputs z; writes its slopes by them where there is room.
    fn evaluate(&self, z: &[f64], slopes: &mut [f64]) -> f64 {
        let d = z.len();
        slopes.copy_from_slice(&self.coefficients[..slopes.len()]);
        let mut value = self.intercept
            + z.iter()
                .zip(&self.coefficients)
                .map(|(z, b)| z * b)
                .sum::<f64>();
        let mut next = d;
        for j in 0..d {
            let row = &self.coefficients[next..next + d - j];
            next += row.len();
            let sum: f64 = row.iter().zip(&z[j..]).map(|(b, z)| b * z).sum();
            value += z[j] * sum;
            if !slopes.is_empty() {
                slopes[j] += sum;
                slopes[j..]
                    .iter_mut()
                    .zip(row)
                    .for_each(|(slope, b)| *slope += z[j] * b);
            }
        }
        value
    }

    fn is_valid(&self) -> bool {
        let d = self.centres.len();
        d > 0
            && self.offset > 0.0
            && self.spreads.len() == d
            && self.coefficients.len() == d * (d + 3) / 2
            && self
                .spreads
                .iter()
                .all(|spread| *spread > 0.0 && spread.is_finite())
            && self
                .centres
                .iter()
                .chain(&self.coefficients)
                .all(|value| value.is_finite())
            && self.intercept.is_finite()
            && self.clip.is_valid()
    }
}

impl Surrogate for LogQuadratic {
    fn width(&self) -> usize {
        self.0.centres.len()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        for (value, parts) in out.iter_mut().zip(rows.chunks_exact(self.width())) {
            *value = self
                .0
                .clip
                .apply(self.0.evaluate(&self.0.inputs(parts), &mut []));
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        let value = self.0.evaluate(&self.0.inputs(parts), out);
        for ((out, part), spread) in out.iter_mut().zip(parts).zip(&self.0.spreads) {
            *out /= spread * (part.max(0.0) + self.0.offset);
        }
        Some(value)
    }
}
