//! [`LearningCurve`]: how accuracy grows with the number of runs.

use serde::{Deserialize, Serialize};

use super::CompareParams;
use crate::CoreError;
use crate::compute::{Control, CounterStream, Executor, try_map_tasks};
use crate::fit::runs::Runs;
use crate::fit::{Surrogate, SurrogateParams};
use crate::stats::{Score, Split, mean, standard_error};
use crate::table::RunTable;

/// Parts of the training runs that are tried.
const PARTS: [f64; 5] = [0.125, 0.25, 0.5, 0.75, 1.0];
/// An RMSE within this part of the lowest is as good (dimensionless).
const AS_GOOD: f64 = 0.05;

/// Accuracy at one number of runs, the mean over folds and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Runs that were fitted to.
    pub runs: usize,
    /// Agreement on held-out runs.
    pub score: Score,
    /// Standard error of the RMSE over folds.
    pub rmse_se: Option<f64>,
}

/// Accuracy against the number of runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// From few runs to as many as cross-validation leaves for fitting.
    pub points: Vec<CurvePoint>,
}

impl LearningCurve {
    /// The least number of runs that is as good as all of them: its RMSE is above by no more than 5
    /// % or its standard error. `None` when only all of them are: then more runs would help.
    pub fn enough(&self) -> Option<usize> {
        let (last, earlier) = self.points.split_last()?;
        let threshold =
            last.score.rmse + (AS_GOOD * last.score.rmse).max(last.rmse_se.unwrap_or(0.0));
        earlier
            .iter()
            .find(|point| point.score.rmse <= threshold)
            .map(|point| point.runs)
    }

    /// The part of the RMSE that would be left with twice the runs, from the last two points;
    /// `None` with fewer.
    ///
    /// ```text
    /// RMSE ∝ n^(−β)      left = 2^(−β)
    /// ```
    pub fn left_by_doubling(&self) -> Option<f64> {
        let [.., before, last] = self.points.as_slice() else {
            return None;
        };
        let steepness = (last.score.rmse / before.score.rmse).ln()
            / (last.runs as f64 / before.runs as f64).ln();
        Some(2.0_f64.powf(steepness)).filter(|left| left.is_finite())
    }
}

/// Fits `surrogate` to growing parts of the training runs of each fold and scores it on the runs
/// held out.
///
/// Numbers of runs that the surrogate refuses are left out. Smaller parts are subsets of larger
/// ones.
///
/// # Errors
/// [`CoreError::BadParameter`] for fewer than two folds or more folds than different mixtures, the
/// estimator's errors, [`CoreError::Cancelled`].
pub fn learning_curve(
    table: &RunTable,
    metrics: &[usize],
    surrogate: &SurrogateParams,
    params: CompareParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<LearningCurve, CoreError> {
    let runs: Vec<Runs> = metrics
        .iter()
        .map(|&metric| Runs::of_table(table, metric))
        .collect();
    let splits: Vec<Vec<Split>> = runs
        .iter()
        .map(|runs| runs.splits(params.folds, 1, params.seed))
        .collect::<Result<_, _>>()?;
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for (runs, splits) in runs.iter().zip(&splits) {
        for (number, split) in (0..).zip(splits) {
            jobs.extend((0..PARTS.len()).map(|part| Job {
                runs,
                split,
                number,
                part,
            }));
        }
    }
    let stage = control.stage("following the learning curve", jobs.len() as u64);
    let quiet = control.without_progress();
    let scores = try_map_tasks(executor, jobs.len(), |task| {
        let Some(Job {
            runs,
            split,
            number,
            part,
        }) = jobs.get(task)
        else {
            return Ok(None);
        };
        let mut train = split.train();
        CounterStream::new(params.seed, *number).shuffle(&mut train);
        let train = runs.pick(train.get(..size(split, *part)).unwrap_or_default());
        let fitted = match surrogate.fit(&runs.metric, &train.rows, &train.values, &quiet) {
            Err(CoreError::TooFewRuns { .. } | CoreError::ConstantMetric { .. }) => None,
            fitted => Some(fitted?),
        };
        stage.advance(1)?;
        let held_out = runs.pick(&split.held_out);
        let mut predicted = vec![0.0; held_out.len()];
        Ok(fitted.and_then(|fitted| {
            fitted.predict_rows(&held_out.rows, &mut predicted);
            Score::of(&predicted, &held_out.values)
        }))
    })?;
    let point = |part: usize| -> Option<CurvePoint> {
        let own = jobs.iter().zip(&scores).filter(|(job, _)| job.part == part);
        let found: Vec<Score> = own
            .clone()
            .map(|(_, score)| *score)
            .collect::<Option<_>>()?;
        let runs = own.map(|(job, _)| size(job.split, part)).max()?;
        let folds = (0..params.folds).map(|fold| {
            mean(
                &found
                    .iter()
                    .skip(fold)
                    .step_by(params.folds)
                    .map(|score| score.rmse)
                    .collect::<Vec<_>>(),
            )
        });
        let rmse_se = standard_error(&folds.collect::<Option<Vec<_>>>()?);
        Some(CurvePoint {
            runs,
            score: Score::mean(&found)?,
            rmse_se,
        })
    };
    let mut points: Vec<CurvePoint> = (0..PARTS.len()).filter_map(point).collect();
    points.dedup_by_key(|point| point.runs);
    Ok(LearningCurve { points })
}

/// A part of the training runs of a fold of a metric.
struct Job<'a> {
    runs: &'a Runs,
    split: &'a Split,
    /// Number of the fold.
    number: u64,
    part: usize,
}

/// How many training runs a part is.
fn size(split: &Split, part: usize) -> usize {
    let share = PARTS.get(part).copied().unwrap_or(1.0);
    ((share * split.train_len() as f64).round() as usize).clamp(1, split.train_len().max(1))
}
