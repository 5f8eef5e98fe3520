//! Reading what the command line names, and writing what it asks for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use mixlens_core::fit::SurrogateSet;
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Supply};
use mixlens_core::table::{self, Direction, MetricSet, RunTable};
use mixlens_formats::{
    ImportOptions, Unmatched, find_domain, find_metric, import_run_table_from_paths, import_token_counts, parse_pairs,
    parse_token_count, write_atomically,
};

use crate::args::{Import, Limits, PriorName, RowSums, Sampling};
use crate::context::Context;

impl From<RowSums> for table::RowSums {
    fn from(how: RowSums) -> Self {
        match how {
            RowSums::Rescale => Self::Rescale,
            RowSums::Keep => Self::Keep,
        }
    }
}

/// Reads a run table and tells what the user should know about it.
pub fn read_runs(paths: &[PathBuf], import: &Import, context: &Context) -> anyhow::Result<RunTable> {
    let pair = |text: &String| {
        let (column, value) =
            text.split_once('=').ok_or_else(|| anyhow!("--where: expected COLUMN=VALUE, found {text:?}"))?;
        anyhow::Ok((column.to_owned(), value.to_owned()))
    };
    let directed =
        |names: &[String], direction| names.iter().map(move |name| (name.clone(), direction)).collect::<Vec<_>>();
    let options = ImportOptions {
        domains: import.domains.clone(),
        metrics: import.metrics.clone(),
        id: import.id.clone(),
        row_sums: import.row_sums.into(),
        unmatched: if import.leave_out_unmatched { Unmatched::LeaveOut } else { Unmatched::Reject },
        filters: import.filters.iter().map(pair).collect::<Result<_, _>>()?,
        directions: [
            directed(&import.higher_is_better, Direction::Higher),
            directed(&import.lower_is_better, Direction::Lower),
        ]
        .concat(),
        natural: weights(&import.natural, "--natural")?,
    };
    let imported = import_run_table_from_paths(paths, &options)?;
    for notice in &imported.notices {
        context.notice(notice);
    }
    let near = imported.table.near_duplicates();
    if let Some(pair) = near.first() {
        let id = |row: usize| imported.table.runs().nth(row).map_or("", |run| run.id);
        context.notice(format!(
            "{} pairs of runs have nearly the same mixture (first: {:?} and {:?}); they are kept, and share a fold in cross-validation when equal",
            near.len(),
            id(pair.first),
            id(pair.second)
        ));
    }
    Ok(imported.table)
}

/// Loads a file that `mixlens fit` saved.
pub fn read_fit(path: &Path) -> anyhow::Result<SurrogateSet> {
    let text =
        std::fs::read_to_string(path).map_err(|problem| anyhow!("cannot read the fit: {problem}, in {path:?}"))?;
    SurrogateSet::from_json(&text).map_err(|problem| anyhow!("{problem}, in {path:?}"))
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    Ok(write_atomically(path, text.as_bytes())?)
}

/// Named weights from lists and files.
pub fn weights(lists: &[String], option: &str) -> anyhow::Result<Vec<(String, f64)>> {
    let mut weights = Vec::new();
    for list in lists {
        if list.contains('=') {
            for (name, text) in parse_pairs(list).context(option.to_owned())? {
                weights.push((name, parse_token_count(&text).context(option.to_owned())?));
            }
        } else {
            weights.extend(import_token_counts(Path::new(list))?);
        }
    }
    Ok(weights)
}

/// A mixture from named weights, one for every domain.
pub fn mixture(domains: &Arc<DomainSet>, weights: &[(String, f64)], option: &str) -> anyhow::Result<Mixture> {
    let mut parts = vec![None; domains.len()];
    for (name, weight) in weights {
        let place = parts.get_mut(find_domain(domains, name)?).context("domain positions are in range")?;
        if place.replace(*weight).is_some() {
            return Err(anyhow!("{option} names domain {name:?} twice"));
        }
    }
    if let Some((name, _)) = domains.names().iter().zip(&parts).find(|(_, part)| part.is_none()) {
        return Err(anyhow!("{option} has no weight for domain {name:?}; give one for every domain"));
    }
    let parts: Vec<f64> = parts.into_iter().flatten().collect();
    Ok(Mixture::from_weights(domains, &parts)?.0)
}

/// Positions of the named metrics; all of them when none is named.
pub fn metric_positions(metrics: &MetricSet, names: &[String]) -> anyhow::Result<Vec<usize>> {
    if names.is_empty() {
        return Ok((0..metrics.len()).collect());
    }
    names.iter().map(|name| Ok(find_metric(metrics, name)?)).collect()
}

/// The constraints that the options describe, and the natural mixture when unique tokens are known for every domain.
pub fn constraints(domains: &Arc<DomainSet>, limits: &Limits) -> anyhow::Result<(Constraints, Option<Mixture>)> {
    let mut builder = Constraints::builder(domains);
    let bound = |option: &str, text: &String| -> anyhow::Result<(String, f64)> {
        let (name, value) =
            text.split_once('=').ok_or_else(|| anyhow!("{option}: expected DOMAIN=X, found {text:?}"))?;
        let value =
            value.trim().parse().map_err(|_| anyhow!("{option}: expected a number for {name:?}, found {value:?}"))?;
        let domain = find_domain(domains, name)?;
        Ok((domains.names().get(domain).cloned().unwrap_or_default(), value))
    };
    for text in &limits.lower {
        let (domain, value) = bound("--lower", text)?;
        builder = builder.lower(&domain, value)?;
    }
    for text in &limits.upper {
        let (domain, value) = bound("--upper", text)?;
        builder = builder.upper(&domain, value)?;
    }
    let mut natural = None;
    if let Some(training_tokens) = &limits.training_tokens {
        let counts = weights(&limits.unique_tokens, "--unique-tokens")?;
        let mut unique_tokens = vec![None; domains.len()];
        for (name, tokens) in &counts {
            if let Some(place) = unique_tokens.get_mut(find_domain(domains, name)?) {
                *place = Some(*tokens);
            }
        }
        if unique_tokens.iter().all(Option::is_some) {
            natural = Some(mixture(domains, &counts, "--unique-tokens")?);
        }
        let training_tokens = parse_token_count(training_tokens).context("--training-tokens")?;
        builder = builder.supply(&Supply { unique_tokens, training_tokens, max_epochs: limits.max_epochs })?;
    }
    Ok((builder.build()?, natural))
}

impl Sampling {
    /// The prior that the options describe.
    pub fn prior(&self) -> Prior {
        match self.prior {
            PriorName::Regmix => Prior::regmix(),
            PriorName::Dirichlet => Prior::Dirichlet { concentration: self.concentration },
            PriorName::Uniform => Prior::Uniform,
            PriorName::Sobol => Prior::LowDiscrepancy,
        }
    }
}
