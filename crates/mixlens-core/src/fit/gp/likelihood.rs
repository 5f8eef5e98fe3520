//! The marginal likelihood of the runs and its gradient.
#![expect(
    clippy::indexing_slicing,
    reason = "dense kernels over matrices of known size"
)]

use nalgebra::{DMatrix, DVector};

use crate::compute::{self, Control};
use crate::fit::cholesky::Factor;
use crate::fit::formula::covariance::{covariances, factor};

/// Variance added to the noise, in units of the output's variance, so that replicate runs keep the
/// matrix positive definite.
const JITTER: f64 = 1e-8;
/// Usual value and spread of ln amplitude, of ln ℓ beyond ½ ln d (inputs in standard deviations),
/// and of ln noise.
const USUAL: [(f64, f64); 3] = [(1.0, 2.0), (0.5, 1.5), (-6.0, 2.5)];

/// Runs as a Gaussian process sees them: inputs (n × d) and outputs, both standardised.
pub(super) struct Evidence {
    pub inputs: DMatrix<f64>,
    pub outputs: DVector<f64>,
}

/// θ = (ln amplitude, ln ℓ₁ … ln ℓ_d, ln noise): variances of function and noise, and one length
/// scale per domain.
pub(super) struct Hyper<'a>(pub &'a [f64]);

impl Hyper<'_> {
    pub(super) fn amplitude(&self) -> f64 {
        compute::exp(self.0[0])
    }

    pub(super) fn lengths(&self) -> impl Iterator<Item = f64> {
        self.0[1..self.0.len() - 1]
            .iter()
            .map(|&log| compute::exp(log))
    }

    pub(super) fn noise(&self) -> f64 {
        compute::exp(self.0[self.0.len() - 1]) + JITTER
    }

    /// Where a search starts.
    pub(super) fn start(width: usize) -> Vec<f64> {
        (0..width + 2).map(|k| usual(k, width).0).collect()
    }
}

/// Centre and spread of the prior of parameter `k`.
fn usual(k: usize, width: usize) -> (f64, f64) {
    let [amplitude, (centre, spread), noise] = USUAL;
    match k {
        0 => amplitude,
        k if k <= width => (centre + 0.5 * compute::ln(width as f64), spread),
        _ => noise,
    }
}

impl Evidence {
    /// −ln p(outputs, θ) without its constant, and its gradient; `None` where the covariance is not
    /// positive definite.
    ///
    /// ```text
    /// −ln p = ½ yᵀ K⁻¹ y + ½ ln det K + ½ Σₖ ((θₖ − usualₖ) / spreadₖ)²
    /// ∂/∂θₖ = −½ tr((α αᵀ − K⁻¹) ∂K/∂θₖ) + …       α = K⁻¹ y
    /// ```
    /// Source: Rasmussen and Williams 2006, "Gaussian processes for machine learning", equations
    /// 5.8 and 5.9. The wide priors keep length scales that the runs say nothing about from running
    /// away. Gradients of all length scales cost one product of an n × n with an n × d matrix: Σᵢₗ
    /// Gᵢₗ (zᵢⱼ − zₗⱼ)² = 2 Σᵢ zᵢⱼ (zᵢⱼ Σₗ Gᵢₗ − (G z)ᵢⱼ).
    pub(super) fn cost(&self, theta: &[f64], control: &Control) -> Option<(f64, Vec<f64>)> {
        let (n, d) = self.inputs.shape();
        let hyper = Hyper(theta);
        let scaled = self.scaled(&hyper);
        let (covariance, fall) = covariances(&scaled, hyper.amplitude());
        let mut noisy = covariance.clone();
        noisy
            .as_mut_slice()
            .iter_mut()
            .step_by(n + 1)
            .for_each(|entry| *entry += hyper.noise());
        let factor = Factor::new(noisy, control)?;
        let alpha = factor.solve(&self.outputs);
        let mut value = 0.5 * self.outputs.dot(&alpha) + 0.5 * factor.log_determinant();
        let inverse = factor.inverse();
        // Only lower halves hold covariances: pairs count twice, the diagonal once.
        let (mut of_amplitude, mut of_noise) = (0.0, 0.0);
        let mut weighted = fall;
        for j in 0..n {
            let (covariance, inverse) = (covariance.column(j), inverse.column(j));
            let mut column = weighted.column_mut(j);
            let excess = alpha[j] * alpha[j] - inverse[j];
            of_noise += excess;
            of_amplitude += excess * covariance[j];
            column[j] = 0.0;
            for i in j + 1..n {
                let excess = alpha[i] * alpha[j] - inverse[i];
                of_amplitude += 2.0 * excess * covariance[i];
                column[i] *= excess;
            }
        }
        weighted.fill_upper_triangle_with_lower_triangle();
        let product = &weighted * &scaled;
        let sums = weighted.column_sum();
        let mut slope = vec![-0.5 * of_amplitude];
        slope.extend((0..d).map(|j| {
            let (z, product) = (scaled.column(j), product.column(j));
            -(0..n)
                .map(|i| z[i] * (z[i] * sums[i] - product[i]))
                .sum::<f64>()
        }));
        slope.push(-0.5 * of_noise * (hyper.noise() - JITTER));
        for (k, (slope, at)) in slope.iter_mut().zip(theta).enumerate() {
            let (centre, spread) = usual(k, d);
            let away = (at - centre) / spread;
            value += 0.5 * away * away;
            *slope += away / spread;
        }
        (value.is_finite() && slope.iter().all(|slope| slope.is_finite())).then_some((value, slope))
    }

    /// K⁻¹ y; `None` where the covariance is not positive definite.
    pub(super) fn weights(&self, theta: &[f64], control: &Control) -> Option<DVector<f64>> {
        let hyper = Hyper(theta);
        let factor = factor(
            &self.scaled(&hyper),
            hyper.amplitude(),
            hyper.noise(),
            control,
        );
        factor.map(|factor| factor.solve(&self.outputs))
    }

    fn scaled(&self, hyper: &Hyper<'_>) -> DMatrix<f64> {
        let mut scaled = self.inputs.clone();
        for (mut column, length) in scaled.column_iter_mut().zip(hyper.lengths()) {
            column /= length;
        }
        scaled
    }
}
