//! Long tables: one row per run and domain, or per run and metric.

use std::collections::HashMap;

use super::ImportOptions;
use super::block::{Block, BlockRow, id_in};
use super::number::{Wanted, number_from_cell};
use super::roles::id_column;
use super::sheet::{Sheet, SheetRow};
use crate::ImportError;
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
}

/// The columns of a long table, if `sheet` is one: an id, and `domain` with `proportion` or `metric` with `value`.
pub(crate) fn long_columns(sheet: &Sheet, options: &ImportOptions) -> Option<LongColumns> {
    let id = id_column(sheet, options)?;
    let value = sheet.column("value");
    let metric = sheet.column("metric").zip(value);
    let proportion = PROPORTION_NAMES.iter().find_map(|name| sheet.column(name));
    let domain = sheet.column("domain").zip(proportion.or(if metric.is_none() { value } else { None }));
    (domain.is_some() || metric.is_some()).then_some(LongColumns { id, domain, metric })
}

/// Proportions and metrics of a long sheet; either is `None` where the sheet has no such columns.
///
/// A domain that a run does not list has no proportion there, which counts as zero if the others sum to one.
pub(crate) fn blocks_of_long(
    sheet: &Sheet,
    columns: LongColumns,
    options: &ImportOptions,
) -> Result<(Option<Block>, Option<Block>), ImportError> {
    let is_asked_domain =
        |name: &str| options.domains.is_empty() || options.domains.iter().any(|asked| domain_name(asked) == name);
    let is_asked_metric =
        |name: &str| options.metrics.is_empty() || options.metrics.iter().any(|asked| metric_name(asked) == name);
    let domains = columns.domain.map(|(name, number)| {
        let what = Reading { id: columns.id, name, number, wanted: Wanted::Proportion, short: domain_name };
        what.pivot(sheet, &is_asked_domain)
    });
    let metrics = columns.metric.map(|(name, number)| {
        let what = Reading { id: columns.id, name, number, wanted: Wanted::Metric, short: metric_name };
        what.pivot(sheet, &is_asked_metric)
    });
    Ok((domains.transpose()?, metrics.transpose()?))
}

/// Which columns of a long sheet to read, and as what.
struct Reading {
    id: usize,
    name: usize,
    number: usize,
    wanted: Wanted,
    short: fn(&str) -> &str,
}

impl Reading {
    /// One row per run id, one value per name, in order of appearance.
    fn pivot(&self, sheet: &Sheet, is_asked: &dyn Fn(&str) -> bool) -> Result<Block, ImportError> {
        let mut block = Block { file: sheet.file.clone(), names: Vec::new(), rows: Vec::new() };
        let mut names: HashMap<&str, usize> = HashMap::new();
        let mut runs: HashMap<&str, usize> = HashMap::new();
        let mut seen: HashMap<(usize, usize), &SheetRow> = HashMap::new();
        for row in &sheet.rows {
            let text = row.cell(self.name).unwrap_or_default().trim();
            let name = (self.short)(text);
            // In a file with both kinds, the rows of the other kind leave these cells empty.
            if name.is_empty() || !is_asked(name) {
                continue;
            }
            let id = id_in(sheet, row, self.id)?;
            let place = sheet.cell_place(row, self.number);
            let value = number_from_cell(row.cell(self.number).unwrap_or_default(), self.wanted, &place)?;
            let column = *names.entry(name).or_insert_with(|| {
                block.names.push(name.to_owned());
                block.names.len() - 1
            });
            let run = *runs.entry(id).or_insert_with(|| {
                block.rows.push(BlockRow { id: id.to_owned(), position: row.position, values: Vec::new() });
                block.rows.len() - 1
            });
            if let Some(earlier) = seen.insert((run, column), row) {
                return Err(ImportError::Duplicate {
                    what: if self.wanted == Wanted::Proportion {
                        "each domain of a run"
                    } else {
                        "each metric of a run"
                    },
                    id: text.to_owned(),
                    first: sheet.cell_place(earlier, self.name),
                    second: sheet.cell_place(row, self.name),
                    advice: "remove one of the rows".to_owned(),
                });
            }
            if let Some(run) = block.rows.get_mut(run) {
                run.values.resize(run.values.len().max(column + 1), None);
                run.values.iter_mut().skip(column).take(1).for_each(|slot| *slot = value);
            }
        }
        for run in &mut block.rows {
            run.values.resize(block.names.len(), None);
        }
        Ok(block)
    }
}
