//! Which of several surrogates to trust.

use serde::{Deserialize, Serialize};

use super::CrossValidation;
use crate::stats::{mean, standard_error};

/// Which of several surrogates is best on a metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Position of the one with the lowest RMSE.
    pub chosen: usize,
    /// Positions of the others whose squared errors differ from the chosen one's by no more than
    /// twice the standard error of the paired difference over runs.
    pub tied: Vec<usize>,
}

/// Picks the surrogate with the lowest RMSE and names those that are as good within the noise.
///
/// All must have been cross-validated on the same table with the same parameters. `None` without
/// any.
pub fn choose(results: &[&CrossValidation]) -> Option<Choice> {
    let all = results.iter().enumerate();
    let (chosen, best) = all.min_by(|a, b| a.1.score.rmse.total_cmp(&b.1.score.rmse))?;
    let best = best.squared_errors();
    let is_tied = |other: &CrossValidation| {
        let differences: Vec<f64> = other
            .squared_errors()
            .iter()
            .zip(&best)
            .map(|(other, best)| other - best)
            .collect();
        let (Some(mean), Some(error)) = (mean(&differences), standard_error(&differences)) else {
            return true;
        };
        mean <= 2.0 * error
    };
    let others = results
        .iter()
        .enumerate()
        .filter(|&(position, other)| position != chosen && is_tied(other));
    Some(Choice {
        chosen,
        tied: others.map(|(position, _)| position).collect(),
    })
}

/// The error in units of the metric's spread, the mean over metrics: √(1 − R²). Metrics may have
/// different units.
pub(super) fn unexplained(metrics: &[CrossValidation]) -> f64 {
    let part = |result: &CrossValidation| result.score.r2.map(|r2| (1.0 - r2).max(0.0).sqrt());
    mean(&metrics.iter().filter_map(part).collect::<Vec<_>>()).unwrap_or(f64::INFINITY)
}

/// The surrogate to use for each metric, from `results[surrogate][metric]`.
///
/// On each metric the best and those tied with it are candidates, and the one that leaves least
/// unexplained over all metrics is taken. With twenty runs a metric alone cannot tell surrogates
/// apart; together they often can.
pub(in crate::fit) fn trusted(results: &[Vec<CrossValidation>]) -> Vec<usize> {
    let overall: Vec<f64> = results.iter().map(|metrics| unexplained(metrics)).collect();
    let rank = |position: &usize| overall.get(*position).copied().unwrap_or(f64::INFINITY);
    let metrics = results.first().map_or(0, Vec::len);
    let pick = |metric: usize| {
        let own: Vec<&CrossValidation> = results
            .iter()
            .filter_map(|metrics| metrics.get(metric))
            .collect();
        let Choice { chosen, tied } = choose(&own).unwrap_or(Choice {
            chosen: 0,
            tied: Vec::new(),
        });
        let candidates = [chosen].into_iter().chain(tied);
        candidates
            .min_by(|a, b| rank(a).total_cmp(&rank(b)))
            .unwrap_or(chosen)
    };
    (0..metrics).map(pick).collect()
}
