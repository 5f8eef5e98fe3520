//! Reading run tables, and previews of files before that.

use std::sync::Arc;

use mixlens_core::CoreError;
use mixlens_core::compute::Control;
use mixlens_core::table::RunTable;
use mixlens_formats::{
    FoundGroup, GroupChoice, ImportOptions, Imported, NamedBytes, import_run_table_under,
    leave_out_rejected,
};
use serde::{Deserialize, Serialize};

use crate::{JobError, value_text};

/// Rows that a preview shows.
const PREVIEW_ROWS: usize = 50;

/// The error assumed for numbers of a preview: enough digits to recognise them.
const PREVIEW_ERROR: f64 = 1e-5;

/// Files larger than this take long to read, in bytes.
const LARGE: usize = 4 << 20;

/// What to do with rows that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRejected {
    /// Refuse the files, naming the first such row (the default).
    #[default]
    Refuse,
    /// Leave such rows out and report how many.
    LeaveOut,
}

/// The content of files before they are imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The names of the files.
    pub files: Vec<String>,
    /// What was recognised in each file, one sentence a file.
    pub layout: Vec<String>,
    /// The domains recognised.
    pub domains: Vec<String>,
    /// The metrics recognised.
    pub metrics: Vec<String>,
    /// The first 50 runs, as the cells of a table: id, proportions, metrics.
    pub rows: Vec<Vec<String>>,
    /// How many runs are read.
    pub runs: usize,
    /// The groups of runs under the same conditions that the files hold.
    #[serde(default)]
    pub groups: Vec<FoundGroup>,
    /// Notices for the user.
    pub notices: Vec<String>,
    /// Rows that cannot be read, each with position and reason. The other rows can be imported
    /// without them.
    pub rejected: Vec<String>,
    /// Why the files cannot be imported even without those rows; `None` when they can.
    pub problem: Option<String>,
}

impl ImportPreview {
    /// `options` with the runs of group number `group` instead; `None` without such a group.
    pub fn with_group(&self, group: usize, options: &ImportOptions) -> Option<ImportOptions> {
        Some(ImportOptions {
            group: GroupChoice::At(self.groups.get(group)?.conditions.clone()),
            ..options.clone()
        })
    }
}

/// Tries an import and shows the result.
pub(crate) fn preview(
    files: &[Arc<NamedBytes>],
    options: &ImportOptions,
    control: &Control,
) -> Result<ImportPreview, JobError> {
    let names = files.iter().map(|file| base_name(&file.name)).collect();
    let nothing = ImportPreview {
        files: names,
        layout: Vec::new(),
        domains: Vec::new(),
        metrics: Vec::new(),
        rows: Vec::new(),
        runs: 0,
        groups: Vec::new(),
        notices: Vec::new(),
        rejected: Vec::new(),
        problem: None,
    };
    let left = leave_out_rejected(&owned(files), options, max_rejected(files), control);
    let rejected = left
        .rejected
        .iter()
        .map(|row| row.reason.to_string())
        .collect();
    let nothing = ImportPreview {
        rejected,
        ..nothing
    };
    Ok(match left.imported.map_err(JobError::from) {
        Err(cancelled @ JobError::Core(CoreError::Cancelled)) => return Err(cancelled),
        Err(problem) => ImportPreview {
            problem: Some(problem.to_string()),
            ..nothing
        },
        Ok(Imported {
            table,
            notices,
            layout,
            groups,
        }) => {
            let cells = |run: mixlens_core::table::Run<'_>| {
                let text = |value: f64| value_text(value, Some(PREVIEW_ERROR));
                let parts = run.parts.iter().map(|&part| text(part));
                let values = run
                    .values
                    .iter()
                    .map(|value| value.map_or_else(String::new, text));
                std::iter::once(run.id.to_owned())
                    .chain(parts)
                    .chain(values)
                    .collect()
            };
            ImportPreview {
                layout: layout.files.iter().map(ToString::to_string).collect(),
                domains: table.domains().names().to_vec(),
                metrics: table
                    .metrics()
                    .as_slice()
                    .iter()
                    .map(|metric| metric.name.clone())
                    .collect(),
                rows: table.runs().take(PREVIEW_ROWS).map(cells).collect(),
                runs: table.len(),
                groups,
                notices: notices.iter().map(ToString::to_string).collect(),
                ..nothing
            }
        }
    })
}

