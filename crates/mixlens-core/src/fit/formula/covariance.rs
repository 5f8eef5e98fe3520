//! What a Gaussian process sees of a mixture, and its covariances.
#![expect(
    clippy::indexing_slicing,
    reason = "dense kernels over matrices of known size"
)]

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::compute::{self, Control};
use crate::fit::cholesky::Factor;

/// Added to a proportion before its logarithm is taken.
const OFFSET: f64 = 0.003;
/// The least proportion at which the slope of the square root is computed.
const MIN_PART: f64 = 1e-12;

/// What is made of a proportion x before distances are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// ln(x + 0.003).
    Log,
    /// √x.
    Sqrt,
}

impl Inputs {
    /// The input for proportion `part`.
    #[inline]
    pub(in crate::fit) fn of(self, part: f64) -> f64 {
        match self {
            Self::Log => compute::ln(part.max(0.0) + OFFSET),
            Self::Sqrt => part.max(0.0).sqrt(),
        }
    }

    /// The slope of the input at proportion `part`.
    pub(super) fn slope(self, part: f64) -> f64 {
        match self {
            Self::Log => 1.0 / (part.max(0.0) + OFFSET),
            Self::Sqrt => 0.5 / part.max(MIN_PART).sqrt(),
        }
    }
}

/// Matérn's covariance with smoothness 5/2 at squared distance r², for variance one, and its fall.
///
/// ```text
/// k = (1 + √5 r + 5/3 r²) exp(−√5 r)
/// fall = 5/3 (1 + √5 r) exp(−√5 r)         so that dk = −fall · r dr, and ∂k/∂ln ℓⱼ = fall · (Δⱼ/ℓⱼ)²
/// ```
#[inline(always)]
pub(in crate::fit) fn matern(squared: f64) -> (f64, f64) {
    let s = (5.0 * squared.max(0.0)).sqrt();
    let decay = compute::exp(-s);
    (
        (1.0 + s + s * s / 3.0) * decay,
        5.0 / 3.0 * (1.0 + s) * decay,
    )
}

/// Covariances of all pairs, without noise, and falls (see [`matern`]), for inputs divided by their
/// length scales.
pub(in crate::fit) fn covariances(
    scaled: &DMatrix<f64>,
    amplitude: f64,
) -> (DMatrix<f64>, DMatrix<f64>) {
    let n = scaled.nrows();
    let norms: Vec<f64> = scaled.row_iter().map(|row| row.norm_squared()).collect();
    let mut covariance = scaled * scaled.transpose();
    let mut fall = DMatrix::zeros(n, n);
    for (j, (column, falls)) in covariance
        .as_mut_slice()
        .chunks_exact_mut(n)
        .zip(fall.as_mut_slice().chunks_exact_mut(n))
        .enumerate()
    {
        for ((entry, fall), norm) in column[j..].iter_mut().zip(&mut falls[j..]).zip(&norms[j..]) {
            let (value, slope) = matern(norm + norms[j] - 2.0 * *entry);
            *entry = amplitude * value;
            *fall = amplitude * slope;
        }
    }
    (covariance, fall)
}

/// The factorised covariance of the runs, noise included.
pub(in crate::fit) fn factor(
    scaled: &DMatrix<f64>,
    amplitude: f64,
    noise: f64,
    control: &Control,
) -> Option<Factor> {
    let (mut covariance, _) = covariances(scaled, amplitude);
    let n = covariance.nrows();
    covariance
        .as_mut_slice()
        .iter_mut()
        .step_by(n + 1)
        .for_each(|entry| *entry += noise);
    Factor::new(covariance, control)
}
