//! [`Surrogate`]: anything fitted that predicts one metric from proportions. [`Estimator`]: what
//! fits one.

use crate::CoreError;
use crate::compute::Control;

/// Predicts one metric from proportions: ridge, trees, a mixing law, a Gaussian process.
///
/// Sliders, search, comparison and export see surrogates only through this trait.
pub trait Surrogate: Send + Sync {
    /// The number of domains d it was fitted on.
    fn width(&self) -> usize;

    /// Predicts every row of `rows` (n × d proportions, row after row) into `out` (n values, in the
    /// metric's unit).
    ///
    /// A row's prediction has the same bits whatever rows come with it.
    ///
    /// # Panics
    /// When `rows.len() != out.len() * self.width()`.
    fn predict_rows(&self, rows: &[f64], out: &mut [f64]);

    /// [`Surrogate::predict_rows`] for a search that has no use for predictions above a bar (one
    /// per row): those may come out as infinity instead, if that is faster. The others have the
    /// same bits.
    ///
    /// # Panics
    /// As [`Surrogate::predict_rows`], and when there is not one bar per row.
    fn predict_rows_below(&self, rows: &[f64], thresholds: &[f64], out: &mut [f64]) {
        assert_eq!(thresholds.len(), out.len(), "one bar per prediction");
        self.predict_rows(rows, out);
    }

    /// A number that no prediction is below, where one is known.
    fn lower_bound(&self) -> Option<f64> {
        None
    }

    /// Predicts one mixture.
    fn predict_one(&self, parts: &[f64]) -> f64 {
        let mut out = [0.0];
        self.predict_rows(parts, &mut out);
        out[0]
    }

    /// Writes ∂f/∂xⱼ at `parts` into `out` (one value per domain) and returns f(x).
    ///
    /// f is the smooth function behind the prediction: the prediction itself, except where a
    /// surrogate clips predictions far outside of the observed range. The derivatives are those of
    /// f as a function of d free numbers; on the simplex only their differences count. `None`, with
    /// `out` as it was, for surrogates without a gradient.
    ///
    /// # Panics
    /// When `parts` or `out` do not have one value per domain.
    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        let _ = (parts, out);
        None
    }

    /// Whether the function of [`Surrogate::gradient_into`] is known to be convex on the simplex.
    fn is_convex(&self) -> bool {
        false
    }

    /// The variance of the prediction at `parts` as the surrogate itself states it, in the metric's
    /// unit squared.
    ///
    /// It counts what the runs leave open about the function, not the noise of a new run. `None`
    /// for surrogates that state none.
    fn variance_at(&self, parts: &[f64]) -> Option<f64> {
        let _ = parts;
        None
    }
}

/// Parameters that can fit a surrogate.
pub trait Estimator {
    /// What comes out.
    type Fitted: Surrogate;

    /// Sets the seed, where the fit draws anything at random.
    fn set_seed(&mut self, seed: u64) {
        let _ = seed;
    }

    /// Checks the parameters and fits one metric: `rows` holds the proportions of the runs, row
    /// after row, `values` the metric of each run.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for parameters out of range, those of the estimator,
    /// [`CoreError::Cancelled`].
    fn fit_metric(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Self::Fitted, CoreError>;
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Compares the gradient at `at`, a mixture inside the observed range, with central differences
    /// of predictions.
    pub(in crate::fit) fn check_gradient(surrogate: &dyn Surrogate, at: &[f64], tolerance: f64) {
        let mut gradient = vec![0.0; at.len()];
        let value = surrogate.gradient_into(at, &mut gradient).unwrap();
        assert!((value - surrogate.predict_one(at)).abs() < 1e-12, "{value}");
        for (j, slope) in gradient.iter().enumerate() {
            let (mut low, mut high) = (at.to_vec(), at.to_vec());
            low[j] -= 1e-5;
            high[j] += 1e-5;
            let difference = (surrogate.predict_one(&high) - surrogate.predict_one(&low)) / 2e-5;
            assert!(
                (slope - difference).abs() < tolerance,
                "domain {j}: {slope} against {difference}"
            );
        }
    }
}
