//! [`NormalEquations`]: ridge for many domains, by conjugate gradients.

use crate::CoreError;
use crate::compute::Control;
use crate::fit::formula::line::dot;

/// The residual, as a part of the right-hand side, at which slopes are exact but for rounding.
const SETTLED: f64 = 1e-13;
/// Steps after which the equations count as too badly conditioned for steps; usual are a few dozen.
const MAX_STEPS: usize = 1000;

/// (XᵀX + α) w = Xᵀ(y − ȳ) over centred proportions X, never multiplied out.
///
/// Solved by conjugate gradients with the diagonal as preconditioner. A step takes two products
/// with the table, and proportions of many domains need few steps: each varies little, and hardly
/// depends on the others. Source: Hestenes and Stiefel 1952, "Methods of conjugate gradients for
/// solving linear systems", Journal of Research of the National Bureau of Standards 49, section 3.
pub(super) struct NormalEquations<'a> {
    rows: &'a [f64],
    means: Vec<f64>,
    /// y − ȳ
    centred: Vec<f64>,
    mean: f64,
    penalty: f64,
    /// The diagonal of XᵀX + α.
    diagonal: Vec<f64>,
}

impl<'a> NormalEquations<'a> {
    pub fn new(rows: &'a [f64], width: usize, values: &[f64], penalty: f64) -> Self {
        let n = values.len() as f64;
        let mut means = vec![0.0; width];
        for row in rows.chunks_exact(width) {
            add(&mut means, row, 1.0 / n);
        }
        let mut diagonal = vec![penalty; width];
        for row in rows.chunks_exact(width) {
            for ((sum, part), mean) in diagonal.iter_mut().zip(row).zip(&means) {
                *sum += (part - mean) * (part - mean);
            }
        }
        let mean = values.iter().sum::<f64>() / n;
        let centred = values.iter().map(|value| value - mean).collect();
        Self {
            rows,
            means,
            centred,
            mean,
            penalty,
            diagonal,
        }
    }

    /// The slopes and the intercept; `None` where steps do not settle.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`].
    pub fn solve(&self, control: &Control) -> Result<Option<(Vec<f64>, f64)>, CoreError> {
        let mut slopes = vec![0.0; self.means.len()];
        let mut residual = self.transposed(&self.centred);
        let enough = SETTLED * norm(&residual);
        let mut direction = self.preconditioned(&residual);
        let mut product = dot(&residual, &direction);
        for _ in 0..MAX_STEPS {
            if norm(&residual) <= enough {
                let intercept = self.mean - dot(&slopes, &self.means);
                let is_finite =
                    intercept.is_finite() && slopes.iter().all(|slope| slope.is_finite());
                return Ok(is_finite.then_some((slopes, intercept)));
            }
            control.check()?;
            let mut image = self.transposed(&self.times(&direction));
            add(&mut image, &direction, self.penalty);
            let step = product / dot(&direction, &image);
            add(&mut slopes, &direction, step);
            add(&mut residual, &image, -step);
            let scaled = self.preconditioned(&residual);
            let before = std::mem::replace(&mut product, dot(&residual, &scaled));
            let share = product / before;
            direction
                .iter_mut()
                .zip(&scaled)
                .for_each(|(own, new)| *own = new + share * *own);
        }
        Ok(None)
    }

    /// X w
    fn times(&self, slopes: &[f64]) -> Vec<f64> {
        let shift = dot(slopes, &self.means);
        self.rows
            .chunks_exact(self.means.len())
            .map(|row| dot(row, slopes) - shift)
            .collect()
    }

    /// Xᵀ v
    fn transposed(&self, values: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.means.len()];
        for (row, value) in self.rows.chunks_exact(self.means.len()).zip(values) {
            add(&mut sums, row, *value);
        }
        let total: f64 = values.iter().sum();
        add(&mut sums, &self.means, -total);
        sums
    }

    fn preconditioned(&self, residual: &[f64]) -> Vec<f64> {
        residual
            .iter()
            .zip(&self.diagonal)
            .map(|(residual, diagonal)| residual / diagonal)
            .collect()
    }
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

fn add(to: &mut [f64], what: &[f64], factor: f64) {
    to.iter_mut()
        .zip(what)
        .for_each(|(to, what)| *to += factor * what);
}
