//! [`LinfaSurrogate`]: a regressor from linfa's crates as a surrogate.

use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2};

use super::Surrogate;
use crate::CoreError;

/// A fitted linfa regressor of one metric, with proportions as records.
///
/// Each row is predicted by itself: a regressor may sum a batch in another order than a single row,
/// and a surrogate's prediction has the same bits whatever rows come with it.
///
/// ```
/// use linfa::prelude::*;
/// use mixlens_core::CoreError;
/// use mixlens_core::fit::ridge::RidgeParams;
/// use mixlens_core::fit::{LinfaSurrogate, Surrogate};
/// use ndarray::array;
///
/// let runs = Dataset::new(array![[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], array![3.0, 2.5, 2.0]);
/// // Any regressor; here one of ours.
/// let regressor = RidgeParams { penalty: 0.0, ..RidgeParams::default() }.fit(&runs)?;
/// let surrogate = LinfaSurrogate::new(regressor, 2)?;
/// assert!((surrogate.predict_one(&[0.25, 0.75]) - 2.25).abs() < 1e-12);
/// # Ok::<(), CoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinfaSurrogate<M> {
    regressor: M,
    width: usize,
}

impl<M: PredictInplace<Array2<f64>, Array1<f64>>> LinfaSurrogate<M> {
    /// The regressor, fitted on records of `width` proportions.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] for a width of zero.
    pub fn new(regressor: M, width: usize) -> Result<Self, CoreError> {
        if width == 0 {
            return Err(CoreError::NoNames { what: "domains" });
        }
        Ok(Self { regressor, width })
    }

    /// The regressor.
    pub fn regressor(&self) -> &M {
        &self.regressor
    }
}

impl<M: PredictInplace<Array2<f64>, Array1<f64>> + Send + Sync> Surrogate for LinfaSurrogate<M> {
    fn width(&self) -> usize {
        self.width
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width,
            "one row of proportions per prediction"
        );
        let mut record = Array2::zeros((1, self.width));
        let mut target = self.regressor.default_target(&record);
        for (value, parts) in out.iter_mut().zip(rows.chunks_exact(self.width)) {
            record
                .iter_mut()
                .zip(parts)
                .for_each(|(cell, part)| *cell = *part);
            self.regressor.predict_inplace(&record, &mut target);
            *value = target.iter().copied().next().unwrap_or(f64::NAN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::Control;
    use crate::fit::Estimator;
    use crate::fit::trees::TreesParams;

    /// Sums of squares, less exact the more rows there are.
    struct Hasty;

    impl PredictInplace<Array2<f64>, Array1<f64>> for Hasty {
        fn predict_inplace<'a>(&'a self, records: &'a Array2<f64>, out: &mut Array1<f64>) {
            for (out, row) in out.iter_mut().zip(records.rows()) {
                *out = row.dot(&row) + 1e-9 * records.nrows() as f64;
            }
        }

        fn default_target(&self, records: &Array2<f64>) -> Array1<f64> {
            Array1::zeros(records.nrows())
        }
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_rows_come_with_it() {
        let surrogate = LinfaSurrogate::new(Hasty, 2).unwrap();
        let rows = [0.2, 0.8, 0.5, 0.5, 1.0, 0.0];
        let mut together = [0.0; 3];
        surrogate.predict_rows(&rows, &mut together);
        for (parts, together) in rows.chunks_exact(2).zip(together) {
            assert_eq!(surrogate.predict_one(parts).to_bits(), together.to_bits());
            assert!((together - parts[0] * parts[0] - parts[1] * parts[1] - 1e-9).abs() < 1e-15);
        }
        assert!(
            surrogate
                .gradient_into(&[0.5, 0.5], &mut [0.0; 2])
                .is_none()
                && !surrogate.is_convex()
        );
        assert!(matches!(
            LinfaSurrogate::new(Hasty, 0),
            Err(CoreError::NoNames { .. })
        ));
    }

    #[test]
    fn trees_there_and_back_are_the_same_trees() {
        let rows: Vec<f64> = (0..50)
            .flat_map(|run| [f64::from(run) / 50.0, 1.0 - f64::from(run) / 50.0])
            .collect();
        let values: Vec<f64> = rows
            .chunks_exact(2)
            .map(|parts| 3.0 - parts[0].sqrt())
            .collect();
        let trees = TreesParams::default()
            .fit_metric("loss", &rows, &values, &Control::default())
            .unwrap();
        let (mut direct, mut wrapped) = (vec![0.0; 50], vec![0.0; 50]);
        trees.predict_rows(&rows, &mut direct);
        LinfaSurrogate::new(trees, 2)
            .unwrap()
            .predict_rows(&rows, &mut wrapped);
        assert_eq!(direct, wrapped);
    }
}
