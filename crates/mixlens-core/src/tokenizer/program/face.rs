//! [`face`]: how far the shares may go without violating the merges noticeably more.
#![expect(clippy::indexing_slicing, reason = "two ends for every category")]

use super::master::{Aim, ToShare, least};
use super::pool::{Point, Pool, violated};
use crate::CoreError;
use crate::compute::{Control, Executor, map_tasks};
use crate::tokenizer::PairCounts;

/// Violation above the least, as a part of it and in parts per million, that the face allows.
const SLACK: f64 = 1e-3;
const SLACK_PPM: f64 = 0.01;
/// Most times that a cut is made at every end, and that this is done once no new rows appear there.
const ROUNDS: usize = 5;
const CUT_ROUNDS: usize = 3;
/// Rounds end when no bound moves by more than this part of the width of its face, or by this share.
const MOVED: f64 = 0.2;
const MOVED_SHARE: f64 = 1e-4;
/// How exactly the ends are found.
const TOLERANCE: f64 = 1e-5;

/// What is learnt at an end: a cut, and rows that were not known where the known ones allow the end.
struct Visit {
    cut: Vec<f64>,
    rows: Vec<(u32, u32)>,
}

/// Least and greatest share of each category at a little more than the least violation `high`, which is at `best`. Each is
/// a bound: the true end may be nearer, never farther.
pub(super) fn face(
    counts: &PairCounts,
    mut pool: Pool,
    mut cuts: Vec<Vec<f64>>,
    best: &Point,
    high: f64,
    executor: &dyn Executor,
    control: &Control,
) -> Result<Vec<(f64, f64)>, CoreError> {
    let most = high * (1.0 + SLACK) + SLACK_PPM;
    let allowed = most * (1.0 + 0.1 * SLACK);
    let mut bounds: Vec<f64> = best.shares.iter().flat_map(|_| [0.0, 1.0]).collect();
    let mut cut_rounds = 0;
    for _ in 0..ROUNDS {
        let ends = map_tasks(executor, bounds.len(), |task| {
            let sign = if task % 2 == 0 { 1.0 } else { -1.0 };
            let to = ToShare { category: task / 2, sign, most };
            least(&cuts, best.shares.len(), Aim::Share(to), TOLERANCE).filter(|_| !control.is_cancelled())
        });
        control.check()?;
        let before = bounds.clone();
        for (place, bound) in ends.iter().enumerate().filter_map(|(place, end)| Some((place, end.as_ref()?.bound))) {
            bounds[place] = if place % 2 == 0 { bounds[place].max(bound) } else { bounds[place].min(-bound) };
        }
        let is_still = |own: (&[f64], &[f64])| {
            let near = MOVED_SHARE.max(MOVED * (own.1[1] - own.1[0]));
            (own.0[0] - own.1[0]).abs().max((own.0[1] - own.1[1]).abs()) <= near
        };
        let has_settled = before.chunks_exact(2).zip(bounds.chunks_exact(2)).all(is_still);
        if cut_rounds > 0 && (has_settled || cut_rounds == CUT_ROUNDS) {
            break;
        }
        let visits = map_tasks(executor, ends.len(), |task| {
            Some(visit(counts, pool.clone(), best.clone(), &ends[task].as_ref()?.shares, allowed, executor))
        });
        let mut rows = Vec::new();
        for visit in visits.into_iter().flatten() {
            cuts.push(visit.cut);
            rows.extend(visit.rows);
        }
        if rows.is_empty() {
            cut_rounds += 1;
        } else {
            pool.add(counts, rows, executor);
        }
    }
    let ends = best.shares.iter().zip(bounds.chunks_exact(2));
    Ok(ends.map(|(&own, ends)| (ends[0].clamp(0.0, own.max(0.0)), ends[1].clamp(own, 1.0))).collect())
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
    Visit { cut: cost.cut, rows }
}
