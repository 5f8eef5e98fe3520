//! Which of several surrogates to trust.

use super::CrossValidation;
use crate::stats::{mean, standard_error};

/// Which of several surrogates is best on a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Position of the one with the lowest RMSE.
    pub chosen: usize,
    /// Positions of the others whose squared errors differ from the chosen one's by no more than twice the
    /// standard error of the paired difference over runs.
    pub tied: Vec<usize>,
}

/// Picks the surrogate with the lowest RMSE and names those that are as good within the noise.
///
/// All must have been cross-validated on the same table with the same parameters. `None` without any.
pub fn choose(results: &[&CrossValidation]) -> Option<Choice> {
    let chosen = best(results)?;
    Some(Choice { chosen, tied: tied(results, chosen, 2.0) })
}

/// The surrogate to use for each metric, from `results[surrogate][metric]`.
///
/// On each metric all within one standard error of the best are candidates, and the one that predicts best over all metrics
/// is taken: the lowest geometric mean of RMSE. With twenty runs a metric alone cannot tell surrogates apart; together they
/// often can.
pub(in crate::fit) fn trusted(results: &[Vec<CrossValidation>]) -> Vec<usize> {
    let log_rmse = |result: &CrossValidation| result.score.rmse.max(f64::MIN_POSITIVE).ln();
    let overall: Vec<f64> = results
        .iter()
        .map(|metrics| mean(&metrics.iter().map(log_rmse).collect::<Vec<_>>()).unwrap_or(f64::INFINITY))
        .collect();
    let rank = |position: &usize| overall.get(*position).copied().unwrap_or(f64::INFINITY);
    let metrics = results.first().map_or(0, Vec::len);
    let pick = |metric: usize| {
        let own: Vec<&CrossValidation> = results.iter().filter_map(|metrics| metrics.get(metric)).collect();
        let chosen = best(&own).unwrap_or(0);
        let candidates = [chosen].into_iter().chain(tied(&own, chosen, 1.0));
        candidates.min_by(|a, b| rank(a).total_cmp(&rank(b))).unwrap_or(chosen)
    };
    (0..metrics).map(pick).collect()
}

fn best(results: &[&CrossValidation]) -> Option<usize> {
    let all = results.iter().enumerate();
    all.min_by(|a, b| a.1.score.rmse.total_cmp(&b.1.score.rmse)).map(|(position, _)| position)
}

/// The others whose squared errors are not above those of `chosen` by more than `errors` standard errors.
fn tied(results: &[&CrossValidation], chosen: usize, errors: f64) -> Vec<usize> {
    let Some(best) = results.get(chosen).map(|best| best.squared_errors()) else { return Vec::new() };
    let is_tied = |other: &CrossValidation| {
        let differences: Vec<f64> = other.squared_errors().iter().zip(&best).map(|(other, best)| other - best).collect();
        let (Some(mean), Some(error)) = (mean(&differences), standard_error(&differences)) else { return true };
        mean <= errors * error
    };
    let others = results.iter().enumerate().filter(|&(position, other)| position != chosen && is_tied(other));
    others.map(|(position, _)| position).collect()
}
