//! `mixlens compare`: a comparison of surrogates by cross-validation.

use std::time::Instant;

use anyhow::Context as _;
use mixlens_core::fit::{
    COVERAGE, Choice, CompareParams, Compared, Comparer, Comparison, Coverage, CurvePoint, Depth,
    LearningCurve, SurrogateParams,
};
use mixlens_core::stats::{Score, group_by_mixture};
use mixlens_core::table::{NoiseFloor, NoiseSource, RunTable};
use serde_json::{Map, Value, json};

use super::fit::{self, pairs};
use crate::args::Compare;
use crate::context::Context;
use crate::files::{metric_positions, read_runs};
use crate::run_groups::{conditions_json, groups_json};
use crate::tables::{counted, number, table};

/// Tolerance of the measured coverage around the stated one.
const COVERAGE_TOLERANCE: f64 = 0.05;

pub fn run(args: &Compare, context: &Context) -> anyhow::Result<()> {
    let surrogates = surrogates(args, context)?;
    let imported = read_runs(&args.runs, &args.import, context)?;
    let runs = &imported.table;
    let metrics = metric_positions(runs.metrics(), &args.metric)?;
    let usual = CompareParams::usual(distinct_mixtures(runs), context.seed);
    let folds = args.folds.unwrap_or(usual.folds);
    let params = CompareParams {
        folds,
        repeats: args.repeats.unwrap_or(usual.repeats),
        ..usual
    };
    let too_few = if args.surrogates.is_empty() {
        OnTooFewRuns::LeaveOut
    } else {
        OnTooFewRuns::Reject
    };
    let depth = if args.quick {
        Depth::Accuracy
    } else {
        Depth::Full
    };
    let (comparison, seconds) =
        compare(runs, &metrics, &surrogates, params, depth, too_few, context)?;
    context.finish(&to_text(&comparison), || {
        let mut json = to_json(&comparison, &seconds);
        if let Some(keys) = json.as_object_mut() {
            keys.insert("conditions".to_owned(), conditions_json(&imported));
            keys.insert("groups".to_owned(), groups_json(&imported));
        }
        json
    })
}

/// The requested surrogates, each with its parameters.
fn surrogates(args: &Compare, context: &Context) -> anyhow::Result<Vec<SurrogateParams>> {
    let all = SurrogateParams::candidates();
    let names: Vec<&str> = match args.surrogates.as_slice() {
        [] => all.iter().map(SurrogateParams::name).collect(),
        names => names.iter().map(String::as_str).collect(),
    };
    if let Some((at, twice)) = names
        .iter()
        .enumerate()
        .find(|(at, name)| names.iter().take(*at).any(|n| n == *name))
    {
        anyhow::bail!(
            "--surrogate: expected each surrogate once, found {twice:?} again as number {}",
            at + 1
        );
    }
    let params = pairs(&args.params)?;
    if let Some((name, _)) = params
        .iter()
        .find(|(param, _)| !names.iter().any(|&surrogate| is_of(param, surrogate)))
    {
        anyhow::bail!(
            "--param: expected SURROGATE.NAME=VALUE with one of {}, found {name:?}",
            names.join(", ")
        );
    }
    let of = |name: &str| -> Vec<(String, String)> {
        let named_params = params.iter().filter(|(param, _)| is_of(param, name));
        named_params
            .map(|(param, value)| (param[name.len() + 1..].to_owned(), value.clone()))
            .collect()
    };
    names
        .into_iter()
        .map(|name| fit::params(name, &of(name), context))
        .collect()
}

fn distinct_mixtures(runs: &RunTable) -> usize {
    group_by_mixture(runs)
        .into_iter()
        .max()
        .map_or(0, |last| last + 1)
}

fn is_of(param: &str, surrogate: &str) -> bool {
    param
        .strip_prefix(surrogate)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// What happens to a surrogate that needs more runs than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTooFewRuns {
    /// The comparison fails, because that surrogate was requested.
    Reject,
    /// The others are compared, with a notice.
    LeaveOut,
}

