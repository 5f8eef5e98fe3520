//! [`Block`]: numbers of one kind from one file, keyed by run id.

use std::collections::HashMap;

use super::number::{Wanted, number_from_cell};
use super::pace::Pass;
use super::roles::Role;
use super::sheet::{Sheet, SheetRow};
use crate::ImportError;
use crate::error::{Place, Position};

/// The proportions, or the metrics, that one file gives.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub file: String,
    pub names: Vec<String>,
    pub rows: Vec<BlockRow>,
}

/// One run's numbers. `None` where a metric is missing, or where a record does not list the name at all.
#[derive(Clone, Debug)]
pub(crate) struct BlockRow {
    pub id: String,
    pub position: Position,
    pub values: Vec<Option<f64>>,
}

impl Block {
    /// The place of a row.
    pub fn place(&self, row: &BlockRow) -> Place {
        Place::new(&self.file, row.position)
    }
}

/// Proportions and metrics of a wide sheet; either is `None` where no column has that role.
pub(crate) fn blocks_of_wide(
    sheet: &Sheet,
    roles: &[Role],
    pass: &mut Pass<'_>,
) -> Result<(Option<Block>, Option<Block>), ImportError> {
    let ids = ids_of(sheet, roles)?;
    let name_of_domain = |role: &Role| if let Role::Domain(name) = role { Some(name.clone()) } else { None };
    let name_of_metric = |role: &Role| if let Role::Metric(name) = role { Some(name.clone()) } else { None };
    let domains = block(sheet, roles, &ids, Wanted::Proportion, name_of_domain, Some(&mut *pass))?;
    // A record counts once, whatever it holds.
    let pass = domains.is_none().then_some(pass);
    let metrics = block(sheet, roles, &ids, Wanted::Metric, name_of_metric, pass)?;
    Ok((domains, metrics))
}

fn block(
    sheet: &Sheet,
    roles: &[Role],
    ids: &[String],
    wanted: Wanted,
    name_of: impl Fn(&Role) -> Option<String>,
    mut pass: Option<&mut Pass<'_>>,
) -> Result<Option<Block>, ImportError> {
    let columns: Vec<(usize, String)> =
        roles.iter().enumerate().filter_map(|(column, role)| Some((column, name_of(role)?))).collect();
    if columns.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for (row, id) in sheet.rows.iter().zip(ids) {
        pass.as_mut().map_or(Ok(()), |pass| pass.step())?;
        let value = |column: usize| match row.cell(column) {
            Some(cell) => number_from_cell(cell, wanted, &sheet.cell_place(row, column)),
            None => Ok(None),
        };
        let values = columns.iter().map(|&(column, _)| value(column)).collect::<Result<_, _>>()?;
        rows.push(BlockRow { id: id.clone(), position: row.position, values });
    }
    let names = columns.into_iter().map(|(_, name)| name).collect();
    Ok(Some(Block { file: sheet.file.clone(), names, rows }))
}

/// The run ids of a wide sheet: its id column, or the rows numbered from one.
fn ids_of(sheet: &Sheet, roles: &[Role]) -> Result<Vec<String>, ImportError> {
    let Some(column) = roles.iter().position(|role| *role == Role::Id) else {
        return Ok((1..=sheet.rows.len()).map(|number| number.to_string()).collect());
    };
    let mut seen: HashMap<&str, &SheetRow> = HashMap::with_capacity(sheet.rows.len());
    let mut ids = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        let id = id_in(sheet, row, column)?;
        if let Some(earlier) = seen.insert(id, row) {
            return Err(ImportError::Duplicate {
                what: "each run id",
                id: id.to_owned(),
                first: Box::new(sheet.cell_place(earlier, column)),
                second: Box::new(sheet.cell_place(row, column)),
                advice: advice_for_repeated(sheet, roles, earlier, row),
            });
        }
        ids.push(id.to_owned());
    }
    Ok(ids)
}

/// The id in a row, which must not be empty.
pub(crate) fn id_in<'a>(sheet: &Sheet, row: &'a SheetRow, column: usize) -> Result<&'a str, ImportError> {
    let id = row.cell(column).unwrap_or_default().trim();
    if id.is_empty() {
        return Err(ImportError::BadCell {
            place: Box::new(sheet.cell_place(row, column)),
            expected: "a run id",
            found: id.to_owned(),
            advice: "give every run an id",
        });
    }
    Ok(id)
}

/// Names a column by which one of the two rows could be chosen, if there is one.
fn advice_for_repeated(sheet: &Sheet, roles: &[Role], first: &SheetRow, second: &SheetRow) -> String {
    let differs = |column: usize| first.cell(column).map(str::trim) != second.cell(column).map(str::trim);
    let unused = (0..sheet.columns.len()).filter(|&column| roles.get(column) == Some(&Role::Other));
    let mut telling = unused.filter(|&column| differs(column)).filter_map(|column| {
        let value = second.cell(column).map(str::trim).filter(|value| !value.is_empty())?;
        Some((sheet.columns.get(column)?, first.cell(column).unwrap_or_default().trim(), value))
    });
    telling.next().map_or_else(
        || "remove one of the rows".to_owned(),
        |(column, one, other)| {
            format!("the rows differ in {column:?} ({one:?} and {other:?}), choose one with --where {column}={other}")
        },
    )
}
