//! Joining proportions and metrics by run id.

use std::collections::HashMap;
use std::sync::Arc;

use mixlens_core::simplex::DomainSet;
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

use super::block::{Block, BlockRow};
use super::gather::Gathered;
use super::pace::Pace;
use super::sum_rule::PERCENT_TOLERANCE;
use super::{ImportOptions, Unmatched};
use crate::error::{Place, Position};
use crate::{ImportError, Notice};

/// A row sum this close to one counts as exact (the core's own mark for counting rescaled rows).
const EXACT: f64 = 1e-9;

/// The run table of all blocks, runs in the order of the files with proportions.
pub(crate) fn join(
    gathered: &Gathered,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
    pace: &Pace<'_>,
) -> Result<RunTable, ImportError> {
    let (domains, mixtures) = join_proportions(&gathered.domains)?;
    let (metrics, measured) = join_metrics(&gathered.metrics)?;
    check_matches(&mixtures, &measured, gathered, options, notices)?;
    let mut builder = RunTableBuilder::new(domains, metrics, options.row_sums);
    let mut sums = Sums::default();
    let mut pass = pace.pass(mixtures.runs.len());
    for run in &mixtures.runs {
        pass.step()?;
        let Some(values) = measured.run(run.id) else { continue };
        sums.add(check_sum(&run.values, &run.place)?);
        builder.push(run.id, &run.values, &values.values)?;
    }
    notices.extend(sums.notice(options.row_sums == RowSums::Rescale));
    let table = builder.finish();
    if table.is_empty() {
        let after = "joining the files by run id".to_owned();
        return Err(ImportError::NothingLeft { files: gathered.files.clone(), after });
    }
    Ok(table)
}

/// The sum of a row of proportions, which must be one within the core's tolerance.
pub(crate) fn check_sum(parts: &[f64], place: &Place) -> Result<f64, ImportError> {
    let sum: f64 = parts.iter().sum();
    if (sum - 1.0).abs() <= RowSums::TOLERANCE {
        return Ok(sum);
    }
    let (place, rounded) = (place.clone(), rounded(sum));
    if (sum - 100.0).abs() <= PERCENT_TOLERANCE {
        return Err(ImportError::Percent { place, sum: rounded });
    }
    Err(ImportError::RowSum { place, sum: rounded })
}

/// Row sums seen that are not one.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    rows: usize,
    range: Option<(f64, f64)>,
}

impl Sums {
    pub fn add(&mut self, sum: f64) {
        if (sum - 1.0).abs() > EXACT {
            let (lowest, highest) = self.range.unwrap_or((sum, sum));
            self.range = Some((lowest.min(sum), highest.max(sum)));
            self.rows += 1;
        }
    }

    pub fn notice(&self, rescaled: bool) -> Option<Notice> {
        let (lowest, highest) = self.range?;
        let (lowest, highest) = (rounded(lowest), rounded(highest));
        Some(Notice::NotSummingToOne { rows: self.rows, lowest, highest, rescaled })
    }
}

/// A sum as a message shows it.
fn rounded(sum: f64) -> f64 {
    (sum * 1e6).round() / 1e6
}

/// One kind of numbers of all files, by run.
pub(crate) struct Runs<'a, V> {
    pub runs: Vec<RunValues<'a, V>>,
    index: HashMap<&'a str, usize>,
}

/// One run's numbers and where they came from.
pub(crate) struct RunValues<'a, V> {
    pub id: &'a str,
    pub place: Place,
    pub values: Vec<V>,
}

impl<'a, V> Runs<'a, V> {
    fn new() -> Self {
        Self { runs: Vec::new(), index: HashMap::new() }
    }

    fn run(&self, id: &str) -> Option<&RunValues<'a, V>> {
        self.index.get(id).and_then(|&position| self.runs.get(position))
    }

    fn push(&mut self, run: RunValues<'a, V>) {
        self.index.insert(run.id, self.runs.len());
        self.runs.push(run);
    }
}

