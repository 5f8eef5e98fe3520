//! The isotonic estimator: the pair that training picks is never more frequent than the one before.
#![expect(
    clippy::indexing_slicing,
    reason = "a dense kernel over rows of one width"
)]

use crate::CoreError;
use crate::compute::{self, Control};
use crate::optim::lbfgs::{Limits, minimise};

/// Relative standard error of the best known counts, in addition to that of their samples.
const FLOOR: f64 = 0.02;
/// Relative variance above which a count loses weight faster than its variance implies: rare counts
/// have more than noise (pairs that training chose are biased upwards).
const RARE: f64 = 0.003;
/// Minimum share at the start and during the fit.
const MIN_SHARE: f64 = 1e-9;

/// Frequencies of merged pairs in every category, step after step, with their variances.
#[derive(Clone, Debug)]
pub(super) struct Frequencies {
    pub width: usize,
    pub values: Vec<f64>,
    pub variances: Vec<f64>,
}

/// Result of a fit.
#[derive(Clone, Debug)]
pub(super) struct Isotonic {
    /// Shares of the categories in the pairs of the training text.
    pub shares: Vec<f64>,
    /// log u − log F of every step.
    pub residuals: Vec<f64>,
    /// The relative variance of u that the samples explain.
    pub variances: Vec<f64>,
    /// Weight of every step.
    weights: Vec<f64>,
}

impl Isotonic {
    /// χ: the squared residuals divided by the part that the samples explain; 1 where they explain
    /// all.
    pub fn misfit(&self) -> f64 {
        let sum = |of: &dyn Fn(usize) -> f64| {
            (0..self.weights.len())
                .map(|step| self.weights[step] * of(step))
                .sum::<f64>()
        };
        // χ = Σₜ gₜ rₜ² / Σₜ gₜ vₜ, with the residuals r and the relative variances v.
        let expected = sum(&|step| self.variances[step]);
        if expected > 0.0 {
            sum(&|step| self.residuals[step] * self.residuals[step]) / expected
        } else {
            0.0
        }
    }
}

/// Finds the shares under which the frequencies fall as steadily as possible.
///
/// ```text
/// minimise Σₜ gₜ (log u(t) − log F(t))²      u(t) = Σᵢ aᵢ fᵢ(t), log F the non-increasing
///                                            regression of log u with weights g
/// gₜ = 1 / (τ² + v (1 + v / v₀))             v = Σᵢ aᵢ² Var fᵢ(t) / u(t)², τ = 0.02, v₀ = 0.003
/// ```
/// over shares a, parametrised by a soft-max; the weights are recomputed from the shares for at
/// most `rounds` rounds. The estimator and the penalty of rare pairs (v₀) are additions of this
/// project. Source of the regression: pool-adjacent-violators after Ayer et al. 1955, "An empirical
/// distribution function for sampling with incomplete information".
pub(super) fn fit(
    data: &Frequencies,
    start: &[f64],
    rounds: usize,
    control: &Control,
) -> Result<Isotonic, CoreError> {
    let steps = data.values.len() / data.width;
    let mut logits: Vec<f64> = start
        .iter()
        .map(|share| compute::ln(share.max(MIN_SHARE)))
        .collect();
    let mut weights = vec![1.0; steps];
    let mut out = Isotonic {
        shares: start.to_vec(),
        residuals: vec![],
        variances: vec![],
        weights: vec![],
    };
    for round in 0..rounds {
        out.variances = relative_variances(data, &out.shares);
        for (weight, v) in weights.iter_mut().zip(&out.variances) {
            // gₜ = 1 / (τ² + v (1 + v / v₀))
            *weight = 1.0 / (FLOOR * FLOOR + v * (1.0 + v / RARE));
        }
        let limits = Limits {
            evaluations: 150,
            decrease: 1e-9,
        };
        let scale = 1.0 / weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let found = minimise("the isotonic estimate", logits, limits, control, |logits| {
            Some(objective(data, &weights, scale, logits))
        })?;
        let before = std::mem::replace(&mut out.shares, softmax(&found.at));
        logits = found.at;
        let moved = before
            .iter()
            .zip(&out.shares)
            .fold(0.0, |largest: f64, (a, b)| largest.max((a - b).abs()));
        if round > 0 && moved < 1e-7 {
            break;
        }
    }
    out.variances = relative_variances(data, &out.shares);
    out.residuals = residuals(&totals(data, &out.shares), &weights);
    out.weights = weights;
    Ok(out)
}

/// The shares a from their logits.
fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut shares: Vec<f64> = logits
        .iter()
        .map(|logit| compute::exp(logit - largest))
        .collect();
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    shares
}

/// u(t) = Σᵢ aᵢ fᵢ(t) for every step.
fn totals(data: &Frequencies, shares: &[f64]) -> Vec<f64> {
    let total = |row: &[f64]| {
        row.iter()
            .zip(shares)
            .map(|(f, a)| f * a)
            .sum::<f64>()
            .max(1e-12)
    };
    data.values.chunks_exact(data.width).map(total).collect()
}

fn relative_variances(data: &Frequencies, shares: &[f64]) -> Vec<f64> {
    let sums = data
        .variances
        .chunks_exact(data.width)
        .map(|row| row.iter().zip(shares).map(|(v, a)| v * a * a).sum::<f64>());
    sums.zip(totals(data, shares))
        .map(|(v, u)| v / (u * u))
        .collect()
}

/// log u minus its regression.
fn residuals(totals: &[f64], weights: &[f64]) -> Vec<f64> {
    let logs: Vec<f64> = totals.iter().map(|&u| compute::ln(u)).collect();
    let steady = falling(&logs, weights);
    logs.iter()
        .zip(steady)
        .map(|(log, steady)| log - steady)
        .collect()
}

fn objective(data: &Frequencies, weights: &[f64], scale: f64, logits: &[f64]) -> (f64, Vec<f64>) {
    let shares = softmax(logits);
    let totals = totals(data, &shares);
    let residuals = residuals(&totals, weights);
    let mut value = 0.0;
    let mut slope = vec![0.0; data.width];
    for (step, row) in data.values.chunks_exact(data.width).enumerate() {
        // gₜ (log u − log F)², and the slope by aᵢ: 2 gₜ (log u − log F) fᵢ / u.
        let weighted = scale * weights[step] * residuals[step];
        value += weighted * residuals[step];
        let by = 2.0 * weighted / totals[step];
        slope
            .iter_mut()
            .zip(row)
            .for_each(|(slope, f)| *slope += by * f);
    }
    // Through the soft-max; the regression is at a minimum, so its derivative adds nothing
    // (envelope theorem).
    let mean: f64 = slope.iter().zip(&shares).map(|(slope, a)| slope * a).sum();
    (
        value,
        slope
            .iter()
            .zip(&shares)
            .map(|(slope, a)| a * (slope - mean))
            .collect(),
    )
}

/// The non-increasing sequence nearest to `values` in weighted squares: neighbours that rise are
/// pooled to their mean.
fn falling(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (&value, &weight) in values.iter().zip(weights) {
        // Mean, weight and length of a block.
        let mut block = (value, weight, 1);
        while let Some(&(mean, before, length)) = blocks.last() {
            if mean >= block.0 {
                break;
            }
            block = (
                (mean * before + block.0 * block.1) / (before + block.1),
                before + block.1,
                length + block.2,
            );
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks
        .into_iter()
        .flat_map(|(mean, _, length)| std::iter::repeat_n(mean, length))
        .collect()
}
