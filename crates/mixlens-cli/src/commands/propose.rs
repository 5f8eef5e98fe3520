//! `mixlens propose`: the mixture with the best predicted objective.

use std::fmt::Write;

use anyhow::Context as _;
use mixlens_core::compute::Status;
use mixlens_core::fit::{Interval, Prediction, Support, SurrogateSet};
use mixlens_core::search::{Accelerator, Backend, Comparison, Objective, Proposal, Term};
use mixlens_core::simplex::Mixture;
use mixlens_formats::parse_token_count;
use mixlens_jobs::{JobError, Proposed, SearchSettings, propose};
use serde_json::{Map, Value, json};

use crate::args::Propose;
use crate::context::Context;
use crate::device::simulate;
use crate::files::read_fit;
use crate::output::check;
use crate::problem::problem;
use crate::tables::{counted, difference, number, percent, signed, table, with_error};

/// A prediction counts as clipped when its objective is above the proven one by more than this
/// (unit of the objective).
const CLIPPED: f64 = 1e-9;

pub fn run(args: &Propose, context: &Context) -> anyhow::Result<()> {
    if let Some(path) = &args.output {
        check(path, [args.fit.as_path()])?;
    }
    let set = read_fit(&args.fit)?;
    let objective = args.aim.read(&set)?;
    let problem = problem(
        set,
        &args.limits,
        &args.sampling,
        objective,
        &args.bounds,
        context.seed,
    )?;
    let settings = SearchSettings {
        samples: parse_token_count(&args.samples).context("--samples")?,
        top: args.top,
        prior: args.sampling.prior(),
        simulate_always: args.simulate,
        tolerance: args.tolerance,
        ..SearchSettings::default()
    };
    let search = async |device: Option<&dyn Accelerator>| -> Result<_, JobError> {
        let mut found = propose(&problem, &settings, &context.job(device)).await?;
        let backend = std::mem::replace(&mut found.backend, Backend::Cpu);
        Ok((found, backend))
    };
    let (found, device) = simulate(args.device, settings.samples, context, search)?;
    let Proposed {
        set,
        objective,
        proposal,
        ..
    } = found;
    if objective.of_values(&set, &proposal.predicted.values) > proposal.objective + CLIPPED {
        context.notice(format!(
            "the prediction at the proposal was clipped at half the observed range below the \
             lowest run; unclipped, the objective is {:.4}",
            proposal.objective
        ));
    }
    let json = to_json(&set, &objective, &proposal, context.seed, device);
    if let Some(path) = &args.output {
        context.write(path, format!("{json:#}\n"))?;
    }
    context.finish(&to_text(&set, &objective, &proposal)?, || json)
}

/// The proposal as text.
pub fn to_text(
    set: &SurrogateSet,
    objective: &Objective,
    proposal: &Proposal,
) -> anyhow::Result<String> {
    let mut text = String::new();
    let terms = objective.terms();
    let name = |metric: usize| {
        set.metrics()
            .get(metric)
            .map_or("", |fitted| fitted.metric.name.as_str())
    };
    let weighted = |term: &Term| format!("{:.3} {}", term.weight, name(term.metric));
    let objective_name = match terms {
        [only] => name(only.metric).to_owned(),
        few if few.len() <= 4 => few.iter().map(weighted).collect::<Vec<_>>().join(" + "),
        _ => format!("the weighted mean of {} metrics", terms.len()),
    };
    let aim = match objective.aim().name() {
        "mean" => String::new(),
        other => format!("the {other} objective over "),
    };
    writeln!(text, "best predicted mixture for {aim}{objective_name}")?;
    writeln!(text, "{}", how_found(proposal))?;
    let mut header = vec!["domain", "proposal"];
    header.push(if proposal.gap.is_some() {
        "flat region"
    } else {
        "spread of the best"
    });
    if proposal.flat.is_some() {
        header.push("nearest to natural");
    }
    header.extend(proposal.versus.iter().map(|comparison| comparison.name));
    let domains = proposal.mixture.iter().zip(&proposal.spread).enumerate();
    let rows = domains.map(|(domain, ((name, part), (low, high)))| {
        let mut row = vec![
            name.to_owned(),
            percent(part),
            format!("{:.2} – {:.2} %", 100.0 * low, 100.0 * high),
        ];
        let nearest = proposal
            .flat
            .iter()
            .filter_map(|flat| flat.nearest.parts().get(domain));
        row.extend(nearest.map(|&part| percent(part)));
        let others = proposal
            .versus
            .iter()
            .map(|comparison| comparison.mixture.parts().get(domain).copied());
        row.extend(others.map(|part| part.map_or_else(String::new, percent)));
        row
    });
    text += &table(&header, rows);
    let mut header = vec!["metric".to_owned(), "predicted".to_owned()];
    header.extend(
        proposal
            .versus
            .iter()
            .map(|comparison| format!("against {}", comparison.name)),
    );
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let Prediction {
        values,
        intervals,
        support,
    } = &proposal.predicted;
    let predicted = values.iter().zip(intervals);
    let metric_rows = set.metrics().iter().zip(predicted).enumerate().map(
        |(metric, (fitted, (&value, &interval)))| {
            let mut row = vec![fitted.metric.name.clone(), with_error(value, interval, 4)];
            let differences = proposal
                .versus
                .iter()
                .filter_map(|comparison| comparison.differences.get(metric));
            row.extend(differences.map(|compared| difference(compared, 4)));
            row
        },
    );
    let mut rows: Vec<_> = metric_rows.collect();
    if terms.len() > 1 {
        let mut row = vec!["objective".to_owned(), number(Some(proposal.objective), 4)];
        row.extend(
            proposal
                .versus
                .iter()
                .map(|comparison| signed(proposal.objective - comparison.objective, 4)),
        );
        rows.push(row);
    }
    text += &table(&header, rows);
    if let Some(flat) = &proposal.flat {
        let kept = if flat.is_exact {
            "all mixtures"
        } else {
            "the simulated mixtures kept"
        };
        writeln!(
            text,
            "flat region: {kept} within {} of the best objective; nearest to natural: the mixture \
             of the flat region nearest to the {} mixture",
            flat.tolerance,
            proposal
                .versus
                .first()
                .map_or("natural", |first| first.name)
        )?;
    }
    writeln!(
        text,
        "the proposal lies {} the training runs; {}",
        where_it_lies(*support),
        how_sure(intervals, &proposal.versus)
    )?;
    Ok(text)
}

