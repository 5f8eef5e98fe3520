//! [`SurrogateSet`]: one fitted surrogate per metric, saved to and loaded from one file.

use std::collections::HashMap;
use std::sync::Arc;

use super::compare::{CompareParams, Coverage, CrossValidator, trusted};
use super::cross_fit::{CrossFit, CrossFitter, Keep};
use super::intervals::{Anchor, Calibration, FEWEST_FOR_INTERVALS, Interval, Near};
use super::runs::Runs;
use super::support::{Support, TrainingSupport};
use super::{FittedSurrogate, Surrogate, SurrogateParams};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::simplex::{DomainSet, Mixture};
use crate::stats::Score;
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTable};

/// One metric with the surrogate fitted to it.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedMetric {
    /// The metric.
    pub metric: Metric,
    /// How many runs had it.
    pub runs: usize,
    /// What was asked for, or chosen; `None` where the set was loaded without
    /// ([`SurrogateSet::from_json_without_params`]).
    pub params: Option<SurrogateParams>,
    /// What came out.
    pub surrogate: FittedSurrogate,
    /// Positions of the runs of the table that lack the metric.
    pub missing: Vec<usize>,
    /// Fits that each left some runs out, for intervals; `None` when none were asked for.
    pub cross: Option<CrossFit>,
}

/// Fitted surrogates for the metrics of a run table, with what is needed to use them without it.
#[derive(Clone, Debug, PartialEq)]
pub struct SurrogateSet {
    pub(super) domains: Arc<DomainSet>,
    pub(super) metrics: Vec<FittedMetric>,
    pub(super) natural: Option<Mixture>,
    pub(super) runs_mean: Mixture,
    pub(super) row_sums: RowSums,
    pub(super) support: TrainingSupport,
    /// Per metric, where it has cross-fits and runs enough; made from them and the runs.
    pub(super) calibrations: Vec<Option<Calibration>>,
}

/// The predictions for one mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// One value per metric of the set, in the metric's unit.
    pub values: Vec<f64>,
    /// One interval of [`COVERAGE`](super::COVERAGE) per metric; `None` where the fit carries none.
    pub intervals: Vec<Option<Interval>>,
    /// Where the mixture lies among the runs.
    pub support: Support,
}

/// The mixture that others are compared with when none is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Centre {
    /// "natural" when natural weights are known, else "runs_mean".
    pub name: &'static str,
    /// The mixture.
    pub mixture: Mixture,
}

/// A metric at one mixture minus the same metric at another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The predicted difference, in the metric's unit.
    pub value: f64,
    /// Its interval of [`COVERAGE`](super::COVERAGE); `None` where the fit carries none.
    pub interval: Option<Interval>,
}

impl Difference {
    /// The difference the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        let interval = self.interval.map(|own| Interval {
            low: -own.high,
            high: -own.low,
        });
        Self {
            value: -self.value,
            interval,
        }
    }

    /// Whether the interval leaves the sign open, or there is none.
    pub fn is_open(&self) -> bool {
        self.interval.is_none_or(|interval| interval.contains(0.0))
    }
}

/// A baseline, ready to be compared with many mixtures.
#[derive(Clone, Debug)]
pub struct BaselineComparison<'a> {
    set: &'a SurrogateSet,
    baseline: Baseline,
}

/// What a set says of a baseline, kept so that many mixtures can be compared with it: for fronts
/// that redraw while a mixture is dragged.
#[derive(Clone, Debug)]
pub struct Baseline {
    values: Vec<f64>,
    anchors: Vec<Option<Anchor>>,
}

