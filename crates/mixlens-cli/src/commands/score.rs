//! `mixlens score`: how well a fit predicts runs that it was not fitted to.

use mixlens_core::simplex::DomainSet;
use mixlens_core::stats::Score;
use mixlens_core::{MAX_LISTED, excerpt, listed_as};
use serde_json::{Map, Value, json};

use crate::args;
use crate::context::Context;
use crate::files::{read_fit, read_runs};
use crate::run_groups::{conditions_json, groups_json};
use crate::tables::{number, table};

pub fn run(args: &args::Score, context: &Context) -> anyhow::Result<()> {
    let set = read_fit(&args.fit)?;
    let imported = read_runs(&args.runs, &args.import, context)?;
    let runs = &imported.table;
    check_domains(set.domains(), runs.domains())?;
    let scores = set.score(runs)?;
    let skipped = set.metrics().len() - scores.len();
    if skipped > 0 {
        context.notice(format!(
            "{skipped} fitted metrics are not in the run table and were skipped"
        ));
    }
    let mean = Score::mean(&scores.iter().map(|(_, score)| *score).collect::<Vec<_>>());
    let rows = scores
        .iter()
        .map(|(name, score)| row(name, score))
        .chain(mean.iter().map(|mean| row("mean", mean)));
    let coverage = set.coverage(runs)?;
    let mut text = table(
        &["metric", "runs", "Spearman", "Pearson", "R²", "MAE", "RMSE"],
        rows,
    );
    if let Some(share) = coverage.share() {
        text += &format!(
            "{:.1} % of {} measured values lie in their 90 % intervals\n",
            100.0 * share,
            coverage.runs
        );
    }
    context.finish(&text, || {
        let metrics: Map<String, Value> = scores
            .iter()
            .map(|(name, score)| (name.clone(), json!(score)))
            .collect();
        let mut mean = json!(mean);
        if let Some(mean) = mean.as_object_mut() {
            mean.insert("coverage90".to_owned(), json!(coverage.share()));
        }
        json!({
            "version": 1,
            "conditions": conditions_json(&imported),
            "groups": groups_json(&imported),
            "metrics": metrics,
            "mean": mean,
        })
    })
}

/// Refuses a run table over other domains than the fit, and names the domains that differ.
fn check_domains(fit: &DomainSet, table: &DomainSet) -> anyhow::Result<()> {
    let only_in = |one: &DomainSet, other: &DomainSet| {
        let missing = one
            .names()
            .iter()
            .filter(|name| other.index_of(name).is_none());
        listed_as(missing, MAX_LISTED, |name| excerpt(name).to_string())
    };
    let (missing, extra) = (only_in(fit, table), only_in(table, fit));
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    let or_none = |names: String| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names
        }
    };
    anyhow::bail!(
        "expected a run table with the domains of the fit, found others; only in the fit: {}; only \
         in the table: {}",
        or_none(missing),
        or_none(extra)
    )
}

fn row(name: &str, score: &Score) -> Vec<String> {
    vec![
        name.to_owned(),
        score.runs.to_string(),
        number(score.spearman, 4),
        number(score.pearson, 4),
        number(score.r2, 4),
        number(Some(score.mae), 4),
        number(Some(score.rmse), 4),
    ]
}
