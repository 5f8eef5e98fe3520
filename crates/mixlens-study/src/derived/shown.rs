//! [`Shown`]: one metric, or the objective, as a function of proportions.

use mixlens_core::CoreError;
use mixlens_core::fit::{FittedMetric, Surrogate, SurrogateSet};
use mixlens_core::search::Objective;

use crate::{Goal, StudyError};

/// One number per mixture.
pub(crate) enum Shown<'a> {
    /// A metric in its own unit.
    Metric(&'a FittedMetric),
    /// The objective; lower is better.
    Objective { set: &'a SurrogateSet, objective: Objective },
}

impl<'a> Shown<'a> {
    /// The metric of the goal at `metric`.
    pub fn metric(set: &'a SurrogateSet, goal: &Goal, metric: usize) -> Result<Self, StudyError> {
        let (count, found) = (goal.metrics.len(), metric + 1);
        let own = goal.metrics.get(metric).ok_or(StudyError::NoSuchPlace { what: "metric", count, found })?;
        let fitted = set.metrics().iter().find(|fitted| fitted.metric.name == own.name);
        fitted.map(Self::Metric).ok_or_else(|| {
            let known = set.metrics().iter().map(|fitted| fitted.metric.name.as_str()).collect::<Vec<_>>().join(", ");
            CoreError::UnknownName { what: "fitted metric", name: own.name.clone(), known }.into()
        })
    }

    /// The value of every row of `rows` (n × domains).
    pub fn values(&self, rows: &[f64]) -> Vec<f64> {
        match self {
            Self::Metric(fitted) => {
                let mut out = vec![0.0; rows.len() / fitted.surrogate.width().max(1)];
                fitted.surrogate.predict_rows(rows, &mut out);
                out
            }
            Self::Objective { set, objective } => {
                let needed = |metric: usize| objective.terms().iter().any(|term| term.metric == metric);
                let columns: Vec<Vec<f64>> = set
                    .metrics()
                    .iter()
                    .enumerate()
                    .map(|(place, fitted)| if needed(place) { Self::Metric(fitted).values(rows) } else { Vec::new() })
                    .collect();
                let at = |row: usize, column: &Vec<f64>| column.get(row).copied().unwrap_or(f64::NAN);
                let count = rows.len() / set.domains().len();
                (0..count)
                    .map(|row| {
                        let values: Vec<f64> = columns.iter().map(|column| at(row, column)).collect();
                        objective.of_values(set, &values)
                    })
                    .collect()
            }
        }
    }

    /// The value of one mixture.
    pub fn value(&self, parts: &[f64]) -> f64 {
        self.values(parts).first().copied().unwrap_or(f64::NAN)
    }

    /// +1 where lower is better, −1 where higher is better.
    pub fn sign(&self) -> f64 {
        match self {
            Self::Metric(fitted) => fitted.metric.direction.sign(),
            Self::Objective { .. } => 1.0,
        }
    }
}
