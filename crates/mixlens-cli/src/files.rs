//! Reading what the command line names, and writing what it asks for.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use mixlens_core::compute::Control;
use mixlens_core::fit::SurrogateSet;
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::table::{self, Direction, MetricSet};
use mixlens_core::{CoreError, excerpt};
use mixlens_formats::{
    ImportOptions, Imported, NamedBytes, Unmatched, find_domain, find_metric, import_mixtures,
    import_run_table_under, import_token_counts, parse_number_pairs, parse_token_pairs,
    sample_files,
};

use crate::args::{Import, RowSums};
use crate::context::Context;
use crate::run_groups;

impl From<RowSums> for table::RowSums {
    fn from(how: RowSums) -> Self {
        match how {
            RowSums::Rescale => Self::Rescale,
            RowSums::Keep => Self::Keep,
        }
    }
}

/// Reads a run table and shows what the user should know about it.
pub fn read_runs(
    paths: &[PathBuf],
    import: &Import,
    context: &Context,
) -> anyhow::Result<Imported> {
    let pair = |text: &String| {
        let (column, value) = text
            .split_once('=')
            .ok_or_else(|| anyhow!("--where: expected COLUMN=VALUE, found {}", excerpt(text)))?;
        anyhow::Ok((column.to_owned(), value.to_owned()))
    };
    let directed = |names: &[String], direction| {
        names
            .iter()
            .map(move |name| (name.clone(), direction))
            .collect::<Vec<_>>()
    };
    let options = ImportOptions {
        domains: import.domains.clone(),
        metrics: import.metrics.clone(),
        id: import.id.clone(),
        row_sums: import.row_sums.into(),
        unmatched: if import.leave_out_unmatched {
            Unmatched::LeaveOut
        } else {
            Unmatched::Reject
        },
        conditions: import.conditions.clone(),
        group: run_groups::choice(import.at.as_deref())?,
        filters: import.filters.iter().map(pair).collect::<Result<_, _>>()?,
        directions: [
            directed(&import.higher_is_better, Direction::Higher),
            directed(&import.lower_is_better, Direction::Lower),
        ]
        .concat(),
        natural: Vec::new(),
    };
    let mut imported =
        import_run_table_under(&NamedBytes::read_all(paths)?, &options, &context.control)
            .map_err(run_groups::error_with_advice)?;
    if let Some(natural) = natural(&import.natural, Some(imported.table.domains()))? {
        imported.table.set_natural(natural);
    }
    for notice in &imported.notices {
        context.notice(run_groups::notice_text(notice));
    }
    let near = imported.table.near_duplicates();
    if let Some(pair) = near.first() {
        let id = |row: usize| excerpt(imported.table.run(row).map_or("", |run| run.id)).to_string();
        context.notice(format!(
            "{} pairs of runs have nearly the same mixture (first: {} and {}); they are kept, and \
            share a fold in cross-validation when equal",
            near.len(),
            id(pair.first),
            id(pair.second)
        ));
    }
    Ok(imported)
}

/// Loads a file that `mixlens fit` saved.
pub fn read_fit(path: &Path) -> anyhow::Result<SurrogateSet> {
    let bytes = NamedBytes::read(path).context("cannot read the fit")?.bytes;
    let text = std::str::from_utf8(&bytes)
        .map_err(|problem| anyhow!("cannot read the fit: {problem}, in {path:?}"))?;
    SurrogateSet::from_json(text).map_err(|problem| match problem {
        CoreError::BadSurrogateFile { .. } => {
            anyhow!("{problem}; name a file that `mixlens fit` saved, found {path:?}")
        }
        _ => anyhow!("{problem}, in {path:?}"),
    })
}

/// The natural mixture of a `--natural` option: a list of weights, or a file with one mixture or
/// with token counts.
pub fn natural(
    option: &[String],
    domains: Option<&Arc<DomainSet>>,
) -> anyhow::Result<Option<Mixture>> {
    named_mixture("--natural", option, domains)
}

/// The mixture of an option: a list of weights, or a file with one mixture or with token counts.
pub fn named_mixture(
    name: &str,
    option: &[String],
    domains: Option<&Arc<DomainSet>>,
) -> anyhow::Result<Option<Mixture>> {
    let text = match option {
        [] => return Ok(None),
        lists => lists.join(","),
    };
    if text.contains('=') {
        return mixture(
            domains,
            &number_pairs(&text).with_context(|| name.to_owned())?,
            name,
        )
        .map(Some);
    }
    let file = NamedBytes::read(&text)
        .with_context(|| format!("{name}, which takes DOMAIN=WEIGHT,… or a file"))?;
    if let Ok(counts) = import_token_counts(&file) {
        let weights: Vec<_> = counts
            .into_iter()
            .map(|(name, tokens)| (name, tokens as f64))
            .collect();
        return mixture(domains, &weights, name).map(Some);
    }
    match import_mixtures(&file, domains)?.mixtures.as_slice() {
        [(_, only)] => Ok(Some(only.clone())),
        several => Err(anyhow!(
            "{name}: expected one mixture, found {}, in {}",
            several.len(),
            excerpt(&text)
        )),
    }
}

