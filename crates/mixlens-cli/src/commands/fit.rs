//! `mixlens fit`: one surrogate per metric, saved to a file.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use mixlens_core::excerpt;
use mixlens_core::fit::{FitReport, FittedSurrogate, SurrogateParams, SurrogateSet};
use serde_json::{Map, Value, json};

use crate::args::{AUTO, Fit};
use crate::context::Context;
use crate::files::{metric_positions, read_runs};
use crate::output::check;
use crate::run_groups::{conditions_json, groups_json};
use crate::tables::counted;

pub fn run(args: &Fit, context: &Context) -> anyhow::Result<()> {
    let params = match args.surrogate.as_str() {
        AUTO if args.params.is_empty() => None,
        AUTO => {
            anyhow::bail!(
                "--param: expected none with the surrogate auto, which uses default parameters; \
                 name a surrogate"
            )
        }
        name => Some(params(name, &pairs(&args.params)?, context)?),
    };
    check(&args.output, args.runs.iter().map(PathBuf::as_path))?;
    let imported = read_runs(&args.runs, &args.import, context)?;
    let table = &imported.table;
    let metrics = metric_positions(table.metrics(), &args.metric)?;
    let (control, executor, seed) = (&context.control, &context.executor, context.seed);
    let set = match &params {
        None => {
            let candidates: Vec<_> = SurrogateParams::candidates()
                .into_iter()
                .map(|params| params.seeded(seed))
                .collect();
            SurrogateSet::fit_auto(table, &metrics, &candidates, seed, control, executor)?
        }
        Some(params) if args.intervals => {
            SurrogateSet::fit_with_intervals(table, &metrics, params, seed, control, executor)?
        }
        Some(params) => SurrogateSet::fit(table, &metrics, params, control, executor)?,
    };
    context.write(&args.output, set.to_json())?;
    for doubt in doubts(&set, table.len()) {
        context.notice(doubt);
    }
    let mut text = String::new();
    writeln!(
        text,
        "fitted {} to {} of {} over {}, saved to {:?}",
        kinds(&set),
        counted(set.metrics().len(), "metric"),
        counted(table.len(), "run"),
        counted(table.domains().len(), "domain"),
        args.output
    )?;
    context.finish(&text, || {
        let metrics = set.metrics().iter().map(|fitted| {
            let metric = json!({
                "runs": fitted.runs,
                "surrogate": fitted.surrogate.name(),
                "intervals": fitted.cross.is_some(),
                "direction": fitted.metric.direction,
                "reports": reports(&fitted.surrogate),
            });
            (fitted.metric.name.clone(), metric)
        });
        json!({
            "version": 1,
            "domains": table.domains().names(),
            "runs": table.len(),
            "rescaled_rows": table.rescaled(),
            "conditions": conditions_json(&imported),
            "groups": groups_json(&imported),
            "metrics": metrics.collect::<Map<_, _>>(),
            "output": args.output,
        })
    })
}

/// The kinds of surrogates of a set, with the number of metrics where there are several.
pub fn kinds(set: &SurrogateSet) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    set.metrics()
        .iter()
        .for_each(|fitted| *counts.entry(fitted.surrogate.name()).or_default() += 1);
    let is_one = counts.len() == 1;
    let named = |(name, count): (&str, usize)| {
        if is_one {
            name.to_owned()
        } else {
            format!("{name} ({count})")
        }
    };
    counts.into_iter().map(named).collect::<Vec<_>>().join(", ")
}

/// The report of every law, by name.
fn reports(surrogate: &FittedSurrogate) -> Map<String, Value> {
    surrogate
        .reports()
        .into_iter()
        .map(|(law, report)| (law.to_owned(), json!(report)))
        .collect()
}

/// Reasons to doubt the fits: a line for every law and reason, with the metrics concerned.
fn doubts(set: &SurrogateSet, runs: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let gaps: Vec<_> = set
        .metrics()
        .iter()
        .filter(|fitted| fitted.runs < runs)
        .collect();
    if let Some(fewest) = gaps.iter().map(|fitted| fitted.runs).min() {
        let metrics = named(gaps.iter().map(|fitted| fitted.metric.name.as_str()));
        lines.push(format!(
            "{metrics}: fitted only to the runs with a value, at least {fewest} of {runs}"
        ));
    }
    let mut laws: BTreeMap<&str, Vec<(&str, &FitReport)>> = BTreeMap::new();
    for fitted in set.metrics() {
        for (law, report) in fitted.surrogate.reports() {
            laws.entry(law)
                .or_default()
                .push((&fitted.metric.name, report));
        }
    }
    for (law, reports) in &laws {
        let mut report_doubt =
            |is_in_doubt: fn(&FitReport) -> bool, why: fn(&str, &FitReport) -> String| {
                let found: Vec<_> = reports
                    .iter()
                    .filter(|(_, report)| is_in_doubt(report))
                    .collect();
                if let Some((_, worst)) = found.iter().min_by_key(|(_, report)| report.runs) {
                    lines.push(format!(
                        "{}: {}",
                        named(found.iter().map(|(metric, _)| *metric)),
                        why(law, worst)
                    ));
                }
            };
        report_doubt(FitReport::is_underdetermined, |law, report| {
            let (free, enough) = (report.free_parameters, report.free_parameters + 2);
            let runs = report.runs;
            format!(
                "{law} has {free} free parameters on {runs} runs; below {enough} runs its penalty \
                 determines part of the fit"
            )
        });
        report_doubt(FitReport::has_lone_best, |law, report| {
            format!(
                "only one of the {} starts of {law} reached the best fit; a better one may exist",
                report.starts
            )
        });
        report_doubt(
            |report| !report.converged,
            |law, _| format!("{law} did not converge within its evaluation limit"),
        );
    }
    lines
}

/// The first of several metrics, and the number of others.
fn named<'a>(mut metrics: impl ExactSizeIterator<Item = &'a str>) -> String {
    let first = excerpt(metrics.next().unwrap_or_default()).to_string();
    match metrics.len() {
        0 => first,
        others => format!("{first} and {}", counted(others, "other metric")),
    }
}

/// The surrogate with its parameters; `--seed` applies unless there is a parameter of that name.
pub fn params(
    name: &str,
    pairs: &[(String, String)],
    context: &Context,
) -> anyhow::Result<SurrogateParams> {
    let params = SurrogateParams::named(name, pairs)?;
    Ok(if pairs.iter().any(|(name, _)| name == "seed") {
        params
    } else {
        params.seeded(context.seed)
    })
}

/// `name=value` options as pairs.
pub fn pairs(options: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(anyhow::anyhow!(
            "--param: expected NAME=VALUE, found {}",
            excerpt(text)
        )),
    };
    options.iter().map(pair).collect()
}
