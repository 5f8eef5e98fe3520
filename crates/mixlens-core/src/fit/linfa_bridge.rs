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
//! Departs from linfa's estimators in one point: parameters are plain structs with public fields,
//! so they do not implement `ParamGuard`, whose `check_ref` lends out a checked value that such a
//! struct does not contain.

//! A macro implements it for every kind of surrogate, and for
//! [`SurrogateParams`](super::SurrogateParams): Rust's rules for foreign traits allow no
//! implementation for all types that are an [`Estimator`].

use std::borrow::Cow;

use linfa::dataset::{AsSingleTargets, DatasetBase};
use linfa::traits::PredictInplace;
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::{Estimator, Fitted, FittedSurrogate, Surrogate};
use crate::CoreError;
use crate::compute::Control;

impl From<linfa::Error> for CoreError {
    fn from(error: linfa::Error) -> Self {
        Self::BadParameters {
            problem: error.to_string(),
        }
    }
}

/// Rows as our estimators take them: one after the other. Borrowed where the array already lies
/// like that.
fn row_major<D: Data<Elem = f64>>(records: &ArrayBase<D, Ix2>) -> Cow<'_, [f64]> {
    // `as_slice` is there exactly for arrays in standard, row-major layout; iteration is in logical
    // order for all.
    records
        .as_slice()
        .map_or_else(|| records.iter().copied().collect(), Cow::Borrowed)
}

/// Fits the one metric of a dataset.
///
/// # Errors
/// [`CoreError::BadParameters`] for sample weights, [`CoreError::WrongLength`] for another number
/// of targets than rows, those of the estimator.
pub(super) fn fit_dataset<E, D, T>(
    estimator: &E,
    dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
) -> Result<E::Fitted, CoreError>
where
    E: Estimator,
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
        return Err(CoreError::WrongLength {
            what: "targets",
            expected,
            found,
        });
    }
    let metric = dataset
        .target_names()
        .first()
        .map_or("target", String::as_str);
    let values: Vec<f64> = targets.iter().copied().collect();
    estimator.fit_metric(
        metric,
        &row_major(&dataset.records),
        &values,
        &Control::default(),
    )
}

/// Predicts the rows of an array.
///
/// # Panics
/// When the array has another number of columns than the surrogate has domains, or `out` another
/// number of rows.
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

/// Implements `Fit` on parameters.
macro_rules! linfa_estimator {
    ($params:ty) => {
        impl<D, T> linfa::traits::Fit<ndarray::ArrayBase<D, ndarray::Ix2>, T, $crate::CoreError>
            for $params
        where
            D: ndarray::Data<Elem = f64>,
            T: linfa::dataset::AsSingleTargets<Elem = f64>,
        {
            type Object = <$params as $crate::fit::Estimator>::Fitted;

            fn fit(
                &self,
                dataset: &linfa::dataset::DatasetBase<ndarray::ArrayBase<D, ndarray::Ix2>, T>,
            ) -> Result<Self::Object, $crate::CoreError> {
                $crate::fit::linfa_bridge::fit_dataset(self, dataset)
            }
        }
    };
}

pub(super) use linfa_estimator;

impl<F: Surrogate, D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>>
    for Fitted<F>
{
    fn predict_inplace<'a>(&'a self, records: &'a ArrayBase<D, Ix2>, out: &mut Array1<f64>) {
        predict_records(self, records, out);
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(records.nrows())
    }
}

impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>> for FittedSurrogate {
    fn predict_inplace<'a>(&'a self, records: &'a ArrayBase<D, Ix2>, out: &mut Array1<f64>) {
        predict_records(self, records, out);
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(records.nrows())
    }
}

#[cfg(test)]
mod tests {
    use linfa::prelude::*;
    use ndarray::{Array2, array, s};

    use super::*;
    use crate::compute::CounterStream;
    use crate::fit::SurrogateParams;
    use crate::fit::effective_data::EffectiveDataParams;
    use crate::fit::formula::{EffectiveData, Line};
    use crate::fit::ridge::RidgeParams;

