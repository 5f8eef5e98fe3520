//! [`import_mixtures`]: whatever can be read as one or more mixtures.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mixlens_core::compute::Control;
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::table::RowSums;
use serde_json::{Map, Value};

use super::block::Block;
use super::gather::{Selected, gather};
use super::join::{RunRows, Runs, Sums, check_empty_cells, check_sum, join_proportions};
use super::number::{Wanted, number_from_cell};
use super::pace::Pace;
use super::sheet::Sheet;
use super::{ImportOptions, NamedBytes, text};
use crate::error::{Place, Position, quoted};
use crate::names::{Meaning, domain_name, domain_of, meaning_of};
use crate::{ImportError, Notice};

/// Mixtures that were read, and notices.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedMixtures {
    /// Ids and mixtures, in file order. A file without ids has its rows numbered from 1.
    pub mixtures: Vec<(String, Mixture)>,
    /// The proportions of each as the file has them, over the same domains but not rescaled.
    pub as_read: Vec<Vec<f64>>,
    /// Notices for the user.
    pub notices: Vec<Notice>,
}

/// Reads every mixture of a file, over `domains` where they are given, over the
/// file's domains otherwise.
///
/// A file is a table in any of the layouts of [`import_run_table`](super::import_run_table)
/// (metrics are passed over), or one JSON object: `{"web": 0.7, "code": 0.3}`, or any object with
/// such an object under `mixture`, as a saved proposal has. Domains that are not named count as
/// zero, and a notice says so, if the others sum to one.
///
/// # Errors
/// An [`ImportError`]; a column or key that is no domain is named in
/// [`ImportError::UnknownDomains`].
///
/// ```
/// use mixlens_core::simplex::DomainSet;
/// use mixlens_formats::{NamedBytes, import_mixtures};
/// let domains = DomainSet::new(["web", "code"])?;
/// let file = NamedBytes::new("mine.json", r#"{"mixture": {"train_code": 0.3, "web": 0.7}}"#);
/// let read = import_mixtures(&file, Some(&domains))?;
/// assert_eq!(read.mixtures[0].1.parts(), [0.7, 0.3]);
/// # Ok::<(), mixlens_formats::ImportError>(())
/// ```
pub fn import_mixtures(
    file: &NamedBytes,
    domains: Option<&Arc<DomainSet>>,
) -> Result<ImportedMixtures, ImportError> {
    if !file.bytes.starts_with(b"PAR1") {
        let text = text::decode(file)?;
        if let Some(object) = text::json_object(text) {
            return mixture_from_object(file, &object, domains);
        }
    }
    let control = Control::default();
    let pace = Pace::of(&control, &[]);
    let mut sheet = Sheet::read(file, &pace)?;
    let mut notices = Vec::new();
    let asked = match domains {
        Some(domains) => known_columns(&mut sheet, domains)?,
        None => Vec::new(),
    };
    let options = ImportOptions {
        domains: asked,
        ..ImportOptions::default()
    };
    let columns = quoted(&sheet.columns);
    let selected = Selected::new(vec![sheet], &options, &mut notices)?;
    let gathered = gather(&selected, &options, &mut notices, &pace)?;
    notices.retain(|notice| !matches!(notice, Notice::ColumnsIgnored { .. }));
    if gathered.domains.is_empty() {
        let advice = "give the columns the names of the domains";
        let files = gathered.files;
        return Err(ImportError::NoColumns {
            what: "domain",
            files,
            columns,
            advice,
        });
    }
    mixtures_of_blocks(&gathered.domains, domains, notices)
}

/// The headers of a wide sheet that are domains; a plain column that is no domain is an error.
fn known_columns(sheet: &mut Sheet, domains: &DomainSet) -> Result<Vec<String>, ImportError> {
    let options = ImportOptions::default();
    if super::long::long_columns(sheet, &options).is_some() {
        return Ok(Vec::new());
    }
    let id = super::roles::id_column(sheet, &options);
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    let is_known = |header: &str| domain_of(domains, header).is_some();
    let is_open = |column: usize| {
        sheet
            .columns
            .get(column)
            .is_some_and(|header| !is_known(header))
    };
    let numeric = super::roles::numeric_columns(sheet, is_open);
    for (column, (header, is_numeric)) in sheet.columns.iter().zip(numeric).enumerate() {
        match meaning_of(header) {
            _ if Some(column) == id => {}
            _ if is_known(header) => known.push(header.clone()),
            Meaning::Domain(name) => unknown.push(name),
            Meaning::Plain if is_numeric => unknown.push(header.clone()),
            Meaning::Plain | Meaning::Metric(_) | Meaning::Reserved => {}
        }
    }
    if unknown.is_empty() {
        Ok(known)
    } else {
        Err(unknown_domains(sheet.header_place(), unknown, domains))
    }
}

