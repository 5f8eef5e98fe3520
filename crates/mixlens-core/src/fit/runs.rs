//! [`Runs`]: what one metric is fitted to.

use std::collections::HashSet;

use super::column::{Column, Rows};
use super::surrogate_set::column;
use crate::CoreError;
use crate::stats::{Split, group_by_mixture, repeated_k_fold};
use crate::table::RunTable;

/// Proportions and values of the runs that have a metric.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Runs {
    pub metric: String,
    /// Row after row, n × `width`.
    pub rows: Vec<f64>,
    pub values: Vec<f64>,
    pub width: usize,
    /// Runs of one mixture, and checkpoints of one run, have the same number.
    pub groups: Vec<usize>,
}

impl Runs {
    /// The runs of `table` that have metric number `metric`.
    pub fn of_table(table: &RunTable, metric: usize) -> Self {
        let (rows, values) = column(table, metric);
        let name = table
            .metrics()
            .as_slice()
            .get(metric)
            .map_or_else(String::new, |metric| metric.name.clone());
        let groups = group_by_mixture(table)
            .into_iter()
            .zip(table.metric_values(metric))
            .filter_map(|(group, value)| value.map(|_| group))
            .collect();
        Self {
            metric: name,
            rows,
            values,
            width: table.domains().len(),
            groups,
        }
    }

    fn column(&self) -> Column<'_> {
        Column {
            metric: &self.metric,
            rows: &self.rows,
            values: &self.values,
        }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// The proportions of one run.
    pub fn row(&self, run: usize) -> &[f64] {
        self.rows
            .get(run * self.width..(run + 1) * self.width)
            .unwrap_or_default()
    }

    /// The runs at `positions`.
    pub fn pick(&self, positions: &[usize]) -> Self {
        let Rows { parts, values } = self.column().pick(positions.iter().copied());
        let groups = positions.iter().filter_map(|&run| self.groups.get(run));
        Self {
            metric: self.metric.clone(),
            rows: parts,
            values,
            width: self.width,
            groups: groups.copied().collect(),
        }
    }

    /// How many different mixtures there are; checkpoints of one run count once.
    pub fn mixtures(&self) -> usize {
        self.groups.iter().collect::<HashSet<_>>().len()
    }

    /// `repeats` times `folds` parts, each left out once; replicates of a mixture and checkpoints
    /// of one run are never split.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for fewer than two folds or more folds than mixtures.
    pub fn splits(&self, folds: usize, repeats: usize, seed: u64) -> Result<Vec<Split>, CoreError> {
        repeated_k_fold(&self.groups, folds, repeats, seed)
    }
}
