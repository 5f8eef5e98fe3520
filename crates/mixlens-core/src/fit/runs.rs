//! [`Runs`]: what one metric is fitted to.

use super::column::{Column, Rows};
use super::out_of_fold::groups;
use super::surrogate_set::column;
use crate::CoreError;
use crate::stats::{Split, repeated_k_fold};
use crate::table::RunTable;

/// Proportions and values of the runs that have a metric.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Runs {
    pub metric: String,
    /// Row after row, n × `width`.
    pub rows: Vec<f64>,
    pub values: Vec<f64>,
    pub width: usize,
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
        Self {
            metric: name,
            rows,
            values,
            width: table.domains().len(),
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
        Self {
            metric: self.metric.clone(),
            rows: parts,
            values,
            width: self.width,
        }
    }

    /// How many different mixtures there are.
    pub fn mixtures(&self) -> usize {
        groups(self.column())
            .iter()
            .max()
            .map_or(0, |last| last + 1)
    }

    /// `repeats` times `folds` parts, each left out once; replicates of a mixture are never split.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for fewer than two folds or more folds than mixtures.
    pub fn splits(&self, folds: usize, repeats: usize, seed: u64) -> Result<Vec<Split>, CoreError> {
        repeated_k_fold(&groups(self.column()), folds, repeats, seed)
    }
}
