//! [`Objective`]: the scalar being optimised.

use std::collections::HashSet;

use super::Scalarisation;
use super::metric_bound::MetricBound;
use crate::CoreError;
use crate::fit::{FittedSurrogate, Surrogate, SurrogateSet};
use crate::optim::{MAX_WIDTH, Smooth};

/// One metric in an [`Objective`], with a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The metric's index in the surrogate set.
    pub metric: usize,
    /// The metric's weight, above zero.
    pub weight: f64,
}

/// A weighted sum of metrics, each counted so that lower is better, or another [`Scalarisation`]
/// over them.
///
/// ```text
/// F(x) = Σᵢ wᵢ · σᵢ · Lᵢ(x)      wᵢ weight (the weights are rescaled to sum to one),
///                                Lᵢ predicted metric,
///                                σᵢ = +1 where lower is better, −1 where higher is better
/// ```
/// Bounds on metrics are part of the objective: a mixture that breaks one is worse than any that
/// keeps them all.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    terms: Vec<Term>,
    aim: Scalarisation,
    bounds: Vec<MetricBound>,
}

/// Buffers for [`Objective::of_rows_below`].
#[derive(Default)]
pub(super) struct RowScratch {
    predicted: Vec<f64>,
    thresholds: Vec<f64>,
    #[cfg(feature = "simd")]
    estimates: super::estimates::Estimates,
}

/// Penalty that breaking a bound on a metric adds to the objective of a simulated mixture; the
/// excess is added on the same scale.
const BROKEN: f64 = 1e9;

impl Objective {
    /// The given metrics with their weights.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] without terms, [`CoreError::BadParameter`] for a weight that is not
    /// above zero, [`CoreError::DuplicateName`] for a metric given twice.
    pub fn new(set: &SurrogateSet, terms: &[Term]) -> Result<Self, CoreError> {
        if terms.is_empty() {
            return Err(CoreError::NoNames { what: "metrics" });
        }
        let mut seen = HashSet::new();
        for term in terms {
            if !(term.weight.is_finite() && term.weight > 0.0) {
                let found = term.weight.to_string();
                return Err(CoreError::BadParameter {
                    name: "weight",
                    expected: "a finite number above 0",
                    found,
                });
            }
            let fitted = set
                .metrics()
                .get(term.metric)
                .ok_or(CoreError::WrongLength {
                    what: "metrics",
                    expected: term.metric + 1,
                    found: set.metrics().len(),
                })?;
            if !seen.insert(term.metric) {
                return Err(CoreError::DuplicateName {
                    what: "metric",
                    name: fitted.metric.name.clone(),
                });
            }
        }
        let sum: f64 = terms.iter().map(|term| term.weight).sum();
        let rescaled = |term: &Term| Term {
            metric: term.metric,
            weight: term.weight / sum,
        };
        Ok(Self {
            terms: terms.iter().map(rescaled).collect(),
            aim: Scalarisation::Mean,
            bounds: Vec::new(),
        })
    }

    /// Every metric of the set with the same weight.
    pub fn mean_of_all(set: &SurrogateSet) -> Self {
        let weight = 1.0 / set.metrics().len() as f64;
        let terms = (0..set.metrics().len())
            .map(|metric| Term { metric, weight })
            .collect();
        Self {
            terms,
            aim: Scalarisation::Mean,
            bounds: Vec::new(),
        }
    }

    /// The terms; their weights sum to one.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// How the terms are combined.
    pub fn aim(&self) -> &Scalarisation {
        &self.aim
    }

    /// The bounds on metrics.
    pub fn bounds(&self) -> &[MetricBound] {
        &self.bounds
    }

    /// The same terms with another aim.
    #[must_use]
    pub fn aiming_at(mut self, aim: Scalarisation) -> Self {
        self.aim = aim;
        self
    }

    /// The same objective inside bounds on metrics.
    #[must_use]
    pub fn within(mut self, bounds: Vec<MetricBound>) -> Self {
        self.bounds = bounds;
        self
    }

    /// One term alone, without bounds.
    pub(super) fn alone(&self, index: usize) -> Self {
        let terms = self.terms.get(index).map(|term| Term {
            metric: term.metric,
            weight: 1.0,
        });
        Self {
            terms: terms.into_iter().collect(),
            aim: Scalarisation::Mean,
            bounds: Vec::new(),
        }
    }

