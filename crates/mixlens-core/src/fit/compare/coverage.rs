//! [`Coverage`]: how many new runs the intervals really hold.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::CompareParams;
use crate::CoreError;
use crate::compute::{Control, Executor};
use crate::fit::SurrogateParams;
use crate::fit::cross_fit::{CrossFit, CrossFitter, Keep};
use crate::fit::intervals::{Calibration, Near};
use crate::fit::runs::Runs;
use crate::simplex::total_variation;
use crate::stats::Split;
use crate::table::RunTable;

/// Held-out runs that are looked at, at least, before no further fold is fitted.
const ENOUGH_RUNS: usize = 100;
/// Most folds of the training part of a split: intervals of more folds are a little narrower, and
/// take longer to measure.
const MAX_FOLDS: usize = 10;
/// Held-out runs nearest to the baseline that differences are taken to.
const BASELINES: usize = 3;

/// How many held-out runs lay inside their intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Held-out runs with an interval.
    pub runs: usize,
    /// How many of them lay inside.
    pub inside: usize,
    /// Differences between a held-out run and one near the baseline, with an interval.
    pub differences: usize,
    /// How many of them lay inside.
    pub differences_inside: usize,
}

impl Coverage {
    /// The share of runs inside; `None` without intervals.
    pub fn share(&self) -> Option<f64> {
        (self.runs > 0).then(|| self.inside as f64 / self.runs as f64)
    }

    /// The share of differences inside; `None` without intervals.
    pub fn difference_share(&self) -> Option<f64> {
        (self.differences > 0).then(|| self.differences_inside as f64 / self.differences as f64)
    }

    /// Both counts together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            runs: self.runs + other.runs,
            inside: self.inside + other.inside,
            differences: self.differences + other.differences,
            differences_inside: self.differences_inside + other.differences_inside,
        }
    }
}

/// A split of the runs of each metric.
struct Outer {
    /// The training runs, cross-fitted.
    train: CrossFitter,
    /// Which of them are near which, per metric.
    near: Vec<Arc<Near>>,
    held_out: Vec<Runs>,
}

/// Measures intervals on runs that neither the fits nor their errors have seen.
///
/// Of each split the training part is cross-fitted as for a fit, though in no more than ten folds,
/// and its intervals are held against the runs that were left out; as many splits as give a hundred
/// of those. For differences, the held-out runs nearest to the baseline stand in for it.
pub struct CoverageMeter {
    baseline: Vec<f64>,
    splits: Vec<Outer>,
}

impl CoverageMeter {
    /// Splits as [`CrossValidator`](super::CrossValidator) does in its first repeat; `baseline` has
    /// one part per domain.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for fewer than two folds, more folds than different mixtures.
    pub fn new(
        table: &RunTable,
        metrics: &[usize],
        baseline: &[f64],
        params: CompareParams,
    ) -> Result<Self, CoreError> {
        let runs: Vec<Runs> = metrics
            .iter()
            .map(|&metric| Runs::of_table(table, metric))
            .collect();
        let of_metrics: Vec<Vec<Split>> = runs
            .iter()
            .map(|runs| runs.splits(params.folds, 1, params.seed))
            .collect::<Result<_, _>>()?;
        let most = runs.iter().map(Runs::len).max().unwrap_or(0);
        let needed = (ENOUGH_RUNS * params.folds)
            .div_ceil(most.max(1))
            .min(params.folds);
        let split = |number: usize| -> Result<Outer, CoreError> {
            let parts = runs.iter().zip(&of_metrics).filter_map(|(runs, splits)| {
                splits
                    .get(number)
                    .map(|split| (runs.pick(&split.train()), runs.pick(&split.held_out)))
            });
            let (train, held_out): (Vec<Runs>, _) = parts.unzip();
            let mut near: Vec<Arc<Near>> = Vec::with_capacity(train.len());
            for train in &train {
                near.push(Near::of_all(&train.rows, train.width, near.last()));
            }
            let folds = |mixtures| CrossFit::usual_folds(mixtures).min(MAX_FOLDS);
            Ok(Outer {
                train: CrossFitter::new(train, folds, 1, params.seed, Keep::Fits)?,
                near,
                held_out,
            })
        };
        Ok(Self {
            baseline: baseline.to_vec(),
            splits: (0..needed).map(split).collect::<Result<_, _>>()?,
        })
    }

    /// The coverage of one kind of surrogate's intervals on each metric.
    ///
    /// # Errors
    /// The estimator's errors; [`CoreError::Cancelled`].
    pub fn measure(
        &mut self,
        surrogate: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Vec<Coverage>, CoreError> {
        let mut sums: Vec<Coverage> = Vec::new();
        for Outer {
            train,
            near,
            held_out,
        } in &mut self.splits
        {
            train.fit(surrogate, control, executor)?;
            let found = train
                .fits(surrogate)
                .iter()
                .zip(&*near)
                .zip(&*held_out)
                .map(|((cross, near), held_out)| {
                    let calibration = cross
                        .first()
                        .and_then(|cross| Calibration::new(cross, near));
                    calibration.map_or_else(Coverage::default, |own| {
                        of_runs(&own, held_out, &self.baseline)
                    })
                });
            let found: Vec<Coverage> = found.collect();
            sums.resize(found.len(), Coverage::default());
            sums.iter_mut()
                .zip(found)
                .for_each(|(sum, found)| *sum = sum.and(found));
        }
        Ok(sums)
    }
}

/// How many of `runs` the intervals hold.
fn of_runs(calibration: &Calibration, runs: &Runs, baseline: &[f64]) -> Coverage {
    let mut coverage = Coverage::default();
    for (run, &measured) in runs.values.iter().enumerate() {
        if let Some(interval) =
            calibration.interval(runs.row(run), calibration.centre(runs.row(run)))
        {
            coverage.runs += 1;
            coverage.inside += usize::from(interval.contains(measured));
        }
    }
    let mut near: Vec<usize> = (0..runs.len()).collect();
    let distance = |run: usize| total_variation(runs.row(run), baseline);
    // Stable: of equally near ones the earlier.
    near.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
    for &other in near.iter().take(BASELINES) {
        let anchor = calibration.anchor(runs.row(other));
        let (there, at) = (
            calibration.centre(runs.row(other)),
            runs.values.get(other).copied().unwrap_or(f64::NAN),
        );
        for (run, &measured) in runs
            .values
            .iter()
            .enumerate()
            .filter(|(run, _)| *run != other)
        {
            let difference = calibration.centre(runs.row(run)) - there;
            if let Some(interval) = calibration.difference(runs.row(run), &anchor, difference) {
                coverage.differences += 1;
                coverage.differences_inside += usize::from(interval.contains(measured - at));
            }
        }
    }
    coverage
}
