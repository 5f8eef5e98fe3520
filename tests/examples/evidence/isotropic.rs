//! A baseline: the Gaussian process of olmix, with one length scale for raw proportions (constant ×
//! RBF + white noise) and three hyperparameters from a grid, by marginal likelihood.
//!
//! ```text
//! K = a · exp(−‖xᵢ − xⱼ‖² / (2 ℓ²)) + s I     a amplitude, ℓ length, s noise
//! log p(y) = −½ yᵀ K⁻¹ y − ½ ln det K + const    ½ ln det K = Σ ln diag(Cholesky factor)
//! ```

use mixlens_core::table::RunTable;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Predictions for the runs of `held_out` from those of `train`.
pub fn fit_predict(train: &RunTable, held_out: &RunTable, metric: usize) -> Vec<f64> {
    let known: Vec<(&[f64], f64)> = train
        .runs()
        .filter_map(|run| Some((run.parts, run.values.get(metric).copied().flatten()?)))
        .collect();
    let n = known.len();
    let mean = known.iter().map(|(_, value)| value).sum::<f64>() / n as f64;
    let sd = (known
        .iter()
        .map(|(_, value)| (value - mean).powi(2))
        .sum::<f64>()
        / n as f64)
        .sqrt();
    // y: standardised metric values.
    let outputs = DVector::from_iterator(n, known.iter().map(|(_, value)| (value - mean) / sd));
    let squared =
        |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let distances = DMatrix::from_fn(n, n, |i, j| squared(known[i].0, known[j].0));
    let mut best: Option<(f64, f64, f64, DVector<f64>)> = None;
    for length in grid(0.05, 5.0, 12) {
        for amplitude in grid(0.1, 100.0, 5) {
            for noise in grid(1e-6, 1.0, 9) {
                let covariance =
                    distances.map(|d| amplitude * (-0.5 * d / (length * length)).exp());
                let Some(factor) = Cholesky::new(covariance + DMatrix::identity(n, n) * noise)
                else {
                    continue;
                };
                let weights = factor.solve(&outputs);
                let log_det = factor.l().diagonal().iter().map(|x| x.ln()).sum::<f64>();
                let evidence = -0.5 * outputs.dot(&weights) - log_det;
                if best
                    .as_ref()
                    .is_none_or(|(highest, ..)| evidence > *highest)
                {
                    best = Some((evidence, length, amplitude, weights));
                }
            }
        }
    }
    let Some((_, length, amplitude, weights)) = best else {
        return vec![mean; held_out.len()];
    };
    let predict = |parts: &[f64]| {
        let kernel = known
            .iter()
            .map(|(row, _)| amplitude * (-0.5 * squared(row, parts) / (length * length)).exp());
        mean + sd * kernel.zip(weights.iter()).map(|(k, w)| k * w).sum::<f64>()
    };
    held_out.runs().map(|run| predict(run.parts)).collect()
}

fn grid(low: f64, high: f64, steps: i32) -> impl Iterator<Item = f64> {
    (0..steps).map(move |step| low * (high / low).powf(f64::from(step) / f64::from(steps - 1)))
}