impl BaselineComparison<'_> {
    /// Every metric at `parts` minus the same metric at the baseline.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn differences(&self, parts: &[f64]) -> Result<Vec<Difference>, CoreError> {
        let set = self.set;
        set.check(parts)?;
        let here = set.predict_values(parts);
        let values = here
            .iter()
            .zip(&self.baseline.values)
            .map(|(here, there)| here - there);
        let calibrated = set.calibrations.iter().zip(&self.baseline.anchors);
        let difference =
            |(value, (calibration, anchor)): (f64, (&Option<Calibration>, &Option<Anchor>))| {
                let interval = calibration.as_ref().zip(anchor.as_ref());
                Difference {
                    value,
                    interval: interval
                        .and_then(|(own, anchor)| own.difference(parts, anchor, value)),
                }
            };
        Ok(values.zip(calibrated).map(difference).collect())
    }

    /// One metric (by its position) at `parts` minus the same metric at the baseline; `None` for a
    /// position beyond the metrics.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn difference(
        &self,
        metric: usize,
        parts: &[f64],
    ) -> Result<Option<Difference>, CoreError> {
        self.set.check(parts)?;
        let Baseline { values, anchors } = &self.baseline;
        let Some((fitted, there)) = self.set.metrics.get(metric).zip(values.get(metric)) else {
            return Ok(None);
        };
        let value = fitted.surrogate.predict_one(parts) - there;
        let calibration = self.set.calibrations.get(metric).and_then(Option::as_ref);
        let anchored = calibration.zip(anchors.get(metric).and_then(Option::as_ref));
        Ok(Some(Difference {
            value,
            interval: anchored.and_then(|(own, anchor)| own.difference(parts, anchor, value)),
        }))
    }
}

impl SurrogateSet {
    /// Fits one surrogate to each of the given metrics, in parallel.
    ///
    /// A run without a value for a metric is left out for that metric alone.
    ///
    /// # Errors
    /// The first metric's error in table order; [`CoreError::Cancelled`].
    pub fn fit(
        table: &RunTable,
        metrics: &[usize],
        params: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        Self::fit_each(
            table,
            metrics,
            &vec![params; metrics.len()],
            vec![None; metrics.len()],
            control,
            executor,
        )
    }

    /// [`SurrogateSet::fit`] with intervals: each metric is fitted again with a part of the runs
    /// left out in turn.
    ///
    /// Metrics with fewer than nine runs get no interval: none of the stated coverage exists.
    ///
    /// # Errors
    /// As [`SurrogateSet::fit`].
    pub fn fit_with_intervals(
        table: &RunTable,
        metrics: &[usize],
        params: &SurrogateParams,
        seed: u64,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        let params = vec![params; metrics.len()];
        let cross = cross_fits(table, metrics, &params, seed, control, executor)?;
        Self::fit_each(table, metrics, &params, cross, control, executor)
    }

    /// The surrogate of `candidates` that predicts left-out runs best, for each metric, with
    /// intervals.
    ///
    /// Candidates within one standard error of the best on a metric count as equal there, and the
    /// one that predicts best over all metrics is taken. Candidates that need more runs than there
    /// are drop out.
    ///
    /// # Errors
    /// As [`SurrogateSet::fit`]; [`CoreError::TooFewRuns`] when no candidate is left.
    pub fn fit_auto(
        table: &RunTable,
        metrics: &[usize],
        candidates: &[SurrogateParams],
        seed: u64,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        let mixtures = metrics
            .iter()
            .map(|&metric| Runs::of_table(table, metric).mixtures())
            .min()
            .unwrap_or(0);
        let mut validator =
            CrossValidator::new(table, metrics, CompareParams::usual(mixtures, seed))?;
        let (mut left, mut results, mut refused) = (Vec::new(), Vec::new(), None);
        for candidate in candidates {
            match validator.validate(candidate, control, executor) {
                Ok(result) => {
                    results.push(result);
                    left.push(candidate);
                }
                Err(problem) if problem.is_refusal() => refused = refused.or(Some(problem)),
                Err(problem) => return Err(problem),
            }
        }
        if left.is_empty() {
            return Err(refused.unwrap_or(CoreError::NoNames { what: "candidates" }));
        }
        let chosen: Vec<&SurrogateParams> = trusted(&results)
            .into_iter()
            .filter_map(|position| left.get(position).copied())
            .collect();
        drop(validator);
        let cross = cross_fits(table, metrics, &chosen, seed, control, executor)?;
        Self::fit_each(table, metrics, &chosen, cross, control, executor)
    }

