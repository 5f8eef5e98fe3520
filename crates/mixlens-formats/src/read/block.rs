//! [`Block`]: numbers of one kind from one file, keyed by run id and conditions.

use std::borrow::Cow;
use std::collections::HashMap;

use mixlens_core::excerpt;
use mixlens_core::table::{Condition, Conditions};

use super::condition_columns::{ConditionCells, conditions_of};
use super::number::{Wanted, number_from_cell};
use super::pace::Pass;
use super::roles::Role;
use super::sheet::{Sheet, SheetRow};
use crate::ImportError;
use crate::error::{Advice, Place, Position};

/// The proportions, or the metrics, that one file gives.
#[derive(Clone, Debug)]
pub(crate) struct Block<'a> {
    pub file: &'a str,
    pub names: Vec<String>,
    pub rows: Vec<BlockRow<'a>>,
}

/// One run's numbers, each with the position of its name. A metric that is missing, and a name that
/// a record does not list at all, are not there.
#[derive(Clone, Debug)]
pub(crate) struct BlockRow<'a> {
    pub id: Cow<'a, str>,
    pub conditions: Conditions,
    pub position: Position,
    pub values: Box<[(u32, f64)]>,
}

impl Block<'_> {
    /// The place of a row.
    pub fn place(&self, row: &BlockRow<'_>) -> Place {
        Place::new(self.file, row.position)
    }

    /// The conditions that any row has, in their order.
    pub fn known_conditions(&self) -> Vec<Condition> {
        let mut known: Vec<Condition> = Vec::new();
        for row in &self.rows {
            for (condition, _) in row.conditions.iter() {
                if let Err(index) = known.binary_search(condition) {
                    known.insert(index, condition.clone());
                }
            }
        }
        known
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.rows.iter().map(|row| row.values.len()).sum()
    }
}

/// Proportions and metrics of a wide sheet; either is `None` where no column has that role.
pub(crate) fn blocks_of_wide<'a>(
    sheet: &'a Sheet,
    roles: &[Role],
    pass: &mut Pass<'_>,
) -> Result<(Option<Block<'a>>, Option<Block<'a>>), ImportError> {
    let keys = keys_of(sheet, roles)?;
    let name_of_domain = |role: &Role| {
        if let Role::Domain(name) = role {
            Some(name.clone())
        } else {
            None
        }
    };
    let name_of_metric = |role: &Role| {
        if let Role::Metric(name) = role {
            Some(name.clone())
        } else {
            None
        }
    };
    let domains = block(
        sheet,
        roles,
        &keys,
        Wanted::Proportion,
        name_of_domain,
        Some(&mut *pass),
    )?;
    // A record counts once, whatever it holds.
    let pass = domains.is_none().then_some(pass);
    let metrics = block(sheet, roles, &keys, Wanted::Metric, name_of_metric, pass)?;
    Ok((domains, metrics))
}

fn block<'a>(
    sheet: &'a Sheet,
    roles: &[Role],
    keys: &[Key<'a>],
    wanted: Wanted,
    name_of: impl Fn(&Role) -> Option<String>,
    mut pass: Option<&mut Pass<'_>>,
) -> Result<Option<Block<'a>>, ImportError> {
    let mut names = Vec::new();
    let mut targets: Vec<Option<u32>> = Vec::with_capacity(roles.len());
    for role in roles {
        let name = name_of(role);
        targets.push(name.is_some().then_some(names.len() as u32));
        names.extend(name);
    }
    if names.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::with_capacity(keys.len());
    let mut values: Vec<(u32, f64)> = Vec::with_capacity(names.len());
    for (row, (id, conditions)) in sheet.rows().zip(keys) {
        pass.as_mut().map_or(Ok(()), |pass| pass.step())?;
        values.clear();
        for (column, cell) in row.cells() {
            let Some(target) = targets.get(column).copied().flatten() else {
                continue;
            };
            let number = number_from_cell(cell, wanted, || sheet.cell_place(row, column))?;
            values.extend(number.map(|number| (target, number)));
        }
        rows.push(BlockRow {
            id: id.clone(),
            conditions: conditions.clone(),
            position: row.position,
            values: values.as_slice().into(),
        });
    }
    Ok(Some(Block {
        file: &sheet.file,
        names,
        rows,
    }))
}