    /// The values of the terms, lower is better, from metric values in the order of the set.
    pub fn term_values(&self, set: &SurrogateSet, values: &[f64]) -> Vec<f64> {
        let value = |term: &Term| {
            values.get(term.metric).copied().unwrap_or(f64::NAN) * sign(set, term.metric)
        };
        self.terms.iter().map(value).collect()
    }

    /// The objective of metric values in the order of the set.
    pub fn of_values(&self, set: &SurrogateSet, values: &[f64]) -> f64 {
        let largest = self.largest_weight();
        let parts = self
            .term_values(set, values)
            .into_iter()
            .zip(&self.terms)
            .enumerate();
        self.aim.combine(
            parts.map(|(index, (value, term))| self.aim.part(index, term.weight, largest, value).0),
        )
    }

    /// Like [`Objective::of_rows`], but an objective above `threshold` may be returned as infinity,
    /// which lets a search stop early.
    ///
    /// In a sum of metrics, the threshold of each metric is what remains of `threshold` after the
    /// values of the metrics before it and the lower bounds of those after it.
    pub(super) fn of_rows_below(
        &self,
        set: &SurrogateSet,
        rows: &[f64],
        threshold: f64,
        out: &mut [f64],
        scratch: &mut RowScratch,
    ) {
        let is_sum = self.aim == Scalarisation::Mean && self.bounds.is_empty();
        if !(is_sum && threshold < f64::INFINITY) {
            return self.of_rows(set, rows, out, &mut scratch.predicted);
        }
        #[cfg(feature = "simd")]
        if scratch.estimates.fill(self, set, rows) {
            return scratch.estimates.of_rows_below(
                self,
                set,
                rows,
                threshold,
                out,
                &mut scratch.predicted,
            );
        }
        scratch.predicted.resize(out.len(), 0.0);
        scratch.thresholds.resize(out.len(), 0.0);
        out.fill(0.0);
        let fitted = |term: &Term| {
            Some((
                &set.metrics().get(term.metric)?.surrogate,
                term.weight,
                sign(set, term.metric),
            ))
        };
        let terms: Vec<_> = self.terms.iter().filter_map(fitted).collect();
        let lower_bound =
            |&(fitted, weight, sign): &(&FittedSurrogate, f64, f64)| match fitted.lower_bound() {
                Some(lower_bound) if sign > 0.0 => weight * lower_bound,
                _ => f64::NEG_INFINITY,
            };
        for (index, &(fitted, weight, sign)) in terms.iter().enumerate() {
            let later: f64 = terms.iter().skip(index + 1).map(lower_bound).sum();
            // wᵢ Lᵢ ≤ threshold − Σ earlier (`so_far`) − Σ lower bounds (`later`), divided by wᵢ.
            for (row_threshold, so_far) in scratch.thresholds.iter_mut().zip(out.iter()) {
                *row_threshold = if sign > 0.0 {
                    (threshold - so_far - later) / weight
                } else {
                    f64::INFINITY
                };
            }
            fitted.predict_rows_below(rows, &scratch.thresholds, &mut scratch.predicted);
            for (out, predicted) in out.iter_mut().zip(&scratch.predicted) {
                *out += weight * (sign * predicted);
            }
        }
    }

    /// Writes the objective of every row of `rows` (n × domains) into `out`; `scratch` is a buffer
    /// for reuse.
    ///
    /// Rows that break a bound get more than a billion.
    pub(super) fn of_rows(
        &self,
        set: &SurrogateSet,
        rows: &[f64],
        out: &mut [f64],
        scratch: &mut Vec<f64>,
    ) {
        scratch.resize(out.len(), 0.0);
        let largest = self.largest_weight();
        let is_worst = matches!(self.aim, Scalarisation::Worst { .. });
        out.fill(if is_worst { f64::NEG_INFINITY } else { 0.0 });
        for (index, term) in self.terms.iter().enumerate() {
            let (Some(fitted), sign) = (set.metrics().get(term.metric), sign(set, term.metric))
            else {
                continue;
            };
            fitted.surrogate.predict_rows(rows, scratch);
            for (out, predicted) in out.iter_mut().zip(scratch.iter()) {
                // wᵢ σᵢ Lᵢ, or the term's part in another scalarisation.
                let part = self
                    .aim
                    .part(index, term.weight, largest, sign * predicted)
                    .0;
                *out = if is_worst { out.max(part) } else { *out + part };
            }
        }
        for bound in &self.bounds {
            let Some(fitted) = set.metrics().get(bound.metric) else {
                continue;
            };
            fitted.surrogate.predict_rows(rows, scratch);
            for (out, &predicted) in out.iter_mut().zip(scratch.iter()) {
                let excess = bound.excess(predicted);
                *out += if excess > 0.0 {
                    BROKEN * (1.0 + excess)
                } else {
                    0.0
                };
            }
        }
    }

