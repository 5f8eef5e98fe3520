//! [`Gp`]: a sum of covariances with the runs.

use std::sync::OnceLock;

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::covariance::{Inputs, factor, matern};
use crate::CoreError;
use crate::compute::{self, Control};
use crate::fit::Surrogate;
use crate::fit::cholesky::Factor;

/// Most runs for which variances are stated: their covariances take 16 bytes a pair. A fit has half
/// as many; files may have more.
const MAX_FACTOR_RUNS: usize = 4096;

/// A Gaussian process, given the runs.
///
/// ```text
/// ŷ(x) = centre + unit · Σᵢ αᵢ amplitude k(rᵢ(x))        output plain; output log: e to that
/// rᵢ² = Σⱼ ((zⱼ − zᵢⱼ) / ℓⱼ)²                             z inputs, i runs, k Matérn 5/2
/// ```
/// Far from all runs it predicts the mean of the runs. Source: Rasmussen and Williams 2006,
/// "Gaussian processes for machine learning", equations 2.25, 2.26 and 4.17.
///
/// ```
/// use mixlens_core::compute::Control;
/// use mixlens_core::fit::Surrogate;
/// use mixlens_core::fit::gp::GpParams;
/// let rows = [1.0, 0.0, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.0, 1.0];
/// let gp = GpParams::default().check()?.fit("loss", &rows, &[3.0, 2.6, 2.4, 2.3, 2.25], &Control::default())?;
/// assert!((gp.predict_one(&[0.6, 0.4]) - 2.47).abs() < 0.05);
/// assert!(gp.variance_at(&[0.6, 0.4]) < gp.variance_at(&[0.9, 0.1]).map(|variance| variance * 10.0));
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Gp {
    fields: Fields,
    /// Inputs of the runs over their length scales, run after run.
    scaled: Vec<f64>,
    /// The factorised covariance; made when the first variance is asked for.
    factor: OnceLock<Option<Factor>>,
}

/// What is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Fields {
    pub inputs: Inputs,
    pub is_log: bool,
    pub centre: f64,
    pub unit: f64,
    pub amplitude: f64,
    pub noise: f64,
    pub lengths: Vec<f64>,
    pub weights: Vec<f64>,
    pub runs: Vec<f64>,
}

impl Gp {
    pub(in crate::fit) fn new(fields: Fields) -> Result<Self, CoreError> {
        if !fields.is_valid() {
            return Err(CoreError::NumericalFailure {
                what: "the Gaussian process",
            });
        }
        let lengths = fields.lengths.iter().cycle();
        let scaled = fields
            .runs
            .iter()
            .zip(lengths)
            .map(|(&part, length)| fields.inputs.of(part) / length)
            .collect();
        Ok(Self {
            fields,
            scaled,
            factor: OnceLock::new(),
        })
    }

    /// What is made of the proportions.
    pub fn inputs(&self) -> Inputs {
        self.fields.inputs
    }

    /// Whether the process describes the logarithm of the metric.
    pub fn is_log(&self) -> bool {
        self.fields.is_log
    }

    /// ℓ, one per domain, in the unit of the inputs; a long one says that the domain hardly
    /// matters.
    pub fn lengths(&self) -> &[f64] {
        &self.fields.lengths
    }

    /// The mean of the runs, in the metric's unit (of its logarithm where that is described).
    pub fn centre(&self) -> f64 {
        self.fields.centre
    }

    /// What a weight is multiplied with: the standard deviation of the runs times the variance of
    /// the standardised process.
    pub fn scale(&self) -> f64 {
        self.fields.unit * self.fields.amplitude
    }

    /// α, one per run.
    pub fn weights(&self) -> &[f64] {
        &self.fields.weights
    }

    /// Inputs of the runs over their lengths, run after run.
    pub fn scaled_runs(&self) -> &[f64] {
        &self.scaled
    }

    /// The standard deviation of the noise, in the metric's unit (of its logarithm where that is
    /// described).
    pub fn noise(&self) -> f64 {
        self.fields.unit * self.fields.noise.sqrt()
    }

    /// Squared distances to the runs.
    fn distances(&self, parts: &[f64]) -> impl Iterator<Item = f64> {
        let lengths = &self.fields.lengths;
        let at: Vec<f64> = parts
            .iter()
            .zip(lengths)
            .map(|(&part, length)| self.fields.inputs.of(part) / length)
            .collect();
        self.scaled
            .chunks_exact(lengths.len())
            .map(move |run| squared_distance(&at, run))
    }

