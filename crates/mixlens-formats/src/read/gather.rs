//! From sheets to blocks of numbers: filters, roles, and checking that everything asked for is
//! there.

use std::collections::{BTreeSet, HashSet};

use mixlens_core::excerpt;
use mixlens_core::table::Condition;

use super::ImportOptions;
use super::block::{Block, blocks_of_wide};
use super::layout::{FileLayout, Layout, Shape};
use super::long::{LongColumns, blocks_of_long, long_columns};
use super::pace::{Pace, Pass};
use super::roles::{Role, assign_roles, id_column, numeric_columns};
use super::sheet::{Sheet, columns_of, files_of};
use super::wandb::leave_out_unfinished;
use crate::error::quoted;
use crate::names::{domain_name, metric_name};
use crate::{ImportError, Notice};

/// Sheets with the rows that count.
pub(crate) struct Selected {
    sheets: Vec<Sheet>,
    /// Which of them are exports of Weights & Biases.
    wandb: Vec<bool>,
    /// Run ids that were left out of a file on purpose: unfinished, or filtered.
    dropped: HashSet<String>,
}

impl Selected {
    /// Leaves out the rows that are filtered or of runs that did not finish.
    pub fn new(
        mut sheets: Vec<Sheet>,
        options: &ImportOptions,
        notices: &mut Vec<Notice>,
    ) -> Result<Self, ImportError> {
        check_columns_asked_for(&sheets, options)?;
        let (mut wandb, mut dropped) = (Vec::with_capacity(sheets.len()), HashSet::new());
        for sheet in &mut sheets {
            wandb.push(leave_out_unfinished(sheet, notices));
            sheet.filter(&options.filters, notices);
            if sheet.is_empty() {
                let after = "the row filters and leaving out unfinished runs".to_owned();
                return Err(ImportError::NothingLeft {
                    files: excerpt(&sheet.file).to_string(),
                    after,
                });
            }
            if let Some(column) = id_column(sheet, options) {
                dropped.extend(sheet.dropped(column).into_iter().map(str::to_owned));
            }
        }
        Ok(Self {
            sheets,
            wandb,
            dropped,
        })
    }
}

/// What the files give, before it is joined.
pub(crate) struct Gathered<'a> {
    pub domains: Vec<Block<'a>>,
    pub metrics: Vec<Block<'a>>,
    /// Run ids that were left out of a file on purpose: unfinished, or filtered.
    pub dropped: &'a HashSet<String>,
    pub layout: Layout,
    /// The files' names, quoted.
    pub files: String,
    /// The files' columns, quoted.
    pub columns: String,
}

/// Recognises the columns of the sheets and reads their numbers.
pub(crate) fn gather<'a>(
    selected: &'a Selected,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
    pace: &Pace<'_>,
) -> Result<Gathered<'a>, ImportError> {
    let sheets = selected.sheets.as_slice();
    let mut gathered = Gathered {
        domains: Vec::new(),
        metrics: Vec::new(),
        dropped: &selected.dropped,
        layout: Layout::default(),
        files: files_of(sheets),
        columns: columns_of(sheets),
    };
    let mut pass = pace.pass(sheets.iter().map(|sheet| sheet.rows().len()).sum());
    for arranged in arrange(sheets, &selected.wandb, options)? {
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
fn arrange<'a>(
    sheets: &'a [Sheet],
    wandb: &[bool],
    options: &ImportOptions,
) -> Result<Vec<Arranged<'a>>, ImportError> {
    let longs: Vec<Option<LongColumns>> = sheets
        .iter()
        .map(|sheet| long_columns(sheet, options))
        .collect();
    let wide: Vec<&Sheet> = sheets
        .iter()
        .zip(&longs)
        .filter(|(_, long)| long.is_none())
        .map(|(sheet, _)| sheet)
        .collect();
    let has_domains = longs.iter().flatten().any(LongColumns::has_domains);
    let has_metrics = longs.iter().flatten().any(LongColumns::has_metrics);
    let mut roles = assign_roles(&wide, options, has_domains, has_metrics)?.into_iter();
    let arrange_one =
        |((sheet, long), &is_wandb): ((&'a Sheet, Option<LongColumns>), &bool)| match long {
            Some(columns) => Arranged {
                sheet,
                shape: Shape::Long,
                columns: Arrangement::Long(columns),
            },
            None => {
                let shape = if is_wandb {
                    Shape::WandbExport
                } else {
                    Shape::Wide
                };
                Arranged {
                    sheet,
                    shape,
                    columns: Arrangement::Wide(roles.next().unwrap_or_default()),
                }
            }
        };
    Ok(sheets
        .iter()
        .zip(longs)
        .zip(wandb)
        .map(arrange_one)
        .collect())
}

