//! linfa's `Fit` and `Predict` for our estimators, and ndarray's layout turned into ours.
//!
//! `Fit` is implemented on the parameters as the user writes them, which are checked on the way:
//!
//! ```
//! use linfa::prelude::*;
//! use mixlens_core::CoreError;
//! use mixlens_core::fit::ridge::RidgeParams;
//! use ndarray::array;
//!
//! let runs = Dataset::new(array![[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], array![3.0, 2.5, 2.0]);
//! let ridge = RidgeParams { penalty: 0.0, ..RidgeParams::default() }.fit(&runs)?;
//! let predicted = ridge.predict(&array![[0.25, 0.75]]);
//! assert!((predicted[0] - 2.25_f64).abs() < 1e-12);
//! # Ok::<(), CoreError>(())
//! ```
//! Departs from linfa's estimators in one point: parameters are plain structs with public fields, so they do not
//! implement `ParamGuard`, whose `check_ref` lends out a checked value that such a struct does not contain.

use std::borrow::Cow;

use linfa::dataset::{AsSingleTargets, DatasetBase};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::Surrogate;
use super::ridge::{Ridge, RidgeParams};
use super::trees::{Trees, TreesParams};
use crate::CoreError;
use crate::compute::Control;

impl From<linfa::Error> for CoreError {
    fn from(error: linfa::Error) -> Self {
        Self::BadParameters { problem: error.to_string() }
    }
}

/// Rows as our estimators take them: one after the other. Borrowed where the array already lies like that.
pub(super) fn row_major<D: Data<Elem = f64>>(records: &ArrayBase<D, Ix2>) -> Cow<'_, [f64]> {
    // `as_slice` is there exactly for arrays in standard, row-major layout; iteration is in logical order for all.
    records.as_slice().map_or_else(|| records.iter().copied().collect(), Cow::Borrowed)
}

/// What an estimator needs of a linfa dataset.
pub(super) struct SingleMetric<'a> {
    pub metric: &'a str,
    pub rows: Cow<'a, [f64]>,
    pub values: Vec<f64>,
}

/// The one metric of a dataset, in our layout.
///
/// # Errors
/// [`CoreError::BadParameters`] for sample weights, or [`CoreError::WrongLength`] for another number of targets than rows.
pub(super) fn single_metric<D, T>(dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<SingleMetric<'_>, CoreError>
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = f64>,
{
    if dataset.weights().is_some() {
        let problem = "sample weights are not supported; leave them out of the dataset".to_owned();
        return Err(CoreError::BadParameters { problem });
    }
    let targets = dataset.as_single_targets();
    let (expected, found) = (dataset.records.nrows(), targets.len());
    if expected != found {
        return Err(CoreError::WrongLength { what: "targets", expected, found });
    }
    let metric = dataset.target_names().first().map_or("target", String::as_str);
    Ok(SingleMetric { metric, rows: row_major(&dataset.records), values: targets.iter().copied().collect() })
}

/// Predicts the rows of an array.
///
/// # Panics
/// When the array has another number of columns than the surrogate has domains, or `out` another number of rows.
pub(super) fn predict_records<D: Data<Elem = f64>>(
    surrogate: &impl Surrogate,
    records: &ArrayBase<D, Ix2>,
    out: &mut Array1<f64>,
) {
    assert_eq!(records.ncols(), surrogate.width(), "one column per domain");
    assert_eq!(records.nrows(), out.len(), "one target per row");
    let mut predicted = vec![0.0; out.len()];
    surrogate.predict_rows(&row_major(records), &mut predicted);
    out.assign(&ndarray::ArrayView1::from(&predicted));
}

/// Implements `Fit` on parameters and `PredictInplace` (and by it `Predict`) on what they fit.
///
/// `$fit` is called with the parameters, the metric's name, the rows and the target.
macro_rules! linfa_estimator {
    ($params:ty => $fitted:ty, $fit:expr) => {
        impl<D, T> linfa::traits::Fit<ndarray::ArrayBase<D, ndarray::Ix2>, T, $crate::CoreError> for $params
        where
            D: ndarray::Data<Elem = f64>,
            T: linfa::dataset::AsSingleTargets<Elem = f64>,
        {
            type Object = $fitted;

            fn fit(
                &self,
                dataset: &linfa::dataset::DatasetBase<ndarray::ArrayBase<D, ndarray::Ix2>, T>,
            ) -> Result<Self::Object, $crate::CoreError> {
                let single = $crate::fit::linfa_bridge::single_metric(dataset)?;
                let fit: fn(&$params, &str, &[f64], &[f64]) -> Result<$fitted, $crate::CoreError> = $fit;
                fit(self, single.metric, &single.rows, &single.values)
            }
        }

        impl<D> linfa::traits::PredictInplace<ndarray::ArrayBase<D, ndarray::Ix2>, ndarray::Array1<f64>> for $fitted
        where
            D: ndarray::Data<Elem = f64>,
        {
            fn predict_inplace<'a>(
                &'a self,
                records: &'a ndarray::ArrayBase<D, ndarray::Ix2>,
                out: &mut ndarray::Array1<f64>,
            ) {
                $crate::fit::linfa_bridge::predict_records(self, records, out);
            }

            fn default_target(&self, records: &ndarray::ArrayBase<D, ndarray::Ix2>) -> ndarray::Array1<f64> {
                ndarray::Array1::zeros(records.nrows())
            }
        }
    };
}

