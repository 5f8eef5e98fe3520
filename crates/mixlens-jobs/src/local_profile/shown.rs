//! [`Shown`]: one metric, or the objective, as a function of proportions.

use mixlens_core::compute::{Executor, map_tasks};
use mixlens_core::fit::{FittedMetric, Surrogate, SurrogateSet};
use mixlens_core::search::{Objective, Scalarisation};
use mixlens_core::{CoreError, listed};

use crate::{JobError, ObjectiveSettings};

/// Mixtures predicted together: few enough to keep several cores busy with a plot.
const CHUNK: usize = 32;

/// One number per mixture.
pub(crate) struct Shown<'a> {
    what: What<'a>,
    executor: &'a dyn Executor,
}

enum What<'a> {
    /// A metric in its unit, and the index of the metric in the set.
    Metric {
        set: &'a SurrogateSet,
        index: usize,
        fitted: &'a FittedMetric,
    },
    /// The objective; lower is better.
    Objective {
        set: &'a SurrogateSet,
        objective: Objective,
    },
}

impl<'a> Shown<'a> {
    /// The metric of the goal at `metric`.
    pub fn metric(
        set: &'a SurrogateSet,
        goal: &ObjectiveSettings,
        metric: usize,
        executor: &'a dyn Executor,
    ) -> Result<Self, JobError> {
        let (count, found) = (goal.metrics.len(), metric + 1);
        let metric = goal
            .metrics
            .get(metric)
            .ok_or(JobError::NoSuchMetric { count, found })?;
        let fitted = set
            .metrics()
            .iter()
            .enumerate()
            .find(|(_, fitted)| fitted.metric.name == metric.name);
        fitted
            .map(|(index, fitted)| Self {
                what: What::Metric { set, index, fitted },
                executor,
            })
            .ok_or_else(|| {
                let known = listed(
                    set.metrics()
                        .iter()
                        .map(|fitted| fitted.metric.name.as_str()),
                );
                CoreError::UnknownName {
                    what: "fitted metric",
                    name: metric.name.clone(),
                    known,
                }
                .into()
            })
    }

    /// The objective over the metrics of `set`.
    pub fn objective(
        set: &'a SurrogateSet,
        objective: Objective,
        executor: &'a dyn Executor,
    ) -> Self {
        Self {
            what: What::Objective { set, objective },
            executor,
        }
    }

    /// The value of every row of `rows` (n × domains).
    pub fn values(&self, rows: &[f64]) -> Vec<f64> {
        let width = match &self.what {
            What::Metric { fitted, .. } => fitted.surrogate.width(),
            What::Objective { set, .. } => set.domains().len(),
        };
        let chunks: Vec<&[f64]> = rows.chunks(CHUNK * width.max(1)).collect();
        let values = |task: usize| self.chunk(chunks.get(task).copied().unwrap_or_default(), width);
        map_tasks(self.executor, chunks.len(), values).concat()
    }

    /// The value of one mixture.
    pub fn value(&self, parts: &[f64]) -> f64 {
        self.values(parts).first().copied().unwrap_or(f64::NAN)
    }

    /// +1 where lower is better, −1 where higher is better.
    pub fn sign(&self) -> f64 {
        match &self.what {
            What::Metric { fitted, .. } => fitted.metric.direction.sign(),
            What::Objective { .. } => 1.0,
        }
    }

    /// The index of the metric in the set; `None` for an objective over several.
    pub fn metric_index(&self) -> Option<usize> {
        match &self.what {
            What::Metric { index, .. } => Some(*index),
            What::Objective { objective, .. } => match objective.terms() {
                [only] if objective.aim() == &Scalarisation::Mean => Some(only.metric),
                _ => None,
            },
        }
    }

    /// The interval around each value; `None` where the fit has none.
    pub fn bands(&self, rows: &[f64], values: &[f64]) -> Option<Vec<(f64, f64)>> {
        let What::Metric { set, index, fitted } = &self.what else {
            return None;
        };
        let rows: Vec<&[f64]> = rows.chunks_exact(fitted.surrogate.width()).collect();
        let band = |task: usize| {
            let (row, value) = rows.get(task).copied().zip(values.get(task).copied())?;
            set.interval(*index, row, value)
                .ok()
                .flatten()
                .map(|interval| (interval.low, interval.high))
        };
        map_tasks(self.executor, rows.len(), band)
            .into_iter()
            .collect()
    }

    fn chunk(&self, rows: &[f64], width: usize) -> Vec<f64> {
        let count = rows.len() / width.max(1);
        let predicted = |fitted: &FittedMetric| {
            let mut out = vec![0.0; count];
            fitted.surrogate.predict_rows(rows, &mut out);
            out
        };
        match &self.what {
            What::Metric { fitted, .. } => predicted(fitted),
            What::Objective { set, objective } => {
                // Metrics without weight are not predicted: the objective does not use them.
                let needed =
                    |metric: usize| objective.terms().iter().any(|term| term.metric == metric);
                let metrics = set.metrics().iter().enumerate();
                let columns: Vec<Vec<f64>> = metrics
                    .map(|(index, fitted)| {
                        if needed(index) {
                            predicted(fitted)
                        } else {
                            Vec::new()
                        }
                    })
                    .collect();
                let at =
                    |row: usize, column: &Vec<f64>| column.get(row).copied().unwrap_or(f64::NAN);
                let values = |row: usize| {
                    columns
                        .iter()
                        .map(|column| at(row, column))
                        .collect::<Vec<f64>>()
                };
                (0..count)
                    .map(|row| objective.of_values(set, &values(row)))
                    .collect()
            }
        }
    }
}
