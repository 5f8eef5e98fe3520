//! `mixlens fit`: one surrogate per metric, saved to a file.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use serde_json::json;

use crate::args::{AUTO, Fit};
use crate::context::Context;
use crate::files::{metric_positions, read_runs};
use crate::output::{check, write};
use crate::tables::counted;

pub fn run(args: &Fit, context: &Context) -> anyhow::Result<()> {
    let params = match args.surrogate.as_str() {
        AUTO if args.params.is_empty() => None,
        AUTO => {
            anyhow::bail!("--param: expected none with the surrogate auto, which uses the usual ones; name a surrogate")
        }
        name => Some(params(name, &pairs(&args.params)?, context)?),
    };
    check(&args.output, args.runs.iter().map(PathBuf::as_path))?;
    let table = read_runs(&args.runs, &args.import, context)?;
    let metrics = metric_positions(table.metrics(), &args.metric)?;
    let (control, executor, seed) = (&context.control, &context.executor, context.seed);
    let set = match &params {
        None => {
            let candidates: Vec<_> = SurrogateParams::candidates().into_iter().map(|own| own.seeded(seed)).collect();
            SurrogateSet::fit_auto(&table, &metrics, &candidates, seed, control, executor)?
        }
        Some(params) if args.intervals => {
            SurrogateSet::fit_with_intervals(&table, &metrics, params, seed, control, executor)?
        }
        Some(params) => SurrogateSet::fit(&table, &metrics, params, control, executor)?,
    };
    write(&args.output, &set.to_json())?;
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
            });
            (fitted.metric.name.clone(), metric)
        });
        json!({
            "version": 1,
            "domains": table.domains().names(),
            "runs": table.len(),
            "rescaled_rows": table.rescaled(),
            "metrics": metrics.collect::<serde_json::Map<_, _>>(),
            "output": args.output,
        })
    })
}

/// The kinds of surrogates of a set, with the number of metrics where there are several.
pub fn kinds(set: &SurrogateSet) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    set.metrics().iter().for_each(|fitted| *counts.entry(fitted.params.name()).or_default() += 1);
    let is_one = counts.len() == 1;
    let named = |(name, count): (&str, usize)| if is_one { name.to_owned() } else { format!("{name} ({count})") };
    counts.into_iter().map(named).collect::<Vec<_>>().join(", ")
}

/// The surrogate with its parameters; `--seed` counts unless there is a parameter of that name.
pub fn params(name: &str, pairs: &[(String, String)], context: &Context) -> anyhow::Result<SurrogateParams> {
    let params = SurrogateParams::named(name, pairs)?;
    Ok(if pairs.iter().any(|(name, _)| name == "seed") { params } else { params.seeded(context.seed) })
}

/// `name=value` options as pairs.
pub fn pairs(options: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(anyhow::anyhow!("--param: expected NAME=VALUE, found {text:?}")),
    };
    options.iter().map(pair).collect()
}
