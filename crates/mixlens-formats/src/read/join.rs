//! Joining proportions and metrics by run id and conditions.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mixlens_core::simplex::DomainSet;
use mixlens_core::table::{
    Condition, Conditions, Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder,
};

use super::block::{Block, BlockRow};
use super::gather::Gathered;
use super::groups::{FoundGroup, choose};
use super::pace::{Pace, Pass};
use super::sum_rule::PERCENT_TOLERANCE;
use super::{ImportOptions, Unmatched};
use crate::error::{Place, Position};
use crate::limits::MAX_EMPTY_CELLS;
use crate::{ImportError, Notice};

/// A row sum this close to one counts as exact (the core's threshold for counting rescaled rows).
const EXACT: f64 = 1e-9;

/// The run table of all blocks, of the group of runs that the options choose: runs in the order of
/// the files with proportions, those of one mixture in the order of the files with metrics. With
/// it, all groups.
///
/// A row of metrics belongs to the proportions with the same id and the same values of the
/// conditions that both sides have.
pub(crate) fn join(
    gathered: &Gathered<'_>,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
    pace: &Pace<'_>,
) -> Result<(RunTable, Vec<FoundGroup>), ImportError> {
    let (domains, mixtures) = join_proportions(&gathered.domains)?;
    let (metrics, measured) = join_metrics(&gathered.metrics)?;
    let pairs = match_runs(&mixtures, &measured, gathered, options, notices)?;
    let blocks = gathered.domains.iter().chain(&gathered.metrics);
    let present = blocks.map(Block::len).sum();
    let place = gathered
        .domains
        .first()
        .map_or(Place::new("", Position::File), |block| {
            Place::new(block.file, Position::File)
        });
    check_empty_cells(pairs.len(), domains.len() + metrics.len(), present, place)?;
    let joined = Joined {
        domains,
        metrics,
        mixtures,
        measured,
        row_sums: options.row_sums,
    };
    let mut pass = pace.pass(pairs.len());
    let (mut table, mut sums) = joined.table(&pairs, Some(&mut pass))?;
    if table.is_empty() {
        let after = "joining the files by run id".to_owned();
        return Err(ImportError::NothingLeft {
            files: gathered.files.clone(),
            after,
        });
    }
    let chosen = choose(&table, &options.group, notices)?;
    if chosen.rows.len() < table.len() {
        let pairs: Vec<Pair> = chosen
            .rows
            .iter()
            .filter_map(|&row| pairs.get(row).copied())
            .collect();
        (table, sums) = joined.table(&pairs, None)?;
    }
    notices.extend(sums.notice(options.row_sums == RowSums::Rescale));
    Ok((table, chosen.groups))
}

/// The numbers of a run: indices of its proportions and of its metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    mixture: u32,
    measured: u32,
}

/// Both sides of a run table.
struct Joined<'a> {
    domains: Arc<DomainSet>,
    metrics: MetricSet,
    mixtures: Runs<'a>,
    measured: Runs<'a>,
    row_sums: RowSums,
}

impl Joined<'_> {
    /// The table of these runs, and the sums of their rows.
    fn table(
        &self,
        pairs: &[Pair],
        mut pass: Option<&mut Pass<'_>>,
    ) -> Result<(RunTable, Sums), ImportError> {
        let mut parts = vec![0.0; self.domains.len()];
        let mut values = vec![None; self.metrics.len()];
        let (domains, metrics) = (Arc::clone(&self.domains), self.metrics.clone());
        let mut builder = RunTableBuilder::new(domains, metrics, self.row_sums);
        let mut sums = Sums::default();
        for pair in pairs {
            pass.as_mut().map_or(Ok(()), |pass| pass.step())?;
            let mixture = self.mixtures.runs.get(pair.mixture as usize);
            let measured = self.measured.runs.get(pair.measured as usize);
            let Some((run, found)) = mixture.zip(measured) else {
                continue;
            };
            parts.fill(0.0);
            self.mixtures.fill(run, &mut parts, |part| part);
            values.fill(None);
            self.measured.fill(found, &mut values, Some);
            sums.add(check_sum(&parts, || self.mixtures.place(run))?);
            let conditions = run.conditions.or(&found.conditions);
            builder.push_at(run.id(), &conditions, &parts, &values)?;
        }
        Ok((builder.finish(), sums))
    }
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
        max: MAX_EMPTY_CELLS,
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
    /// The conditions that any run has, in their order.
    known: Vec<Condition>,
    blocks: Vec<IndexedBlock<'a>>,
}

/// Runs by their id and some of their conditions.
type Index<'a> = HashMap<(&'a str, Conditions), Found>;

/// The runs of one key.
#[derive(Clone, Copy)]
enum Found {
    One(u32),
    /// The first two of several.
    Several(u32, u32),
}

/// A block, and the index of each of its names in the table.
struct IndexedBlock<'a> {
    block: &'a Block<'a>,
    indices: Vec<usize>,
}

