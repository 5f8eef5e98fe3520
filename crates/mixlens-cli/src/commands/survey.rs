//! `mixlens survey`: distribution and objective of simulated mixtures along every domain.

use anyhow::{Context as _, bail};
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{PairSurvey, Survey, SurveyParams, Tallied, Tally};
use mixlens_formats::{parse_token_count, survey_to_csv};
use mixlens_jobs::{SurveySettings, survey_within};
use serde_json::{Map, Value, json};

use crate::args::Survey as SurveyArgs;
use crate::context::Context;
use crate::device::simulate;
use crate::files::read_fit;
use crate::output::check;
use crate::problem::problem;
use crate::tables::{percent, table};

/// Bars from the worst to the best.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Number of bars in a line.
const LINE: usize = 24;

pub fn run(args: &SurveyArgs, context: &Context) -> anyhow::Result<()> {
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
    let set = &*problem.set;
    let domain = |name: &String| set.domains().require(name).context("--pair");
    let pair = match &args.pair[..] {
        [] => None,
        [a, b] => Some([domain(a)?, domain(b)?]),
        other => bail!(
            "--pair: expected two domains separated by a comma, found {}",
            other.len()
        ),
    };
    let samples = parse_token_count(&args.samples).context("--samples")?;
    let settings = SurveySettings {
        params: SurveyParams {
            samples,
            cells: args.cells,
            pair,
            ..SurveyParams::default()
        },
        prior: args.sampling.prior(),
        ..SurveySettings::default()
    };
    let (survey, device) = simulate(args.device, samples, context, async |device| {
        survey_within(&problem, &settings, &context.job(device)).await
    })?;
    if let Some(path) = &args.output {
        context.write(path, survey_to_csv(&survey, set.domains()))?;
    }
    context.finish(&to_text(set, &survey), || {
        to_json(set, &survey, context.seed, device)
    })
}

fn to_text(set: &SurrogateSet, survey: &Survey) -> String {
    let best = survey
        .objective
        .tallies
        .iter()
        .filter_map(|tally| tally.lowest)
        .fold(f64::INFINITY, f64::min);
    let worst = survey.objective.median().unwrap_or(best);
    let header = ["domain", "the best 1 %", "from", "lowest objective", "to"];
    let rows = set
        .domains()
        .names()
        .iter()
        .zip(&survey.domains)
        .map(|(name, tallied)| {
            let good = tallied.good_range().map_or_else(
                || "–".to_owned(),
                |(low, high)| format!("{:.2} – {:.2} %", 100.0 * low, 100.0 * high),
            );
            let ends = [tallied.axis.low, tallied.axis.high].map(percent);
            let [from, to] = ends;
            vec![name.clone(), good, from, bars(tallied, best, worst), to]
        });
    let mut text = format!(
        "{} mixtures, the best with an objective of {best:.4}\n",
        survey.samples
    );
    if survey.allowed < survey.samples {
        text += &format!(
            "{} of them violate a bound and are left out\n",
            survey.samples - survey.allowed
        );
    }
    text += &table(&header, rows);
    text += &format!(
        "the best 1 %: range of the middle 90 % of the mixtures with an objective of at most \
         {:.4}\n",
        survey.good
    );
    text + &format!(
        "bars: lowest objective along the domain, tallest at the best of all, shortest at \
         {worst:.4} or more\n"
    )
}

/// The lowest objective along an axis, as a line of bars; a blank for cells without mixtures.
fn bars(tallied: &Tallied, best: f64, worst: f64) -> String {
    let bar = |tallies: &[Tally]| {
        let lowest = tallies
            .iter()
            .filter_map(|tally| tally.lowest)
            .reduce(f64::min)?;
        // 1 − (l − b) / (w − b), with l the lowest objective, b the best and w the worst.
        let width = (worst - best).max(f64::MIN_POSITIVE);
        let height = 1.0 - ((lowest - best) / width).clamp(0.0, 1.0);
        BARS.get((height * (BARS.len() - 1) as f64).round() as usize)
            .copied()
    };
    let each = tallied.tallies.len().div_ceil(LINE).max(1);
    tallied
        .tallies
        .chunks(each)
        .map(|tallies| bar(tallies).unwrap_or(' '))
        .collect()
}

fn to_json(set: &SurrogateSet, survey: &Survey, seed: u64, device: &str) -> Value {
    let tallies = |tallies: &[Tally]| -> Value {
        tallies
            .iter()
            .map(|tally| json!([tally.count, tally.good, tally.lowest]))
            .collect()
    };
    let along = |tallied: &Tallied| {
        json!({
            "from": tallied.axis.low,
            "to": tallied.axis.high,
            "good_range": tallied.good_range(),
            "cells": tallies(&tallied.tallies),
        })
    };
    let names = set.domains().names();
    let domains: Map<String, Value> = names
        .iter()
        .zip(&survey.domains)
        .map(|(name, tallied)| (name.clone(), along(tallied)))
        .collect();
    let pair = |pair: &PairSurvey| {
        json!({
            "domains": pair.domains.map(|domain| names.get(domain)),
            "from": pair.axes.map(|axis| axis.low),
            "to": pair.axes.map(|axis| axis.high),
            "rows": pair.tallies.chunks(pair.axes[0].cells).map(tallies).collect::<Vec<_>>(),
        })
    };
    json!({
        "version": 1,
        "samples": survey.samples,
        "allowed": survey.allowed,
        "good": survey.good,
        "domains": domains,
        "objective": along(&survey.objective),
        "pair": survey.pair.as_ref().map(pair),
        "seed": seed,
        "device": device,
    })
}
