//! [`Mean`]: a weighted mean of surrogates.

use serde::{Deserialize, Serialize};

use super::fields::checked_fields;
use crate::CoreError;
use crate::fit::{FittedSurrogate, Surrogate};

/// A weighted mean of fitted surrogates of one metric.
///
/// ```text
/// ŷ(x) = Σₘ wₘ ŷₘ(x)        wₘ ≥ 0, Σ wₘ = 1
/// ```
/// A law and a Gaussian process err in different places: their plain mean is better than either
/// from 64 runs on (RegMix's tables).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Mean(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub weights: Vec<f64>,
    pub members: Vec<FittedSurrogate>,
}

checked_fields!(
    Mean,
    "the ensemble",
    "an ensemble has weights that do not fit its members"
);

impl Mean {
    /// Every member with its weight.
    pub fn members(&self) -> impl Iterator<Item = (f64, &FittedSurrogate)> {
        self.0.weights.iter().copied().zip(&self.0.members)
    }
}

impl Surrogate for Mean {
    fn width(&self) -> usize {
        self.0.members.first().map_or(0, Surrogate::width)
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let mut scratch = vec![0.0; out.len()];
        for (weight, member) in self.members() {
            member.predict_rows(rows, &mut scratch);
            out.iter_mut()
                .zip(&scratch)
                .for_each(|(out, predicted)| *out += weight * predicted);
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        let (mut value, mut sum) = (0.0, vec![0.0; out.len()]);
        let mut scratch = vec![0.0; out.len()];
        for (weight, member) in self.members() {
            value += weight * member.gradient_into(parts, &mut scratch)?;
            sum.iter_mut()
                .zip(&scratch)
                .for_each(|(sum, slope)| *sum += weight * slope);
        }
        out.copy_from_slice(&sum);
        Some(value)
    }

    fn is_convex(&self) -> bool {
        self.members()
            .all(|(weight, member)| weight <= 0.0 || member.is_convex())
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        let sum: f64 = self.weights.iter().sum();
        self.weights.len() == self.members.len()
            && self.weights.iter().all(|weight| *weight >= 0.0)
            && (sum - 1.0).abs() < 1e-9
            && self
                .members
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if a.width() == b.width()))
    }
}
