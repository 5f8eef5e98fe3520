//! [`RunTable`]: proxy runs with their proportions and metrics, joined by run id and conditions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::saved::TableFields;
use super::{Conditions, MetricSet};
use crate::CoreError;
use crate::simplex::{DomainSet, Mixture};

/// What to do with a row of proportions that does not sum to one exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowSums {
    /// Rescale it to sum to one (the default).
    #[default]
    Rescale,
    /// Keep the numbers as they were read. For reproducing figures that others computed from the
    /// raw file.
    Keep,
}

impl RowSums {
    /// How far a row sum may be from one before the row is rejected
    /// (dimensionless; published RegMix rows range from 0.996 to 1.003).
    pub const TOLERANCE: f64 = 0.01;
}

/// One proxy run of a [`RunTable`].
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The run id.
    pub id: &'a str,
    /// The conditions that are known.
    pub conditions: &'a Conditions,
    /// Proportions in the order of the table's domains.
    pub parts: &'a [f64],
    /// Metric values in the order of the table's metrics; `None` where the cell is missing.
    pub values: &'a [Option<f64>],
}

/// Proxy runs: for each run id the proportions it was trained on and the metrics measured.
///
/// Run ids are unique among runs of the same conditions: checkpoints of one run share its id. Every
/// row of proportions is finite, non-negative and sums to one within [`RowSums::TOLERANCE`] (to
/// rounding when [`RowSums::Rescale`] was asked for); every metric value present is finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "TableFields", into = "TableFields")]
pub struct RunTable {
    pub(super) domains: Arc<DomainSet>,
    pub(super) metrics: MetricSet,
    pub(super) row_sums: RowSums,
    pub(super) ids: Vec<String>,
    /// The different conditions, in order of appearance.
    pub(super) conditions: Vec<Conditions>,
    /// For every run the index of its conditions.
    pub(super) condition_of: Vec<u32>,
    pub(super) parts: Vec<f64>,
    pub(super) values: Vec<Option<f64>>,
    pub(super) natural: Option<Mixture>,
    pub(super) rescaled: usize,
}

impl RunTable {
    /// The domains, in column order.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The metrics, in column order.
    pub fn metrics(&self) -> &MetricSet {
        &self.metrics
    }

    /// The metrics, to set directions.
    pub fn metrics_mut(&mut self) -> &mut MetricSet {
        &mut self.metrics
    }

    /// How many runs there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no run.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The runs in file order.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = Run<'_>> {
        let rows = self.parts.chunks_exact(self.domains.len());
        let values = self.values.chunks_exact(self.metrics.len());
        let conditions = self
            .condition_of
            .iter()
            .map(|&index| self.conditions_at(index));
        self.ids.iter().zip(conditions).zip(rows.zip(values)).map(
            |((id, conditions), (parts, values))| Run {
                id,
                conditions,
                parts,
                values,
            },
        )
    }

    /// The run in this row.
    pub fn run(&self, row: usize) -> Option<Run<'_>> {
        let cells = |width: usize| row * width..(row + 1) * width;
        let id = self.ids.get(row)?;
        Some(Run {
            id,
            conditions: self.conditions_at(*self.condition_of.get(row)?),
            parts: self.parts.get(cells(self.domains.len()))?,
            values: self.values.get(cells(self.metrics.len()))?,
        })
    }

    /// All proportions, row after row (`len()` × domains).
    pub fn parts(&self) -> &[f64] {
        &self.parts
    }

    /// One metric's column, in file order.
    pub fn metric_values(&self, metric: usize) -> impl Iterator<Item = Option<f64>> {
        self.values
            .iter()
            .skip(metric)
            .step_by(self.metrics.len())
            .copied()
    }

    /// The conditions of this index.
    fn conditions_at(&self, index: u32) -> &Conditions {
        let conditions = self.conditions.get(index as usize);
        conditions.expect("the builder records the conditions of every run")
    }

    /// How row sums were treated.
    pub fn row_sums(&self) -> RowSums {
        self.row_sums
    }

    /// How many rows did not sum to one within 1e-9 before they were rescaled (or kept).
    pub fn rescaled(&self) -> usize {
        self.rescaled
    }

    /// The natural mixture, when unique tokens or natural weights are known.
    pub fn natural(&self) -> Option<&Mixture> {
        self.natural.as_ref()
    }

    /// Records the natural mixture (over the same domains).
    pub fn set_natural(&mut self, natural: Mixture) {
        debug_assert_eq!(natural.domains(), &self.domains);
        self.natural = Some(natural);
    }

    /// The mean mixture of the runs; `None` for an empty table.
    pub fn mean_mixture(&self) -> Option<Mixture> {
        let mut sums = vec![0.0; self.domains.len()];
        for run in self.runs() {
            for (sum, part) in sums.iter_mut().zip(run.parts) {
                *sum += part;
            }
        }
        Mixture::from_weights(&self.domains, &sums)
            .ok()
            .map(|(mixture, _)| mixture)
    }

    /// The table with only the runs at `rows` (file positions; out-of-range ones are skipped).
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut picked = Self {
            ids: Vec::new(),
            conditions: Vec::new(),
            condition_of: Vec::new(),
            parts: Vec::new(),
            values: Vec::new(),
            ..self.clone()
        };
        let runs: Vec<Run<'_>> = self.runs().collect();
        let mut index: HashMap<&Conditions, u32> = HashMap::new();
        for run in rows.iter().filter_map(|&row| runs.get(row)) {
            let next = picked.conditions.len() as u32;
            let number = *index.entry(run.conditions).or_insert(next);
            if number == next {
                picked.conditions.push(run.conditions.clone());
            }
            picked.condition_of.push(number);
            picked.ids.push(run.id.to_owned());
            picked.parts.extend_from_slice(run.parts);
            picked.values.extend_from_slice(run.values);
        }
        picked
    }
}

