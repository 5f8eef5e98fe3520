//! [`Ensemble`]: fitted members and their weights.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::{FittedSurrogate, Surrogate};

/// A weighted mean of fitted surrogates of one metric.
///
/// ```text
/// ŷ(x) = Σₘ wₘ ŷₘ(x)        wₘ ≥ 0, Σ wₘ = 1
/// ```
/// A law and a Gaussian process err in different places: their plain mean is better than either from 64 runs on
/// (RegMix's tables).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Ensemble {
    weights: Vec<f64>,
    members: Vec<FittedSurrogate>,
}

impl Ensemble {
    pub(super) fn new(weights: Vec<f64>, members: Vec<FittedSurrogate>) -> Result<Self, CoreError> {
        let sum: f64 = weights.iter().sum();
        let is_valid = weights.len() == members.len()
            && weights.iter().all(|weight| *weight >= 0.0)
            && (sum - 1.0).abs() < 1e-9
            && members.windows(2).all(|pair| matches!(pair, [a, b] if a.width() == b.width()));
        is_valid.then_some(Self { weights, members }).ok_or(CoreError::NumericalFailure { what: "the ensemble" })
    }

    /// Every member with its weight.
    pub fn members(&self) -> impl Iterator<Item = (f64, &FittedSurrogate)> {
        self.weights.iter().copied().zip(&self.members)
    }
}

impl Surrogate for Ensemble {
    fn width(&self) -> usize {
        self.members.first().map_or(0, Surrogate::width)
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let mut scratch = vec![0.0; out.len()];
        for (weight, member) in self.members() {
            member.predict_rows(rows, &mut scratch);
            out.iter_mut().zip(&scratch).for_each(|(out, predicted)| *out += weight * predicted);
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        let (mut value, mut sum) = (0.0, vec![0.0; out.len()]);
        let mut scratch = vec![0.0; out.len()];
        for (weight, member) in self.members() {
            value += weight * member.gradient_into(parts, &mut scratch)?;
            sum.iter_mut().zip(&scratch).for_each(|(sum, slope)| *sum += weight * slope);
        }
        out.copy_from_slice(&sum);
        Some(value)
    }

    fn is_convex(&self) -> bool {
        self.members().all(|(weight, member)| weight <= 0.0 || member.is_convex())
    }
}

/// What is saved.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    weights: Vec<f64>,
    members: Vec<FittedSurrogate>,
}

impl From<Ensemble> for Fields {
    fn from(ensemble: Ensemble) -> Self {
        Self { weights: ensemble.weights, members: ensemble.members }
    }
}

impl TryFrom<Fields> for Ensemble {
    type Error = CoreError;

    fn try_from(fields: Fields) -> Result<Self, CoreError> {
        let problem = "an ensemble has weights that do not fit its members".to_owned();
        Self::new(fields.weights, fields.members).map_err(|_| CoreError::BadSurrogateFile { problem })
    }
}
