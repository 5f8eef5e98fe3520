//! From sheets to blocks of numbers: filters, roles, and checking that everything asked for is there.

use std::collections::HashSet;

use super::ImportOptions;
use super::block::{Block, blocks_of_wide};
use super::layout::{FileLayout, Layout, Shape};
use super::long::{LongColumns, blocks_of_long, long_columns};
use super::pace::{Pace, Pass};
use super::roles::{Role, assign_roles, id_column, is_numeric};
use super::sheet::{Sheet, columns_of, files_of};
use super::wandb::leave_out_unfinished;
use crate::error::quoted;
use crate::names::{domain_name, metric_name};
use crate::{ImportError, Notice};

/// What the files give, before it is joined.
pub(crate) struct Gathered {
    pub domains: Vec<Block>,
    pub metrics: Vec<Block>,
    /// Run ids that were left out of a file on purpose: unfinished, or filtered.
    pub dropped: HashSet<String>,
    pub layout: Layout,
    /// The files' names, quoted.
    pub files: String,
    /// The files' columns, quoted.
    pub columns: String,
}

/// Filters the sheets, recognises their columns and reads their numbers.
pub(crate) fn gather(
    mut sheets: Vec<Sheet>,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
    pace: &Pace<'_>,
) -> Result<Gathered, ImportError> {
    check_columns_asked_for(&sheets, options)?;
    let mut gathered = Gathered {
        domains: Vec::new(),
        metrics: Vec::new(),
        dropped: HashSet::new(),
        layout: Layout::default(),
        files: files_of(&sheets),
        columns: columns_of(&sheets),
    };
    let mut wandb = Vec::with_capacity(sheets.len());
    for sheet in &mut sheets {
        let before: HashSet<String> = ids_in(sheet, options).collect();
        wandb.push(leave_out_unfinished(sheet, notices));
        sheet.filter(&options.filters, notices);
        if sheet.rows.is_empty() {
            let after = "the row filters and leaving out unfinished runs".to_owned();
            return Err(ImportError::NothingLeft { files: format!("{:?}", sheet.file), after });
        }
        let after: HashSet<String> = ids_in(sheet, options).collect();
        gathered.dropped.extend(before.difference(&after).cloned());
    }
    let mut pass = pace.pass(sheets.iter().map(|sheet| sheet.rows.len()).sum());
    for arranged in arrange(&sheets, &wandb, options)? {
        gathered.read(&arranged, sheets.len() > 1, options, notices, &mut pass)?;
    }
    gathered.check_names_asked_for(options)?;
    Ok(gathered)
}

/// A sheet and how its columns are to be read.
struct Arranged<'a> {
    sheet: &'a Sheet,
    shape: Shape,
    columns: Arrangement,
}

enum Arrangement {
    Long(LongColumns),
    Wide(Vec<Role>),
}

/// Recognises the shape and the columns of every sheet.
fn arrange<'a>(sheets: &'a [Sheet], wandb: &[bool], options: &ImportOptions) -> Result<Vec<Arranged<'a>>, ImportError> {
    let longs: Vec<Option<LongColumns>> = sheets.iter().map(|sheet| long_columns(sheet, options)).collect();
    let wide: Vec<&Sheet> =
        sheets.iter().zip(&longs).filter(|(_, long)| long.is_none()).map(|(sheet, _)| sheet).collect();
    let has_domains = longs.iter().flatten().any(LongColumns::has_domains);
    let has_metrics = longs.iter().flatten().any(LongColumns::has_metrics);
    let mut roles = assign_roles(&wide, options, has_domains, has_metrics)?.into_iter();
    let arrange_one = |((sheet, long), &is_wandb): ((&'a Sheet, Option<LongColumns>), &bool)| match long {
        Some(columns) => Arranged { sheet, shape: Shape::Long, columns: Arrangement::Long(columns) },
        None => {
            let shape = if is_wandb { Shape::WandbExport } else { Shape::Wide };
            Arranged { sheet, shape, columns: Arrangement::Wide(roles.next().unwrap_or_default()) }
        }
    };
    Ok(sheets.iter().zip(longs).zip(wandb).map(arrange_one).collect())
}