    fn runs() -> (Array2<f64>, Array1<f64>) {
        let rows = array![
            [0.5, 0.3, 0.2],
            [0.1, 0.8, 0.1],
            [0.0, 0.1, 0.9],
            [0.6, 0.2, 0.2],
            [0.3, 0.3, 0.4]
        ];
        (rows, array![3.0, 2.0, 2.5, 3.5, 2.75])
    }

    #[test]
    fn a_linfa_user_gets_the_same_ridge() {
        let (rows, loss) = runs();
        let ours = RidgeParams::default().check().unwrap();
        let ours = ours
            .fit(
                "loss",
                rows.as_slice().unwrap(),
                loss.as_slice().unwrap(),
                &Control::default(),
            )
            .unwrap();
        let theirs: Fitted<Line> = RidgeParams::default()
            .fit(&Dataset::new(rows.clone(), loss.clone()))
            .unwrap();
        assert_eq!(theirs, ours);
        let viewed: Fitted<Line> = RidgeParams::default()
            .fit(&DatasetView::new(rows.view(), loss.view()))
            .unwrap();
        assert_eq!(viewed, ours);
        assert_eq!(
            theirs.predict(&rows)[3].to_bits(),
            ours.predict_one(&[0.6, 0.2, 0.2]).to_bits()
        );
    }

    #[test]
    fn the_layout_in_memory_does_not_matter() {
        let (rows, loss) = runs();
        let mut columns = Array2::zeros((3, 5));
        columns.assign(&rows.t());
        let transposed = columns.t();
        assert!(transposed.as_slice().is_none());
        let straight: Fitted<Line> = RidgeParams::default()
            .fit(&Dataset::new(rows.clone(), loss.clone()))
            .unwrap();
        let turned: Fitted<Line> = RidgeParams::default()
            .fit(&DatasetView::new(transposed, loss.view()))
            .unwrap();
        assert_eq!(turned, straight);
        let backwards = rows.slice(s![..;-1, ..]);
        assert_eq!(
            straight.predict(&backwards)[0].to_bits(),
            straight.predict(&rows)[4].to_bits()
        );
    }

    #[test]
    fn what_ridge_refuses_reaches_the_linfa_user() {
        let (rows, loss) = runs();
        let named = Dataset::new(rows.clone(), Array1::from_elem(5, 2.0))
            .with_target_names(vec!["code loss"]);
        let refused: Result<Fitted<Line>, CoreError> = RidgeParams::default().fit(&named);
        assert!(refused.unwrap_err().to_string().contains("code loss"));
        let weighted = Dataset::new(rows, loss).with_weights(Array1::ones(5));
        assert!(matches!(
            RidgeParams::default().fit(&weighted),
            Err(CoreError::BadParameters { .. })
        ));
    }
    #[test]
    fn every_kind_fits_and_predicts_as_without_linfa() {
        let (mut rows, mut loss) = (Array2::zeros((45, 3)), Array1::zeros(45));
        let mut stream = CounterStream::new(1, 0);
        for (mut row, loss) in rows.rows_mut().into_iter().zip(&mut loss) {
            row.mapv_inplace(|_: f64| stream.next_unit());
            let sum = row.sum();
            row /= sum;
            *loss = 3.0 - row[0] + 0.2 * row[1] * row[2];
        }
        let dataset = DatasetView::new(rows.view(), loss.view());
        for name in SurrogateParams::NAMES {
            let params = SurrogateParams::named(name, &[]).unwrap();
            let (rows_of, values) = (rows.as_slice().unwrap(), loss.as_slice().unwrap());
            let ours = params
                .fit_metric("loss", rows_of, values, &Control::default())
                .unwrap();
            let theirs: FittedSurrogate = Fit::fit(&params, &dataset).unwrap();
            assert_eq!(theirs, ours, "{name}");
            let predicted: Array1<f64> = theirs.predict(&rows);
            assert_eq!(
                predicted[7].to_bits(),
                ours.predict_one(&rows_of[21..24]).to_bits(),
                "{name}"
            );
        }
        let law: Fitted<EffectiveData> = EffectiveDataParams::default().fit(&dataset).unwrap();
        assert!((law.predict(&rows)[3] - loss[3]).abs() < 0.05);
    }
}
