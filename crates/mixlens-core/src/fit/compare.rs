//! Comparing surrogates by cross-validation: every run is predicted by a fit that did not see it.

use serde::{Deserialize, Serialize};

use super::surrogate_set::column;
use super::{Surrogate, SurrogateParams};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::stats::{Score, Split, group_by_mixture, mean, repeated_k_fold, root_mean_squared_error, standard_error};
use crate::table::RunTable;

/// How a comparison splits the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareParams {
    /// Parts the runs are split into, each held out once.
    pub folds: usize,
    /// How often that is done, each time with another split.
    pub repeats: usize,
    /// Seed of the splits.
    pub seed: u64,
}

impl Default for CompareParams {
    fn default() -> Self {
        Self { folds: 5, repeats: 1, seed: 0 }
    }
}

/// One surrogate's cross-validated accuracy on one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidation {
    /// Agreement of held-out predictions with measured values, the mean over repeats.
    pub score: Score,
    /// Standard error of the RMSE over folds, in the metric's unit; `None` below two folds.
    pub rmse_se: Option<f64>,
    /// Held-out prediction of every run that has the metric, in table order, the mean over repeats.
    pub predicted: Vec<f64>,
    /// Squared error of every run that has the metric, the mean over repeats.
    squared_errors: Vec<f64>,
}

/// Which of several surrogates is best on a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Position of the one with the lowest RMSE.
    pub chosen: usize,
    /// Positions of the others whose squared errors differ from the chosen one's by no more than twice the
    /// standard error of the paired difference over runs.
    pub tied: Vec<usize>,
}

/// Cross-validates one kind of surrogate on the given metrics; replicates of a mixture are never split.
///
/// # Errors
/// [`CoreError::BadParameter`] for more folds than different mixtures, the estimator's errors, [`CoreError::Cancelled`].
pub fn cross_validate(
    table: &RunTable,
    metrics: &[usize],
    surrogate: &SurrogateParams,
    params: CompareParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Vec<CrossValidation>, CoreError> {
    let mut jobs = Vec::new();
    let mut columns = Vec::new();
    for (position, &metric) in metrics.iter().enumerate() {
        let with_metric = rows_with(table, metric);
        let (rows, values) = column(table, metric);
        let splits =
            repeated_k_fold(&group_by_mixture(&table.select(&with_metric)), params.folds, params.repeats, params.seed)?;
        jobs.extend(splits.into_iter().map(|split| (position, split)));
        let name = table.metrics().as_slice().get(metric).map_or("", |metric| metric.name.as_str());
        columns.push(Column { name, rows, values, width: table.domains().len() });
    }
    let stage = control.stage("cross-validating", jobs.len() as u64);
    let quiet = control.without_progress();
    let predicted = try_map_tasks(executor, jobs.len(), |task| {
        let Some((column, split)) = jobs.get(task).and_then(|(at, split)| Some((columns.get(*at)?, split))) else {
            return Ok(Vec::new());
        };
        let predicted = column.predict_held_out(split, surrogate, &quiet)?;
        stage.advance(1)?;
        Ok(predicted)
    })?;
    let per_metric = params.folds * params.repeats;
    let held_out = jobs.chunks(per_metric).zip(predicted.chunks(per_metric));
    columns.iter().zip(held_out).map(|(column, (jobs, predicted))| column.summarise(jobs, predicted, params)).collect()
}

/// Picks the surrogate with the lowest RMSE and names those that are as good within the noise.
///
/// All must have been cross-validated on the same table with the same parameters. `None` without any.
pub fn choose(results: &[&CrossValidation]) -> Option<Choice> {
    let by_rmse =
        |a: &(usize, &&CrossValidation), b: &(usize, &&CrossValidation)| a.1.score.rmse.total_cmp(&b.1.score.rmse);
    let (chosen, best) = results.iter().enumerate().min_by(by_rmse)?;
    let is_tied = |other: &CrossValidation| {
        let pairs = other.squared_errors.iter().zip(&best.squared_errors);
        let differences: Vec<f64> = pairs.map(|(other, best)| other - best).collect();
        let (Some(mean), Some(error)) = (mean(&differences), standard_error(&differences)) else { return true };
        mean <= 2.0 * error
    };
    let others = results.iter().enumerate().filter(|&(position, other)| position != chosen && is_tied(other));
    Some(Choice { chosen, tied: others.map(|(position, _)| position).collect() })
}

/// One metric's training data.
struct Column<'a> {
    name: &'a str,
    rows: Vec<f64>,
    values: Vec<f64>,
    width: usize,
}

impl Column<'_> {
    fn pick(&self, positions: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let rows = positions.iter().filter_map(|&at| self.rows.get(at * self.width..(at + 1) * self.width));
        let values = positions.iter().filter_map(|&at| self.values.get(at).copied());
        (rows.flatten().copied().collect(), values.collect())
    }

    fn predict_held_out(
        &self,
        split: &Split,
        surrogate: &SurrogateParams,
        control: &Control,
    ) -> Result<Vec<f64>, CoreError> {
        let (rows, values) = self.pick(&split.train);
        let fitted = surrogate.fit(self.name, &rows, &values, control)?;
        let (rows, values) = self.pick(&split.held_out);
        let mut predicted = vec![0.0; values.len()];
        fitted.predict_rows(&rows, &mut predicted);
        Ok(predicted)
    }

    fn summarise(
        &self,
        jobs: &[(usize, Split)],
        predicted: &[Vec<f64>],
        params: CompareParams,
    ) -> Result<CrossValidation, CoreError> {
        let mut squared_errors = vec![0.0; self.values.len()];
        let mut means = vec![0.0; self.values.len()];
        let (mut scores, mut fold_rmse) = (Vec::new(), Vec::new());
        for (jobs, predicted) in jobs.chunks(params.folds).zip(predicted.chunks(params.folds)) {
            let mut pairs = Vec::with_capacity(self.values.len());
            for ((_, split), predicted) in jobs.iter().zip(predicted) {
                let (_, measured) = self.pick(&split.held_out);
                fold_rmse.extend(root_mean_squared_error(predicted, &measured));
                for ((&at, &predicted), measured) in split.held_out.iter().zip(predicted).zip(measured) {
                    pairs.push((predicted, measured));
                    if let (Some(error), Some(mean)) = (squared_errors.get_mut(at), means.get_mut(at)) {
                        *error += (predicted - measured).powi(2) / params.repeats as f64;
                        *mean += predicted / params.repeats as f64;
                    }
                }
            }
            scores.extend(Score::of_pairs(pairs));
        }
        let score = Score::mean(&scores).ok_or(CoreError::NumericalFailure { what: "cross-validation" })?;
        Ok(CrossValidation { score, rmse_se: standard_error(&fold_rmse), predicted: means, squared_errors })
    }
}

/// Positions of the runs that have a metric.
fn rows_with(table: &RunTable, metric: usize) -> Vec<usize> {
    let values = table.metric_values(metric).enumerate();
    values.filter(|(_, value)| value.is_some()).map(|(row, _)| row).collect()
}