/// The rows that files have for one run.
pub(crate) struct RunRows<'a> {
    conditions: Conditions,
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

    /// The run id with the conditions.
    fn label(&self) -> String {
        self.conditions.label(self.id())
    }

    fn rows(&self) -> impl Iterator<Item = RunRow<'a>> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl<'a> Runs<'a> {
    fn new() -> Self {
        Self {
            runs: Vec::new(),
            known: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// The runs by their id and those of their conditions that are `shared`.
    fn index_by(&self, shared: &[Condition]) -> Index<'a> {
        let mut index: Index<'a> = HashMap::with_capacity(self.runs.len());
        for (number, run) in (0..).zip(&self.runs) {
            match index.entry((run.id(), run.conditions.restricted(shared))) {
                Entry::Vacant(entry) => {
                    entry.insert(Found::One(number));
                }
                Entry::Occupied(mut entry) => {
                    if let Found::One(first) = *entry.get() {
                        entry.insert(Found::Several(first, number));
                    }
                }
            }
        }
        index
    }

    /// The conditions that runs of both sides have.
    fn shared_with(&self, others: &[Condition]) -> Vec<Condition> {
        let is_shared = |condition: &&Condition| others.contains(condition);
        self.known.iter().filter(is_shared).cloned().collect()
    }

    fn add_known(&mut self, conditions: Vec<Condition>) {
        self.known.extend(conditions);
        self.known.sort_unstable();
        self.known.dedup();
    }

    /// Where run number `number` was first found.
    fn place_of(&self, number: u32) -> Place {
        let run = self.runs.get(number as usize);
        run.map_or(Place::new("", Position::File), |run| self.place(run))
    }

    /// Where a run was first found.
    pub fn place(&self, run: &RunRows<'_>) -> Place {
        let block = self.blocks.get(run.first.block as usize);
        block.map_or(Place::new("", Position::File), |indexed| {
            indexed.block.place(run.first.row)
        })
    }

    /// Writes the numbers of a run at the indices of their names.
    pub fn fill<V>(&self, run: &RunRows<'_>, out: &mut [V], value: impl Fn(f64) -> V) {
        for row in run.rows() {
            for (index, number) in self.numbers(row) {
                if let Some(slot) = out.get_mut(index) {
                    *slot = value(number);
                }
            }
        }
    }

    /// The numbers of a row with the indices of their names.
    fn numbers(&self, row: RunRow<'a>) -> impl Iterator<Item = (usize, f64)> {
        let indices = self
            .blocks
            .get(row.block as usize)
            .map_or(&[][..], |indexed| &indexed.indices);
        row.row
            .values
            .iter()
            .filter_map(|&(name, number)| Some((*indices.get(name as usize)?, number)))
    }

    fn add_block(&mut self, block: &'a Block<'a>, indices: Vec<usize>) -> u32 {
        self.blocks.push(IndexedBlock { block, indices });
        self.blocks.len() as u32 - 1
    }

    fn push(&mut self, first: RunRow<'a>) {
        self.runs.push(RunRows {
            conditions: first.row.conditions.clone(),
            first,
            others: Vec::new(),
        });
    }

    /// The error for a run that two files give.
    fn repeated(&self, earlier: &RunRows<'_>, row: &BlockRow<'_>, second: Place) -> ImportError {
        ImportError::Duplicate {
            what: "each run id",
            id: row.conditions.label(&row.id),
            first: Box::new(self.place(earlier)),
            second: Box::new(second),
            advice: "give the files separately, or make the ids differ".to_owned(),
            choice: None,
        }
    }
}

/// The error for rows of one run between which another file does not choose.
fn undecided(id: &str, first: Place, second: Place) -> ImportError {
    ImportError::Duplicate {
        what: "each run id",
        id: id.to_owned(),
        first: Box::new(first),
        second: Box::new(second),
        advice:
            "the other file has no column to choose one of the two; add their conditions to it, \
                 or keep one of the rows"
                .to_owned(),
        choice: None,
    }
}

