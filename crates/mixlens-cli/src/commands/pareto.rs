//! `mixlens pareto`: the trade-off between two or three metrics.

use anyhow::Context as _;
use mixlens_core::compute::Status;
use mixlens_core::search::FrontPoint;
use mixlens_formats::parse_token_count;
use mixlens_jobs::{FrontSearch, ObjectiveSettings, front_points};
use serde_json::{Map, Value, json};

use super::propose::mixture;
use crate::args::Pareto;
use crate::context::Context;
use crate::files::{metric_positions, read_fit};
use crate::problem::problem;
use crate::tables::{number, percent, table};

pub fn run(args: &Pareto, context: &Context) -> anyhow::Result<()> {
    let set = read_fit(&args.fit)?;
    let positions = metric_positions(&set.metric_set(), &args.metric)?;
    if !(2..=3).contains(&positions.len()) {
        anyhow::bail!(
            "--metric: expected two or three metrics separated by commas, found {}",
            positions.len()
        );
    }
    let name = |&metric: &usize| {
        let fitted = set.metrics().get(metric);
        fitted.map_or_else(String::new, |fitted| fitted.metric.name.clone())
    };
    let search = FrontSearch {
        metrics: positions.iter().map(name).collect(),
        points: args.points,
        samples: parse_token_count(&args.samples).context("--samples")?,
        prior: args.sampling.prior(),
        simulate_always: args.simulate,
    };
    let objective = ObjectiveSettings::of(&set.metric_set());
    let problem = problem(
        set,
        &args.limits,
        &args.sampling,
        objective,
        &args.bounds,
        context.seed,
    )?;
    let (front, is_exact) = front_points(&problem, &search, &context.job(None))?;
    let names: Vec<&str> = search.metrics.iter().map(String::as_str).collect();
    let (domains, samples) = (problem.set.domains(), search.samples);
    let text = format!(
        "{}{}\n",
        front_table(domains.names(), &names, &front),
        verdict(&names, &front, samples)
    );
    context.finish(&text, || {
        let points: Vec<Value> = front
            .iter()
            .map(|point| point_json(&names, point))
            .collect();
        json!({
            "version": 1,
            "metrics": names,
            "certified": front.iter().all(is_certified),
            "samples": if is_exact { 0 } else { samples },
            "seed": context.seed,
            "points": points,
        })
    })
}

/// Whether a point is proven to be the minimum of a weighted sum.
fn is_certified(point: &FrontPoint) -> bool {
    point
        .certificate
        .as_ref()
        .is_some_and(|certificate| certificate.report.status == Status::Optimal)
}

fn front_table(domains: &[String], names: &[&str], front: &[FrontPoint]) -> String {
    let has_weights = front.iter().any(|point| point.certificate.is_some());
    let mut header = Vec::new();
    header.extend(has_weights.then_some(if names.len() == 2 {
        "weight"
    } else {
        "weights"
    }));
    header.extend(names);
    header.extend(domains.iter().map(String::as_str));
    let rows = front.iter().map(|point| {
        let mut row = Vec::new();
        row.extend(point.certificate.as_ref().map(|certificate| {
            // Two weights sum to one, so the first is enough.
            let shown = if names.len() == 2 { 1 } else { names.len() };
            let weights = certificate
                .weights
                .iter()
                .take(shown)
                .map(|&weight| number(Some(weight), 4));
            weights.collect::<Vec<_>>().join(" ")
        }));
        row.extend(point.values.iter().map(|&value| number(Some(value), 4)));
        row.extend(point.mixture.parts().iter().map(|&part| percent(part)));
        row
    });
    table(&header, rows)
}

/// A sentence about the certificates of the points.
fn verdict(names: &[&str], front: &[FrontPoint], samples: u64) -> String {
    let sum = match names {
        [first, second] => format!("weight · {first} + (1 − weight) · {second}"),
        _ => format!("the weighted sum of {}", names.join(", ")),
    };
    let certified = front.iter().filter(|point| is_certified(point)).count();
    let gaps = front.iter().filter_map(|point| {
        point
            .certificate
            .as_ref()
            .map(|certificate| certificate.gap)
    });
    match gaps.reduce(f64::max) {
        Some(_) if certified == front.len() => {
            format!("each a certified minimum of {sum} for these surrogates")
        }
        Some(gap) => format!(
            "{certified} of {} are certified minima of {sum} for these surrogates; allowed \
             mixtures may be better than the others by up to {gap:.1e}",
            front.len()
        ),
        None => format!(
            "not certified: {} of {samples} simulated mixtures, none of which another beats in \
             every metric; mixtures that were not drawn may be better",
            front.len()
        ),
    }
}

/// A point in JSON.
fn point_json(names: &[&str], point: &FrontPoint) -> Value {
    let by_name = |values: &[f64]| -> Map<String, Value> {
        names
            .iter()
            .zip(values)
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect()
    };
    let certificate = point.certificate.as_ref();
    let mut json = json!({
        "weights": certificate.map(|certificate| by_name(&certificate.weights)),
        "values": by_name(&point.values),
        "mixture": mixture(&point.mixture),
        "certified": is_certified(point),
        "status": certificate.map_or(Status::BestFound, |certificate| certificate.report.status),
        "gap": certificate.map(|certificate| certificate.gap),
    });
    // Scripts read the weight of the first of two metrics, from the time before three were
    // possible.
    if let ([_, _], Some(object)) = (names, json.as_object_mut()) {
        object.insert(
            "weight".to_owned(),
            json!(certificate.and_then(|certificate| certificate.weights.first())),
        );
    }
    json
}
