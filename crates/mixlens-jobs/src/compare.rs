//! Fitting one surrogate, and comparing several.

use mixlens_core::CoreError;
use mixlens_core::fit::{
    CompareParams, Coverage, CoverageMeter, CrossValidation, CrossValidator, LearningCurve,
    SurrogateParams, choose, learning_curve,
};
use mixlens_core::simplex::DomainSet;
use mixlens_core::stats::Score;
use mixlens_core::table::{NoiseFloor, RunTable};
use serde::{Deserialize, Serialize};

use crate::{JobContext, JobError};

/// A surrogate that was cross-validated, alone or among others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidatedSurrogate {
    /// The surrogate.
    pub surrogate: SurrogateParams,
    /// The results on each metric that varies, or why the surrogate was left out.
    pub outcome: Result<Vec<CrossValidation>, String>,
}

/// The surrogates that a comparison is about, each with whether a refusal ends the comparison: the
/// candidates, which may refuse, where none is named.
pub(crate) fn compared(surrogates: &[SurrogateParams]) -> Vec<(SurrogateParams, bool)> {
    if surrogates.is_empty() {
        let candidates = SurrogateParams::candidates();
        return candidates.into_iter().map(|one| (one, false)).collect();
    }
    surrogates.iter().map(|one| (one.clone(), true)).collect()
}

/// Cross-validates surrogates on the same splits of `table`; the results of one do not depend on
/// the others.
pub(crate) fn validated(
    table: &RunTable,
    surrogates: &[(SurrogateParams, bool)],
    params: CompareParams,
    context: &JobContext<'_>,
) -> Result<Vec<ValidatedSurrogate>, JobError> {
    let metrics = varying_metrics(table);
    let mut validator = CrossValidator::new(table, &metrics, params)?;
    let mut parts = Vec::with_capacity(surrogates.len());
    for (surrogate, is_needed) in surrogates {
        let outcome = match validator.validate(surrogate, context.control, context.executor) {
            Ok(results) => Ok(results),
            Err(problem) if problem.is_refusal() && !is_needed => Err(problem.to_string()),
            Err(problem) => return Err(problem.into()),
        };
        parts.push(ValidatedSurrogate {
            surrogate: surrogate.clone(),
            outcome,
        });
    }
    Ok(parts)
}

/// Surrogates compared: how well each predicts held-out runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How the runs were split.
    pub params: CompareParams,
    /// One entry per surrogate, lowest mean RMSE first.
    pub entries: Vec<EvidenceEntry>,
    /// One choice per metric compared.
    pub choices: Vec<MetricChoice>,
    /// Surrogates that need more runs than there are.
    pub left_out: Vec<LeftOutSurrogate>,
}

/// A surrogate's results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceEntry {
    /// The surrogate.
    pub surrogate: SurrogateParams,
    /// One result per metric compared.
    pub metrics: Vec<MetricEvidence>,
    /// The mean over the metrics.
    pub mean: Score,
}

/// A surrogate's results on one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricEvidence {
    /// The metric's name.
    pub metric: String,
    /// Agreement of held-out predictions with measured values.
    pub score: Score,
    /// Standard error of the RMSE over folds.
    pub rmse_se: Option<f64>,
    /// The held-out prediction of every run that has the metric, in table order.
    pub predicted: Vec<f64>,
}

/// The best surrogate for a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricChoice {
    /// The metric's name.
    pub metric: String,
    /// Index of the entry with the lowest RMSE.
    pub chosen: usize,
    /// Indices of the other entries that are as good within the noise.
    pub tied: Vec<usize>,
    /// How much the metric varies between runs of the same mixture, where there are such runs.
    #[serde(default)]
    pub noise: Option<NoiseFloor>,
}

/// A surrogate that was not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutSurrogate {
    /// The name of the surrogate.
    pub name: String,
    /// Why it was not compared.
    pub reason: String,
}

impl Evidence {
    /// Always true: the evidence names no domains.
    pub(crate) fn is_over(&self, _: &DomainSet) -> bool {
        true
    }

    /// Cross-validates the surrogates (the default ones when none is given) on every metric that
    /// varies.
    pub(crate) fn of_table(
        table: &RunTable,
        surrogates: &[SurrogateParams],
        params: CompareParams,
        context: &JobContext<'_>,
    ) -> Result<Self, JobError> {
        let surrogates = compared(surrogates);
        let parts = validated(table, &surrogates, params, context)?;
        Ok(Self::of_parts(table, params, parts))
    }