linfa_estimator!(RidgeParams => Ridge, |params, metric, rows, y| params.check()?.fit(metric, rows, y));
linfa_estimator!(TreesParams => Trees, |params, metric, rows, y| {
    params.check()?.fit(metric, rows, y, &Control::default())
});

#[cfg(test)]
mod tests {
    use linfa::prelude::*;
    use ndarray::{Array2, array, s};

    use super::*;

    fn runs() -> (Array2<f64>, Array1<f64>) {
        let rows = array![[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.0, 0.1, 0.9], [0.6, 0.2, 0.2], [0.3, 0.3, 0.4]];
        (rows, array![3.0, 2.0, 2.5, 3.5, 2.75])
    }

    #[test]
    fn a_linfa_user_gets_the_same_ridge() {
        let (rows, loss) = runs();
        let ours = RidgeParams::default().check().unwrap();
        let ours = ours.fit("loss", rows.as_slice().unwrap(), loss.as_slice().unwrap()).unwrap();
        let theirs: Ridge = RidgeParams::default().fit(&Dataset::new(rows.clone(), loss.clone())).unwrap();
        assert_eq!(theirs, ours);
        let viewed: Ridge = RidgeParams::default().fit(&DatasetView::new(rows.view(), loss.view())).unwrap();
        assert_eq!(viewed, ours);
        assert_eq!(theirs.predict(&rows)[3].to_bits(), ours.predict_one(&[0.6, 0.2, 0.2]).to_bits());
    }

    #[test]
    fn the_layout_in_memory_does_not_matter() {
        let (rows, loss) = runs();
        let mut columns = Array2::zeros((3, 5));
        columns.assign(&rows.t());
        let transposed = columns.t();
        assert!(transposed.as_slice().is_none());
        let straight: Ridge = RidgeParams::default().fit(&Dataset::new(rows.clone(), loss.clone())).unwrap();
        let turned: Ridge = RidgeParams::default().fit(&DatasetView::new(transposed, loss.view())).unwrap();
        assert_eq!(turned, straight);
        let backwards = rows.slice(s![..;-1, ..]);
        assert_eq!(straight.predict(&backwards)[0].to_bits(), straight.predict(&rows)[4].to_bits());
    }

    #[test]
    fn what_ridge_refuses_reaches_the_linfa_user() {
        let (rows, loss) = runs();
        let named = Dataset::new(rows.clone(), Array1::from_elem(5, 2.0)).with_target_names(vec!["code loss"]);
        let refused: Result<Ridge, CoreError> = RidgeParams::default().fit(&named);
        assert!(refused.unwrap_err().to_string().contains("code loss"));
        let weighted = Dataset::new(rows, loss).with_weights(Array1::ones(5));
        assert!(matches!(RidgeParams::default().fit(&weighted), Err(CoreError::BadParameters { .. })));
    }
}
