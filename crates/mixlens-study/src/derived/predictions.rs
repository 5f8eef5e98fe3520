//! [`Predictions`]: every metric of the current mixture beside the baseline.

use std::collections::BTreeSet;

use mixlens_core::CoreError;
use mixlens_core::fit::{Baseline, Prediction, Support, SurrogateSet};
use mixlens_core::search::minimax;
use mixlens_core::simplex::Mixture;
use mixlens_core::table::Direction;

use super::{Estimate, Standing, noise};
use crate::number::{difference_text, value_text};
use crate::{Fit, ScalarisationKind, State};

/// Every metric of the current mixture beside the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// The surrogate that predicts.
    pub surrogate: String,
    /// One row per metric of the study that was fitted, pinned ones first.
    pub rows: Vec<MetricRow>,
    /// The objective, where it can be told at once.
    pub objective: Option<ObjectiveRow>,
    /// Where the current mixture lies among the runs.
    pub support: Support,
    /// Where the baseline lies among the runs.
    pub baseline_support: Support,
    /// The greatest difference in units of each metric's own noise (or of its own value), for the
    /// length of bars.
    pub scale: f64,
}

/// One metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRow {
    /// Its position among the metrics of the study.
    pub metric: usize,
    /// Its name.
    pub name: String,
    /// Which way it improves.
    pub direction: Direction,
    /// Its weight in the objective.
    pub weight: f64,
    /// Whether it stays on top.
    pub is_pinned: bool,
    /// The current mixture's prediction.
    pub current: Estimate,
    /// The baseline's prediction.
    pub baseline: Estimate,
    /// Current minus baseline.
    pub difference: Estimate,
    /// How far predictions of it are usually off.
    pub noise: Option<f64>,
    /// What the difference says.
    pub standing: Standing,
    /// The current prediction as text.
    pub text: String,
    /// The baseline's prediction as text.
    pub baseline_text: String,
    /// The difference as text.
    pub difference_text: String,
}

/// The objective, lower is better.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectiveRow {
    /// The current mixture's.
    pub current: Estimate,
    /// The baseline's.
    pub baseline: Estimate,
    /// Current minus baseline.
    pub difference: Estimate,
    /// What the difference says.
    pub standing: Standing,
    /// The current value as text.
    pub text: String,
    /// The difference as text.
    pub difference_text: String,
}

impl Predictions {
    /// The row of the metric at this position among those of the study.
    pub fn row_of(&self, metric: usize) -> Option<&MetricRow> {
        self.rows.iter().find(|row| row.metric == metric)
    }
}

/// What a fit says of the baseline. Takes as long as the rest, and stays while a mixture is
/// dragged.
#[derive(Debug)]
pub(crate) struct BaselinePrediction {
    pub prediction: Prediction,
    pub baseline: Baseline,
}

impl BaselinePrediction {
    /// Predicts `baseline`.
    pub fn new(fit: &Fit, baseline: &Mixture) -> Result<Self, CoreError> {
        let parts = baseline.parts();
        Ok(Self {
            prediction: fit.set.predict(parts)?,
            baseline: fit.set.baseline(parts)?,
        })
    }
}

/// Predicts the current mixture beside the baseline.
pub(crate) fn predictions(
    fit: &Fit,
    beside: &BaselinePrediction,
    state: &State,
    pinned: &BTreeSet<usize>,
) -> Result<Predictions, CoreError> {
    let set = &fit.set;
    let baseline = &beside.prediction;
    let (current, differences) = set.predict_beside(state.current.parts(), &beside.baseline)?;
    let mut rows = Vec::with_capacity(current.values.len());
    for (metric, own) in state.goal.metrics.iter().enumerate() {
        let Some((place, _)) = fit.metric(&own.name) else {
            continue;
        };
        let at = |own: &Prediction| {
            let value = own.values.get(place).copied().unwrap_or(f64::NAN);
            Estimate::with_interval(value, own.intervals.get(place).copied().flatten())
        };
        let (here, there) = (at(&current), at(baseline));
        let Some(difference) = differences.get(place) else {
            continue;
        };
        let difference = Estimate::with_interval(difference.value, difference.interval);
        let noise = noise(fit, &own.name);
        rows.push(MetricRow {
            metric,
            name: own.name.clone(),
            direction: own.direction,
            weight: own.weight,
            is_pinned: pinned.contains(&metric),
            current: here,
            baseline: there,
            difference,
            noise,
            standing: Standing::of(difference, noise, own.direction.sign()),
            text: value_text(here.value, here.error().or(noise)),
            baseline_text: value_text(there.value, there.error().or(noise)),
            difference_text: difference_text(difference.value, difference.error(), noise),
        });
    }
    rows.sort_by_key(|row| !row.is_pinned); // stable: the rest stays in the order of the table
    let objective = objective_row(set, state, &rows, &current.values, &baseline.values);
    let scale = rows
        .iter()
        .map(|row| row.difference.value.abs())
        .fold(0.0, f64::max);
    let (support, baseline_support) = (current.support, baseline.support);
    Ok(Predictions {
        surrogate: fit.name().to_owned(),
        rows,
        objective,
        support,
        baseline_support,
        scale,
    })
}

/// `None` without weights, with bounds that cannot be read, and for desirability, which takes a
/// search of its own.
fn objective_row(
    set: &SurrogateSet,
    state: &State,
    rows: &[MetricRow],
    current: &[f64],
    baseline: &[f64],
) -> Option<ObjectiveRow> {
    let objective = state.goal.objective(set, baseline).ok()?;
    let weighted = rows.iter().filter(|row| row.weight > 0.0);
    let sum: f64 = weighted.clone().map(|row| row.weight).sum();
    // Errors of different metrics on the same mixture go together, so they add up rather than
    // average out.
    let noises: Option<Vec<f64>> = weighted
        .map(|row| Some(row.noise? * row.weight / sum))
        .collect();
    let (objective, noise) = match state.goal.aim {
        ScalarisationKind::Mean => (objective, noises.map(|noises| noises.iter().sum())),
        ScalarisationKind::Minimax => (
            minimax(set, objective).ok()?,
            noises.map(|all| all.into_iter().fold(0.0, f64::max)),
        ),
        ScalarisationKind::Desirability => return None,
    };
    let (here, there) = (
        objective.of_values(set, current),
        objective.of_values(set, baseline),
    );
    let difference = Estimate::plain(here - there);
    Some(ObjectiveRow {
        current: Estimate::plain(here),
        baseline: Estimate::plain(there),
        difference,
        standing: Standing::of(difference, noise, 1.0),
        text: value_text(here, noise),
        difference_text: difference_text(here - there, None, noise),
    })
}
