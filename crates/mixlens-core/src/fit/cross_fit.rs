//! [`CrossFit`]: fits that each left some runs out, and their errors on those runs.

use serde::{Deserialize, Serialize};

use super::ensemble::EnsembleWeights;
use super::intervals::FEWEST_FOR_INTERVALS;
use super::runs::Runs;
use super::{FittedSurrogate, Surrogate, SurrogateParams};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::stats::Split;

/// Fits of one metric that each left some runs out, and their errors on the runs they left out.
///
/// Comparison, choice and intervals all rest on these errors: each is that of a fit that did not
/// see the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossFit {
    /// One fit per fold.
    pub(super) fits: Vec<FittedSurrogate>,
    /// The fold that left each run out, in the order of the runs that have the metric.
    pub(super) folds: Vec<u32>,
    /// Measured minus predicted for each of these runs, in the metric's unit.
    pub(super) errors: Vec<f64>,
}

impl CrossFit {
    /// Folds for intervals: a fold a mixture up to 64 (jackknife+), then 20, and 10 above 200
    /// mixtures (CV+), where a fit that lacks a tenth of the runs errs hardly more than one that
    /// has all.
    pub(super) fn usual_folds(mixtures: usize) -> usize {
        match mixtures {
            0..=64 => mixtures,
            65..=200 => 20,
            _ => 10,
        }
    }

    /// Fits `runs` with every usual fold left out in turn by `fit`; `None` where the runs are too
    /// few for intervals.
    ///
    /// # Errors
    /// Those of `fit`.
    pub(super) fn by(
        runs: &Runs,
        seed: u64,
        fit: impl Fn(&Runs) -> Result<FittedSurrogate, CoreError>,
    ) -> Result<Option<Self>, CoreError> {
        if runs.mixtures() < FEWEST_FOR_INTERVALS {
            return Ok(None);
        }
        let splits = runs.splits(Self::usual_folds(runs.mixtures()), 1, seed)?;
        let fit = |split: &Split| {
            let fitted = fit(&runs.pick(&split.train()))?;
            Ok(HeldOut {
                errors: errors_of(&fitted, runs, split),
                fit: Some(fitted),
            })
        };
        let found = splits
            .iter()
            .map(fit)
            .collect::<Result<Vec<_>, CoreError>>()?;
        Ok(Some(Self::new(runs.len(), &splits, found)))
    }

    /// What was found out on the runs that each of `splits` held out.
    fn new(runs: usize, splits: &[Split], found: Vec<HeldOut>) -> Self {
        let mut all = Self {
            fits: Vec::new(),
            folds: vec![0; runs],
            errors: vec![0.0; runs],
        };
        for (number, (split, found)) in (0..).zip(splits.iter().zip(found)) {
            for (&run, found) in split.held_out.iter().zip(found.errors) {
                if let (Some(fold), Some(error)) = (all.folds.get_mut(run), all.errors.get_mut(run))
                {
                    (*fold, *error) = (number, found);
                }
            }
            all.fits.extend(found.fit);
        }
        all
    }

    /// The errors of each fold.
    pub(super) fn errors_by_fold(&self) -> Vec<Vec<f64>> {
        let mut folds =
            vec![Vec::new(); self.folds.iter().max().map_or(0, |last| *last as usize + 1)];
        for (&fold, &error) in self.folds.iter().zip(&self.errors) {
            if let Some(errors) = folds.get_mut(fold as usize) {
                errors.push(error);
            }
        }
        folds
    }

    /// Measured minus predicted for each run that has the metric, by the fit that did not see it.
    pub fn errors(&self) -> &[f64] {
        &self.errors
    }

    /// Whether it belongs to `runs` runs over `width` domains and every number can be used.
    pub(super) fn is_valid(&self, runs: usize, width: usize) -> bool {
        self.folds.len() == runs
            && self.errors.len() == runs
            && self.errors.iter().all(|error| error.is_finite())
            && self
                .folds
                .iter()
                .all(|&fold| (fold as usize) < self.fits.len())
            && self.fits.iter().all(|fit| fit.width() == width)
    }
}

/// A fit that left runs out, where it is kept, and its errors on them.
struct HeldOut {
    fit: Option<FittedSurrogate>,
    errors: Vec<f64>,
}

/// Measured minus predicted for the runs that a split holds out.
fn errors_of(fit: &FittedSurrogate, runs: &Runs, split: &Split) -> Vec<f64> {
    let measured = |run: usize| runs.values.get(run).copied().unwrap_or(f64::NAN);
    split
        .held_out
        .iter()
        .map(|&run| measured(run) - fit.predict_one(runs.row(run)))
        .collect()
}

/// What is kept of fits that left runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Their errors: enough to compare, and with many repeats all that there is room for.
    Errors,
    /// The fits too, as intervals need them.
    Fits,
}

/// Metrics, each with its runs and how they are split.
pub(super) struct CrossFitter {
    pub runs: Vec<Runs>,
    keep: Keep,
    /// Per metric, `repeats` lists of folds.
    splits: Vec<Vec<Vec<Split>>>,
    /// Per kind and metric, one for each repeat.
    done: Vec<(SurrogateParams, Vec<Vec<CrossFit>>)>,
}

