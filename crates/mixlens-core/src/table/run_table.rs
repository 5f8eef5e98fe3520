//! [`RunTable`]: proxy runs with their proportions and metrics, joined by run id.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::MetricSet;
use super::saved::TableFields;
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
    /// Proportions in the order of the table's domains.
    pub parts: &'a [f64],
    /// Metric values in the order of the table's metrics; `None` where the cell is missing.
    pub values: &'a [Option<f64>],
}

/// Proxy runs: for each run id the proportions it was trained on and the metrics measured.
///
/// Run ids are unique. Every row of proportions is finite, non-negative and sums to one within
/// [`RowSums::TOLERANCE`] (to rounding when [`RowSums::Rescale`] was asked for); every metric value
/// present is finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "TableFields", into = "TableFields")]
pub struct RunTable {
    pub(super) domains: Arc<DomainSet>,
    pub(super) metrics: MetricSet,
    pub(super) row_sums: RowSums,
    pub(super) ids: Vec<String>,
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
        self.ids
            .iter()
            .zip(rows.zip(values))
            .map(|(id, (parts, values))| Run { id, parts, values })
    }

    /// The run in this row.
    pub fn run(&self, row: usize) -> Option<Run<'_>> {
        let cells = |width: usize| row * width..(row + 1) * width;
        let id = self.ids.get(row)?;
        Some(Run {
            id,
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
            parts: Vec::new(),
            values: Vec::new(),
            ..self.clone()
        };
        let runs: Vec<Run<'_>> = self.runs().collect();
        for run in rows.iter().filter_map(|&row| runs.get(row)) {
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
    seen: HashSet<String>,
}

impl RunTableBuilder {
    /// An empty table over `domains` and `metrics`.
    pub fn new(domains: Arc<DomainSet>, metrics: MetricSet, row_sums: RowSums) -> Self {
        let table = RunTable {
            domains,
            metrics,
            row_sums,
            ids: Vec::new(),
            parts: Vec::new(),
            values: Vec::new(),
            natural: None,
            rescaled: 0,
        };
        Self {
            table,
            seen: HashSet::new(),
        }
    }

    /// Adds a run.
    ///
    /// # Errors
    /// [`CoreError::DuplicateName`], [`CoreError::WrongLength`], [`CoreError::BadWeight`],
    /// [`CoreError::AllZero`], [`CoreError::NotSummingToOne`] (beyond [`RowSums::TOLERANCE`]) or
    /// [`CoreError::BadMetricValue`].
    pub fn push(
        &mut self,
        id: &str,
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
        if !self.seen.insert(id.to_owned()) {
            return Err(CoreError::DuplicateName {
                what: "run id",
                name: id.to_owned(),
            });
        }
        if (proportions.iter().sum::<f64>() - 1.0).abs() > 1e-9 {
            table.rescaled += 1;
        }
        table.ids.push(id.to_owned());
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
