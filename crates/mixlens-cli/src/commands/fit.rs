//! `mixlens fit`: one surrogate per metric, saved to a file.

use std::fmt::Write;

use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use serde_json::json;

use crate::args::Fit;
use crate::context::Context;
use crate::files::{metric_positions, read_runs, write};

pub fn run(args: &Fit, context: &Context) -> anyhow::Result<()> {
    let params = SurrogateParams::named(&args.surrogate, &pairs(&args.params)?)?;
    let table = read_runs(&args.runs, &args.import, context)?;
    let metrics = metric_positions(table.metrics(), &args.metric)?;
    let set = SurrogateSet::fit(&table, &metrics, &params, &context.control, &context.executor)?;
    write(&args.output, &set.to_json())?;
    let mut text = String::new();
    writeln!(
        text,
        "fitted {} to {} metrics of {} runs over {} domains, saved to {:?}",
        params.name(),
        set.metrics().len(),
        table.len(),
        table.domains().len(),
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

/// `name=value` options as pairs.
pub fn pairs(options: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(anyhow::anyhow!("--param: expected NAME=VALUE, found {text:?}")),
    };
    options.iter().map(pair).collect()
}