    /// One surrogate per metric, with the cross-fits that belong to it.
    fn fit_each(
        table: &RunTable,
        metrics: &[usize],
        params: &[&SurrogateParams],
        cross: Vec<Option<CrossFit>>,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        let stage = control.stage("fitting surrogates", metrics.len() as u64);
        let quiet = control.without_progress();
        let fitted = try_map_tasks(executor, metrics.len(), |task| {
            let (Some(&index), Some(&params)) = (metrics.get(task), params.get(task)) else {
                return Err(CoreError::NoNames { what: "metrics" });
            };
            let (rows, values) = column(table, index);
            let metric = metric_at(table.metrics(), index)?;
            let surrogate = params.fit(&metric.name, &rows, &values, &quiet)?;
            stage.advance(1)?;
            let missing = table
                .metric_values(index)
                .enumerate()
                .filter(|(_, value)| value.is_none());
            let missing = missing.map(|(row, _)| row).collect();
            Ok(FittedMetric {
                metric,
                runs: values.len(),
                params: Some(params.clone()),
                surrogate,
                missing,
                cross: None,
            })
        })?;
        let with_cross = fitted
            .into_iter()
            .zip(cross)
            .map(|(fitted, cross)| FittedMetric { cross, ..fitted });
        Self::from_fitted(table, with_cross.collect())
    }

    /// A set of metrics that were fitted to `table` one by one.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] without metrics, [`CoreError::DuplicateName`] for one fitted twice,
    /// [`CoreError::AllZero`] without runs.
    pub fn from_fitted(table: &RunTable, metrics: Vec<FittedMetric>) -> Result<Self, CoreError> {
        MetricSet::new(metrics.iter().map(|fitted| fitted.metric.clone()).collect())?;
        let width = table.domains().len();
        Ok(Self {
            domains: Arc::clone(table.domains()),
            calibrations: calibrations(&metrics, table.parts(), width),
            metrics,
            natural: table.natural().cloned(),
            runs_mean: table.mean_mixture().ok_or(CoreError::AllZero)?,
            row_sums: table.row_sums(),
            support: TrainingSupport::new(table.parts(), width)?,
        })
    }

    /// The domains.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The fitted metrics.
    pub fn metrics(&self) -> &[FittedMetric] {
        &self.metrics
    }

    /// Sets which way the metric at `index` improves; positions beyond the metrics are ignored.
    pub fn set_direction(&mut self, index: usize, direction: Direction) {
        if let Some(fitted) = self.metrics.get_mut(index) {
            fitted.metric.direction = direction;
        }
    }

    /// The metrics without what was fitted to them.
    pub fn metric_set(&self) -> MetricSet {
        let metrics = self
            .metrics
            .iter()
            .map(|fitted| fitted.metric.clone())
            .collect();
        MetricSet::new(metrics)
            .expect("a set is made from a table, whose metrics are unique, and is not empty")
    }

    /// How the row sums of the table were treated.
    pub fn row_sums(&self) -> RowSums {
        self.row_sums
    }

    /// The natural mixture, when it is known.
    pub fn natural(&self) -> Option<&Mixture> {
        self.natural.as_ref()
    }

    /// Records the natural mixture (over the same domains).
    pub fn set_natural(&mut self, natural: Mixture) {
        debug_assert_eq!(natural.domains(), &self.domains);
        self.natural = Some(natural);
    }

    /// The natural mixture, or the mean of the runs where that is not known.
    pub fn centre(&self) -> Centre {
        match &self.natural {
            Some(natural) => Centre {
                name: "natural",
                mixture: natural.clone(),
            },
            None => Centre {
                name: "runs_mean",
                mixture: self.runs_mean.clone(),
            },
        }
    }

    /// The mean mixture of the training runs.
    pub fn runs_mean(&self) -> &Mixture {
        &self.runs_mean
    }

    /// Where the training runs lie.
    pub fn support(&self) -> &TrainingSupport {
        &self.support
    }

