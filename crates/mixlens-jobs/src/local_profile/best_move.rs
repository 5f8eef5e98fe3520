//! [`BestMove`]: the single move near the current mixture that improves it most, and a sentence
//! about it.

use mixlens_core::simplex::{Constraints, Locks, Mixture};
use serde::{Deserialize, Serialize};

use super::{Estimate, Shown};
use crate::number::{difference_text, number_text, value_text};

/// The maximum size of a move, as a proportion: five points.
const MAX_MOVE: f64 = 0.05;
/// The minimum size of a move worth reporting, as a proportion.
const MIN_MOVE: f64 = 0.005;
/// How many of the best moves are considered.
const CONSIDERED: usize = 12;
/// How far a mixture may exceed a limit and still count as inside (rounding of the move).
const TOLERANCE: f64 = 1e-9;

/// A move of a few points from one domain to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestMove {
    /// Index of the domain that shrinks.
    pub from: usize,
    /// Index of the domain that grows.
    pub to: usize,
    /// The size of the move, as a proportion.
    pub points: f64,
    /// The predicted change, in the unit of the metric.
    pub change: Estimate,
    /// The mixture after the move.
    pub mixture: Mixture,
    /// The move in words: `Moving 5 points from web to code changes loss by −0.012 ± 0.008`.
    pub sentence: String,
}

impl BestMove {
    /// Whether the interval of the change excludes zero; also true where there is no interval.
    pub(crate) fn is_certain(&self) -> bool {
        // Intervals need not be centred: the error shown after ± must not reach zero either.
        let is_clear = |(low, high): (f64, f64)| low > 0.0 || high < 0.0;
        self.change.interval.is_none_or(is_clear)
            && self
                .change
                .error()
                .is_none_or(|error| error < self.change.value.abs())
    }

    /// Writes the sentence about the metric `name`; `noise` decides the digits where there is no
    /// interval.
    pub(crate) fn put_into_words(&mut self, name: &str, noise: Option<f64>) {
        let domain = |index: usize| {
            self.mixture
                .domains()
                .names()
                .get(index)
                .map_or("", String::as_str)
        };
        let is_open = !self.is_certain();
        let points = number_text(100.0 * self.points, 1);
        self.sentence = match self.change.error().filter(|_| is_open) {
            Some(error) => {
                let error = value_text(error, Some(error));
                format!(
                    "No single move of {points} points improves {name} by more than the noise of ± \
                    {error}"
                )
            }
            None => format!(
                "Moving {points} points from {} to {} changes {name} by {}",
                domain(self.from),
                domain(self.to),
                difference_text(self.change.value, self.change.error(), noise),
            ),
        };
    }
}

/// The moves between two unlocked domains, within the limits, that improve `shown` most, best
/// first; empty when no move does.
///
/// A move is five points, or as many as both domains allow.
pub(crate) fn best_moves(
    shown: &Shown<'_>,
    at: &Mixture,
    locks: &Locks,
    constraints: &Constraints,
) -> Vec<BestMove> {
    let parts = at.parts();
    let mut moves = Vec::new();
    let mut rows = Vec::new();
    for (from, &gives) in parts.iter().enumerate() {
        for (to, &takes) in parts.iter().enumerate() {
            let low = constraints.lower().get(from).copied().unwrap_or(0.0);
            let high = constraints.upper().get(to).copied().unwrap_or(1.0);
            let points = MAX_MOVE.min(gives - low).min(high - takes);
            if from == to || locks.is_locked(from) || locks.is_locked(to) || points < MIN_MOVE {
                continue;
            }
            // x − m·e_from + m·e_to, with x the current parts and m the size of the move.
            let mut row = parts.to_vec();
            row.iter_mut().enumerate().for_each(|(domain, part)| {
                *part += points
                    * (f64::from(u8::from(domain == to)) - f64::from(u8::from(domain == from)));
            });
            if constraints.keeps_rows(&row, TOLERANCE) {
                moves.push((from, to, points));
                rows.extend(row);
            }
        }
    }
    let here = shown.value(parts);
    let gain = |there: &f64| (here - there) * shown.sign();
    let values = shown.values(&rows);
    let numbered = moves
        .iter()
        .zip(&values)
        .zip(rows.chunks_exact(parts.len()));
    let mut better: Vec<_> = numbered
        .filter(|((_, there), _)| gain(there) > 0.0)
        .collect();
    // The sort is stable: moves of equal gain stay in the order of the domains.
    better.sort_by(|((_, a), _), ((_, b), _)| gain(b).total_cmp(&gain(a)));
    let described =
        better
            .into_iter()
            .take(CONSIDERED)
            .filter_map(|((&(from, to, points), there), row)| {
                // The sum deviates from 1 by rounding only.
                let (mixture, _) = Mixture::from_weights(at.domains(), row).ok()?;
                Some(BestMove {
                    from,
                    to,
                    points,
                    change: Estimate::plain(there - here),
                    mixture,
                    sentence: String::new(),
                })
            });
    described.collect()
}
