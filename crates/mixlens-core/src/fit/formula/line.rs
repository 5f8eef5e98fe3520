//! [`Line`]: a line, or e to one.

use serde::{Deserialize, Serialize};

use super::fields::checked_fields;
use crate::CoreError;
use crate::compute;
use crate::fit::Surrogate;

/// What a [`Line`] stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineTarget {
    /// The metric itself.
    #[default]
    Loss,
    /// Its natural logarithm; the metric must be positive. Predictions are e to the fitted line.
    LogLoss,
}

/// A line in the proportions, for a metric or its logarithm.
///
/// ```text
/// ŷ(x) = b + w · x            target loss
/// ŷ(x) = exp(b + w · x)       target log loss
/// ```
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::ridge::RidgeParams;
/// let rows = [1.0, 0.0, 0.5, 0.5, 0.0, 1.0];
/// let ridge = RidgeParams { penalty: 0.0, ..RidgeParams::default() }.check()?;
/// let ridge = ridge.fit("loss", &rows, &[3.0, 2.5, 2.0], &Control::default())?;
/// assert!((ridge.predict_one(&[0.25, 0.75]) - 2.25).abs() < 1e-12);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Line(Fields);

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub target: LineTarget,
    pub intercept: f64,
    pub slopes: Vec<f64>,
}

checked_fields!(Line, "ridge", "ridge has no slopes");

impl Line {
    /// What the line is for: the metric or its logarithm.
    pub fn target(&self) -> LineTarget {
        self.0.target
    }

    /// b, in the unit of the target.
    pub fn intercept(&self) -> f64 {
        self.0.intercept
    }

    /// w, one slope per domain, in the unit of the target.
    pub fn slopes(&self) -> &[f64] {
        &self.0.slopes
    }

    fn value(&self, parts: &[f64]) -> f64 {
        let line = self.0.intercept + dot(&self.0.slopes, parts);
        match self.0.target {
            LineTarget::Loss => line,
            LineTarget::LogLoss => compute::exp(line),
        }
    }
}

impl Surrogate for Line {
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
            *value = self.value(parts);
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        out.copy_from_slice(&self.0.slopes);
        let value = self.predict_one(parts);
        if self.0.target == LineTarget::LogLoss {
            out.iter_mut().for_each(|slope| *slope *= value);
        }
        Some(value)
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
                .chain([&self.intercept])
                .all(|value| value.is_finite())
    }
}

/// Four sums at once, in an order that depends on the length alone.
pub(in crate::fit) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_blocks, a_rest) = a.as_chunks::<4>();
    let (b_blocks, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, y) in a_blocks.iter().zip(b_blocks) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    let [s0, s1, s2, s3] = sums;
    (s0 + s1) + (s2 + s3) + rest
}
