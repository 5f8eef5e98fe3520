//! `mixlens compare`: surrogates side by side, by cross-validation.

use std::time::Instant;

use anyhow::Context as _;
use mixlens_core::CoreError;
use mixlens_core::fit::{Choice, CompareParams, CrossValidation, SurrogateParams, choose, cross_validate};
use mixlens_core::stats::Score;
use mixlens_core::table::RunTable;
use serde_json::{Map, Value, json};

use super::fit::{self, pairs};
use crate::args::Compare;
use crate::context::Context;
use crate::files::{metric_positions, read_runs};
use crate::tables::{counted, number, table};

/// Costs as much as all others together, so it is compared only when it is asked for.
const LEFT_OUT: &str = "stack";

/// One surrogate's results on every metric.
struct Entry {
    surrogate: SurrogateParams,
    results: Vec<CrossValidation>,
    seconds: f64,
}

pub fn run(args: &Compare, context: &Context) -> anyhow::Result<()> {
    let surrogates = surrogates(args, context)?;
    let runs = read_runs(&args.runs, &args.import, context)?;
    let metrics = metric_positions(runs.metrics(), &args.metric)?;
    let params = CompareParams { folds: args.folds, repeats: args.repeats, seed: context.seed };
    let too_few = if args.surrogates.is_empty() { OnTooFewRuns::LeaveOut } else { OnTooFewRuns::Reject };
    let comparison = Comparison::new(&runs, metrics, surrogates, params, too_few, context)?;
    context.finish(&comparison.text(), || comparison.json(params))
}

/// The surrogates asked for, each with its parameters.
fn surrogates(args: &Compare, context: &Context) -> anyhow::Result<Vec<SurrogateParams>> {
    let names: Vec<&str> = match args.surrogates.as_slice() {
        [] => SurrogateParams::NAMES.iter().copied().filter(|&name| name != LEFT_OUT).collect(),
        names => names.iter().map(String::as_str).collect(),
    };
    if let Some((at, twice)) = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|n| n == *name)) {
        anyhow::bail!("--surrogate: expected each surrogate once, found {twice:?} again in place {}", at + 1);
    }
    let params = pairs(&args.params)?;
    if let Some((name, _)) = params.iter().find(|(name, _)| !names.iter().any(|&own| is_of(name, own))) {
        anyhow::bail!("--param: expected SURROGATE.NAME=VALUE with one of {}, found {name:?}", names.join(", "));
    }
    let of = |name: &str| -> Vec<(String, String)> {
        let own = params.iter().filter(|(param, _)| is_of(param, name));
        own.map(|(param, value)| (param[name.len() + 1..].to_owned(), value.clone())).collect()
    };
    names.into_iter().map(|name| fit::params(name, &of(name), context)).collect()
}

fn is_of(param: &str, surrogate: &str) -> bool {
    param.strip_prefix(surrogate).is_some_and(|rest| rest.starts_with('.'))
}

/// What happens to a surrogate that needs more runs than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTooFewRuns {
    /// The comparison fails, because that surrogate was asked for.
    Reject,
    /// The others are compared, and a notice says why.
    LeaveOut,
}

/// Several surrogates on the same metrics, splits and runs.
pub struct Comparison {
    names: Vec<String>,
    entries: Vec<Entry>,
    choices: Vec<Choice>,
}

impl Comparison {
    pub fn new(
        runs: &RunTable,
        metrics: Vec<usize>,
        surrogates: Vec<SurrogateParams>,
        params: CompareParams,
        too_few: OnTooFewRuns,
        context: &Context,
    ) -> anyhow::Result<Self> {
        let (mut entries, mut left_out) = (Vec::new(), Vec::new());
        for surrogate in surrogates {
            let started = Instant::now();
            match cross_validate(runs, &metrics, &surrogate, params, &context.control, &context.executor) {
                Ok(results) => entries.push(Entry { surrogate, results, seconds: started.elapsed().as_secs_f64() }),
                Err(problem @ CoreError::TooFewRuns { .. }) if too_few == OnTooFewRuns::LeaveOut => {
                    left_out.push(problem)
                }
                Err(problem) => return Err(problem.into()),
            }
        }
        if entries.is_empty() {
            return Err(left_out.into_iter().next().context("there is a surrogate to compare")?.into());
        }
        for problem in left_out {
            context.notice(format!("a surrogate was left out: {problem}"));
        }
        let all = runs.metrics().as_slice();
        let names = metrics.iter().filter_map(|&metric| all.get(metric)).map(|metric| metric.name.clone()).collect();
        let choices = (0..metrics.len()).filter_map(|metric| {
            choose(&entries.iter().filter_map(|entry| entry.results.get(metric)).collect::<Vec<_>>())
        });
        Ok(Self { names, choices: choices.collect(), entries })
    }