    /// The process itself, before standardisation is undone.
    fn latent(&self, parts: &[f64]) -> f64 {
        let terms = self
            .distances(parts)
            .zip(&self.fields.weights)
            .map(|(squared, weight)| weight * matern(squared).0);
        self.fields.amplitude * terms.sum::<f64>()
    }

    fn metric(&self, latent: f64) -> f64 {
        let value = self.fields.centre + self.fields.unit * latent;
        if self.fields.is_log {
            compute::exp(value)
        } else {
            value
        }
    }

    /// The slope of [`Self::metric`] where it has the value `metric`.
    fn metric_slope(&self, metric: f64) -> f64 {
        if self.fields.is_log {
            self.fields.unit * metric
        } else {
            self.fields.unit
        }
    }

    fn factor(&self) -> Option<&Factor> {
        let make = || {
            let (n, d) = (self.fields.weights.len(), self.fields.lengths.len());
            if n > MAX_FACTOR_RUNS {
                return None;
            }
            let scaled = DMatrix::from_row_slice(n, d, &self.scaled);
            factor(
                &scaled,
                self.fields.amplitude,
                self.fields.noise,
                &Control::default(),
            )
        };
        self.factor.get_or_init(make).as_ref()
    }
}

impl Surrogate for Gp {
    fn width(&self) -> usize {
        self.fields.lengths.len()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        for (value, parts) in out.iter_mut().zip(rows.chunks_exact(self.width())) {
            *value = self.metric(self.latent(parts));
        }
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        assert!(
            parts.len() == self.width() && out.len() == self.width(),
            "one number per domain"
        );
        out.fill(0.0);
        let at: Vec<f64> = parts
            .iter()
            .zip(&self.fields.lengths)
            .map(|(&part, length)| self.fields.inputs.of(part) / length)
            .collect();
        let mut latent = 0.0;
        for (run, weight) in self
            .scaled
            .chunks_exact(self.width())
            .zip(&self.fields.weights)
        {
            let (value, fall) = matern(squared_distance(&at, run));
            latent += self.fields.amplitude * weight * value;
            for ((out, at), run) in out.iter_mut().zip(&at).zip(run) {
                *out -= self.fields.amplitude * weight * fall * (at - run);
            }
        }
        let metric = self.metric(latent);
        let outer = self.metric_slope(metric);
        for ((out, &part), length) in out.iter_mut().zip(parts).zip(&self.fields.lengths) {
            *out *= outer * self.fields.inputs.slope(part) / length;
        }
        Some(metric)
    }

    /// amplitude − kᵀ K⁻¹ k, carried over to the metric by its slope.
    fn variance_at(&self, parts: &[f64]) -> Option<f64> {
        let amplitude = self.fields.amplitude;
        let n = self.fields.weights.len();
        let covariances = DVector::from_iterator(
            n,
            self.distances(parts)
                .map(|squared| amplitude * matern(squared).0),
        );
        let known = self.factor()?.inverse_form(&covariances);
        let weights = self.fields.weights.iter().zip(&covariances);
        let metric = self.metric(
            weights
                .map(|(weight, covariance)| weight * covariance)
                .sum(),
        );
        Some((amplitude - known).max(0.0) * self.metric_slope(metric).powi(2))
    }
}

/// Sums in four lanes, in an order that depends on the length alone.
#[inline]
fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let (a_blocks, a_rest) = a.as_chunks::<4>();
    let (b_blocks, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += (a - b) * (a - b);
        }
    }
    let rest: f64 = a_rest
        .iter()
        .zip(b_rest)
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    let [s0, s1, s2, s3] = sums;
    (s0 + s1) + (s2 + s3) + rest
}

impl PartialEq for Gp {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Fields {
    fn is_valid(&self) -> bool {
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        !self.lengths.is_empty()
            && self.runs.len() == self.weights.len() * self.lengths.len()
            && [self.unit, self.amplitude, self.noise]
                .iter()
                .chain(&self.lengths)
                .all(positive)
            && self
                .weights
                .iter()
                .chain(&self.runs)
                .all(|value| value.is_finite())
            && self.centre.is_finite()
    }
}

impl From<Gp> for Fields {
    fn from(gp: Gp) -> Self {
        gp.fields
    }
}

impl TryFrom<Fields> for Gp {
    type Error = CoreError;

    fn try_from(fields: Fields) -> Result<Self, CoreError> {
        let problem = "a Gaussian process has parameters out of range".to_owned();
        Self::new(fields).map_err(|_| CoreError::BadSurrogateFile { problem })
    }
}
