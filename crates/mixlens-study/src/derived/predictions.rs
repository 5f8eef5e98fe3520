//! [`Predictions`]: every metric of the current mixture, compared with the baseline.

use std::collections::BTreeSet;

use mixlens_core::CoreError;
use mixlens_core::fit::{Baseline, Prediction, Support, SurrogateSet};
use mixlens_core::search::minimax;
use mixlens_core::simplex::Mixture;
use mixlens_core::table::Direction;

use super::noise;
use crate::{Fit, ScalarisationKind, State};
use mixlens_jobs::{Estimate, Standing};
use mixlens_jobs::{difference_text, value_text};

/// Every metric of the current mixture, compared with the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// The name of the surrogate.
    pub surrogate: String,
    /// One row per metric of the study that was fitted, pinned ones first.
    pub rows: Vec<MetricRow>,
    /// The objective, where it can be computed without a search.
    pub objective: Option<ObjectiveRow>,
    /// The current mixture's support.
    pub support: Support,
    /// The baseline's support.
    pub baseline_support: Support,
    /// The maximum absolute difference over the metrics, for the length of bars.
    pub scale: f64,
}

/// One metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRow {
    /// The index of the metric among those of the study.
    pub metric: usize,
    /// The metric's name.
    pub name: String,
    /// Whether lower or higher values are better.
    pub direction: Direction,
    /// The metric's weight in the objective.
    pub weight: f64,
    /// Whether the row stays at the top.
    pub is_pinned: bool,
    /// The current mixture's prediction.
    pub current: Estimate,
    /// The baseline's prediction.
    pub baseline: Estimate,
    /// Current minus baseline.
    pub difference: Estimate,
    /// The typical error of predictions of the metric.
    pub noise: Option<f64>,
    /// The verdict on the difference.
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
    /// The current mixture's value.
    pub current: Estimate,
    /// The baseline's value.
    pub baseline: Estimate,
    /// Current minus baseline.
    pub difference: Estimate,
    /// The verdict on the difference.
    pub standing: Standing,
    /// The current value as text.
    pub text: String,
    /// The difference as text.
    pub difference_text: String,
}

impl Predictions {
    /// The row of the metric with this index among those of the study.
    pub fn row_of(&self, metric: usize) -> Option<&MetricRow> {
        self.rows.iter().find(|row| row.metric == metric)
    }
}

/// The prediction of the baseline. It takes as long as all the rest and stays valid during a drag.
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

/// Predicts the current mixture and its differences to the baseline.
pub(crate) fn predictions(
    fit: &Fit,
    predicted_baseline: &BaselinePrediction,
    state: &State,
    pinned: &BTreeSet<usize>,
) -> Result<Predictions, CoreError> {
    let set = &fit.set;
    let baseline = &predicted_baseline.prediction;
    let (current, differences) =
        set.predict_beside(state.current.parts(), &predicted_baseline.baseline)?;
    let mut rows = Vec::with_capacity(current.values.len());
    for (metric, metric_settings) in state.goal.metrics.iter().enumerate() {
        let Some((index, _)) = fit.metric(&metric_settings.name) else {
            continue;
        };
        let at = |prediction: &Prediction| {
            let value = prediction.values.get(index).copied().unwrap_or(f64::NAN);
            Estimate::with_interval(value, prediction.intervals.get(index).copied().flatten())
        };
        let (here, there) = (at(&current), at(baseline));
        let Some(difference) = differences.get(index) else {
            continue;
        };
        let difference = Estimate::with_interval(difference.value, difference.interval);
        let noise = noise(fit, &metric_settings.name);
        rows.push(MetricRow {
            metric,
            name: metric_settings.name.clone(),
            direction: metric_settings.direction,
            weight: metric_settings.weight,
            is_pinned: pinned.contains(&metric),
            current: here,
            baseline: there,
            difference,
            noise,
            standing: Standing::of(difference, noise, metric_settings.direction.sign()),
            text: value_text(here.value, here.error().or(noise)),
            baseline_text: value_text(there.value, there.error().or(noise)),
            difference_text: difference_text(difference.value, difference.error(), noise),
        });
    }
    // The sort is stable: the other rows stay in the order of the table.
    rows.sort_by_key(|row| !row.is_pinned);
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

/// The objective; `None` without weights, with bounds that cannot be read, and for desirability,
/// which needs a search.
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
    // Errors of different metrics on the same mixture are correlated, so they add up rather than
    // average out: Σₘ wₘ eₘ / Σₘ wₘ, with w the weights and e the errors.
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