/// Builds a [`RunTable`] row by row, checking each row at the door.
#[derive(Debug)]
pub struct RunTableBuilder {
    table: RunTable,
    /// Ids, each with the index of its conditions.
    seen: HashSet<(String, u32)>,
    /// The index of every conditions in the table.
    index: HashMap<Conditions, u32>,
}

impl RunTableBuilder {
    /// An empty table over `domains` and `metrics`.
    pub fn new(domains: Arc<DomainSet>, metrics: MetricSet, row_sums: RowSums) -> Self {
        let table = RunTable {
            domains,
            metrics,
            row_sums,
            ids: Vec::new(),
            conditions: Vec::new(),
            condition_of: Vec::new(),
            parts: Vec::new(),
            values: Vec::new(),
            natural: None,
            rescaled: 0,
        };
        Self {
            table,
            seen: HashSet::new(),
            index: HashMap::new(),
        }
    }

    /// Adds a run of which no conditions are known.
    ///
    /// # Errors
    /// As [`Self::push_at`].
    pub fn push(
        &mut self,
        id: &str,
        proportions: &[f64],
        values: &[Option<f64>],
    ) -> Result<(), CoreError> {
        self.push_at(id, &Conditions::default(), proportions, values)
    }

    /// Adds a run, which is known by its id and its conditions.
    ///
    /// # Errors
    /// [`CoreError::DuplicateName`], [`CoreError::WrongLength`], [`CoreError::BadWeight`],
    /// [`CoreError::AllZero`], [`CoreError::NotSummingToOne`] (beyond [`RowSums::TOLERANCE`]) or
    /// [`CoreError::BadMetricValue`].
    pub fn push_at(
        &mut self,
        id: &str,
        conditions: &Conditions,
        proportions: &[f64],
        values: &[Option<f64>],
    ) -> Result<(), CoreError> {
        let table = &mut self.table;
        let mixture = Mixture::from_proportions(&table.domains, proportions, RowSums::TOLERANCE)?;
        if values.len() != table.metrics.len() {
            let (expected, found) = (table.metrics.len(), values.len());
            return Err(CoreError::WrongLength {
                what: "metric values",
                expected,
                found,
            });
        }
        for (metric, value) in table.metrics.as_slice().iter().zip(values) {
            if let Some(found) = value.filter(|value| !value.is_finite()) {
                return Err(CoreError::BadMetricValue {
                    run: id.to_owned(),
                    metric: metric.name.clone(),
                    found,
                });
            }
        }
        let next = table.conditions.len() as u32;
        let number = self.index.get(conditions).copied().unwrap_or(next);
        if !self.seen.insert((id.to_owned(), number)) {
            return Err(CoreError::DuplicateName {
                what: "run id",
                name: conditions.label(id),
            });
        }
        if number == next {
            self.index.insert(conditions.clone(), next);
            table.conditions.push(conditions.clone());
        }
        if (proportions.iter().sum::<f64>() - 1.0).abs() > 1e-9 {
            table.rescaled += 1;
        }
        table.ids.push(id.to_owned());
        table.condition_of.push(number);
        match table.row_sums {
            RowSums::Rescale => table.parts.extend_from_slice(mixture.parts()),
            RowSums::Keep => table.parts.extend_from_slice(proportions),
        }
        table.values.extend_from_slice(values);
        Ok(())
    }

    /// The finished table.
    pub fn finish(self) -> RunTable {
        self.table
    }
}
