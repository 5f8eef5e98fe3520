//! What a run table holds at a glance: ranges, gaps, constants.

use serde::{Deserialize, Serialize};

use super::RunTable;

/// The range of one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// Domain or metric.
    pub name: String,
    /// How many runs have a value.
    pub present: usize,
    /// How many runs have none.
    pub missing: usize,
    /// How many values are zero.
    pub zeros: usize,
    /// Least value; `None` where there is no value at all.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
    /// Mean of the values present.
    pub mean: Option<f64>,
}

impl ColumnSummary {
    /// Whether all values are the same (true for one value, false for none).
    pub fn is_constant(&self) -> bool {
        matches!((self.min, self.max), (Some(min), Some(max)) if min >= max)
    }

    fn of(name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        let (mut present, mut missing, mut zeros, mut sum) = (0, 0, 0, 0.0);
        let mut range: Option<(f64, f64)> = None;
        for value in values {
            let Some(value) = value else {
                missing += 1;
                continue;
            };
            present += 1;
            zeros += usize::from(value.abs() <= 0.0);
            sum += value;
            range = Some(range.map_or((value, value), |(min, max)| {
                (min.min(value), max.max(value))
            }));
        }
        let mean = range.map(|(min, max)| (sum / present as f64).clamp(min, max));
        let name = name.to_owned();
        Self {
            name,
            present,
            missing,
            zeros,
            min: range.map(|r| r.0),
            max: range.map(|r| r.1),
            mean,
        }
    }
}

/// Every column of a run table in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSummary {
    /// How many runs.
    pub runs: usize,
    /// One entry per domain, in column order.
    pub domains: Vec<ColumnSummary>,
    /// One entry per metric, in column order.
    pub metrics: Vec<ColumnSummary>,
}

impl RunTable {
    /// Range, mean, zeros and missing cells of every column.
    pub fn summary(&self) -> TableSummary {
        let d = self.domains().len();
        let domain = |(index, name): (usize, &String)| {
            ColumnSummary::of(
                name,
                self.parts()
                    .iter()
                    .skip(index)
                    .step_by(d)
                    .map(|&part| Some(part)),
            )
        };
        let metric = |(index, metric): (usize, &super::Metric)| {
            ColumnSummary::of(&metric.name, self.metric_values(index))
        };
        TableSummary {
            runs: self.len(),
            domains: self
                .domains()
                .names()
                .iter()
                .enumerate()
                .map(domain)
                .collect(),
            metrics: self
                .metrics()
                .as_slice()
                .iter()
                .enumerate()
                .map(metric)
                .collect(),
        }
    }

    /// Positions of the metrics that have the same value in every run that has one: there is
    /// nothing to fit.
    pub fn constant_metrics(&self) -> Vec<usize> {
        let constant =
            |metric: &usize| ColumnSummary::of("", self.metric_values(*metric)).is_constant();
        (0..self.metrics().len()).filter(constant).collect()
    }
}
