//! Columns that hold conditions of the runs: finding them, and reading their cells.

use std::collections::{BTreeMap, HashSet};

use mixlens_core::table::{Condition, Conditions};

use super::ImportOptions;
use super::sheet::{Sheet, SheetRow};
use crate::ImportError;
use crate::names::{ConditionColumn, condition_asked, condition_in};

/// How the cells of a column are read as values of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ConditionCells {
    /// The condition.
    pub condition: Condition,
    /// The suffix of numbers that have none.
    unit: Option<char>,
}

impl ConditionCells {
    fn of(column: ConditionColumn) -> Self {
        Self {
            condition: column.condition,
            unit: column.unit,
        }
    }

    /// The value in a cell that is not empty.
    fn value(&self, cell: &str) -> Option<f64> {
        let ends_in_letter = cell.ends_with(|last: char| last.is_ascii_alphabetic());
        let value = match self.unit {
            Some(unit) if !ends_in_letter => self.condition.parse_value(&format!("{cell}{unit}")),
            _ => self.condition.parse_value(cell),
        };
        value.ok()
    }
}

/// The columns of `sheet` that hold conditions: those asked for, and those of the columns that are
/// open whose names are known and whose filled cells can all be read. One column a condition.
pub(crate) fn condition_columns(
    sheet: &Sheet,
    id: Option<usize>,
    is_open: impl Fn(usize) -> bool,
    options: &ImportOptions,
) -> Result<Vec<(usize, ConditionCells)>, ImportError> {
    let mut columns = asked_columns(sheet, id, options)?;
    let mut candidates: BTreeMap<Condition, Vec<(usize, usize, ConditionColumn)>> = BTreeMap::new();
    for (index, header) in sheet.columns.iter().enumerate() {
        if let Some(column) = condition_in(header).filter(|_| is_open(index)) {
            let of_condition = candidates.entry(column.condition.clone()).or_default();
            of_condition.push((column.rank, index, column));
        }
    }
    for (condition, mut candidates) in candidates {
        if columns
            .iter()
            .any(|(_, cells)| cells.condition == condition)
        {
            continue;
        }
        candidates.sort_by_key(|&(rank, index, _)| (rank, index));
        let found = candidates.into_iter().find_map(|(_, index, column)| {
            let is_key_only = column.is_key_only;
            let cells = ConditionCells::of(column);
            let is_used = is_readable(sheet, index, &cells)
                && (!is_key_only || id.is_some_and(|id| repeats(sheet, id, &columns)));
            is_used.then_some((index, cells))
        });
        columns.extend(found);
    }
    Ok(columns)
}

/// The conditions of a row.
///
/// # Errors
/// A cell of a given column holds no number.
pub(crate) fn conditions_of(
    sheet: &Sheet,
    row: SheetRow<'_>,
    columns: &[(usize, ConditionCells)],
) -> Result<Conditions, ImportError> {
    let mut conditions = Conditions::default();
    for (column, cells) in columns {
        let cell = row.cell(*column).unwrap_or_default().trim();
        if cell.is_empty() {
            continue;
        }
        let value = cells.value(cell).ok_or_else(|| ImportError::BadCell {
            place: Box::new(sheet.cell_place(row, *column)),
            expected: "a number, the value of a condition",
            found: cell.to_owned(),
            advice: "correct the cell, or empty it where the value is not known",
        })?;
        conditions.set(cells.condition.clone(), value)?;
    }
    Ok(conditions)
}

fn asked_columns(
    sheet: &Sheet,
    id: Option<usize>,
    options: &ImportOptions,
) -> Result<Vec<(usize, ConditionCells)>, ImportError> {
    let mut columns: Vec<(usize, ConditionCells)> = Vec::new();
    for name in &options.conditions {
        let Some(column) = sheet.column(name).filter(|&column| Some(column) != id) else {
            continue;
        };
        let header = |column: usize| sheet.columns.get(column).cloned().unwrap_or_default();
        let cells = ConditionCells::of(condition_asked(&header(column)));
        let same = |(_, other): &&(usize, ConditionCells)| other.condition == cells.condition;
        match columns.iter().find(same) {
            Some(&(earlier, _)) if earlier == column => {}
            Some(&(earlier, _)) => {
                return Err(ImportError::DuplicateColumn {
                    place: Box::new(sheet.header_place()),
                    name: cells.condition.name().to_owned(),
                    first: header(earlier),
                    second: header(column),
                });
            }
            None => columns.push((column, cells)),
        }
    }
    Ok(columns)
}

/// Whether some cells are filled, and all of those can be read.
fn is_readable(sheet: &Sheet, column: usize, cells: &ConditionCells) -> bool {
    let mut filled = sheet
        .rows()
        .filter_map(|row| row.cell(column).map(str::trim))
        .filter(|cell| !cell.is_empty())
        .peekable();
    filled.peek().is_some() && filled.all(|cell| cells.value(cell).is_some())
}

/// Whether two rows have the same id and the same conditions.
fn repeats(sheet: &Sheet, id: usize, columns: &[(usize, ConditionCells)]) -> bool {
    let mut seen: HashSet<(&str, Option<Conditions>)> = HashSet::new();
    sheet.rows().any(|row| {
        let conditions = conditions_of(sheet, row, columns).ok();
        !seen.insert((row.cell(id).unwrap_or_default().trim(), conditions))
    })
}