    /// Names of the chosen surrogate and of those tied with it, for a metric.
    fn verdict(&self, choice: &Choice) -> (&'static str, Vec<&'static str>) {
        let name = |&position: &usize| self.entries.get(position).map_or("", |entry| entry.surrogate.name());
        (name(&choice.chosen), choice.tied.iter().map(name).collect())
    }

    /// The surrogate with the lowest mean RMSE over all metrics.
    pub fn best(&self) -> Option<&SurrogateParams> {
        let rmse = |entry: &&Entry| entry.mean().map_or(f64::INFINITY, |mean| mean.rmse);
        self.entries.iter().min_by(|a, b| rmse(a).total_cmp(&rmse(b))).map(|entry| &entry.surrogate)
    }

    /// For people: a row a surrogate with its mean figures, then a row a metric with the verdict.
    pub fn text(&self) -> String {
        let verdicts: Vec<_> = self.choices.iter().map(|choice| self.verdict(choice)).collect();
        let mut entries: Vec<_> = self.entries.iter().filter_map(|entry| Some((entry, entry.mean()?))).collect();
        entries.sort_by(|(_, a), (_, b)| a.rmse.total_cmp(&b.rmse));
        let rows = entries.iter().map(|(entry, mean)| {
            let name = entry.surrogate.name();
            let best = verdicts.iter().filter(|(chosen, _)| *chosen == name).count();
            let tied = verdicts.iter().filter(|(_, tied)| tied.contains(&name)).count();
            vec![
                name.to_owned(),
                number(mean.spearman, 4),
                number(mean.r2, 4),
                number(Some(mean.mae), 4),
                number(Some(mean.rmse), 4),
                format!("{best} + {tied}"),
            ]
        });
        let header = ["surrogate", "Spearman", "R²", "MAE", "RMSE", "best + tied"];
        let mut text = format!("mean of {}\n{}\n", counted(self.names.len(), "metric"), table(&header, rows));
        let rows = self.names.iter().zip(&self.choices).zip(&verdicts).enumerate().filter_map(
            |(metric, ((name, choice), (chosen, tied)))| {
                let result = self.entries.get(choice.chosen)?.results.get(metric)?;
                let error = result.rmse_se.map_or(String::new(), |error| format!(" ± {error:.4}"));
                let tied = if tied.is_empty() { "–".to_owned() } else { tied.join(", ") };
                let rmse = format!("{:.4}{error}", result.score.rmse);
                Some(vec![name.clone(), (*chosen).to_owned(), number(result.score.spearman, 4), rmse, tied])
            },
        );
        text += &table(&["metric", "best", "Spearman", "RMSE ± s.e.", "tied with"], rows);
        text
    }

    fn json(&self, params: CompareParams) -> Value {
        let surrogates = self.entries.iter().map(|entry| {
            let metrics = self.names.iter().zip(&entry.results).map(|(name, result)| {
                let Score { runs, spearman, pearson, r2, mae, rmse } = result.score;
                // Intervals come with conformal prediction; until then there is no coverage to report.
                let figures = json!({
                    "runs": runs, "spearman": spearman, "pearson": pearson, "r2": r2, "mae": mae, "rmse": rmse,
                    "rmse_se": result.rmse_se, "coverage90": null,
                });
                (name.clone(), figures)
            });
            let value = json!({
                "metrics": metrics.collect::<Map<_, _>>(),
                "mean": entry.mean(),
                "fit_seconds": entry.seconds,
            });
            (entry.surrogate.name().to_owned(), value)
        });
        let verdicts: Vec<_> = self.choices.iter().map(|choice| self.verdict(choice)).collect();
        let chosen = self.names.iter().zip(&verdicts).map(|(name, (chosen, _))| (name.clone(), json!(chosen)));
        let tied = self.names.iter().zip(&verdicts).map(|(name, (_, tied))| (name.clone(), json!(tied)));
        json!({
            "version": 1,
            "folds": params.folds,
            "repeats": params.repeats,
            "surrogates": surrogates.collect::<Map<_, _>>(),
            "chosen": chosen.collect::<Map<_, _>>(),
            "tied": tied.collect::<Map<_, _>>(),
        })
    }
}

impl Entry {
    fn mean(&self) -> Option<Score> {
        Score::mean(&self.results.iter().map(|result| result.score).collect::<Vec<_>>())
    }
}
