//! The rule that tells domains, metrics and ids apart, over all files at once.

use super::ImportOptions;
use super::number::{Wanted, number_from_cell};
use super::sheet::Sheet;
use super::sum_rule::columns_summing_to_one;
use crate::ImportError;
use crate::error::{Place, Position};
use crate::names::{Meaning, domain_name, id_names, meaning_of, metric_name};

/// What a column of a wide table is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Run ids.
    Id,
    /// Proportions of the domain of this name.
    Domain(String),
    /// Values of the metric of this name.
    Metric(String),
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
    let ids: Vec<Option<usize>> = sheets.iter().map(|sheet| id_column(sheet, options)).collect();
    let mut roles: Vec<Vec<Role>> = sheets
        .iter()
        .zip(&ids)
        .map(|(sheet, &id)| (0..).zip(&sheet.columns).map(|(at, name)| first_role(at, name, id, options)).collect())
        .collect();
    let lacks = |roles: &[Vec<Role>], wanted: fn(&Role) -> bool| !roles.iter().flatten().any(wanted);
    if !has_domains && options.domains.is_empty() && lacks(&roles, |role| matches!(role, Role::Domain(_))) {
        for (sheet, roles) in sheets.iter().zip(&mut roles) {
            let is_open: Vec<bool> =
                sheet.columns.iter().zip(&*roles).map(|(name, role)| *role == Role::Other && is_plain(name)).collect();
            for column in columns_summing_to_one(sheet, &is_open) {
                set(roles, column, Role::Domain(domain_name(header(sheet, column)).to_owned()));
            }
        }
    }
    if !has_metrics && options.metrics.is_empty() && lacks(&roles, |role| matches!(role, Role::Metric(_))) {
        for (sheet, roles) in sheets.iter().zip(&mut roles) {
            for column in 0..sheet.columns.len() {
                let is_open = roles.get(column) == Some(&Role::Other) && is_plain(header(sheet, column));
                if is_open && is_numeric(sheet, column) {
                    set(roles, column, Role::Metric(metric_name(header(sheet, column)).to_owned()));
                }
            }
        }
    }
    for (sheet, roles) in sheets.iter().zip(&roles) {
        check_unique_names(sheet, roles)?;
    }
    Ok(roles)
}

/// Whether most of the filled cells of a column are numbers (and there are some).
pub(crate) fn is_numeric(sheet: &Sheet, column: usize) -> bool {
    let place = Place::new(&sheet.file, Position::File);
    let cells = sheet.rows.iter().filter_map(|row| row.cell(column)).filter(|cell| !cell.trim().is_empty());
    let (mut filled, mut numbers) = (0_usize, 0_usize);
    for cell in cells {
        filled += 1;
        numbers += usize::from(number_from_cell(cell, Wanted::Metric, &place).is_ok());
    }
    numbers * 2 > filled
}

/// The column with run ids: the one asked for, or the first known name that the sheet has.
pub(crate) fn id_column(sheet: &Sheet, options: &ImportOptions) -> Option<usize> {
    let asked = options.id.as_deref().and_then(|name| sheet.column(name));
    asked.or_else(|| id_names().find_map(|name| sheet.column(name)))
}

/// What the mapping says about a column, or else its name.
fn first_role(at: usize, name: &str, id: Option<usize>, options: &ImportOptions) -> Role {
    if Some(at) == id {
        return Role::Id;
    }
    if options.domains.iter().any(|wanted| domain_name(wanted) == domain_name(name)) {
        return Role::Domain(domain_name(name).to_owned());
    }
    if options.metrics.iter().any(|wanted| metric_name(wanted) == metric_name(name)) {
        return Role::Metric(metric_name(name).to_owned());
    }
    match meaning_of(name) {
        Meaning::Domain(name) if options.domains.is_empty() => Role::Domain(name),
        Meaning::Metric(name) if options.metrics.is_empty() => Role::Metric(name),
        _ => Role::Other,
    }
}

fn check_unique_names(sheet: &Sheet, roles: &[Role]) -> Result<(), ImportError> {
    for (second, role) in roles.iter().enumerate() {
        let (Role::Domain(name) | Role::Metric(name)) = role else { continue };
        if let Some(first) = roles.iter().take(second).position(|earlier| earlier == role) {
            return Err(ImportError::DuplicateColumn {
                place: sheet.header_place(),
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