/// Rows of proportions over the given domains.
fn mixtures_of_blocks(
    blocks: &[Block<'_>],
    domains: Option<&Arc<DomainSet>>,
    mut notices: Vec<Notice>,
) -> Result<ImportedMixtures, ImportError> {
    let (found, runs) = join_proportions(blocks)?;
    check_unique_ids(&runs)?;
    let domains = domains.unwrap_or(&found);
    let place = || {
        runs.runs
            .first()
            .map_or(Place::new("", Position::File), |run| runs.place(run))
    };
    let positions = positions_in(domains, found.names(), place)?;
    notices.extend(counted_zero(domains, &positions));
    check_empty_cells(
        runs.runs.len(),
        domains.len(),
        blocks.iter().map(Block::len).sum(),
        place(),
    )?;
    let mut sums = Sums::default();
    let (mut mixtures, mut as_read) = (
        Vec::with_capacity(runs.runs.len()),
        Vec::with_capacity(runs.runs.len()),
    );
    let mut parts = vec![0.0; found.len()];
    for run in &runs.runs {
        parts.fill(0.0);
        runs.fill(run, &mut parts, |part| part);
        sums.add(check_sum(&parts, || runs.place(run))?);
        let (mixture, raw) = over_domains(domains, &positions, &parts)?;
        mixtures.push((run.id().to_owned(), mixture));
        as_read.push(raw);
    }
    notices.extend(sums.notice(true));
    Ok(ImportedMixtures {
        mixtures,
        as_read,
        notices,
    })
}

/// A mixture is known by its id alone, whatever the conditions of the runs.
fn check_unique_ids(runs: &Runs<'_>) -> Result<(), ImportError> {
    let mut seen: HashMap<&str, &RunRows<'_>> = HashMap::with_capacity(runs.runs.len());
    for run in &runs.runs {
        if let Some(earlier) = seen.insert(run.id(), run) {
            return Err(ImportError::Duplicate {
                what: "each id",
                id: run.id().to_owned(),
                first: Box::new(runs.place(earlier)),
                second: Box::new(runs.place(run)),
                advice: "keep one of the rows".to_owned(),
                choice: None,
            });
        }
    }
    Ok(())
}

/// The one mixture of a JSON object.
fn mixture_from_object(
    file: &NamedBytes,
    object: &Map<String, Value>,
    domains: Option<&Arc<DomainSet>>,
) -> Result<ImportedMixtures, ImportError> {
    let groups = ["mixture", "proportions", "ratios", "domains", "weights"];
    let inner = groups
        .iter()
        .find_map(|group| object.get(*group).and_then(Value::as_object));
    let place = Place::new(&file.name, Position::File);
    let mut names = Vec::new();
    let mut parts = Vec::new();
    for (key, value) in inner.unwrap_or(object) {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let part = number_from_cell(&text, Wanted::Proportion, || place.clone().column(key))?;
        names.push(domain_name(key).to_owned());
        parts.push(part.unwrap_or(0.0));
    }
    let found = DomainSet::new(names)?;
    let domains = domains.unwrap_or(&found);
    let positions = positions_in(domains, found.names(), || place.clone())?;
    let mut sums = Sums::default();
    sums.add(check_sum(&parts, || place.clone())?);
    let (mixture, raw) = over_domains(domains, &positions, &parts)?;
    let mut notices: Vec<Notice> = counted_zero(domains, &positions).into_iter().collect();
    notices.extend(sums.notice(true));
    let id = object
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or("1")
        .to_owned();
    Ok(ImportedMixtures {
        mixtures: vec![(id, mixture)],
        as_read: vec![raw],
        notices,
    })
}

/// The index of each of the file's domains in `domains`.
fn positions_in(
    domains: &DomainSet,
    names: &[String],
    place: impl FnOnce() -> Place,
) -> Result<Vec<usize>, ImportError> {
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| domain_of(domains, name).is_none())
        .cloned()
        .collect();
    if !unknown.is_empty() {
        return Err(unknown_domains(place(), unknown, domains));
    }
    Ok(names
        .iter()
        .filter_map(|name| domain_of(domains, name))
        .collect())
}

/// The mixture over `domains` with `parts` at `positions` and zero elsewhere, and the same before
/// it was rescaled.
fn over_domains(
    domains: &Arc<DomainSet>,
    positions: &[usize],
    parts: &[f64],
) -> Result<(Mixture, Vec<f64>), ImportError> {
    let mut all = vec![0.0; domains.len()];
    for (&position, part) in positions.iter().zip(parts) {
        all.iter_mut()
            .skip(position)
            .take(1)
            .for_each(|slot| *slot = *part);
    }
    Ok((
        Mixture::from_proportions(domains, &all, RowSums::TOLERANCE)?,
        all,
    ))
}

fn counted_zero(domains: &DomainSet, positions: &[usize]) -> Option<Notice> {
    let named: HashSet<&usize> = positions.iter().collect();
    let is_absent = |position: &usize| !named.contains(position);
    let absent: Vec<String> = (0..)
        .zip(domains.names())
        .filter(|(position, _)| is_absent(position))
        .map(|(_, name)| name.clone())
        .collect();
    (!absent.is_empty()).then_some(Notice::DomainsCountedZero { domains: absent })
}

fn unknown_domains(place: Place, names: Vec<String>, domains: &DomainSet) -> ImportError {
    ImportError::UnknownDomains {
        place,
        names,
        known: quoted(domains.names()),
    }
}
