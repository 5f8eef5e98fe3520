//! [`ObjectiveSettings`]: weights of metrics, and how metrics become one number.

use mixlens_core::compute::Control;
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{MetricBound, Objective, Term, desirability, minimax};
use mixlens_core::simplex::Constraints;
use mixlens_core::table::{Direction, Metric, MetricSet};
use mixlens_formats::parse_metric_bound;
use serde::{Deserialize, Serialize};

use crate::JobError;

/// How several metrics become one objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScalarisationKind {
    /// The weighted mean.
    #[default]
    Mean,
    /// The worst change from the natural (or mean) mixture.
    Minimax,
    /// The geometric mean of desirabilities; convex surrogates only.
    Desirability,
}

impl ScalarisationKind {
    /// All kinds, for a menu.
    pub const ALL: [Self; 3] = [Self::Mean, Self::Minimax, Self::Desirability];

    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mean => "Weighted mean",
            Self::Minimax => "Worst metric",
            Self::Desirability => "Desirability",
        }
    }
}

/// A metric with its weight in the objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveMetric {
    /// The metric's name.
    pub name: String,
    /// Whether lower or higher is better.
    pub direction: Direction,
    /// The metric's weight in the objective; zero leaves it out.
    pub weight: f64,
}

/// Every metric of the study with its weight, the scalarisation, and bounds on metrics.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveSettings {
    /// In the order of the run table.
    pub metrics: Vec<ObjectiveMetric>,
    /// How the metrics are combined.
    pub aim: ScalarisationKind,
    /// Bounds as they were written, such as `code_loss <= baseline + 0.01`.
    pub bounds: Vec<String>,
}

impl ObjectiveSettings {
    /// Every metric with the same weight.
    pub fn of(metrics: &MetricSet) -> Self {
        let part = |metric: &Metric| ObjectiveMetric {
            name: metric.name.clone(),
            direction: metric.direction,
            weight: 1.0,
        };
        Self {
            metrics: metrics.as_slice().iter().map(part).collect(),
            aim: ScalarisationKind::Mean,
            bounds: Vec::new(),
        }
    }

    /// The metrics with their directions; `None` without any.
    pub fn metric_set(&self) -> Option<MetricSet> {
        let metrics = self.metrics.iter().map(|metric| Metric {
            name: metric.name.clone(),
            direction: metric.direction,
        });
        MetricSet::new(metrics.collect()).ok()
    }

    /// The objective for `set`: the metrics of the set whose weight is above zero, with the bounds
    /// on metrics.
    ///
    /// `baseline` holds the predictions that bounds may refer to, in the order of the set.
    /// [`ObjectiveSettings::aimed`] adds the worst-metric and desirability scalarisations.
    ///
    /// # Errors
    /// No metric with a weight, a weight out of range, or a bound that cannot be read.
    pub fn objective(&self, set: &SurrogateSet, baseline: &[f64]) -> Result<Objective, JobError> {
        let known = set.metric_set();
        let weighted = self.metrics.iter().filter(|metric| metric.weight > 0.0);
        let term = |weighted: &ObjectiveMetric| {
            Some(Term {
                metric: known.index_of(&weighted.name)?,
                weight: weighted.weight,
            })
        };
        let terms: Vec<Term> = weighted.filter_map(term).collect();
        Ok(Objective::new(set, &terms)?.within(self.bounds_for(&known, baseline)?))
    }

    /// The bounds on metrics; `baseline` holds the predictions that they may refer to.
    pub(crate) fn bounds_for(
        &self,
        known: &MetricSet,
        baseline: &[f64],
    ) -> Result<Vec<MetricBound>, JobError> {
        Ok(self
            .bounds
            .iter()
            .map(|text| parse_metric_bound(text, known, baseline))
            .collect::<Result<_, _>>()?)
    }

    /// [`ObjectiveSettings::objective`] with its scalarisation. Desirability needs a search for the
    /// minimum of every metric.
    ///
    /// # Errors
    /// Those of [`ObjectiveSettings::objective`] and of the searches, and [`JobError::NotConvex`].
    pub fn aimed(
        &self,
        set: &SurrogateSet,
        baseline: &[f64],
        constraints: &Constraints,
        control: &Control,
    ) -> Result<Objective, JobError> {
        let objective = self.objective(set, baseline)?;
        Ok(match self.aim {
            ScalarisationKind::Mean => objective,
            ScalarisationKind::Desirability if !objective.is_convex(set) => {
                return Err(JobError::NotConvex);
            }
            ScalarisationKind::Minimax => minimax(set, objective)?,
            ScalarisationKind::Desirability => desirability(set, objective, constraints, control)?,
        })
    }
}
