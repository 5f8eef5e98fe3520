//! Long tables: one row per run and domain, or per run and metric.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use mixlens_core::table::Conditions;

use super::ImportOptions;
use super::block::{Block, BlockRow, id_in};
use super::condition_columns::{ConditionCells, condition_columns, conditions_of};
use super::number::{Wanted, number_from_cell};
use super::pace::Pass;
use super::roles::id_column;
use super::sheet::Sheet;
use crate::ImportError;
use crate::error::Position;
use crate::names::{domain_name, metric_name};

/// Headers of the proportions of a long table.
const PROPORTION_NAMES: [&str; 4] = ["proportion", "ratio", "weight", "share"];

/// Where a long table keeps its columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LongColumns {
    id: usize,
    domain: Option<(usize, usize)>,
    metric: Option<(usize, usize)>,
}

impl LongColumns {
    /// Whether the table brings proportions.
    pub fn has_domains(&self) -> bool {
        self.domain.is_some()
    }

    /// Whether the table brings metrics.
    pub fn has_metrics(&self) -> bool {
        self.metric.is_some()
    }

    /// Whether `column` is one of these.
    fn are_used(&self, column: usize) -> bool {
        let pairs = [self.domain, self.metric].into_iter().flatten();
        column == self.id
            || pairs
                .into_iter()
                .any(|(name, number)| [name, number].contains(&column))
    }
}

/// The columns of a long table, if `sheet` is one: an id, and `domain` with `proportion` or
/// `metric` with `value`.
pub(crate) fn long_columns(sheet: &Sheet, options: &ImportOptions) -> Option<LongColumns> {
    let id = id_column(sheet, options)?;
    let value = sheet.column("value");
    let metric = sheet.column("metric").zip(value);
    let proportion = PROPORTION_NAMES.iter().find_map(|name| sheet.column(name));
    let domain = sheet
        .column("domain")
        .zip(proportion.or(if metric.is_none() { value } else { None }));
    (domain.is_some() || metric.is_some()).then_some(LongColumns { id, domain, metric })
}

/// The columns that hold conditions of runs rather than numbers of each domain or metric, such as
/// its tokens: where no name repeats within a run, a condition has one value in all rows of a run.
fn conditions_of_runs(
    sheet: &Sheet,
    columns: &LongColumns,
    conditions: Vec<(usize, ConditionCells)>,
) -> Vec<(usize, ConditionCells)> {
    let named = [columns.domain, columns.metric].into_iter().flatten();
    let repeats = |(name, _): (usize, usize)| {
        let mut seen = HashSet::new();
        sheet.rows().any(|row| {
            let name = row.cell(name).filter(|name| !name.trim().is_empty());
            name.is_some_and(|name| !seen.insert((row.cell(columns.id), name)))
        })
    };
    if conditions.is_empty() || named.into_iter().any(repeats) {
        return conditions;
    }
    let is_of_run = |&(column, _): &(usize, ConditionCells)| {
        let mut values = HashMap::new();
        sheet.rows().all(|row| {
            let (id, value) = (row.cell(columns.id), row.cell(column));
            *values.entry(id).or_insert(value) == value
        })
    };
    conditions.into_iter().filter(is_of_run).collect()
}

/// Proportions and metrics of a long sheet; either is `None` where the sheet has no such columns.
///
/// A domain that a run does not list has no proportion there, which counts as zero if the others
/// sum to one.
pub(crate) fn blocks_of_long<'a>(
    sheet: &'a Sheet,
    columns: LongColumns,
    options: &ImportOptions,
    pass: &mut Pass<'_>,
) -> Result<(Option<Block<'a>>, Option<Block<'a>>), ImportError> {
    let asked_domains: HashSet<&str> = options
        .domains
        .iter()
        .map(|asked| domain_name(asked))
        .collect();
    let asked_metrics: HashSet<&str> = options
        .metrics
        .iter()
        .map(|asked| metric_name(asked))
        .collect();
    let is_open = |column: usize| !columns.are_used(column);
    let conditions = condition_columns(sheet, Some(columns.id), is_open, options)?;
    let conditions = conditions_of_runs(sheet, &columns, conditions);
    let reading = |(name, number): (usize, usize), wanted, short| Reading {
        id: columns.id,
        conditions: &conditions,
        name,
        number,
        wanted,
        short,
    };
    let domains = columns
        .domain
        .map(|columns| reading(columns, Wanted::Proportion, domain_name));
    let metrics = columns
        .metric
        .map(|columns| reading(columns, Wanted::Metric, metric_name));
    let domains = domains
        .map(|what| what.pivot(sheet, &asked_domains, Some(&mut *pass)))
        .transpose()?;
    // A record counts once, whatever it holds.
    let pass = domains.is_none().then_some(pass);
    let metrics = metrics
        .map(|what| what.pivot(sheet, &asked_metrics, pass))
        .transpose()?;
    Ok((domains, metrics))
}