    /// Predicts every metric for one mixture, given as proportions in the order of the domains.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn predict(&self, parts: &[f64]) -> Result<Prediction, CoreError> {
        let support = self.support.classify(parts)?;
        let values = self.predict_values(parts);
        let calibrations = self.calibrations.iter().zip(&values);
        let intervals =
            calibrations.map(|(calibration, &value)| calibration.as_ref()?.interval(parts, value));
        Ok(Prediction {
            intervals: intervals.collect(),
            values,
            support,
        })
    }

    /// Predicts every metric for one mixture, without intervals and support.
    pub(crate) fn predict_values(&self, parts: &[f64]) -> Vec<f64> {
        self.metrics
            .iter()
            .map(|fitted| fitted.surrogate.predict_one(parts))
            .collect()
    }

    /// Makes `baseline` (proportions in the order of the domains) the mixture that others are
    /// compared with.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn against(&self, baseline: &[f64]) -> Result<BaselineComparison<'_>, CoreError> {
        Ok(BaselineComparison {
            set: self,
            baseline: self.baseline(baseline)?,
        })
    }

    /// What there is to know of a baseline (proportions in the order of the domains), for
    /// [`SurrogateSet::predict_beside`].
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn baseline(&self, parts: &[f64]) -> Result<Baseline, CoreError> {
        self.check(parts)?;
        let anchors = self
            .calibrations
            .iter()
            .map(|calibration| calibration.as_ref().map(|own| own.anchor(parts)));
        Ok(Baseline {
            values: self.predict_values(parts),
            anchors: anchors.collect(),
        })
    }

    /// Predicts every metric for one mixture, and its difference to a baseline of this set: half
    /// the work of [`SurrogateSet::predict`] and [`BaselineComparison::differences`] together, with
    /// the same bits.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], also for a baseline of a set with other metrics.
    pub fn predict_beside(
        &self,
        parts: &[f64],
        baseline: &Baseline,
    ) -> Result<(Prediction, Vec<Difference>), CoreError> {
        let support = self.support.classify(parts)?;
        let (expected, found) = (self.metrics.len(), baseline.values.len());
        if expected != found {
            return Err(CoreError::WrongLength {
                what: "metrics of the baseline",
                expected,
                found,
            });
        }
        let values = self.predict_values(parts);
        let (mut intervals, mut differences) =
            (Vec::with_capacity(expected), Vec::with_capacity(expected));
        let anchored = baseline.values.iter().zip(&baseline.anchors);
        let mut found = None;
        for ((&value, calibration), (there, anchor)) in
            values.iter().zip(&self.calibrations).zip(anchored)
        {
            let at = calibration
                .as_ref()
                .map(|calibration| calibration.at_near(parts, &mut found));
            let difference = value - there;
            intervals.push(at.as_ref().and_then(|at| at.interval(value)));
            let interval = at
                .as_ref()
                .zip(anchor.as_ref())
                .and_then(|(at, anchor)| at.difference(anchor, difference));
            differences.push(Difference {
                value: difference,
                interval,
            });
        }
        Ok((
            Prediction {
                values,
                intervals,
                support,
            },
            differences,
        ))
    }

    /// The interval for one metric (by its position) at a mixture, around `value`, its prediction
    /// there; `None` where the fit carries none.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn interval(
        &self,
        metric: usize,
        parts: &[f64],
        value: f64,
    ) -> Result<Option<Interval>, CoreError> {
        self.check(parts)?;
        let calibration = self.calibrations.get(metric).and_then(Option::as_ref);
        Ok(calibration.and_then(|own| own.interval(parts, value)))
    }

    /// Where each domain of the set stands in `table`.
    fn places_in(&self, table: &RunTable) -> Result<Vec<usize>, CoreError> {
        let (expected, found) = (self.domains.len(), table.domains().len());
        if found != expected {
            return Err(CoreError::WrongLength {
                what: "domains",
                expected,
                found,
            });
        }
        self.domains
            .names()
            .iter()
            .map(|name| table.domains().require(name))
            .collect()
    }

    /// How many of the measured values of `table`, which has the same domains in any order, lie
    /// inside their intervals.
    ///
    /// # Errors
    /// Those of [`SurrogateSet::score`], but for the metrics.
    pub fn coverage(&self, table: &RunTable) -> Result<Coverage, CoreError> {
        let places = self.places_in(table)?;
        let mut coverage = Coverage::default();
        for run in table.runs() {
            let parts: Vec<f64> = places
                .iter()
                .filter_map(|&place| run.parts.get(place).copied())
                .collect();
            let intervals = self.predict(&parts)?.intervals;
            for (fitted, interval) in self.metrics.iter().zip(intervals) {
                let place = table.metrics().index_of(&fitted.metric.name);
                let measured = place.and_then(|place| run.values.get(place).copied().flatten());
                if let (Some(interval), Some(measured)) = (interval, measured) {
                    coverage.runs += 1;
                    coverage.inside += usize::from(interval.contains(measured));
                }
            }
        }
        Ok(coverage)
    }

    fn check(&self, parts: &[f64]) -> Result<(), CoreError> {
        if parts.len() == self.domains.len() {
            return Ok(());
        }
        Err(CoreError::WrongLength {
            what: "proportions",
            expected: self.domains.len(),
            found: parts.len(),
        })
    }

    /// Compares predictions with the measured values of `table`, which has the same domains in any
    /// order.
    ///
    /// Metrics that only one of the two has are skipped; the result names those that both have.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`] for a domain of the set that the table lacks,
    /// [`CoreError::WrongLength`] when the table has other domains besides, [`CoreError::NoNames`]
    /// when no metric is in both.
    pub fn score(&self, table: &RunTable) -> Result<Vec<(String, Score)>, CoreError> {
        let width = self.domains.len();
        let places = self.places_in(table)?;
        let mut scores = Vec::new();
        for fitted in &self.metrics {
            let Some(index) = table.metrics().index_of(&fitted.metric.name) else {
                continue;
            };
            let (rows, measured) = column(table, index);
            let mut ordered = Vec::with_capacity(rows.len());
            for row in rows.chunks_exact(width) {
                ordered.extend(places.iter().filter_map(|&place| row.get(place)));
            }
            let mut predicted = vec![0.0; measured.len()];
            fitted.surrogate.predict_rows(&ordered, &mut predicted);
            if let Some(score) = Score::of(&predicted, &measured) {
                scores.push((fitted.metric.name.clone(), score));
            }
        }
        if scores.is_empty() {
            return Err(CoreError::NoNames {
                what: "metrics that both the fit and the table have",
            });
        }
        Ok(scores)
    }
}

