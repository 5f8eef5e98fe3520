//! [`Polynomial`]: Scheffé's polynomial.
#![expect(
    clippy::indexing_slicing,
    reason = "loops over pairs and triples of domains whose number is fixed"
)]

use serde::{Deserialize, Serialize};

use super::fields::checked_fields;
use crate::CoreError;
use crate::fit::Surrogate;

/// Which products of proportions a polynomial has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolynomialDegree {
    /// The proportions themselves.
    Linear,
    /// And every product of two different ones: all quadratics on the simplex.
    #[default]
    Quadratic,
    /// And every product of three different ones.
    SpecialCubic,
}

impl PolynomialDegree {
    /// The number of terms over `d` domains.
    pub fn terms(self, d: usize) -> usize {
        let pairs = d.saturating_mul(d.saturating_sub(1)) / 2;
        match self {
            Self::Linear => d,
            Self::Quadratic => d.saturating_add(pairs),
            Self::SpecialCubic => d
                .saturating_add(pairs)
                .saturating_add(pairs.saturating_mul(d.saturating_sub(2)) / 3),
        }
    }
}

/// Scheffé's polynomial in the proportions.
///
/// ```text
/// ŷ(x) = Σᵢ βᵢ xᵢ + Σ_{i<j} βᵢⱼ xᵢ xⱼ + Σ_{i<j<k} βᵢⱼₖ xᵢ xⱼ xₖ        up to its degree
/// ```
/// βᵢ is the metric of domain i alone; βᵢⱼ / 4 what an even mixture of i and j has above the mean
/// of both. Without an intercept and squares, which Σ x = 1 makes redundant. Source: Scheffé 1958,
/// "Experiments with mixtures", equations 3.3 and 3.9.
///
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::scheffe::ScheffeParams;
/// let rows = [1.0, 0.0, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.0, 1.0];
/// let exact = ScheffeParams { penalty: Some(1e-12), ..ScheffeParams::default() };
/// let fitted = exact.check()?.fit("loss", &rows, &[3.0, 2.5625, 2.25, 2.0625, 2.0], &Control::default())?;
/// assert!((fitted.predict_one(&[0.4, 0.6]) - 2.16).abs() < 1e-6);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Polynomial(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub degree: PolynomialDegree,
    pub domains: usize,
    /// Singles, then pairs, then triples, each in rising order of domains.
    pub coefficients: Vec<f64>,
}

checked_fields!(
    Polynomial,
    "scheffe",
    "a Scheffé polynomial has another number of coefficients than its degree needs"
);

impl Polynomial {
    /// Which products it has.
    pub fn degree(&self) -> PolynomialDegree {
        self.0.degree
    }

    /// β: d single ones, then pairs (1,2), (1,3) …, then triples (1,2,3), (1,2,4) …, as far as the
    /// degree goes.
    pub fn coefficients(&self) -> &[f64] {
        &self.0.coefficients
    }
}

/// Writes every term at `parts`, in the order of the coefficients.
pub(in crate::fit) fn terms_into(degree: PolynomialDegree, parts: &[f64], out: &mut [f64]) {
    let d = parts.len();
    out[..d].copy_from_slice(parts);
    let mut next = d;
    let mut write = |term: f64| {
        out[next] = term;
        next += 1;
    };
    if degree == PolynomialDegree::Linear {
        return;
    }
    for i in 0..d {
        parts[i + 1..]
            .iter()
            .for_each(|part| write(parts[i] * part));
    }
    if degree == PolynomialDegree::Quadratic {
        return;
    }
    for i in 0..d {
        for j in i + 1..d {
            let pair = parts[i] * parts[j];
            parts[j + 1..].iter().for_each(|part| write(pair * part));
        }
    }
}

impl Fields {
    /// The polynomial at `parts`; adds its slopes to `slopes` where there are any.
    fn evaluate(&self, parts: &[f64], slopes: &mut [f64]) -> f64 {
        let d = self.domains;
        let mut value: f64 = parts
            .iter()
            .zip(&self.coefficients)
            .map(|(part, b)| part * b)
            .sum();
        let with_slopes = !slopes.is_empty();
        slopes.copy_from_slice(&self.coefficients[..slopes.len()]);
        let mut next = d;
        if self.degree == PolynomialDegree::Linear {
            return value;
        }
        for i in 0..d {
            let row = &self.coefficients[next..next + d - i - 1];
            next += row.len();
            let sum: f64 = row
                .iter()
                .zip(&parts[i + 1..])
                .map(|(b, part)| b * part)
                .sum();
            value += parts[i] * sum;
            if with_slopes {
                slopes[i] += sum;
                slopes[i + 1..]
                    .iter_mut()
                    .zip(row)
                    .for_each(|(slope, b)| *slope += parts[i] * b);
            }
        }
        if self.degree == PolynomialDegree::Quadratic {
            return value;
        }
        for i in 0..d {
            for j in i + 1..d {
                let row = &self.coefficients[next..next + d - j - 1];
                next += row.len();
                let sum: f64 = row
                    .iter()
                    .zip(&parts[j + 1..])
                    .map(|(b, part)| b * part)
                    .sum();
                value += parts[i] * parts[j] * sum;
                if with_slopes {
                    slopes[i] += parts[j] * sum;
                    slopes[j] += parts[i] * sum;
                    let pair = parts[i] * parts[j];
                    slopes[j + 1..]
                        .iter_mut()
                        .zip(row)
                        .for_each(|(slope, b)| *slope += pair * b);
                }
            }
        }
        value
    }

    fn is_valid(&self) -> bool {
        self.domains > 0
            && self.coefficients.len() == self.degree.terms(self.domains)
            && self
                .coefficients
                .iter()
                .all(|coefficient| coefficient.is_finite())
    }
}

impl Surrogate for Polynomial {
    fn width(&self) -> usize {
        self.0.domains
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        for (value, parts) in out.iter_mut().zip(rows.chunks_exact(self.width())) {
            *value = self.0.evaluate(parts, &mut []);
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        Some(self.0.evaluate(parts, out))
    }

    fn is_convex(&self) -> bool {
        self.0.degree == PolynomialDegree::Linear
    }
}
