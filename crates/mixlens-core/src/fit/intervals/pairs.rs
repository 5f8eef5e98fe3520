//! [`PairScale`]: how far the errors of two mixtures are apart.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the runs whose number is fixed"
)]

use std::sync::Arc;

use super::near::Near;
use crate::compute::{self, CounterStream};
use crate::simplex::total_variation;

/// Most pairs of runs that are looked at.
const MAX_PAIRS: usize = 2000;
/// Fewest pairs from the same fold; with fewer, runs of different folds are paired too.
const FEWEST_PAIRS: usize = 200;
/// Fewest runs that stand in for a baseline.
const FEWEST_NEAR: usize = 8;
/// Shares of all pairs below the distances that are tried as the end of the rise.
const ENDS: [f64; 8] = [0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0];
/// How much a longer rise must gain in log likelihood.
const MIN_GAIN: f64 = 2.0;

/// Two runs with the distance of their mixtures, the difference of their errors, and its scale were
/// they far apart.
struct Pair {
    fold: u32,
    distance: f64,
    difference: f64,
    scale: f64,
}

/// The usual difference of the errors of two mixtures, which falls to nothing as they come
/// together.
///
/// ```text
/// h(x, b) = √(s(x)² + s(b)²) · min(1, d(x, b) / d₀)^p         p = 1 or ½
/// ```
/// d₀ and p are those under which the differences of held-out errors have the greatest Laplace
/// likelihood; the shortest d₀ where a longer one is not clearly better.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PairScale {
    rise: Rise,
}

impl PairScale {
    /// The scale for the errors of `runs`; `None` without two runs that are apart.
    pub fn new(runs: &ScaledErrors) -> Option<Self> {
        let pairs: Vec<Pair> = pairs(&runs.folds)
            .into_iter()
            .filter_map(|(a, b)| Pair::of(runs, a, b))
            .collect();
        Rise::fit(&pairs).map(|rise| Self { rise })
    }

    /// h at a distance, from the scales of the two mixtures.
    pub fn at(&self, one: f64, other: f64, distance: f64) -> f64 {
        far_apart(one, other) * self.rise.share(distance)
    }

    /// |eᵢ − eⱼ| / h of runs i with runs j near `anchor`, by the fold that left i out.
    ///
    /// Only the nearest quarter stands in for the anchor: a baseline in the midst of the runs is
    /// predicted better than most.
    pub fn scores(&self, runs: &ScaledErrors, anchor: &[f64], folds: usize) -> Vec<Vec<f64>> {
        let n = runs.errors.len();
        let mut near: Vec<(f64, usize)> = (0..n)
            .map(|run| (total_variation(runs.row(run), anchor), run))
            .collect();
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.truncate((n / 4).max(FEWEST_NEAR).min(n));
        let per_run = (MAX_PAIRS / n.max(1)).clamp(1, near.len().max(1));
        let mut scores = vec![Vec::new(); folds];
        for run in 0..n {
            // Neighbours take turns, so that each stands in for the anchor equally often.
            let turn = (0..per_run).map(|step| near[(run * per_run + step) % near.len()].1);
            for pair in turn.filter_map(|other| Pair::of(runs, run, other)) {
                scores[pair.fold as usize]
                    .push(pair.difference / (pair.scale * self.rise.share(pair.distance)));
            }
        }
        scores
    }
}

/// Held-out errors with their runs, folds and local scales.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ScaledErrors {
    pub near: Arc<Near>,
    pub errors: Vec<f64>,
    pub folds: Vec<u32>,
    pub scales: Vec<f64>,
}

impl ScaledErrors {
    pub fn row(&self, run: usize) -> &[f64] {
        self.near.row(run)
    }
}

impl Pair {
    /// Two runs of different mixtures; `None` for replicates.
    fn of(runs: &ScaledErrors, a: usize, b: usize) -> Option<Self> {
        let distance = total_variation(runs.row(a), runs.row(b));
        (distance > 0.0).then(|| Self {
            fold: runs.folds[a],
            distance,
            difference: (runs.errors[a] - runs.errors[b]).abs(),
            scale: far_apart(runs.scales[a], runs.scales[b]),
        })
    }
}

/// The scale of the difference of two errors that have nothing to do with each other.
fn far_apart(one: f64, other: f64) -> f64 {
    (one * one + other * other).sqrt()
}

/// How the difference rises with the distance.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rise {
    end: f64,
    /// Whether it rises as the root of the distance.
    is_root: bool,
}

impl Rise {
    /// The part of the full difference that is there at a distance.
    fn share(&self, distance: f64) -> f64 {
        let share = (distance / self.end).min(1.0);
        if self.is_root { share.sqrt() } else { share }
    }

    /// The rise with the greatest likelihood; `None` without pairs.
    fn fit(pairs: &[Pair]) -> Option<Self> {
        let mut distances: Vec<f64> = pairs.iter().map(|pair| pair.distance).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let last = distances.len().checked_sub(1)?;
        let mut best: Option<(f64, Self)> = None;
        for share in ENDS {
            for is_root in [false, true] {
                let rise = Self {
                    end: distances[((share * distances.len() as f64) as usize).min(last)],
                    is_root,
                };
                let found = rise.likelihood(pairs);
                if best.is_none_or(|(least, _)| found > least + MIN_GAIN) {
                    best = Some((found, rise));
                }
            }
        }
        best.map(|(_, rise)| rise)
    }

    /// The log likelihood of the differences were they Laplace distributed around zero with a width
    /// in proportion to h.
    fn likelihood(&self, pairs: &[Pair]) -> f64 {
        let (mut logs, mut sum) = (0.0, 0.0);
        for pair in pairs {
            let height = pair.scale * self.share(pair.distance);
            logs += compute::ln(height);
            sum += pair.difference / height;
        }
        let n = pairs.len() as f64;
        -logs - n * compute::ln((sum / n).max(f64::MIN_POSITIVE))
    }
}

/// Pairs of runs that the same fold left out; of any folds where there are too few of those.
fn pairs(folds: &[u32]) -> Vec<(usize, usize)> {
    let n = folds.len();
    let mut all = Vec::new();
    let mut stream = CounterStream::new(0, 1);
    // Every pair of a small table, so many drawn from a large one.
    if n * n.saturating_sub(1) / 2 <= 20 * MAX_PAIRS {
        all.extend((0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))));
    } else {
        let mut draw = || (stream.next_below(n), stream.next_below(n));
        all.extend(
            std::iter::repeat_with(&mut draw)
                .take(20 * MAX_PAIRS)
                .filter(|(a, b)| a != b),
        );
    }
    let mut same: Vec<(usize, usize)> = all
        .iter()
        .copied()
        .filter(|&(a, b)| folds[a] == folds[b])
        .collect();
    if same.len() < FEWEST_PAIRS {
        same = all;
    }
    CounterStream::new(0, 2).shuffle(&mut same);
    same.truncate(MAX_PAIRS);
    same
}