/// Appends the proportions of all files, domains in the order of the first.
pub(crate) fn join_proportions<'a>(
    blocks: &'a [Block<'a>],
) -> Result<(Arc<DomainSet>, Runs<'a>), ImportError> {
    let first = blocks.first().ok_or(ImportError::NoFiles)?;
    let domains = DomainSet::new(first.names.iter().cloned())?;
    let mut runs = Runs::new();
    let mut index: HashMap<(&str, &Conditions), usize> = HashMap::new();
    for block in blocks {
        check_same_domains(&domains, first, block)?;
        let indices = block
            .names
            .iter()
            .filter_map(|name| domains.index_of(name))
            .collect();
        let number = runs.add_block(block, indices);
        for row in &block.rows {
            let earlier = index.insert((&row.id, &row.conditions), runs.runs.len());
            if let Some(earlier) = earlier.and_then(|earlier| runs.runs.get(earlier)) {
                return Err(runs.repeated(earlier, row, block.place(row)));
            }
            runs.push(RunRow { block: number, row });
        }
        runs.add_known(block.known_conditions());
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

/// Unites the metrics of all files: rows with the same id and the same values of the conditions
/// that the files share are of one run.
fn join_metrics<'a>(blocks: &'a [Block<'a>]) -> Result<(MetricSet, Runs<'a>), ImportError> {
    let mut names: Vec<&String> = Vec::new();
    let mut positions: HashMap<&String, usize> = HashMap::new();
    let mut runs = Runs::new();
    let mut given: Vec<usize> = Vec::new();
    for block in blocks {
        let mut index_of = |name: &'a String| {
            *positions.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            })
        };
        let indices = block.names.iter().map(&mut index_of).collect();
        let number = runs.add_block(block, indices);
        let known = block.known_conditions();
        let shared = runs.shared_with(&known);
        let earlier = runs.index_by(&shared);
        for row in &block.rows {
            let key = (&*row.id, row.conditions.restricted(&shared));
            let found = RunRow { block: number, row };
            match earlier.get(&key) {
                None => runs.push(found),
                Some(&Found::One(run)) => {
                    runs.add_metrics(run as usize, found, &mut given, block)?
                }
                Some(&Found::Several(first, second)) => {
                    let places = (runs.place_of(first), runs.place_of(second));
                    return Err(undecided(&row.id, places.0, places.1));
                }
            }
        }
        runs.add_known(known);
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
        run: usize,
        found: RunRow<'a>,
        given: &mut Vec<usize>,
        block: &Block<'_>,
    ) -> Result<(), ImportError> {
        let Some(earlier) = self.runs.get(run) else {
            return Ok(());
        };
        if let Some(last) = earlier.others.last()
            && last.block == found.block
        {
            let places = (block.place(last.row), block.place(found.row));
            return Err(undecided(&found.row.id, places.0, places.1));
        }
        given.clear();
        given.extend(
            earlier
                .rows()
                .flat_map(|earlier| self.numbers(earlier))
                .map(|(index, _)| index),
        );
        given.sort_unstable();
        if self
            .numbers(found)
            .any(|(index, _)| given.binary_search(&index).is_ok())
        {
            return Err(self.repeated(earlier, found.row, block.place(found.row)));
        }
        if let Some(run) = self.runs.get_mut(run) {
            run.conditions = run.conditions.or(&found.row.conditions);
            run.others.push(found);
        }
        Ok(())
    }
}

/// Which proportions and which metrics are of one run. Runs that only one side has are an error or
/// a notice, as the options say; those left out on purpose are passed over.
fn match_runs(
    mixtures: &Runs<'_>,
    measured: &Runs<'_>,
    gathered: &Gathered<'_>,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
) -> Result<Vec<Pair>, ImportError> {
    let shared = mixtures.shared_with(&measured.known);
    let by_key = mixtures.index_by(&shared);
    let (mut pairs, mut lone) = (Vec::with_capacity(measured.runs.len()), Vec::new());
    for (number, run) in (0..).zip(&measured.runs) {
        match by_key.get(&(run.id(), run.conditions.restricted(&shared))) {
            None => lone.push(run),
            Some(&Found::One(mixture)) => pairs.push(Pair {
                mixture,
                measured: number,
            }),
            Some(&Found::Several(first, second)) => {
                let places = (mixtures.place_of(first), mixtures.place_of(second));
                return Err(undecided(run.id(), places.0, places.1));
            }
        }
    }
    pairs.sort_unstable();
    if let (Some(mixture), Some(metrics), true) = (
        mixtures.runs.first(),
        measured.runs.first(),
        pairs.is_empty(),
    ) {
        return Err(ImportError::NoSharedRun {
            proportions: Box::new(mixtures.place(mixture)),
            proportions_id: mixture.label(),
            metrics: Box::new(measured.place(metrics)),
            metrics_id: metrics.label(),
        });
    }
    let mut is_matched = vec![false; mixtures.runs.len()];
    for pair in &pairs {
        if let Some(is_matched) = is_matched.get_mut(pair.mixture as usize) {
            *is_matched = true;
        }
    }
    let mixture_runs = mixtures.runs.iter().zip(is_matched);
    let unmeasured = mixture_runs.filter_map(|(run, is_matched)| (!is_matched).then_some(run));
    let sides = [
        (mixtures, unmeasured.collect(), "proportions", "metrics"),
        (measured, lone, "metrics", "proportions"),
    ];
    for (side, mut unmatched, have, lack) in sides {
        unmatched.retain(|run| !gathered.dropped.contains(run.id()));
        let Some(first) = unmatched.first() else {
            continue;
        };
        match options.unmatched {
            Unmatched::Reject => {
                return Err(ImportError::Unmatched {
                    place: side.place(first),
                    id: first.label(),
                    missing: lack,
                    more: unmatched.len() - 1,
                });
            }
            Unmatched::LeaveOut => {
                notices.push(Notice::UnmatchedLeftOut {
                    runs: unmatched.len(),
                    have,
                    lack,
                    first: first.label(),
                });
            }
        }
    }
    Ok(pairs)
}
