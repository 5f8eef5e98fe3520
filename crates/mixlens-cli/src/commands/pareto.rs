//! `mixlens pareto`: two metrics traded off against each other.

use anyhow::bail;
use mixlens_core::search::{Objective, Term, pareto_front};
use serde_json::json;

use super::propose::{metric_bounds, mixture};
use crate::args::Pareto;
use crate::context::Context;
use crate::files::{constraints, metric_positions, natural, read_fit};
use crate::tables::{number, percent, table};

pub fn run(args: &Pareto, context: &Context) -> anyhow::Result<()> {
    let mut set = read_fit(&args.fit)?;
    let (constraints, by_tokens) = constraints(set.domains(), &args.limits)?;
    if let Some(natural) = natural(&args.natural, Some(set.domains()))?.or(by_tokens) {
        set.set_natural(natural);
    }
    let positions = metric_positions(&set.metric_set(), &args.metric)?;
    let [first, second] = positions.as_slice() else {
        bail!("--metric: expected two metrics separated by a comma, found {}", positions.len());
    };
    let metrics = [*first, *second];
    let terms = metrics.map(|metric| Term { metric, weight: 1.0 });
    let objective = Objective::new(&set, &terms)?.within(metric_bounds(&set, &args.bounds)?);
    let front = pareto_front(&set, metrics, &objective, &constraints, args.points, &context.control)?;
    let names = metrics.map(|metric| set.metrics().get(metric).map_or("", |fitted| fitted.metric.name.as_str()));
    let [first, second] = names;
    let mut header = vec!["weight", first, second];
    header.extend(set.domains().names().iter().map(String::as_str));
    let rows = front.iter().map(|point| {
        let mut row = vec![number(Some(point.weight), 4)];
        row.extend(point.values.iter().map(|&value| number(Some(value), 4)));
        row.extend(point.exact.mixture.parts().iter().map(|&part| percent(part)));
        row
    });
    let text = format!(
        "{}each a certified minimum of weight · {first} + (1 − weight) · {second} for these surrogates\n",
        table(&header, rows)
    );
    context.finish(&text, || {
        let points = front.iter().map(|point| {
            json!({
                "weight": point.weight,
                "values": { first: point.values[0], second: point.values[1] },
                "mixture": mixture(&point.exact.mixture),
                "status": point.exact.report.status,
                "gap": point.exact.gap,
            })
        });
        json!({ "version": 1, "metrics": names, "points": points.collect::<Vec<_>>() })
    })
}