    /// The evidence of surrogates that were cross-validated on the same splits of `table`.
    pub(crate) fn of_parts(
        table: &RunTable,
        params: CompareParams,
        parts: Vec<ValidatedSurrogate>,
    ) -> Self {
        let metrics = varying_metrics(table);
        let (mut results, mut left_out) = (Vec::new(), Vec::new());
        for part in parts {
            match part.outcome {
                Ok(result) => results.push((part.surrogate, result)),
                Err(reason) => left_out.push(LeftOutSurrogate {
                    name: part.surrogate.name().to_owned(),
                    reason,
                }),
            }
        }
        let mean = |results: &[CrossValidation]| {
            Score::mean(
                &results
                    .iter()
                    .map(|result| result.score)
                    .collect::<Vec<_>>(),
            )
        };
        let rmse = |results: &[CrossValidation]| mean(results).map_or(f64::INFINITY, |s| s.rmse);
        results.sort_by(|a, b| rmse(&a.1).total_cmp(&rmse(&b.1)));
        let all = table.metrics().as_slice();
        let name = |index: usize| {
            metrics
                .get(index)
                .and_then(|&metric| all.get(metric))
                .map_or_else(String::new, |metric| metric.name.clone())
        };
        let choices = (0..metrics.len()).filter_map(|index| {
            let choice = choose(
                &results
                    .iter()
                    .filter_map(|(_, result)| result.get(index))
                    .collect::<Vec<_>>(),
            )?;
            let noise = metrics
                .get(index)
                .and_then(|&metric| table.noise_floor(metric));
            Some(MetricChoice {
                metric: name(index),
                chosen: choice.chosen,
                tied: choice.tied,
                noise,
            })
        });
        let choices = choices.collect();
        let entries = results.into_iter().filter_map(|(surrogate, results)| {
            let mean = mean(&results)?;
            let evidence = results
                .into_iter()
                .enumerate()
                .map(|(index, result)| MetricEvidence {
                    metric: name(index),
                    score: result.score,
                    rmse_se: result.rmse_se,
                    predicted: predicted(
                        table,
                        metrics.get(index).copied().unwrap_or_default(),
                        &result,
                    ),
                });
            Some(EvidenceEntry {
                surrogate,
                metrics: evidence.collect(),
                mean,
            })
        });
        Self {
            params,
            entries: entries.collect(),
            choices,
            left_out,
        }
    }

    /// The cross-validated results of a surrogate on a metric.
    pub fn of(&self, surrogate: &str, metric: &str) -> Option<&MetricEvidence> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.surrogate.name() == surrogate)?;
        entry
            .metrics
            .iter()
            .find(|evidence| evidence.metric == metric)
    }
}

/// Accuracy of a surrogate with fewer runs, and coverage of its intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Examination {
    /// The surrogate.
    pub surrogate: SurrogateParams,
    /// How the runs were split.
    pub params: CompareParams,
    /// Accuracy by the number of runs.
    pub curve: LearningCurve,
    /// How many held-out runs the intervals contain: name and counts of each metric; empty where
    /// runs are too few.
    pub coverage: Vec<(String, Coverage)>,
}

impl Examination {
    /// Always true: the examination names no domains.
    pub(crate) fn is_over(&self, _: &DomainSet) -> bool {
        true
    }

    /// Computes the learning curve of a surrogate and measures the coverage of its intervals.
    pub(crate) fn of_table(
        table: &RunTable,
        surrogate: &SurrogateParams,
        params: CompareParams,
        context: &JobContext<'_>,
    ) -> Result<Self, JobError> {
        let JobContext {
            control, executor, ..
        } = *context;
        let metrics = varying_metrics(table);
        let curve = learning_curve(table, &metrics, surrogate, params, control, executor)?;
        let mean = table.mean_mixture().ok_or(CoreError::AllZero)?;
        let baseline = table.natural().unwrap_or(&mean);
        let mut meter = CoverageMeter::new(table, &metrics, baseline.parts(), params)?;
        let coverage = match meter.measure(surrogate, control, executor) {
            // Intervals need fits to even fewer runs.
            Err(CoreError::TooFewRuns { .. } | CoreError::BadParameter { .. }) => Vec::new(),
            measured => measured?,
        };
        let all = table.metrics().as_slice();
        let names = metrics
            .iter()
            .filter_map(|&metric| Some(all.get(metric)?.name.clone()));
        Ok(Self {
            surrogate: surrogate.clone(),
            params,
            curve,
            coverage: names.zip(coverage).collect(),
        })
    }
}

/// Held-out predictions of a metric, for the runs that have it.
fn predicted(table: &RunTable, metric: usize, result: &CrossValidation) -> Vec<f64> {
    table
        .metric_values(metric)
        .flatten()
        .zip(result.errors())
        .map(|(measured, error)| measured - error)
        .collect()
}

/// Indices of the metrics that can be fitted: those that vary.
pub(crate) fn varying_metrics(table: &RunTable) -> Vec<usize> {
    let constant = table.constant_metrics();
    (0..table.metrics().len())
        .filter(|metric| !constant.contains(metric))
        .collect()
}
