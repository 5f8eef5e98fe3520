//! The rule that distinguishes domains, metrics and ids, over all files at once.

use std::collections::{HashMap, HashSet};

use super::ImportOptions;
use super::condition_columns::{ConditionCells, condition_columns};
use super::number::is_number;
use super::sheet::Sheet;
use super::sum_rule::columns_summing_to_one;
use crate::ImportError;
use crate::names::{Meaning, domain_name, id_names, meaning_of, metric_name};

/// What a column of a wide table is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// Run ids.
    Id,
    /// Proportions of the domain of this name.
    Domain(String),
    /// Values of the metric of this name.
    Metric(String),
    /// Values of a condition of the runs.
    Condition(ConditionCells),
    /// Not used.
    Other,
}

/// The roles of every column of every wide sheet.
///
/// `has_domains` and `has_metrics` say whether a long sheet beside them already brings them.
pub(crate) fn assign_roles(
    sheets: &[&Sheet],
    options: &ImportOptions,
    has_domains: bool,
    has_metrics: bool,
) -> Result<Vec<Vec<Role>>, ImportError> {
    let ids: Vec<Option<usize>> = sheets
        .iter()
        .map(|sheet| id_column(sheet, options))
        .collect();
    let asked = Asked::of(options);
    let role = |at: usize, name: &str, id: Option<usize>| {
        if Some(at) == id {
            Role::Id
        } else {
            asked.role(name)
        }
    };
    let mut roles: Vec<Vec<Role>> = sheets
        .iter()
        .zip(&ids)
        .map(|(sheet, &id)| {
            (0..)
                .zip(&sheet.columns)
                .map(|(at, name)| role(at, name, id))
                .collect()
        })
        .collect();
    for ((sheet, roles), &id) in sheets.iter().zip(&mut roles).zip(&ids) {
        let is_open = |column: usize| roles.get(column) == Some(&Role::Other);
        for (column, cells) in condition_columns(sheet, id, is_open, options)? {
            set(roles, column, Role::Condition(cells));
        }
    }
    let lacks =
        |roles: &[Vec<Role>], wanted: fn(&Role) -> bool| !roles.iter().flatten().any(wanted);
    if !has_domains
        && options.domains.is_empty()
        && lacks(&roles, |role| matches!(role, Role::Domain(_)))
    {
        for (sheet, roles) in sheets.iter().zip(&mut roles) {
            let is_open: Vec<bool> = sheet
                .columns
                .iter()
                .zip(&*roles)
                .map(|(name, role)| *role == Role::Other && is_plain(name))
                .collect();
            for column in columns_summing_to_one(sheet, &is_open) {
                set(
                    roles,
                    column,
                    Role::Domain(domain_name(header(sheet, column)).to_owned()),
                );
            }
        }
    }
    if !has_metrics
        && options.metrics.is_empty()
        && lacks(&roles, |role| matches!(role, Role::Metric(_)))
    {
        for (sheet, roles) in sheets.iter().zip(&mut roles) {
            let is_open: Vec<bool> = sheet
                .columns
                .iter()
                .zip(&*roles)
                .map(|(name, role)| *role == Role::Other && is_plain(name))
                .collect();
            let numeric = numeric_columns(sheet, |column| is_open.get(column) == Some(&true));
            for (column, _) in numeric
                .into_iter()
                .enumerate()
                .filter(|(_, is_numeric)| *is_numeric)
            {
                set(
                    roles,
                    column,
                    Role::Metric(metric_name(header(sheet, column)).to_owned()),
                );
            }
        }
    }
    for (sheet, roles) in sheets.iter().zip(&roles) {
        check_unique_names(sheet, roles)?;
    }
    Ok(roles)
}

/// The columns, among those that `is_open`, most of whose filled cells are numbers (and that have
/// some).
pub(crate) fn numeric_columns(sheet: &Sheet, is_open: impl Fn(usize) -> bool) -> Vec<bool> {
    let open: Vec<bool> = (0..sheet.columns.len()).map(is_open).collect();
    let mut counts = vec![(0_u32, 0_u32); open.len()]; // filled cells, numbers
    if open.contains(&true) {
        for (column, cell) in sheet.rows().flat_map(|row| row.cells()) {
            if open.get(column) == Some(&true)
                && !cell.trim().is_empty()
                && let Some((filled, numbers)) = counts.get_mut(column)
            {
                *filled += 1;
                *numbers += u32::from(is_number(cell));
            }
        }
    }
    counts
        .into_iter()
        .map(|(filled, numbers)| 2 * numbers > filled)
        .collect()
}

/// The column with run ids: the given one, or the first known name that the sheet has.
pub(crate) fn id_column(sheet: &Sheet, options: &ImportOptions) -> Option<usize> {
    let asked = options.id.as_deref().and_then(|name| sheet.column(name));
    asked.or_else(|| id_names().find_map(|name| sheet.column(name)))
}

/// The names in the mapping.
struct Asked<'a> {
    domains: HashSet<&'a str>,
    metrics: HashSet<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(options: &'a ImportOptions) -> Self {
        Self {
            domains: options
                .domains
                .iter()
                .map(|name| domain_name(name))
                .collect(),
            metrics: options
                .metrics
                .iter()
                .map(|name| metric_name(name))
                .collect(),
        }
    }

    /// The role of a column by the mapping, or else by its name.
    fn role(&self, name: &str) -> Role {
        if self.domains.contains(domain_name(name)) {
            return Role::Domain(domain_name(name).to_owned());
        }
        if self.metrics.contains(metric_name(name)) {
            return Role::Metric(metric_name(name).to_owned());
        }
        match meaning_of(name) {
            Meaning::Domain(name) if self.domains.is_empty() => Role::Domain(name),
            Meaning::Metric(name) if self.metrics.is_empty() => Role::Metric(name),
            _ => Role::Other,
        }
    }
}

fn check_unique_names(sheet: &Sheet, roles: &[Role]) -> Result<(), ImportError> {
    let mut seen: HashMap<&Role, usize> = HashMap::new();
    for (second, role) in roles.iter().enumerate() {
        let (Role::Domain(name) | Role::Metric(name)) = role else {
            continue;
        };
        if let Some(first) = seen.insert(role, second) {
            return Err(ImportError::DuplicateColumn {
                place: Box::new(sheet.header_place()),
                name: name.clone(),
                first: header(sheet, first).to_owned(),
                second: header(sheet, second).to_owned(),
            });
        }
    }
    Ok(())
}

fn is_plain(name: &str) -> bool {
    meaning_of(name) == Meaning::Plain
}

fn header(sheet: &Sheet, column: usize) -> &str {
    sheet.columns.get(column).map_or("", String::as_str)
}

fn set(roles: &mut [Role], column: usize, role: Role) {
    if let Some(slot) = roles.get_mut(column) {
        *slot = role;
    }
}
