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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simplex::DomainSet;
    use crate::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};

    #[test]
    fn checkpoints_of_one_run_stay_in_one_fold_even_where_its_mixture_changes() {
        let domains = DomainSet::new(["web", "code"]).unwrap();
        let metric = |name: &str| Metric {
            name: name.to_owned(),
            direction: Direction::Lower,
        };
        let metrics = MetricSet::new(vec![metric("loss"), metric("late")]).unwrap();
        let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Keep);
        for run in 0..8_u8 {
            for step in 1..=3_u8 {
                let part = 0.1 + 0.1 * f64::from(run) + 0.01 * f64::from(step);
                let conditions = format!("step={step}").parse().unwrap();
                let values = [Some(1.0), (step > 1).then_some(2.0)];
                let id = format!("run-{run}");
                let pushed = builder.push_at(&id, &conditions, &[part, 1.0 - part], &values);
                pushed.unwrap();
            }
        }
        let table = builder.finish();
        for (metric, checkpoints) in [(0, 3), (1, 2)] {
            let runs = Runs::of_table(&table, metric);
            assert_eq!((runs.len(), runs.mixtures()), (8 * checkpoints, 8));
            for split in runs.splits(4, 2, 5).unwrap() {
                assert_eq!(split.held_out.len(), 2 * checkpoints);
                for run in 0..8 {
                    let rows = run * checkpoints..(run + 1) * checkpoints;
                    let held_out = rows.filter(|row| split.held_out.contains(row)).count();
                    assert!([0, checkpoints].contains(&held_out), "{run}: {split:?}");
                }
            }
            assert_eq!(runs.pick(&[0, 1, checkpoints]).mixtures(), 2);
        }
    }
}