/// The meaning of the intervals, and the differences whose sign they leave open.
fn how_sure(intervals: &[Option<Interval>], versus: &[Comparison]) -> String {
    if intervals.iter().all(Option::is_none) {
        return "no intervals: fit with --surrogate auto or --intervals to get them".to_owned();
    }
    let open = versus.first().map(|comparison| {
        (
            comparison.name,
            comparison
                .differences
                .iter()
                .filter(|one| one.is_open())
                .count(),
        )
    });
    let open = match open {
        Some((_, 0)) | None => String::new(),
        Some((name, count)) => {
            format!(
                "; against {name}, the sign of {} is uncertain",
                counted(count, "metric")
            )
        }
    };
    format!("± is half a 90 % interval by cross-conformal prediction{open}")
}

/// How the search ended, in a sentence.
fn how_found(proposal: &Proposal) -> String {
    match (proposal.status, proposal.gap) {
        (Status::Optimal, Some(gap)) => {
            format!(
                "certified minimum for this surrogate: no allowed mixture is better by more than \
                 {gap:.1e}"
            )
        }
        (_, Some(gap)) => {
            format!("inexact: an allowed mixture may be better by up to {gap:.1e}")
        }
        _ if proposal.top > 0 => {
            format!(
                "mean of the best {} of {} simulated mixtures",
                proposal.top, proposal.samples
            )
        }
        _ => format!(
            "best mixture found by descent from the best of {} simulated mixtures; no proof",
            proposal.samples
        ),
    }
}

/// The position of a support within a sentence.
fn where_it_lies(support: Support) -> &'static str {
    match support {
        Support::Inside => "inside",
        Support::Edge => "at the edge of",
        Support::Outside => "OUTSIDE",
    }
}

/// A mixture in JSON.
pub fn mixture(mixture: &Mixture) -> Map<String, Value> {
    mixture
        .iter()
        .map(|(name, part)| (name.to_owned(), json!(part)))
        .collect()
}

/// The flat region in JSON.
fn flat_region(set: &SurrogateSet, objective: &Objective, proposal: &Proposal) -> Value {
    let Some(flat) = &proposal.flat else {
        return Value::Null;
    };
    let intervals = set.domains().names().iter().zip(&flat.intervals);
    let intervals: Map<String, Value> = intervals
        .map(|(name, (low, high))| (name.clone(), json!([low, high])))
        .collect();
    let there = set.predict(flat.nearest.parts()).ok();
    json!({
        "tolerance": flat.tolerance,
        "exact": flat.is_exact,
        "intervals": intervals,
        "nearest": {
            "mixture": mixture(&flat.nearest),
            "objective": there.map(|there| objective.of_values(set, &there.values)),
        },
    })
}

/// The proposal in JSON, as the command line contract defines it.
pub fn to_json(
    set: &SurrogateSet,
    objective: &Objective,
    proposal: &Proposal,
    seed: u64,
    device: &str,
) -> Value {
    let predicted = proposal
        .predicted
        .values
        .iter()
        .zip(&proposal.predicted.intervals);
    let predicted = set.metrics().iter().zip(predicted).enumerate().map(
        |(metric, (fitted, (value, interval)))| {
            let versus = proposal.versus.iter().filter_map(|comparison| {
                let compared = comparison.differences.get(metric)?;
                Some((
                    comparison.name.to_owned(),
                    json!({ "difference": compared.value, "interval": compared.interval }),
                ))
            });
            let versus: Map<String, Value> = versus.collect();
            (
                fitted.metric.name.clone(),
                json!({ "value": value, "interval": interval, "versus": versus }),
            )
        },
    );
    let spread = proposal.mixture.iter().zip(&proposal.spread);
    let spread: Map<String, Value> = spread
        .map(|((name, _), (low, high))| (name.to_owned(), json!([low, high])))
        .collect();
    let terms = objective.terms().iter().filter_map(|term| {
        let fitted = set.metrics().get(term.metric)?;
        Some((
            fitted.metric.name.clone(),
            json!({ "weight": term.weight, "direction": fitted.metric.direction }),
        ))
    });
    let baselines = proposal.versus.iter().map(|comparison| {
        let value =
            json!({ "mixture": mixture(&comparison.mixture), "objective": comparison.objective });
        (comparison.name.to_owned(), value)
    });
    json!({
        "version": 1,
        "status": proposal.status,
        "mixture": mixture(&proposal.mixture),
        "objective": proposal.objective,
        "gap": proposal.gap,
        "aim": objective.aim().name(),
        "flat_region": flat_region(set, objective, proposal),
        "metrics": terms.collect::<Map<_, _>>(),
        "predicted": predicted.collect::<Map<_, _>>(),
        "support": proposal.predicted.support,
        "spread": spread,
        "baselines": baselines.collect::<Map<_, _>>(),
        "best_single": {
            "mixture": mixture(&proposal.best_single.0),
            "objective": proposal.best_single.1,
        },
        "samples": proposal.samples,
        "top": proposal.top,
        "seed": seed,
        "device": device,
    })
}