impl CrossFitter {
    /// Splits the runs of each metric into `folds` (by the number of its mixtures) parts, `repeats`
    /// times over.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for fewer than two folds, more folds than mixtures, no repeats
    /// or too many.
    pub fn new(
        runs: Vec<Runs>,
        folds: impl Fn(usize) -> usize,
        repeats: usize,
        seed: u64,
        keep: Keep,
    ) -> Result<Self, CoreError> {
        let split = |runs: &Runs| -> Result<Vec<Vec<Split>>, CoreError> {
            let folds = folds(runs.mixtures());
            Ok(runs
                .splits(folds, repeats, seed)?
                .chunks(folds)
                .map(<[Split]>::to_vec)
                .collect())
        };
        Ok(Self {
            splits: runs.iter().map(split).collect::<Result<_, _>>()?,
            runs,
            keep,
            done: Vec::new(),
        })
    }

    /// Fits `params` with every fold left out in turn. What was fitted before is not fitted again:
    /// an ensemble of equal weights is put together from its members' fits.
    ///
    /// # Errors
    /// Those of the estimator; [`CoreError::Cancelled`].
    pub fn fit(
        &mut self,
        params: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<(), CoreError> {
        if self.done.iter().any(|(done, _)| done == params) {
            return Ok(());
        }
        let fitted = match equal_members(params) {
            Some(members) => {
                for member in members {
                    self.fit(member, control, executor)?;
                }
                self.assembled(params, members)?
            }
            None => self.fitted(params, control, executor)?,
        };
        self.done.push((params.clone(), fitted));
        Ok(())
    }

    /// What [`CrossFitter::fit`] has made of `params`: per metric, one for each repeat; nothing
    /// before that.
    pub fn fits(&self, params: &SurrogateParams) -> &[Vec<CrossFit>] {
        self.done
            .iter()
            .find(|(done, _)| done == params)
            .map_or(&[], |(_, fits)| fits)
    }

    fn fitted(
        &self,
        params: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Vec<Vec<CrossFit>>, CoreError> {
        let jobs: Vec<(&Runs, &Split)> = self
            .runs
            .iter()
            .zip(&self.splits)
            .flat_map(|(runs, repeats)| repeats.iter().flatten().map(move |split| (runs, split)))
            .collect();
        let stage = control.stage("cross-validating", jobs.len() as u64);
        let quiet = control.without_progress();
        let found = try_map_tasks(executor, jobs.len(), |task| {
            let &(runs, split) = jobs.get(task).expect("there is a job for each task");
            let train = runs.pick(&split.train());
            let fitted = params.fit(&runs.metric, &train.rows, &train.values, &quiet)?;
            stage.advance(1)?;
            let errors = errors_of(&fitted, runs, split);
            Ok(HeldOut {
                fit: (self.keep == Keep::Fits).then_some(fitted),
                errors,
            })
        })?;
        let mut found = found.into_iter();
        let per_metric = self.runs.iter().zip(&self.splits).map(|(runs, repeats)| {
            let mut of = |splits: &[Split]| found.by_ref().take(splits.len()).collect();
            repeats
                .iter()
                .map(|splits| CrossFit::new(runs.len(), splits, of(splits)))
                .collect()
        });
        Ok(per_metric.collect())
    }

    /// An ensemble of equal weights from the fits of its members.
    fn assembled(
        &self,
        params: &SurrogateParams,
        members: &[SurrogateParams],
    ) -> Result<Vec<Vec<CrossFit>>, CoreError> {
        let SurrogateParams::Ensemble(ensemble) = params else {
            return Ok(Vec::new());
        };
        let ensemble = ensemble.check()?;
        let assemble =
            |metric: usize, repeat: usize, splits: &[Split]| -> Result<CrossFit, CoreError> {
                let of_members: Vec<&CrossFit> = members
                    .iter()
                    .filter_map(|member| self.fits(member).get(metric)?.get(repeat))
                    .collect();
                let runs = self
                    .runs
                    .get(metric)
                    .expect("splits are made for each metric");
                let held_out = |(fold, split): (usize, &Split)| {
                    if self.keep == Keep::Errors {
                        return Ok(HeldOut {
                            fit: None,
                            errors: mean_errors(&of_members, split),
                        });
                    }
                    let fits = of_members
                        .iter()
                        .filter_map(|own| own.fits.get(fold).cloned())
                        .collect();
                    let fit = FittedSurrogate::of_kind("ensemble", ensemble.of_members(fits)?);
                    Ok(HeldOut {
                        errors: errors_of(&fit, runs, split),
                        fit: Some(fit),
                    })
                };
                let found = splits
                    .iter()
                    .enumerate()
                    .map(held_out)
                    .collect::<Result<Vec<_>, CoreError>>()?;
                Ok(CrossFit::new(runs.len(), splits, found))
            };
        let metrics = self.splits.iter().enumerate().map(|(metric, repeats)| {
            repeats
                .iter()
                .enumerate()
                .map(|(repeat, splits)| assemble(metric, repeat, splits))
                .collect()
        });
        metrics.collect()
    }
}

/// The error of a plain mean of predictions, for the runs that a split holds out: the mean of their
/// errors.
fn mean_errors(members: &[&CrossFit], split: &Split) -> Vec<f64> {
    let error = |run: usize| {
        members
            .iter()
            .filter_map(|own| own.errors.get(run))
            .sum::<f64>()
            / members.len() as f64
    };
    split.held_out.iter().map(|&run| error(run)).collect()
}

/// The members of an ensemble whose weights do not depend on the runs.
pub(super) fn equal_members(params: &SurrogateParams) -> Option<&[SurrogateParams]> {
    match params {
        SurrogateParams::Ensemble(ensemble) if ensemble.weights == EnsembleWeights::Equal => {
            Some(&ensemble.members.0)
        }
        _ => None,
    }
}