/// Appends the proportions of all files, domains in the order of the first.
pub(crate) fn join_proportions(blocks: &[Block]) -> Result<(Arc<DomainSet>, Runs<'_, f64>), ImportError> {
    let first = blocks.first().ok_or(ImportError::NoFiles)?;
    let domains = DomainSet::new(first.names.iter().cloned())?;
    let mut runs = Runs::new();
    for block in blocks {
        let only_there = first.names.iter().find(|name| !block.names.contains(name));
        let only_here = block.names.iter().find(|name| !first.names.contains(name));
        if let Some(domain) = only_there.or(only_here) {
            let place = Place::new(&block.file, Position::File);
            return Err(ImportError::DifferentDomains { place, other: first.file.clone(), domain: domain.clone() });
        }
        let positions: Vec<usize> = block.names.iter().filter_map(|name| domains.index_of(name)).collect();
        for row in &block.rows {
            let mut values = vec![0.0; domains.len()];
            for (&position, value) in positions.iter().zip(&row.values) {
                values.iter_mut().skip(position).take(1).for_each(|slot| *slot = value.unwrap_or(0.0));
            }
            let place = block.place(row);
            if let Some(earlier) = runs.run(&row.id) {
                return Err(repeated(earlier, &row.id, place));
            }
            runs.push(RunValues { id: &row.id, place, values });
        }
    }
    Ok((domains, runs))
}

/// Unites the metrics of all files.
fn join_metrics(blocks: &[Block]) -> Result<(MetricSet, Runs<'_, Option<f64>>), ImportError> {
    let mut names: Vec<&String> = Vec::new();
    for name in blocks.iter().flat_map(|block| &block.names) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut runs = Runs::new();
    for block in blocks {
        let positions: Vec<usize> =
            block.names.iter().filter_map(|name| names.iter().position(|known| *known == name)).collect();
        for row in &block.rows {
            add_metrics(&mut runs, row, &positions, names.len(), block.place(row))?;
        }
    }
    let metric = |name: &String| Metric { name: name.clone(), direction: Direction::default() };
    Ok((MetricSet::new(names.into_iter().map(metric).collect())?, runs))
}

fn add_metrics<'a>(
    runs: &mut Runs<'a, Option<f64>>,
    row: &'a BlockRow,
    positions: &[usize],
    metrics: usize,
    place: Place,
) -> Result<(), ImportError> {
    if runs.run(&row.id).is_none() {
        runs.push(RunValues { id: &row.id, place: place.clone(), values: vec![None; metrics] });
    }
    let known = runs.index.get(row.id.as_str()).copied();
    let Some(run) = known.and_then(|position| runs.runs.get_mut(position)) else { return Ok(()) };
    for (&position, value) in positions.iter().zip(&row.values) {
        if value.is_none() {
            continue;
        }
        if run.values.get(position).copied().flatten().is_some() {
            return Err(repeated(run, &row.id, place));
        }
        run.values.iter_mut().skip(position).take(1).for_each(|slot| *slot = *value);
    }
    Ok(())
}

/// The error for a run that two files give.
fn repeated<V>(earlier: &RunValues<'_, V>, id: &str, second: Place) -> ImportError {
    ImportError::Duplicate {
        what: "each run id",
        id: id.to_owned(),
        first: Box::new(earlier.place.clone()),
        second: Box::new(second),
        advice: "give the files separately, or make the ids differ".to_owned(),
    }
}

/// Runs that only one side has: an error or a notice, as asked. Those left out on purpose are passed over.
fn check_matches(
    mixtures: &Runs<'_, f64>,
    measured: &Runs<'_, Option<f64>>,
    gathered: &Gathered,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
) -> Result<(), ImportError> {
    if let (Some(mixture), Some(metrics)) = (mixtures.runs.first(), measured.runs.first())
        && mixtures.runs.iter().all(|run| measured.run(run.id).is_none())
    {
        return Err(ImportError::NoSharedRun {
            proportions: Box::new(mixture.place.clone()),
            proportions_id: mixture.id.to_owned(),
            metrics: Box::new(metrics.place.clone()),
            metrics_id: metrics.id.to_owned(),
        });
    }
    let without_metrics = unmatched(mixtures, measured, gathered);
    let without_proportions = unmatched(measured, mixtures, gathered);
    for (places, have, lack) in
        [(without_metrics, "proportions", "metrics"), (without_proportions, "metrics", "proportions")]
    {
        let Some((id, place)) = places.first() else { continue };
        match options.unmatched {
            Unmatched::Reject => {
                let (id, place) = ((*id).to_owned(), (*place).clone());
                return Err(ImportError::Unmatched { place, id, missing: lack, more: places.len() - 1 });
            }
            Unmatched::LeaveOut => {
                let first = (*id).to_owned();
                notices.push(Notice::UnmatchedLeftOut { runs: places.len(), have, lack, first });
            }
        }
    }
    Ok(())
}

fn unmatched<'a, V, W>(here: &'a Runs<'_, V>, there: &Runs<'_, W>, gathered: &Gathered) -> Vec<(&'a str, &'a Place)> {
    let is_missing = |id: &str| there.run(id).is_none() && !gathered.dropped.contains(id);
    here.runs.iter().filter(|run| is_missing(run.id)).map(|run| (run.id, &run.place)).collect()
}
