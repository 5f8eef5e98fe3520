//! `mixlens fit`: one surrogate per metric, saved to a file.

use std::fmt::Write;
use std::path::PathBuf;

use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use serde_json::json;

use crate::args::Fit;
use crate::context::Context;
use crate::files::{metric_positions, read_runs};
use crate::output::{check, write};
use crate::tables::counted;

pub fn run(args: &Fit, context: &Context) -> anyhow::Result<()> {
    let params = params(&args.surrogate, &pairs(&args.params)?, context)?;
    check(&args.output, args.runs.iter().map(PathBuf::as_path))?;
    let table = read_runs(&args.runs, &args.import, context)?;
    let metrics = metric_positions(table.metrics(), &args.metric)?;
    let set = SurrogateSet::fit(&table, &metrics, &params, &context.control, &context.executor)?;
    write(&args.output, &set.to_json())?;
    let mut text = String::new();
    writeln!(
        text,
        "fitted {} to {} of {} over {}, saved to {:?}",
        params.name(),
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