/// Which columns of a long sheet to read, and as what.
struct Reading<'a> {
    id: usize,
    conditions: &'a [(usize, ConditionCells)],
    name: usize,
    number: usize,
    wanted: Wanted,
    short: fn(&str) -> &str,
}

impl Reading<'_> {
    /// One row per run id and conditions, its values by name, both in order of appearance; all
    /// names where none is asked for.
    fn pivot<'a>(
        &self,
        sheet: &'a Sheet,
        asked: &HashSet<&str>,
        mut pass: Option<&mut Pass<'_>>,
    ) -> Result<Block<'a>, ImportError> {
        let mut names: Numbered<&'a str> = Numbered::default();
        let mut runs: Numbered<(&'a str, Conditions)> = Numbered::default();
        let mut rows: Vec<(Position, Vec<(u32, f64)>)> = Vec::new();
        let mut seen: HashMap<(u32, u32), u32> = HashMap::new();
        for (number, row) in (0..).zip(sheet.rows()) {
            pass.as_mut().map_or(Ok(()), |pass| pass.step())?;
            let text = row.cell(self.name).unwrap_or_default().trim();
            let name = (self.short)(text);
            // In a file with both kinds, the rows of the other kind leave these cells empty.
            if name.is_empty() || !(asked.is_empty() || asked.contains(name)) {
                continue;
            }
            let id = id_in(sheet, row, self.id)?;
            let cell = row.cell(self.number).unwrap_or_default();
            let value = number_from_cell(cell, self.wanted, || sheet.cell_place(row, self.number))?;
            let conditions = conditions_of(sheet, row, self.conditions)?;
            let (column, run) = (names.number_of(name), runs.number_of((id, conditions)));
            if rows.len() <= run as usize {
                rows.push((row.position, Vec::new()));
            }
            if let Some(earlier) = seen
                .insert((run, column), number)
                .and_then(|earlier| sheet.row(earlier as usize))
            {
                let is_domain = self.wanted == Wanted::Proportion;
                return Err(ImportError::Duplicate {
                    what: if is_domain {
                        "each domain of a run"
                    } else {
                        "each metric of a run"
                    },
                    id: text.to_owned(),
                    first: Box::new(sheet.cell_place(earlier, self.name)),
                    second: Box::new(sheet.cell_place(row, self.name)),
                    advice: "remove one of the rows".to_owned(),
                    choice: None,
                });
            }
            if let (Some((_, values)), Some(value)) = (rows.get_mut(run as usize), value) {
                values.push((column, value));
            }
        }
        let mut block = Vec::with_capacity(rows.len());
        for ((id, conditions), (position, values)) in runs.list.into_iter().zip(rows) {
            block.push(BlockRow {
                id: Cow::Borrowed(id),
                conditions,
                position,
                values: values.into(),
            });
        }
        let names = names.list.into_iter().map(str::to_owned).collect();
        Ok(Block {
            file: &sheet.file,
            names,
            rows: block,
        })
    }
}

/// Things numbered in order of appearance.
struct Numbered<K> {
    list: Vec<K>,
    numbers: HashMap<K, u32>,
}

impl<K> Default for Numbered<K> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<K: Clone + Eq + Hash> Numbered<K> {
    fn number_of(&mut self, key: K) -> u32 {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(key.clone());
        self.numbers.insert(key, number);
        number
    }
}
