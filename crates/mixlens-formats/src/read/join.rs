//! Joining proportions and metrics by run id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mixlens_core::simplex::DomainSet;
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

use super::block::{Block, BlockRow};
use super::gather::Gathered;
use super::pace::Pace;
use super::sum_rule::PERCENT_TOLERANCE;
use super::{ImportOptions, Unmatched};
use crate::error::{Place, Position};
use crate::limits::MAX_EMPTY_CELLS;
use crate::{ImportError, Notice};

/// A row sum this close to one counts as exact (the core's own mark for counting rescaled rows).
const EXACT: f64 = 1e-9;

/// The run table of all blocks, runs in the order of the files with proportions.
pub(crate) fn join(
    gathered: &Gathered<'_>,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
    pace: &Pace<'_>,
) -> Result<RunTable, ImportError> {
    let (domains, mixtures) = join_proportions(&gathered.domains)?;
    let (metrics, measured) = join_metrics(&gathered.metrics)?;
    check_matches(&mixtures, &measured, gathered, options, notices)?;
    let blocks = gathered.domains.iter().chain(&gathered.metrics);
    let present = blocks.map(Block::len).sum();
    let place = gathered
        .domains
        .first()
        .map_or(Place::new("", Position::File), |block| {
            Place::new(block.file, Position::File)
        });
    check_empty_cells(
        mixtures.runs.len(),
        domains.len() + metrics.len(),
        present,
        place,
    )?;
    let (mut parts, mut values) = (vec![0.0; domains.len()], vec![None; metrics.len()]);
    let mut builder = RunTableBuilder::new(domains, metrics, options.row_sums);
    let mut sums = Sums::default();
    let mut pass = pace.pass(mixtures.runs.len());
    for run in &mixtures.runs {
        pass.step()?;
        let Some(found) = measured.run(run.id()) else {
            continue;
        };
        parts.fill(0.0);
        mixtures.fill(run, &mut parts, |part| part);
        values.fill(None);
        measured.fill(found, &mut values, Some);
        sums.add(check_sum(&parts, || mixtures.place(run))?);
        builder.push(run.id(), &parts, &values)?;
    }
    notices.extend(sums.notice(options.row_sums == RowSums::Rescale));
    let table = builder.finish();
    if table.is_empty() {
        let after = "joining the files by run id".to_owned();
        return Err(ImportError::NothingLeft {
            files: gathered.files.clone(),
            after,
        });
    }
    Ok(table)
}

/// Refuses a table that is mostly empty and too large for that.
pub(crate) fn check_empty_cells(
    rows: usize,
    columns: usize,
    present: usize,
    place: Place,
) -> Result<(), ImportError> {
    let found = (rows as u64)
        .saturating_mul(columns as u64)
        .saturating_sub(present as u64);
    if found <= MAX_EMPTY_CELLS {
        return Ok(());
    }
    Err(ImportError::TooMuch {
        place: Box::new(place),
        what: "empty cells of runs, domains and metrics",
        most: MAX_EMPTY_CELLS,
        found: Some(found),
        advice: "leave out metrics that few runs have, or split the table",
    })
}

/// The sum of a row of proportions, which must be one within the core's tolerance.
pub(crate) fn check_sum(parts: &[f64], place: impl FnOnce() -> Place) -> Result<f64, ImportError> {
    let sum: f64 = parts.iter().sum();
    if (sum - 1.0).abs() <= RowSums::TOLERANCE {
        return Ok(sum);
    }
    let (place, rounded) = (place(), rounded(sum));
    if (sum - 100.0).abs() <= PERCENT_TOLERANCE {
        return Err(ImportError::Percent {
            place,
            sum: rounded,
        });
    }
    Err(ImportError::RowSum {
        place,
        sum: rounded,
    })
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
        Some(Notice::NotSummingToOne {
            rows: self.rows,
            lowest,
            highest,
            rescaled,
        })
    }
}

/// A sum as a message shows it.
fn rounded(sum: f64) -> f64 {
    (sum * 1e6).round() / 1e6
}

