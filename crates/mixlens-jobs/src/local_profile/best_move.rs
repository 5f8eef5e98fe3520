//! [`BestMove`]: the single move near the current mixture that helps most, and the sentence that
//! says so.

use mixlens_core::simplex::{Constraints, Locks, Mixture};
use serde::{Deserialize, Serialize};

use super::{Estimate, Shown};
use crate::number::{difference_text, number_text, value_text};

/// What a move is at most, as a proportion: five points.
const MOVE: f64 = 0.05;
/// Moves below this are too small to talk about.
const MIN_MOVE: f64 = 0.005;
/// How many of the best moves are considered.
const CONSIDERED: usize = 12;
/// How far a mixture may be beyond a limit and still count as inside (rounding of the move).
const TOLERANCE: f64 = 1e-9;

/// A move of a few points from one domain to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestMove {
    /// The domain that gives.
    pub from: usize,
    /// The domain that takes.
    pub to: usize,
    /// How much moves, as a proportion.
    pub points: f64,
    /// What it changes, in the unit of the metric.
    pub change: Estimate,
    /// The mixture after it.
    pub mixture: Mixture,
    /// The move in words: `Moving 5 points from web to code changes loss by −0.012 ± 0.008`.
    pub sentence: String,
}

impl BestMove {
    /// Whether its interval leaves no doubt about the sign; also true where there is no interval.
    pub(crate) fn is_certain(&self) -> bool {
        // Intervals need not be centred: what is shown after ± must not reach over zero either.
        let is_clear = |(low, high): (f64, f64)| low > 0.0 || high < 0.0;
        self.change.interval.is_none_or(is_clear)
            && self
                .change
                .error()
                .is_none_or(|error| error < self.change.value.abs())
    }

    /// Puts the move into words about the metric `name`; `noise` decides the digits where there is
    /// no interval.
    pub(crate) fn put_into_words(&mut self, name: &str, noise: Option<f64>) {
        let domain = |place: usize| {
            self.mixture
                .domains()
                .names()
                .get(place)
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
/// first; none when none does.
///
/// Five points, or as many as both domains allow.
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
            let points = MOVE.min(gives - low).min(high - takes);
            if from == to || locks.is_locked(from) || locks.is_locked(to) || points < MIN_MOVE {
                continue;
            }
            let mut row = parts.to_vec();
            row.iter_mut().enumerate().for_each(|(place, part)| {
                *part += points
                    * (f64::from(u8::from(place == to)) - f64::from(u8::from(place == from)));
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
    better.sort_by(|((_, a), _), ((_, b), _)| gain(b).total_cmp(&gain(a))); // stable: domains in their order
    let described =
        better
            .into_iter()
            .take(CONSIDERED)
            .filter_map(|((&(from, to, points), there), row)| {
                // The sum is off by rounding at most.
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