impl Gathered {
    /// Reads the numbers of one sheet.
    fn read(
        &mut self,
        arranged: &Arranged<'_>,
        is_joined: bool,
        options: &ImportOptions,
        notices: &mut Vec<Notice>,
        pass: &mut Pass<'_>,
    ) -> Result<(), ImportError> {
        let sheet = arranged.sheet;
        let (domains, metrics) = match &arranged.columns {
            Arrangement::Long(columns) => blocks_of_long(sheet, *columns, options)?,
            Arrangement::Wide(roles) => {
                check_used(sheet, roles, is_joined)?;
                notices.extend(notices_of_wide(sheet, roles, options));
                blocks_of_wide(sheet, roles, pass)?
            }
        };
        let blocks = [&domains, &metrics];
        self.layout.files.push(FileLayout {
            file: sheet.file.clone(),
            encoding: sheet.encoding,
            shape: arranged.shape,
            id_column: id_column(sheet, options).and_then(|column| sheet.columns.get(column).cloned()),
            runs: blocks.into_iter().flatten().map(|block| block.rows.len()).max().unwrap_or(0),
            domains: domains.as_ref().map_or(0, |block| block.names.len()),
            metrics: metrics.as_ref().map_or(0, |block| block.names.len()),
        });
        self.domains.extend(domains);
        self.metrics.extend(metrics);
        Ok(())
    }

    /// Every domain and metric of the mapping must have been found.
    fn check_names_asked_for(&self, options: &ImportOptions) -> Result<(), ImportError> {
        let has =
            |blocks: &[Block], name: &str| blocks.iter().any(|block| block.names.iter().any(|known| known == name));
        let domain = options.domains.iter().find(|asked| !has(&self.domains, domain_name(asked)));
        let metric = options.metrics.iter().find(|asked| !has(&self.metrics, metric_name(asked)));
        let (column, why) = match (domain, metric) {
            (Some(domain), _) => (domain, "asked for as a domain"),
            (None, Some(metric)) => (metric, "asked for as a metric"),
            (None, None) => return Ok(()),
        };
        let (files, columns) = (self.files.clone(), self.columns.clone());
        Err(ImportError::NoSuchColumn { files, column: column.clone(), why, columns })
    }
}

/// The id column and the filtered columns of the options must be in one of the files.
fn check_columns_asked_for(sheets: &[Sheet], options: &ImportOptions) -> Result<(), ImportError> {
    let ids = options.id.iter().map(|id| (id, "asked for as the id"));
    let filters = options.filters.iter().map(|(column, _)| (column, "asked for in a row filter"));
    for (column, why) in ids.chain(filters) {
        if sheets.iter().all(|sheet| sheet.column(column).is_none()) {
            let (files, columns) = (files_of(sheets), columns_of(sheets));
            return Err(ImportError::NoSuchColumn { files, column: column.clone(), why, columns });
        }
    }
    Ok(())
}

/// A wide sheet must bring something, and an id to join it by when there are other files.
fn check_used(sheet: &Sheet, roles: &[Role], is_joined: bool) -> Result<(), ImportError> {
    let is_used = roles.iter().any(|role| matches!(role, Role::Domain(_) | Role::Metric(_)));
    if !is_used {
        return Err(ImportError::NoColumns {
            what: "domain or metric",
            files: format!("{:?}", sheet.file),
            columns: quoted(&sheet.columns),
            advice: "name them with --domains and --metrics, or leave the file out",
        });
    }
    if is_joined && !roles.contains(&Role::Id) {
        return Err(ImportError::NoIdColumn { place: sheet.header_place(), columns: quoted(&sheet.columns) });
    }
    Ok(())
}

/// What the user should know about a wide sheet: numbered rows and columns that nobody reads.
fn notices_of_wide(sheet: &Sheet, roles: &[Role], options: &ImportOptions) -> Vec<Notice> {
    let mut notices = Vec::new();
    let file = sheet.file.clone();
    if !roles.contains(&Role::Id) {
        notices.push(Notice::RowsNumbered { file: file.clone(), rows: sheet.rows.len() });
    }
    let is_filter = |column: usize| options.filters.iter().any(|(name, _)| sheet.column(name) == Some(column));
    let columns: Vec<String> = sheet
        .columns
        .iter()
        .zip(roles)
        .enumerate()
        .filter(|&(column, (_, role))| *role == Role::Other && !is_filter(column) && is_numeric(sheet, column))
        .map(|(_, (name, _))| name.clone())
        .collect();
    if !columns.is_empty() {
        notices.push(Notice::ColumnsIgnored { file, columns });
    }
    notices
}

fn ids_in(sheet: &Sheet, options: &ImportOptions) -> impl Iterator<Item = String> {
    let column = id_column(sheet, options);
    sheet.rows.iter().filter_map(move |row| Some(row.cell(column?)?.trim().to_owned()))
}