/// What a run of a wide sheet is known by.
type Key<'a> = (Cow<'a, str>, Conditions);

/// The run ids of a wide sheet, from its id column or the rows numbered from one, with the
/// conditions.
fn keys_of<'a>(sheet: &'a Sheet, roles: &[Role]) -> Result<Vec<Key<'a>>, ImportError> {
    let of_condition = |(column, role): (usize, &Role)| match role {
        Role::Condition(cells) => Some((column, cells.clone())),
        _ => None,
    };
    let columns: Vec<(usize, ConditionCells)> =
        roles.iter().enumerate().filter_map(of_condition).collect();
    let mut keys = Vec::with_capacity(sheet.rows().len());
    let id_column = roles.iter().position(|role| *role == Role::Id);
    for (number, row) in (1..).zip(sheet.rows()) {
        let id = match id_column {
            Some(column) => Cow::Borrowed(id_in(sheet, row, column)?),
            None => Cow::Owned(usize::to_string(&number)),
        };
        keys.push((id, conditions_of(sheet, row, &columns)?));
    }
    if let Some(column) = id_column {
        check_unique(sheet, roles, column, &keys)?;
    }
    Ok(keys)
}

/// No two rows may have the same id under the same conditions.
fn check_unique(
    sheet: &Sheet,
    roles: &[Role],
    column: usize,
    keys: &[Key<'_>],
) -> Result<(), ImportError> {
    let mut seen: HashMap<&Key<'_>, usize> = HashMap::with_capacity(keys.len());
    for (number, (key, row)) in keys.iter().zip(sheet.rows()).enumerate() {
        let earlier = seen.insert(key, number);
        if let Some(earlier) = earlier.and_then(|earlier| sheet.row(earlier)) {
            let (advice, choice) = advice_for_repeated(sheet, roles, earlier, row);
            return Err(ImportError::Duplicate {
                what: "each run id",
                id: key.1.label(&key.0),
                first: Box::new(sheet.cell_place(earlier, column)),
                second: Box::new(sheet.cell_place(row, column)),
                advice,
                choice,
            });
        }
    }
    Ok(())
}

/// The id in a row, which must not be empty.
pub(crate) fn id_in<'a>(
    sheet: &Sheet,
    row: SheetRow<'a>,
    column: usize,
) -> Result<&'a str, ImportError> {
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
fn advice_for_repeated(
    sheet: &Sheet,
    roles: &[Role],
    first: SheetRow<'_>,
    second: SheetRow<'_>,
) -> (String, Option<Box<Advice>>) {
    let differs =
        |column: usize| first.cell(column).map(str::trim) != second.cell(column).map(str::trim);
    let unused = (0..sheet.columns.len()).filter(|&column| roles.get(column) == Some(&Role::Other));
    let mut telling = unused
        .filter(|&column| differs(column))
        .filter_map(|column| {
            let value = second
                .cell(column)
                .map(str::trim)
                .filter(|value| !value.is_empty())?;
            Some((
                sheet.columns.get(column)?,
                first.cell(column).unwrap_or_default().trim(),
                value,
            ))
        });
    telling.next().map_or_else(
        || ("remove one of the rows".to_owned(), None),
        |(column, one, other)| {
            let text = format!(
                "the rows differ in {} ({} and {}), choose one of these values",
                excerpt(column),
                excerpt(one),
                excerpt(other)
            );
            let choice = Advice::ChooseRows {
                column: column.clone(),
                value: other.to_owned(),
            };
            (text, Some(Box::new(choice)))
        },
    )
}
