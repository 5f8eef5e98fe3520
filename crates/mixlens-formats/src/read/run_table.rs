//! [`import_run_table`]: from files to a [`RunTable`].

use std::path::Path;

use mixlens_core::compute::Control;
use mixlens_core::simplex::Mixture;
use mixlens_core::table::{Direction, MetricSet, RunTable};

use super::gather::{Gathered, Selected, gather};
use super::join::join;
use super::layout::Layout;
use super::pace::Pace;
use super::sheet::Sheet;
use super::{FoundGroup, ImportOptions, NamedBytes};
use crate::names::{find_domain, find_metric, is_higher_better};
use crate::{ImportError, Notice};

/// A run table, the layout of its files, and notices.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The runs.
    pub table: RunTable,
    /// Notices for the user.
    pub notices: Vec<Notice>,
    /// What was recognised in each file.
    pub layout: Layout,
    /// The groups of runs under the same conditions that the files hold, by rising conditions; one
    /// where no conditions differ.
    pub groups: Vec<FoundGroup>,
}

/// Reads a run table from one or more files, joined by run id and conditions; their order does not
/// matter. Of several groups of runs the one that the options choose is read.
///
/// How columns are recognised is stated in the [crate documentation](crate).
///
/// # Errors
/// An [`ImportError`] with the location, the expectation, the finding and the remedy.
///
/// ```
/// use mixlens_formats::{ImportOptions, NamedBytes, import_run_table};
/// let text = "index,train_web,train_code\n1,0.25,0.75\n2,0.5,0.5\n";
/// let mixtures = NamedBytes::new("mixtures.csv", text);
/// let losses = NamedBytes::new("losses.csv", "index,metric/web_val_loss\n2,3.1\n1,3.4\n");
/// let imported = import_run_table(&[losses, mixtures], &ImportOptions::default())?;
/// assert_eq!(imported.table.domains().names(), ["web", "code"]);
/// assert_eq!(imported.table.metric_values(0).collect::<Vec<_>>(), [Some(3.4), Some(3.1)]);
/// # Ok::<(), mixlens_formats::ImportError>(())
/// ```
pub fn import_run_table(
    files: &[NamedBytes],
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    import_run_table_under(files, options, &Control::default())
}

/// [`import_run_table`] with progress, and an end when `control` is cancelled.
///
/// # Errors
/// As [`import_run_table`], and [`CoreError::Cancelled`](mixlens_core::CoreError::Cancelled) as
/// [`ImportError::Core`].
pub fn import_run_table_under(
    files: &[NamedBytes],
    options: &ImportOptions,
    control: &Control,
) -> Result<Imported, ImportError> {
    if files.is_empty() {
        return Err(ImportError::NoFiles);
    }
    let pace = Pace::of(control, files);
    let sheets: Vec<Sheet> = files
        .iter()
        .map(|file| Sheet::read(file, &pace))
        .collect::<Result<_, _>>()?;
    let mut notices = Vec::new();
    let selected = Selected::new(sheets, options, &mut notices)?;
    let gathered = gather(&selected, options, &mut notices, &pace)?;
    if gathered.domains.is_empty() {
        return Err(no_columns("domain", &gathered));
    }
    if gathered.metrics.is_empty() {
        return Err(no_columns("metric", &gathered));
    }
    let (mut table, groups) = join(&gathered, options, &mut notices, &pace)?;
    set_directions(table.metrics_mut(), options, &mut notices)?;
    if !options.natural.is_empty() {
        let natural = natural_mixture(&table, &options.natural)?;
        table.set_natural(natural);
    }
    Ok(Imported {
        table,
        notices,
        layout: gathered.layout,
        groups,
    })
}

/// Reads a run table from files on disk.
///
/// # Errors
/// As [`import_run_table`], and [`ImportError::Unreadable`].
pub fn import_run_table_from_paths<P: AsRef<Path>>(
    paths: &[P],
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    import_run_table(&NamedBytes::read_all(paths)?, options)
}

fn no_columns(what: &'static str, gathered: &Gathered<'_>) -> ImportError {
    let advice = if what == "domain" {
        "name the columns of domains, or give them the prefix train_"
    } else {
        "name the columns of metrics, or give them the prefix metric/"
    };
    ImportError::NoColumns {
        what,
        files: gathered.files.clone(),
        columns: gathered.columns.clone(),
        advice,
    }
}

/// Directions by name, then by the options.
fn set_directions(
    metrics: &mut MetricSet,
    options: &ImportOptions,
    notices: &mut Vec<Notice>,
) -> Result<(), ImportError> {
    let mut asked: Vec<Option<Direction>> = vec![None; metrics.len()];
    for (name, direction) in &options.directions {
        let metric = find_metric(metrics, name)?;
        asked
            .iter_mut()
            .skip(metric)
            .take(1)
            .for_each(|slot| *slot = Some(*direction));
    }
    let mut higher = Vec::new();
    for (metric, asked) in asked.into_iter().enumerate() {
        let name = metrics
            .as_slice()
            .get(metric)
            .map_or("", |metric| metric.name.as_str());
        let direction = asked.unwrap_or_else(|| {
            if is_higher_better(name) {
                higher.push(name.to_owned());
                Direction::Higher
            } else {
                Direction::Lower
            }
        });
        metrics.set_direction(metric, direction);
    }
    if !higher.is_empty() {
        notices.push(Notice::HigherIsBetter { metrics: higher });
    }
    Ok(())
}

/// The natural mixture from one weight per domain.
fn natural_mixture(table: &RunTable, natural: &[(String, f64)]) -> Result<Mixture, ImportError> {
    let domains = table.domains();
    let mut weights: Vec<Option<f64>> = vec![None; domains.len()];
    for (name, weight) in natural {
        let domain = find_domain(domains, name)?;
        weights
            .iter_mut()
            .skip(domain)
            .take(1)
            .for_each(|slot| *slot = Some(*weight));
    }
    let missing: Vec<String> = domains
        .names()
        .iter()
        .zip(&weights)
        .filter(|(_, weight)| weight.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    if !missing.is_empty() {
        return Err(ImportError::MissingDomains {
            what: "a natural weight",
            names: missing,
        });
    }
    let weights: Vec<f64> = weights.into_iter().flatten().collect();
    Ok(Mixture::from_weights(domains, &weights)?.0)
}