    /// Whether this objective of a simulated mixture means that a bound is broken.
    pub(super) fn is_broken(&self, objective: f64) -> bool {
        objective >= self.broken_from()
    }

    /// Simulated mixtures with this objective or a higher one break a bound.
    pub(super) fn broken_from(&self) -> f64 {
        if self.bounds.is_empty() {
            f64::INFINITY
        } else {
            0.5 * BROKEN
        }
    }

    /// Whether an exact search is possible: every term and bound convex, counted so that lower is
    /// better, and no more than [`MAX_WIDTH`] domains.
    pub fn is_convex(&self, set: &SurrogateSet) -> bool {
        let convex = |metric: usize| {
            set.metrics()
                .get(metric)
                .is_some_and(|fitted| fitted.surrogate.is_convex())
        };
        set.domains().len() <= MAX_WIDTH
            && self
                .terms
                .iter()
                .all(|term| convex(term.metric) && sign(set, term.metric) > 0.0)
            && self
                .bounds
                .iter()
                .all(|bound| convex(bound.metric) && bound.is_upper())
    }

    /// Whether every term and bound has a gradient.
    pub fn is_smooth(&self, set: &SurrogateSet) -> bool {
        let metrics = self
            .terms
            .iter()
            .map(|term| term.metric)
            .chain(self.bounds.iter().map(|bound| bound.metric));
        let mut out = vec![0.0; set.domains().len()];
        let parts = vec![1.0 / out.len() as f64; out.len()];
        metrics.into_iter().all(|metric| {
            set.metrics()
                .get(metric)
                .is_some_and(|fitted| fitted.surrogate.gradient_into(&parts, &mut out).is_some())
        })
    }

    pub(super) fn largest_weight(&self) -> f64 {
        self.terms
            .iter()
            .map(|term| term.weight)
            .fold(0.0, f64::max)
    }
}

/// +1 where lower is better, −1 where higher is better.
pub(super) fn sign(set: &SurrogateSet, metric: usize) -> f64 {
    set.metrics()
        .get(metric)
        .map_or(1.0, |fitted| fitted.metric.direction.sign())
}

/// The objective as a smooth function (the sum of its parts; not for [`Scalarisation::Worst`]).
pub(super) struct SmoothObjective<'a> {
    pub set: &'a SurrogateSet,
    pub objective: &'a Objective,
}

impl<'a> SmoothObjective<'a> {
    /// The parts, one per term.
    pub fn parts(&self) -> impl Iterator<Item = SmoothTerm<'a>> + use<'a> {
        let (set, objective, largest) = (self.set, self.objective, self.objective.largest_weight());
        (0..objective.terms.len()).map(move |index| SmoothTerm {
            set,
            objective,
            index,
            largest,
        })
    }
}

impl Smooth for SmoothObjective<'_> {
    fn gradient_into(&self, x: &[f64], out: &mut [f64]) -> f64 {
        let mut one = vec![0.0; out.len()];
        out.fill(0.0);
        let mut sum = 0.0;
        for part in self.parts() {
            sum += part.gradient_into(x, &mut one);
            out.iter_mut().zip(&one).for_each(|(out, one)| *out += one);
        }
        sum
    }
}

/// One part of the objective as a smooth function.
pub(super) struct SmoothTerm<'a> {
    pub set: &'a SurrogateSet,
    pub objective: &'a Objective,
    pub index: usize,
    pub largest: f64,
}

impl Smooth for SmoothTerm<'_> {
    fn gradient_into(&self, x: &[f64], out: &mut [f64]) -> f64 {
        let Some(term) = self.objective.terms.get(self.index) else {
            return f64::NAN;
        };
        let sign = sign(self.set, term.metric);
        let fitted = self.set.metrics().get(term.metric);
        let Some(value) = fitted.and_then(|fitted| fitted.surrogate.gradient_into(x, out)) else {
            return f64::NAN;
        };
        let (part, slope) =
            self.objective
                .aim
                .part(self.index, term.weight, self.largest, sign * value);
        out.iter_mut().for_each(|out| *out *= slope * sign);
        part
    }
}