/// The comparison, and the seconds that each surrogate took. An ensemble uses the fits of its
/// members, which are compared before it.
pub fn compare(
    runs: &RunTable,
    metrics: &[usize],
    surrogates: &[SurrogateParams],
    params: CompareParams,
    depth: Depth,
    too_few: OnTooFewRuns,
    context: &Context,
) -> anyhow::Result<(Comparison, Vec<f64>)> {
    let mut comparer = Comparer::new(runs, metrics, params, depth)?;
    let (mut seconds, mut left_out) = (Vec::new(), Vec::new());
    for surrogate in surrogates {
        let started = Instant::now();
        match comparer.add(surrogate, &context.control, &context.executor) {
            Ok(_) => seconds.push(started.elapsed().as_secs_f64()),
            Err(problem) if problem.is_refusal() && too_few == OnTooFewRuns::LeaveOut => {
                left_out.push(problem)
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    if seconds.is_empty() {
        return Err(left_out
            .into_iter()
            .next()
            .context("expected at least one surrogate to compare")?
            .into());
    }
    for problem in left_out {
        context.notice(format!("a surrogate was left out: {problem}"));
    }
    Ok((
        comparer.finish(&context.control, &context.executor)?,
        seconds,
    ))
}

/// Names of the chosen surrogate and of those tied with it, for a metric.
fn verdict(comparison: &Comparison, choice: &Choice) -> (&'static str, Vec<&'static str>) {
    let name = |&position: &usize| {
        comparison
            .surrogates
            .get(position)
            .map_or("", |compared| compared.params.name())
    };
    (name(&choice.chosen), choice.tied.iter().map(name).collect())
}

/// The text for readers: a row per surrogate with its mean figures, a row per metric with the
/// verdict, then coverage of intervals and learning curve.
pub fn to_text(comparison: &Comparison) -> String {
    let verdicts: Vec<_> = comparison
        .choices
        .iter()
        .map(|choice| verdict(comparison, choice))
        .collect();
    let mut entries: Vec<_> = comparison
        .surrogates
        .iter()
        .filter_map(|compared| Some((compared, compared.mean()?)))
        .collect();
    entries.sort_by(|(_, a), (_, b)| a.rmse.total_cmp(&b.rmse));
    let is_measured = entries
        .iter()
        .any(|(compared, _)| compared.coverage_of_all().runs > 0);
    let rows = entries.iter().map(|(compared, mean)| {
        let name = compared.params.name();
        let best = verdicts
            .iter()
            .filter(|(chosen, _)| *chosen == name)
            .count();
        let tied = verdicts
            .iter()
            .filter(|(_, tied)| tied.contains(&name))
            .count();
        let mut row = vec![
            name.to_owned(),
            number(mean.spearman, 4),
            number(mean.r2, 4),
            number(Some(mean.mae), 4),
            number(Some(mean.rmse), 4),
            format!("{best} + {tied}"),
        ];
        if is_measured {
            let coverage = compared.coverage_of_all();
            row.push(format!(
                "{} / {}",
                in_percent(coverage.share()),
                in_percent(coverage.difference_share())
            ));
        }
        row
    });
    let mut header = vec!["surrogate", "Spearman", "R²", "MAE", "RMSE", "best + tied"];
    if is_measured {
        header.push("in 90 % interval");
    }
    let mut text = format!(
        "mean of {}\n{}\n",
        counted(comparison.metrics.len(), "metric"),
        table(&header, rows)
    );
    // A bound above the error has no information about the error.
    let noise = |metric: usize, rmse: f64| {
        let known = comparison.noise.get(metric).copied().flatten();
        known.filter(|noise| noise.source == NoiseSource::Replicates || noise.sd < rmse)
    };
    let rmse = |(metric, choice): (usize, &Choice)| -> Option<(usize, f64)> {
        Some((
            metric,
            comparison
                .surrogates
                .get(choice.chosen)?
                .results
                .get(metric)?
                .score
                .rmse,
        ))
    };
    let is_noise_known = comparison
        .choices
        .iter()
        .enumerate()
        .filter_map(rmse)
        .any(|(metric, rmse)| noise(metric, rmse).is_some());
    let rows = comparison
        .metrics
        .iter()
        .zip(&comparison.choices)
        .zip(&verdicts)
        .enumerate()
        .filter_map(|(metric, ((name, choice), (chosen, tied)))| {
            let result = comparison
                .surrogates
                .get(choice.chosen)?
                .results
                .get(metric)?;
            let error = result
                .rmse_se
                .map_or(String::new(), |error| format!(" ± {error:.4}"));
            let tied = if tied.is_empty() {
                "–".to_owned()
            } else {
                tied.join(", ")
            };
            let rmse = format!("{:.4}{error}", result.score.rmse);
            let mut row = vec![
                name.clone(),
                (*chosen).to_owned(),
                number(result.score.spearman, 4),
                rmse,
            ];
            if is_noise_known {
                row.push(
                    noise(metric, result.score.rmse).map_or_else(|| number(None, 4), noise_text),
                );
            }
            row.push(tied);
            Some(row)
        });
    let mut header = vec!["metric", "best", "Spearman", "RMSE ± s.e."];
    header.extend(is_noise_known.then_some("noise floor"));
    header.push("tied with");
    text += &table(&header, rows);
    let best = comparison
        .best()
        .and_then(|best| comparison.surrogates.get(best));
    if let Some(best) = best {
        text += &intervals_text(best);
        text += &comparison
            .curve
            .as_ref()
            .map_or_else(String::new, |curve| curve_text(curve, best.params.name()));
    }
    text
}

/// A noise floor, with "≤" where it is only a bound.
fn noise_text(noise: NoiseFloor) -> String {
    let sign = if noise.source == NoiseSource::NearReplicates {
        "≤ "
    } else {
        ""
    };
    format!("{sign}{:.4}", noise.sd)
}

fn in_percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1}", 100.0 * share))
}

/// Whether the intervals of a surrogate cover as often as they claim.
fn intervals_text(best: &Compared) -> String {
    let coverage = best.coverage_of_all();
    let name = best.params.name();
    let (Some(single), Some(difference)) = (coverage.share(), coverage.difference_share()) else {
        return String::new();
    };
    let judged = |share: f64| {
        let much = share - COVERAGE;
        match much {
            _ if much < -COVERAGE_TOLERANCE => " (TOO NARROW)",
            _ if much > COVERAGE_TOLERANCE => " (wider than necessary)",
            _ => "",
        }
    };
    format!(
        "\n90 % intervals of {name} contain {:.1} % of the held-out runs{}, and {:.1} % of their \
         differences to runs near the baseline{}\n",
        100.0 * single,
        judged(single),
        100.0 * difference,
        judged(difference)
    )
}

fn curve_text(curve: &LearningCurve, name: &str) -> String {
    let rows = curve.points.iter().map(|point| {
        let error = point
            .rmse_se
            .map_or(String::new(), |error| format!(" ± {error:.4}"));
        let Score {
            spearman,
            mae,
            rmse,
            ..
        } = point.score;
        vec![
            point.runs.to_string(),
            number(spearman, 4),
            number(Some(mae), 4),
            format!("{rmse:.4}{error}"),
        ]
    });
    let verdict = match (curve.enough(), curve.left_by_doubling()) {
        (Some(enough), _) => {
            format!(
                "{enough} runs are enough for {name}: more runs change its RMSE by less than 5 % \
                 or the noise"
            )
        }
        (None, Some(left)) if left < 1.0 => {
            format!(
                "more runs would help {name}: twice as many would leave about {:.0} % of its RMSE",
                100.0 * left
            )
        }
        _ => format!("the learning curve does not show how many runs are enough for {name}"),
    };
    format!(
        "\n{}{verdict}\n",
        table(&["runs", "Spearman", "MAE", "RMSE ± s.e."], rows)
    )
}

fn point_json(point: &CurvePoint) -> Value {
    let Score {
        spearman,
        mae,
        rmse,
        ..
    } = point.score;
    json!({
        "runs": point.runs,
        "spearman": spearman,
        "mae": mae,
        "rmse": rmse,
        "rmse_se": point.rmse_se,
    })
}

fn to_json(comparison: &Comparison, seconds: &[f64]) -> Value {
    let figures = |(metric, result): (usize, &mixlens_core::fit::CrossValidation),
                   coverage: &[Coverage]| {
        let Score {
            runs,
            spearman,
            pearson,
            r2,
            mae,
            rmse,
        } = result.score;
        let coverage = coverage.get(metric).copied().unwrap_or_default();
        json!({
            "runs": runs,
            "spearman": spearman,
            "pearson": pearson,
            "r2": r2,
            "mae": mae,
            "rmse": rmse,
            "rmse_se": result.rmse_se,
            "coverage90": coverage.share(),
            "difference_coverage90": coverage.difference_share(),
        })
    };
    let surrogates = comparison
        .surrogates
        .iter()
        .zip(seconds)
        .map(|(compared, seconds)| {
            let metrics = comparison
                .metrics
                .iter()
                .zip(compared.results.iter().enumerate());
            let metrics =
                metrics.map(|(name, result)| (name.clone(), figures(result, &compared.coverage)));
            let coverage = compared.coverage_of_all();
            let mut mean = json!(compared.mean());
            if let Some(mean) = mean.as_object_mut() {
                mean.insert("coverage90".to_owned(), json!(coverage.share()));
                mean.insert(
                    "difference_coverage90".to_owned(),
                    json!(coverage.difference_share()),
                );
            }
            let value = json!({
                "metrics": metrics.collect::<Map<_, _>>(),
                "mean": mean,
                "fit_seconds": seconds,
            });
            (compared.params.name().to_owned(), value)
        });
    let verdicts: Vec<_> = comparison
        .choices
        .iter()
        .map(|choice| verdict(comparison, choice))
        .collect();
    let chosen = comparison
        .metrics
        .iter()
        .zip(&verdicts)
        .map(|(name, (chosen, _))| (name.clone(), json!(chosen)));
    let tied = comparison
        .metrics
        .iter()
        .zip(&verdicts)
        .map(|(name, (_, tied))| (name.clone(), json!(tied)));
    let noise = comparison
        .metrics
        .iter()
        .zip(&comparison.noise)
        .map(|(name, noise)| (name.clone(), json!(noise)));
    let best = comparison
        .best()
        .and_then(|best| comparison.surrogates.get(best))
        .map(|best| best.params.name());
    let curve = comparison.curve.as_ref().map(|curve| {
        let points: Vec<Value> = curve.points.iter().map(point_json).collect();
        json!({ "surrogate": best, "points": points, "enough": curve.enough() })
    });
    json!({
        "version": 1,
        "folds": comparison.params.folds,
        "repeats": comparison.params.repeats,
        "surrogates": surrogates.collect::<Map<_, _>>(),
        "best": best,
        "chosen": chosen.collect::<Map<_, _>>(),
        "tied": tied.collect::<Map<_, _>>(),
        "noise_floor": noise.collect::<Map<_, _>>(),
        "learning_curve": curve,
    })
}
