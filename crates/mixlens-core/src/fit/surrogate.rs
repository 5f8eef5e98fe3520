//! [`Surrogate`]: anything fitted that predicts one metric from proportions.

/// Predicts one metric from proportions: ridge, trees, a mixing law, a Gaussian process.
///
/// Sliders, search, comparison and export see surrogates only through this trait.
pub trait Surrogate: Send + Sync {
    /// The number of domains d it was fitted on.
    fn width(&self) -> usize;

    /// Predicts every row of `rows` (n × d proportions, row after row) into `out` (n values, in the metric's unit).
    ///
    /// A row's prediction has the same bits whatever rows come with it.
    ///
    /// # Panics
    /// When `rows.len() != out.len() * self.width()`.
    fn predict_rows(&self, rows: &[f64], out: &mut [f64]);

    /// Predicts one mixture.
    fn predict_one(&self, parts: &[f64]) -> f64 {
        let mut out = [0.0];
        self.predict_rows(parts, &mut out);
        out[0]
    }
}
