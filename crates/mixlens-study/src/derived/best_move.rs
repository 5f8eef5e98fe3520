//! [`BestMove`]: the single move near the current mixture that helps most, and the sentence that says so.

use mixlens_core::simplex::{Constraints, Locks, Mixture};
use serde::{Deserialize, Serialize};

use super::{Estimate, Shown};
use crate::number::{difference_text, number_text};

/// What a move is at most, as a proportion: five points.
const MOVE: f64 = 0.05;
/// Moves below this are too small to talk about.
const LEAST_MOVE: f64 = 0.005;
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
    /// The move in words.
    pub sentence: String,
}

/// The move between two unlocked domains, within the limits, that improves `shown` most; `None` when none improves it.
///
/// Five points, or as many as both domains allow. `noise` decides how many digits the sentence shows.
pub(crate) fn best_move(
    shown: &Shown<'_>,
    name: &str,
    at: &Mixture,
    locks: &Locks,
    constraints: &Constraints,
    noise: Option<f64>,
) -> Option<BestMove> {
    let parts = at.parts();
    let mut moves = Vec::new();
    let mut rows = Vec::new();
    for (from, &gives) in parts.iter().enumerate() {
        for (to, &takes) in parts.iter().enumerate() {
            let low = constraints.lower().get(from).copied().unwrap_or(0.0);
            let high = constraints.upper().get(to).copied().unwrap_or(1.0);
            let points = MOVE.min(gives - low).min(high - takes);
            if from == to || locks.is_locked(from) || locks.is_locked(to) || points < LEAST_MOVE {
                continue;
            }
            let mut row = parts.to_vec();
            row.iter_mut().enumerate().for_each(|(place, part)| {
                *part += points * (f64::from(u8::from(place == to)) - f64::from(u8::from(place == from)));
            });
            if constraints.keeps_rows(&row, TOLERANCE) {
                moves.push((from, to, points));
                rows.extend(row);
            }
        }
    }
    let here = shown.value(parts);
    let changes = shown.values(&rows).into_iter().map(|there| there - here);
    let best = moves.into_iter().zip(changes).min_by(|a, b| (a.1 * shown.sign()).total_cmp(&(b.1 * shown.sign())))?;
    let ((from, to, points), change) = best;
    if change * shown.sign() >= 0.0 || !change.is_finite() {
        return None;
    }
    let change = Estimate::plain(change);
    let domain = |place: usize| at.domains().names().get(place).map_or("", String::as_str);
    let sentence = format!(
        "Moving {} points from {} to {} changes {name} by {}",
        number_text(100.0 * points, 1),
        domain(from),
        domain(to),
        difference_text(change.value, change.error(), noise)
    );
    Some(BestMove { from, to, points, change, sentence })
}