/// A run table that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedRuns {
    /// A name for all the files together.
    pub name: String,
    /// The runs.
    pub table: Arc<RunTable>,
    /// Notices for the user.
    pub notices: Vec<String>,
}

/// Reads a run table.
pub(crate) fn import(
    files: &[Arc<NamedBytes>],
    options: &ImportOptions,
    rejected: OnRejected,
    control: &Control,
) -> Result<ImportedRuns, JobError> {
    let imported = match rejected {
        OnRejected::Refuse => import_run_table_under(&owned(files), options, control),
        OnRejected::LeaveOut => {
            leave_out_rejected(&owned(files), options, max_rejected(files), control).imported
        }
    };
    let Imported { table, notices, .. } = imported?;
    let mut notices: Vec<String> = notices.iter().map(ToString::to_string).collect();
    notices.extend(constant_metrics(&table));
    let name = match files {
        [] => String::new(),
        [only] => base_name(&only.name),
        [first, rest @ ..] => format!("{} and {} more", base_name(&first.name), rest.len()),
    };
    Ok(ImportedRuns {
        name,
        table: Arc::new(table),
        notices,
    })
}

/// The name without its folders.
pub(crate) fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}

fn owned(files: &[Arc<NamedBytes>]) -> Vec<NamedBytes> {
    files.iter().map(|file| NamedBytes::clone(file)).collect()
}

/// The maximum number of rejected rows reported: each costs another reading of the files.
fn max_rejected(files: &[Arc<NamedBytes>]) -> usize {
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    if bytes > LARGE { 10 } else { 200 }
}

fn constant_metrics(table: &RunTable) -> Option<String> {
    let names: Vec<&str> = table
        .constant_metrics()
        .into_iter()
        .filter_map(|metric| table.metrics().as_slice().get(metric))
        .map(|metric| metric.name.as_str())
        .collect();
    let (first, count) = (names.first()?, names.len());
    Some(match count {
        1 => format!("metric {first:?} is the same in every run and will not be fitted"),
        _ => format!(
            "{count} metrics (first: {first:?}) are the same in every run and will not be fitted"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three mixtures at 70M, two at 1B.
    const SIZES: &str = "run,size,prop_a,prop_b,loss_a\n\
        s0,70M,0.5,0.5,3\ns1,70M,0.2,0.8,3.5\ns2,70M,0.3,0.7,3.2\n\
        l0,1B,0.5,0.5,2\nl1,1B,0.2,0.8,2.2\n";

    fn files() -> Vec<Arc<NamedBytes>> {
        vec![Arc::new(NamedBytes::new("sizes.csv", SIZES))]
    }

    fn shown(options: &ImportOptions) -> ImportPreview {
        preview(&files(), options, &Control::default()).unwrap()
    }

    #[test]
    fn a_preview_lists_the_groups_and_another_one_can_be_chosen() {
        let first = shown(&ImportOptions::default());
        assert_eq!((first.runs, first.groups.len()), (3, 2));
        assert!(first.groups[0].is_taken && !first.groups[1].is_taken);
        assert!(first.notices[0].starts_with("2 groups of runs found: parameters=70M (3 runs);"));
        let asked = ImportOptions {
            id: Some("run".to_owned()),
            ..ImportOptions::default()
        };
        let options = first.with_group(1, &asked).unwrap();
        assert_eq!(options.id.as_deref(), Some("run"));
        let second = shown(&options);
        assert_eq!((second.runs, second.rows[0][0].as_str()), (2, "l0"));
        assert!(second.groups[1].is_taken);
        assert_eq!(first.with_group(2, &asked), None);
    }

    #[test]
    fn an_import_takes_the_group_chosen_and_keeps_its_conditions() {
        let options = ImportOptions {
            group: GroupChoice::At("size=1B".parse().unwrap()),
            ..ImportOptions::default()
        };
        let read = import(&files(), &options, OnRejected::Refuse, &Control::default());
        let table = read.unwrap().table;
        assert_eq!(table.len(), 2);
        assert_eq!(table.common_conditions().parameters(), Some(1e9));
    }
}