impl<'a> Gathered<'a> {
    /// Reads the numbers of one sheet.
    fn read(
        &mut self,
        arranged: &Arranged<'a>,
        is_joined: bool,
        options: &ImportOptions,
        notices: &mut Vec<Notice>,
        pass: &mut Pass<'_>,
    ) -> Result<(), ImportError> {
        let sheet = arranged.sheet;
        let (domains, metrics) = match &arranged.columns {
            Arrangement::Long(columns) => blocks_of_long(sheet, *columns, options, pass)?,
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
            id_column: id_column(sheet, options)
                .and_then(|column| sheet.columns.get(column).cloned()),
            runs: blocks
                .into_iter()
                .flatten()
                .map(|block| block.rows.len())
                .max()
                .unwrap_or(0),
            domains: domains.as_ref().map_or(0, |block| block.names.len()),
            metrics: metrics.as_ref().map_or(0, |block| block.names.len()),
            conditions: names_of_conditions(blocks.into_iter().flatten()),
        });
        self.domains.extend(domains);
        self.metrics.extend(metrics);
        Ok(())
    }

    /// Every domain and metric of the mapping must have been found.
    fn check_names_asked_for(&self, options: &ImportOptions) -> Result<(), ImportError> {
        fn names<'b>(blocks: &'b [Block<'_>]) -> HashSet<&'b str> {
            blocks
                .iter()
                .flat_map(|block| &block.names)
                .map(String::as_str)
                .collect()
        }
        let (domains, metrics) = (names(&self.domains), names(&self.metrics));
        let domain = options
            .domains
            .iter()
            .find(|asked| !domains.contains(domain_name(asked)));
        let metric = options
            .metrics
            .iter()
            .find(|asked| !metrics.contains(metric_name(asked)));
        let (column, why) = match (domain, metric) {
            (Some(domain), _) => (domain, "asked for as a domain"),
            (None, Some(metric)) => (metric, "asked for as a metric"),
            (None, None) => return Ok(()),
        };
        let (files, columns) = (self.files.clone(), self.columns.clone());
        Err(ImportError::NoSuchColumn {
            files,
            column: column.clone(),
            why,
            columns,
        })
    }
}

/// The names of the conditions that any run of the blocks has.
fn names_of_conditions<'b>(blocks: impl Iterator<Item = &'b Block<'b>>) -> Vec<String> {
    let known: BTreeSet<Condition> = blocks.flat_map(Block::known_conditions).collect();
    let names = known.iter().map(|condition| condition.name().to_owned());
    names.collect()
}

/// The id column and the filtered columns of the options must be in one of the files.
fn check_columns_asked_for(sheets: &[Sheet], options: &ImportOptions) -> Result<(), ImportError> {
    let ids = options.id.iter().map(|id| (id, "asked for as the id"));
    let filters = options
        .filters
        .iter()
        .map(|(column, _)| (column, "asked for in a row filter"));
    let conditions = options
        .conditions
        .iter()
        .map(|column| (column, "asked for as a condition"));
    for (column, why) in ids.chain(filters).chain(conditions) {
        if sheets.iter().all(|sheet| sheet.column(column).is_none()) {
            let (files, columns) = (files_of(sheets), columns_of(sheets));
            return Err(ImportError::NoSuchColumn {
                files,
                column: column.clone(),
                why,
                columns,
            });
        }
    }
    Ok(())
}

/// A wide sheet must bring something, and an id to join it by when there are other files.
fn check_used(sheet: &Sheet, roles: &[Role], is_joined: bool) -> Result<(), ImportError> {
    let is_used = roles
        .iter()
        .any(|role| matches!(role, Role::Domain(_) | Role::Metric(_)));
    if !is_used {
        return Err(ImportError::NoColumns {
            what: "domain or metric",
            files: excerpt(&sheet.file).to_string(),
            columns: quoted(&sheet.columns),
            advice: "name the columns of domains and metrics, or leave the file out",
        });
    }
    if is_joined && !roles.contains(&Role::Id) {
        return Err(ImportError::NoIdColumn {
            place: sheet.header_place(),
            columns: quoted(&sheet.columns),
        });
    }
    Ok(())
}

/// Notices about a wide sheet: numbered rows and ignored columns.
fn notices_of_wide(sheet: &Sheet, roles: &[Role], options: &ImportOptions) -> Vec<Notice> {
    let mut notices = Vec::new();
    let file = sheet.file.clone();
    if !roles.contains(&Role::Id) {
        notices.push(Notice::RowsNumbered {
            file: file.clone(),
            rows: sheet.rows().len(),
        });
    }
    let filtered: HashSet<usize> = options
        .filters
        .iter()
        .filter_map(|(name, _)| sheet.column(name))
        .collect();
    let is_unused =
        |column: usize| roles.get(column) == Some(&Role::Other) && !filtered.contains(&column);
    let numeric = numeric_columns(sheet, is_unused);
    let columns: Vec<String> = sheet
        .columns
        .iter()
        .zip(numeric)
        .filter(|(_, is_numeric)| *is_numeric)
        .map(|(name, _)| name.clone())
        .collect();
    if !columns.is_empty() {
        notices.push(Notice::ColumnsIgnored { file, columns });
    }
    notices
}