/// One kind of numbers of all files, by run.
pub(crate) struct Runs<'a> {
    pub runs: Vec<RunRows<'a>>,
    index: HashMap<&'a str, usize>,
    blocks: Vec<Placed<'a>>,
}

/// A block, and where each of its names is in the table.
struct Placed<'a> {
    block: &'a Block<'a>,
    places: Vec<usize>,
}

/// The rows that files have for one run.
pub(crate) struct RunRows<'a> {
    first: RunRow<'a>,
    others: Vec<RunRow<'a>>,
}

/// A row, and the number of its block.
#[derive(Clone, Copy)]
struct RunRow<'a> {
    block: u32,
    row: &'a BlockRow<'a>,
}

impl<'a> RunRows<'a> {
    /// The run id.
    pub fn id(&self) -> &'a str {
        &self.first.row.id
    }

    fn rows(&self) -> impl Iterator<Item = RunRow<'a>> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl<'a> Runs<'a> {
    fn new() -> Self {
        Self {
            runs: Vec::new(),
            index: HashMap::new(),
            blocks: Vec::new(),
        }
    }

    fn run(&self, id: &str) -> Option<&RunRows<'a>> {
        self.index
            .get(id)
            .and_then(|&position| self.runs.get(position))
    }

    /// Where a run was first found.
    pub fn place(&self, run: &RunRows<'_>) -> Place {
        let block = self.blocks.get(run.first.block as usize);
        block.map_or(Place::new("", Position::File), |placed| {
            placed.block.place(run.first.row)
        })
    }

    /// Writes the numbers of a run at the places of their names.
    pub fn fill<V>(&self, run: &RunRows<'_>, out: &mut [V], value: impl Fn(f64) -> V) {
        for own in run.rows() {
            for (place, number) in self.numbers(own) {
                if let Some(slot) = out.get_mut(place) {
                    *slot = value(number);
                }
            }
        }
    }

    /// The numbers of a row with the places of their names.
    fn numbers(&self, own: RunRow<'a>) -> impl Iterator<Item = (usize, f64)> {
        let places = self
            .blocks
            .get(own.block as usize)
            .map_or(&[][..], |placed| &placed.places);
        own.row
            .values
            .iter()
            .filter_map(|&(name, number)| Some((*places.get(name as usize)?, number)))
    }

    fn add_block(&mut self, block: &'a Block<'a>, places: Vec<usize>) -> u32 {
        self.blocks.push(Placed { block, places });
        self.blocks.len() as u32 - 1
    }

    fn push(&mut self, first: RunRow<'a>) {
        self.index.insert(&first.row.id, self.runs.len());
        self.runs.push(RunRows {
            first,
            others: Vec::new(),
        });
    }

    /// The error for a run that two files give.
    fn repeated(&self, earlier: &RunRows<'_>, id: &str, second: Place) -> ImportError {
        ImportError::Duplicate {
            what: "each run id",
            id: id.to_owned(),
            first: Box::new(self.place(earlier)),
            second: Box::new(second),
            advice: "give the files separately, or make the ids differ".to_owned(),
        }
    }
}

/// Appends the proportions of all files, domains in the order of the first.
pub(crate) fn join_proportions<'a>(
    blocks: &'a [Block<'a>],
) -> Result<(Arc<DomainSet>, Runs<'a>), ImportError> {
    let first = blocks.first().ok_or(ImportError::NoFiles)?;
    let domains = DomainSet::new(first.names.iter().cloned())?;
    let mut runs = Runs::new();
    for block in blocks {
        check_same_domains(&domains, first, block)?;
        let places = block
            .names
            .iter()
            .filter_map(|name| domains.index_of(name))
            .collect();
        let number = runs.add_block(block, places);
        for row in &block.rows {
            if let Some(earlier) = runs.run(&row.id) {
                return Err(runs.repeated(earlier, &row.id, block.place(row)));
            }
            runs.push(RunRow { block: number, row });
        }
    }
    Ok((domains, runs))
}

