//! [`face`]: the range of shares at almost the minimum violation.
#![expect(clippy::indexing_slicing, reason = "two ends for every category")]

use super::master::{Aim, Central, ToShare, minimise};
use super::pool::{Point, Pool, violated};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::tokenizer::PairCounts;

/// Violation above the minimum that the face allows: relative, and in parts per million.
const SLACK: f64 = 1e-3;
const SLACK_PPM: f64 = 0.01;
/// Maximum rounds of cuts at every end, and of those without new rows.
const ROUNDS: usize = 5;
const CUT_ROUNDS: usize = 3;
/// Rounds end when no bound moves by more than this fraction of the width of its face, or by this
/// share.
const MOVED: f64 = 0.2;
const MOVED_SHARE: f64 = 1e-4;
/// Tolerance of the ends.
const TOLERANCE: f64 = 1e-5;

/// Result of a visit to an end: a cut if the end is not allowed, and new rows if the known ones
/// allow the end.
struct Visit {
    cut: Option<Vec<f64>>,
    rows: Vec<(u32, u32)>,
}

/// Minimum and maximum share of each category at slightly more than the minimum violation `high`,
/// which is at `best`. Each is a bound: the true end may be nearer, never farther.
pub(super) fn face(
    counts: &PairCounts,
    mut pool: Pool,
    mut cuts: Vec<Vec<f64>>,
    best: &Point,
    high: f64,
    executor: &dyn Executor,
    control: &Control,
) -> Result<Vec<(f64, f64)>, CoreError> {
    let limit = high * (1.0 + SLACK) + SLACK_PPM;
    let allowed = limit * (1.0 + 0.1 * SLACK);
    let mut bounds: Vec<f64> = best.shares.iter().flat_map(|_| [0.0, 1.0]).collect();
    let mut ends: Vec<Option<Central>> = vec![None; bounds.len()];
    // Ends that a cut forbids, and those not visited since rows were added.
    let mut forbidden: Vec<usize> = (0..ends.len()).collect();
    let mut unvisited = forbidden.clone();
    let mut cut_rounds = 0;
    for _ in 0..ROUNDS {
        let found = try_map_tasks(executor, forbidden.len(), |task| {
            let end = forbidden[task];
            let sign = if end.is_multiple_of(2) { 1.0 } else { -1.0 };
            let to = ToShare {
                category: end / 2,
                sign,
                limit,
            };
            minimise(&cuts, best.shares.len(), Aim::Share(to), TOLERANCE, control)
        })?;
        let before = bounds.clone();
        for (&index, end) in forbidden.iter().zip(found) {
            if let Some(bound) = end.as_ref().map(|end| end.bound) {
                bounds[index] = if index % 2 == 0 {
                    bounds[index].max(bound)
                } else {
                    bounds[index].min(-bound)
                };
            }
            ends[index] = end;
        }
        if cut_rounds > 0 && (has_settled(&before, &bounds) || cut_rounds == CUT_ROUNDS) {
            break;
        }
        let visits = try_map_tasks(executor, unvisited.len(), |task| {
            control.check()?;
            let end = ends[unvisited[task]].as_ref();
            Ok(end.map(|end| {
                visit(
                    counts,
                    pool.clone(),
                    best.clone(),
                    &end.shares,
                    allowed,
                    executor,
                )
            }))
        })?;
        let mut rows = Vec::new();
        let mut new_cuts = Vec::new();
        for visit in visits.into_iter().flatten() {
            new_cuts.extend(visit.cut);
            rows.extend(visit.rows);
        }
        let forbids = |cut: &Vec<f64>, end: &Central| product(cut, &end.shares) > allowed;
        let is_forbidden = |end: &Option<Central>| {
            end.as_ref()
                .is_none_or(|end| new_cuts.iter().any(|cut| forbids(cut, end)))
        };
        forbidden = (0..ends.len())
            .filter(|&end| is_forbidden(&ends[end]))
            .collect();
        cuts.extend(new_cuts);
        if rows.is_empty() {
            cut_rounds += 1;
            unvisited.clone_from(&forbidden);
        } else {
            pool.add(counts, rows, executor);
            unvisited = (0..ends.len()).collect();
        }
        if unvisited.is_empty() {
            break;
        }
    }
    let ends = best.shares.iter().zip(bounds.chunks_exact(2));
    Ok(ends
        .map(|(&share, ends)| {
            (
                ends[0].clamp(0.0, share.max(0.0)),
                ends[1].clamp(share, 1.0),
            )
        })
        .collect())
}

/// Whether no bound moved beyond the tolerance.
fn has_settled(before: &[f64], bounds: &[f64]) -> bool {
    let is_still = |pair: (&[f64], &[f64])| {
        let near = MOVED_SHARE.max(MOVED * (pair.1[1] - pair.1[0]));
        (pair.0[0] - pair.1[0])
            .abs()
            .max((pair.0[1] - pair.1[1]).abs())
            <= near
    };
    before
        .chunks_exact(2)
        .zip(bounds.chunks_exact(2))
        .all(is_still)
}

fn product(cut: &[f64], shares: &[f64]) -> f64 {
    cut.iter().zip(shares).map(|(cut, share)| cut * share).sum()
}

fn visit(
    counts: &PairCounts,
    mut pool: Pool,
    mut at: Point,
    shares: &[f64],
    allowed: f64,
    executor: &dyn Executor,
) -> Visit {
    let cost = pool.cost(shares, 0.1 * SLACK * allowed);
    let mut rows = Vec::new();
    if cost.value <= allowed {
        pool.write_into(shares, &mut at);
        let (violated, feasible) = violated(counts, &at, executor);
        if feasible.total() > allowed {
            rows = violated;
        }
    }
    Visit {
        cut: (cost.value > allowed).then_some(cost.cut),
        rows,
    }
}
