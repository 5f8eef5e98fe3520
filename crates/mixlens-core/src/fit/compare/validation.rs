//! [`CrossValidation`]: one surrogate's accuracy on runs that it has not seen.

use serde::{Deserialize, Serialize};

use super::CompareParams;
use crate::CoreError;
use crate::compute::{Control, Executor};
use crate::fit::SurrogateParams;
use crate::fit::cross_fit::{CrossFit, CrossFitter, Keep};
use crate::fit::runs::Runs;
use crate::stats::{Score, root_mean_squared_error, standard_error};
use crate::table::RunTable;

/// One surrogate's cross-validated accuracy on one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// Agreement of held-out predictions with measured values, the mean over repeats.
    pub score: Score,
    /// Standard error of the RMSE over folds, in the metric's unit; `None` below two folds.
    pub rmse_se: Option<f64>,
    /// Error (measured minus predicted) of every run that has the metric, per repeat.
    errors: Vec<Vec<f64>>,
}

impl CrossValidation {
    pub(in crate::fit) fn new(runs: &Runs, repeats: &[CrossFit]) -> Result<Self, CoreError> {
        let (mut scores, mut fold_rmse) = (Vec::new(), Vec::new());
        for cross in repeats {
            let predicted: Vec<f64> = runs
                .values
                .iter()
                .zip(&cross.errors)
                .map(|(value, error)| value - error)
                .collect();
            scores.extend(Score::of(&predicted, &runs.values));
            for errors in cross.errors_by_fold() {
                fold_rmse.extend(root_mean_squared_error(&errors, &vec![0.0; errors.len()]));
            }
        }
        let score = Score::mean(&scores).ok_or(CoreError::NumericalFailure {
            what: "cross-validation",
        })?;
        let errors = repeats.iter().map(|cross| cross.errors.clone()).collect();
        Ok(Self {
            score,
            rmse_se: standard_error(&fold_rmse),
            errors,
        })
    }

    /// Measured minus predicted for each run that has the metric, by fits that did not see it: the
    /// mean over repeats.
    pub fn errors(&self) -> Vec<f64> {
        self.over_repeats(|error| error)
    }

    /// Absolute error of each run that has the metric, the mean over repeats.
    pub fn absolute_errors(&self) -> Vec<f64> {
        self.over_repeats(f64::abs)
    }

    /// Squared error of each run that has the metric, the mean over repeats.
    pub(in crate::fit) fn squared_errors(&self) -> Vec<f64> {
        self.over_repeats(|error| error * error)
    }

    fn over_repeats(&self, of: fn(f64) -> f64) -> Vec<f64> {
        let mut means = vec![0.0; self.errors.first().map_or(0, Vec::len)];
        for errors in &self.errors {
            for (mean, &error) in means.iter_mut().zip(errors) {
                *mean += of(error) / self.errors.len() as f64;
            }
        }
        means
    }
}

/// Cross-validates kinds of surrogates on the same splits of the same runs; replicates of a mixture
/// are never split.
///
/// What one kind has fitted serves another: an ensemble of equal weights is made of its members'
/// fits.
pub struct CrossValidator {
    fitter: CrossFitter,
}

impl CrossValidator {
    /// Splits the runs of the given metrics of `table`.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for fewer than two folds, more folds than different mixtures, or
    /// no repeats.
    pub fn new(
        table: &RunTable,
        metrics: &[usize],
        params: CompareParams,
    ) -> Result<Self, CoreError> {
        let runs = metrics
            .iter()
            .map(|&metric| Runs::of_table(table, metric))
            .collect();
        Ok(Self {
            fitter: CrossFitter::new(
                runs,
                |_| params.folds,
                params.repeats,
                params.seed,
                Keep::Errors,
            )?,
        })
    }

    /// The accuracy of one kind on each of the metrics.
    ///
    /// # Errors
    /// The estimator's errors; [`CoreError::Cancelled`].
    pub fn validate(
        &mut self,
        surrogate: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Vec<CrossValidation>, CoreError> {
        self.fitter.fit(surrogate, control, executor)?;
        let fits = self.fitter.fits(surrogate);
        self.fitter
            .runs
            .iter()
            .zip(fits)
            .map(|(runs, repeats)| CrossValidation::new(runs, repeats))
            .collect()
    }
}