/// The names of a block are unique, so as many that are all known are the same.
fn check_same_domains(
    domains: &DomainSet,
    first: &Block<'_>,
    block: &Block<'_>,
) -> Result<(), ImportError> {
    let only_here = block
        .names
        .iter()
        .find(|name| domains.index_of(name).is_none());
    if only_here.is_none() && block.names.len() == domains.len() {
        return Ok(());
    }
    let here: HashSet<&String> = block.names.iter().collect();
    let only_there = first.names.iter().find(|name| !here.contains(name));
    let domain = only_there.or(only_here).cloned().unwrap_or_default();
    let place = Place::new(block.file, Position::File);
    Err(ImportError::DifferentDomains {
        place,
        other: first.file.to_owned(),
        domain,
    })
}

/// Unites the metrics of all files.
fn join_metrics<'a>(blocks: &'a [Block<'a>]) -> Result<(MetricSet, Runs<'a>), ImportError> {
    let mut names: Vec<&String> = Vec::new();
    let mut positions: HashMap<&String, usize> = HashMap::new();
    let mut runs = Runs::new();
    let mut given: Vec<usize> = Vec::new();
    for block in blocks {
        let mut place = |name: &'a String| {
            *positions.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            })
        };
        let places = block.names.iter().map(&mut place).collect();
        let number = runs.add_block(block, places);
        for row in &block.rows {
            runs.add_metrics(RunRow { block: number, row }, &mut given, block)?;
        }
    }
    let metric = |name: &String| Metric {
        name: name.clone(),
        direction: Direction::default(),
    };
    Ok((
        MetricSet::new(names.into_iter().map(metric).collect())?,
        runs,
    ))
}

impl<'a> Runs<'a> {
    /// Adds a row of metrics to those of its run, which must not have a value that it has.
    ///
    /// `given` is room for positions.
    fn add_metrics(
        &mut self,
        own: RunRow<'a>,
        given: &mut Vec<usize>,
        block: &Block<'_>,
    ) -> Result<(), ImportError> {
        let Some(&position) = self.index.get(&*own.row.id) else {
            self.push(own);
            return Ok(());
        };
        let Some(earlier) = self.runs.get(position) else {
            return Ok(());
        };
        given.clear();
        given.extend(
            earlier
                .rows()
                .flat_map(|earlier| self.numbers(earlier))
                .map(|(place, _)| place),
        );
        given.sort_unstable();
        if self
            .numbers(own)
            .any(|(place, _)| given.binary_search(&place).is_ok())
        {
            return Err(self.repeated(earlier, &own.row.id, block.place(own.row)));
        }
        if let Some(run) = self.runs.get_mut(position) {
            run.others.push(own);
        }
        Ok(())
    }
}

/// Runs that only one side has: an error or a notice, as asked. Those left out on purpose are
/// passed over.
fn check_matches(
    mixtures: &Runs<'_>,
    measured: &Runs<'_>,
    gathered: &Gathered<'_>,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
) -> Result<(), ImportError> {
    if let (Some(mixture), Some(metrics)) = (mixtures.runs.first(), measured.runs.first())
        && mixtures
            .runs
            .iter()
            .all(|run| measured.run(run.id()).is_none())
    {
        return Err(ImportError::NoSharedRun {
            proportions: Box::new(mixtures.place(mixture)),
            proportions_id: mixture.id().to_owned(),
            metrics: Box::new(measured.place(metrics)),
            metrics_id: metrics.id().to_owned(),
        });
    }
    for (here, there, have, lack) in [
        (mixtures, measured, "proportions", "metrics"),
        (measured, mixtures, "metrics", "proportions"),
    ] {
        let is_missing = |id: &str| there.run(id).is_none() && !gathered.dropped.contains(id);
        let mut unmatched = here.runs.iter().filter(|run| is_missing(run.id()));
        let Some(first) = unmatched.next() else {
            continue;
        };
        let (id, more) = (first.id().to_owned(), unmatched.count());
        match options.unmatched {
            Unmatched::Reject => {
                return Err(ImportError::Unmatched {
                    place: here.place(first),
                    id,
                    missing: lack,
                    more,
                });
            }
            Unmatched::LeaveOut => {
                notices.push(Notice::UnmatchedLeftOut {
                    runs: more + 1,
                    have,
                    lack,
                    first: id,
                });
            }
        }
    }
    Ok(())
}