/// Weights as numbers or as token counts with a suffix.
pub fn number_pairs(text: &str) -> anyhow::Result<Vec<(String, f64)>> {
    parse_number_pairs(text).or_else(|_| {
        let counts = parse_token_pairs(text)?;
        Ok(counts
            .into_iter()
            .map(|(name, count)| (name, count as f64))
            .collect())
    })
}

/// A mixture from named weights, one for every domain; the names make the domains where none are
/// given.
fn mixture(
    domains: Option<&Arc<DomainSet>>,
    weights: &[(String, f64)],
    option: &str,
) -> anyhow::Result<Mixture> {
    let own;
    let domains = match domains {
        Some(domains) => domains,
        None => {
            own = DomainSet::new(weights.iter().map(|(name, _)| name.clone()))?;
            &own
        }
    };
    let mut parts = vec![None; domains.len()];
    for (name, weight) in weights {
        let place = parts
            .get_mut(find_domain(domains, name)?)
            .context("domain positions are in range")?;
        if place.replace(*weight).is_some() {
            return Err(anyhow!("{option} names domain {} twice", excerpt(name)));
        }
    }
    if let Some((name, _)) = domains
        .names()
        .iter()
        .zip(&parts)
        .find(|(_, part)| part.is_none())
    {
        return Err(anyhow!(
            "{option} has no weight for domain {}; give one for every domain",
            excerpt(name)
        ));
    }
    let parts: Vec<f64> = parts.into_iter().flatten().collect();
    Ok(Mixture::from_weights(domains, &parts)?.0)
}

/// Mixtures with their ids, as rows to predict.
pub fn read_mixtures(
    path: &Path,
    domains: &Arc<DomainSet>,
    row_sums: RowSums,
    context: &Context,
) -> anyhow::Result<Vec<(String, Vec<f64>)>> {
    let read = import_mixtures(&NamedBytes::read(path)?, Some(domains))?;
    for notice in &read.notices {
        context.notice(notice);
    }
    Ok(match row_sums {
        RowSums::Rescale => read
            .mixtures
            .into_iter()
            .map(|(id, mixture)| (id, mixture.parts().to_vec()))
            .collect(),
        RowSums::Keep => read
            .mixtures
            .into_iter()
            .zip(read.as_read)
            .map(|((id, _), parts)| (id, parts))
            .collect(),
    })
}

/// Bytes of text that a domain may have; no index is larger.
const MAX_TEXT_BYTES: u64 = 4 << 30;

/// Bytes of a text that are read at a time.
const TEXT_CHUNK: u64 = 1 << 20;

/// All bytes of files and folders, as [`sample_files`] finds them, with a line break where a file
/// ends without one.
///
/// Files with a zero byte are no text and are left out.
pub fn read_text(paths: &[&str], context: &Context) -> anyhow::Result<Vec<u8>> {
    let files = sample_files(&paths.iter().map(PathBuf::from).collect::<Vec<_>>())?;
    let (mut text, mut left_out) = (Vec::new(), 0);
    for file in files {
        if text.last().is_some_and(|&last| last != b'\n') {
            text.push(b'\n');
        }
        let start = text.len();
        let is_text = add_text(&file, &mut text, &context.control)
            .map_err(|problem| problem.context(format!("cannot read text in {file:?}")))?;
        if !is_text {
            text.truncate(start);
            left_out += 1;
        }
    }
    if left_out > 0 {
        context.notice(format!(
            "{left_out} files with zero bytes are no text and were left out, in {}",
            excerpt(&paths.join(","))
        ));
    }
    Ok(text)
}

/// Adds the bytes of a file up to a zero byte; whether there is none.
fn add_text(file: &Path, text: &mut Vec<u8>, control: &Control) -> anyhow::Result<bool> {
    let mut file = std::fs::File::open(file)?;
    loop {
        if control.is_cancelled() {
            return Err(CoreError::Cancelled.into());
        }
        let before = text.len();
        anyhow::ensure!(
            before as u64 <= MAX_TEXT_BYTES,
            "expected at most {MAX_TEXT_BYTES} bytes of text in a domain"
        );
        text.try_reserve(TEXT_CHUNK as usize)
            .context("expected a text that fits into memory")?;
        Read::by_ref(&mut file).take(TEXT_CHUNK).read_to_end(text)?;
        match text.get(before..) {
            Some([]) | None => return Ok(true),
            Some(read) if read.contains(&0) => return Ok(false),
            Some(_) => {}
        }
    }
}

/// Positions of the named metrics; all of them when none is named.
pub fn metric_positions(metrics: &MetricSet, names: &[String]) -> anyhow::Result<Vec<usize>> {
    if names.is_empty() {
        return Ok((0..metrics.len()).collect());
    }
    let (mut positions, mut seen) = (Vec::with_capacity(names.len()), HashSet::new());
    for name in names {
        let position = find_metric(metrics, name)?;
        if !seen.insert(position) {
            return Err(anyhow!(
                "--metric: expected each metric once, found {} again",
                excerpt(name)
            ));
        }
        positions.push(position);
    }
    Ok(positions)
}