/// The intervals that the cross-fits of each metric allow, over the `rows` of all runs; metrics
/// with the same runs share them.
pub(super) fn calibrations(
    metrics: &[FittedMetric],
    rows: &[f64],
    width: usize,
) -> Vec<Option<Calibration>> {
    let rows: Arc<[f64]> = if metrics.iter().any(|fitted| fitted.cross.is_some()) {
        rows.into()
    } else {
        [].into()
    };
    let mut shared: HashMap<&[usize], Arc<Near>> = HashMap::new();
    let mut all = Vec::with_capacity(metrics.len());
    for FittedMetric { cross, missing, .. } in metrics {
        let calibration = cross.as_ref().and_then(|cross| {
            let near = shared
                .entry(missing)
                .or_insert_with(|| Near::new(&rows, width, missing).into());
            Calibration::new(cross, near)
        });
        all.push(calibration);
    }
    all
}

/// Fits of each metric's surrogate without a part of the runs in turn, in the usual folds for
/// intervals.
///
/// A metric that has too few runs for that goes without.
fn cross_fits(
    table: &RunTable,
    metrics: &[usize],
    params: &[&SurrogateParams],
    seed: u64,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Vec<Option<CrossFit>>, CoreError> {
    let mut cross = vec![None; metrics.len()];
    let mut done: Vec<&SurrogateParams> = Vec::new();
    for &kind in params {
        if done.contains(&kind) {
            continue;
        }
        done.push(kind);
        let own: Vec<usize> = (0..metrics.len())
            .filter(|&place| params.get(place) == Some(&kind))
            .collect();
        let runs = own
            .iter()
            .filter_map(|&place| metrics.get(place))
            .map(|&metric| Runs::of_table(table, metric));
        let (places, runs): (Vec<usize>, Vec<Runs>) = own
            .iter()
            .copied()
            .zip(runs)
            .filter(|(_, runs)| runs.mixtures() >= FEWEST_FOR_INTERVALS)
            .unzip();
        let mut fitter = CrossFitter::new(runs, CrossFit::usual_folds, 1, seed, Keep::Fits)?;
        fitter.fit(kind, control, executor)?;
        for (place, repeats) in places.into_iter().zip(fitter.fits(kind)) {
            if let Some(slot) = cross.get_mut(place) {
                *slot = repeats.first().cloned();
            }
        }
    }
    Ok(cross)
}

fn metric_at(metrics: &MetricSet, index: usize) -> Result<Metric, CoreError> {
    metrics
        .as_slice()
        .get(index)
        .cloned()
        .ok_or(CoreError::WrongLength {
            what: "metrics",
            expected: index + 1,
            found: metrics.len(),
        })
}

/// The proportions (row after row) and values of the runs that have metric `index`.
pub(super) fn column(table: &RunTable, index: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for run in table.runs() {
        if let Some(value) = run.values.get(index).copied().flatten() {
            rows.extend_from_slice(run.parts);
            values.push(value);
        }
    }
    (rows, values)
}
