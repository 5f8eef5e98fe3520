//! [`Hull`]: how far a mixture lies from every mixture of the runs.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use nalgebra::{Cholesky, DMatrix, DVector, DVectorView, Dyn};

use super::RANGE_TOLERANCE;
use super::distance::percentile;
use crate::simplex::total_variation;

/// How near the two bounds on a distance come before they count as equal (Euclidean distance of
/// proportions).
const SETTLED: f64 = 1e-9;
/// To which part of itself a distance is found where no limit decides it.
const ACCURACY: f64 = 1e-2;
/// Most steps for every run that the nearest combination may need; usual are one or two.
const STEPS_PER_RUN: usize = 20;
/// The most runs whose distance to the hull of the others is measured.
const MAX_SAMPLED: usize = 128;

/// The most runs that a hull is made of: a drag asks for a distance with every frame.
const MAX_POINTS: usize = 4096;
/// Runs that a mixture is looked for between first; most lie between so few, and the others are
/// looked at for the rest alone.
const MAX_FEW: usize = 256;

/// The convex hull of the runs.
///
/// Of more than 4096 distinct runs it is that of 4096 evenly spaced ones and those farthest towards
/// and away from every domain: a little inside the hull of all. What is usual is then measured on
/// the same runs.
///
/// ```text
/// distance(x) = min ‖x − Σᵢ λᵢ xᵢ‖   over   λ ≥ 0, Σ λ = 1
/// ```
/// Found by Wolfe's algorithm: keep a few affinely independent runs, move to the nearest point of
/// their affine hull, drop runs whose λ would turn negative, add the run that lies farthest towards
/// x. Every step bounds the distance from both sides: the combination at hand is that far away, and
/// no run reaches farther in its direction. Most questions are settled by the bounds long before
/// the distance is. Source: Wolfe 1976, "Finding the nearest point in a polytope", Mathematical
/// Programming 11. Departs from it in the stop: on two bounds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hull {
    width: usize,
    /// The distinct runs in rising order, row after row: what is computed does not depend on the
    /// order they came in.
    points: Vec<f64>,
    /// [`MAX_FEW`] of them, evenly spaced; none where all are no more than that.
    few: Vec<f64>,
}

impl Hull {
    /// The hull of `rows` (n × `width`, row after row).
    pub(super) fn new(rows: &[f64], width: usize) -> Self {
        let mut points: Vec<&[f64]> = rows.chunks_exact(width).collect();
        points.sort_unstable_by(|a, b| by_parts(a, b));
        points.dedup();
        if points.len() > MAX_POINTS {
            points = thinned(&points, width);
        }
        let few = if points.len() > MAX_FEW {
            evenly(&points, MAX_FEW).flatten().copied().collect()
        } else {
            Vec::new()
        };
        Self {
            width,
            points: points.concat(),
            few,
        }
    }

    /// The distinct runs, row after row.
    pub(super) fn points(&self) -> &[f64] {
        &self.points
    }

    /// Whether a mixture of the runs is within `limit` of `x`.
    pub(super) fn is_within(&self, x: &[f64], limit: f64) -> bool {
        let is_within = |rows: &[&[f64]]| {
            gap(rows, x, |gap| gap.most <= limit || gap.least > limit).most <= limit
        };
        let (rows, few) = (
            self.rows(),
            self.few.chunks_exact(self.width).collect::<Vec<_>>(),
        );
        // The hull of a few runs is a part of that of all.
        rows.binary_search_by(|row| by_parts(row, x)).is_ok() || is_within(&few) || is_within(&rows)
    }

    /// The distance of `x`, to a hundredth of itself; what is below [`RANGE_TOLERANCE`] is no
    /// distance.
    pub(super) fn distance(&self, x: &[f64]) -> f64 {
        distance(&self.rows(), x)
    }

    /// The distance from a run to the hull of the others that 90 % of the runs keep within; 0 for a
    /// single run.
    ///
    /// Runs that differ by no more than rounding are one run here. Of many runs, evenly spaced ones
    /// are looked at.
    pub(super) fn usual_distance(&self) -> f64 {
        let rows = self.rows();
        let sampled = rows.len().min(MAX_SAMPLED);
        let seen = (0..sampled)
            .filter_map(|place| rows.get((2 * place + 1) * rows.len() / (2 * sampled)))
            .map(|run| {
                let is_other = |other: &&[f64]| total_variation(other, run) > RANGE_TOLERANCE;
                distance(
                    &rows.iter().copied().filter(is_other).collect::<Vec<_>>(),
                    run,
                )
            });
        percentile(seen, 90)
    }

    fn rows(&self) -> Vec<&[f64]> {
        self.points.chunks_exact(self.width).collect()
    }
}

/// The order of two rows: that of the first parts that differ.
fn by_parts(a: &[f64], b: &[f64]) -> Ordering {
    let differing = a
        .iter()
        .zip(b)
        .map(|(a, b)| a.total_cmp(b))
        .find(|order| order.is_ne());
    differing.unwrap_or(Ordering::Equal)
}

/// `count` of at least as many rows, evenly spaced.
fn evenly<'a>(rows: &[&'a [f64]], count: usize) -> impl Iterator<Item = &'a [f64]> {
    (0..count).filter_map(move |place| rows.get(place * rows.len() / count).copied())
}

/// Evenly spaced rows, and the extreme ones of every domain, in their order.
fn thinned<'a>(rows: &[&'a [f64]], width: usize) -> Vec<&'a [f64]> {
    let mut kept: BTreeSet<usize> = (0..MAX_POINTS)
        .map(|place| place * rows.len() / MAX_POINTS)
        .collect();
    for domain in 0..width {
        let by_part = |a: &usize, b: &usize| {
            let part = |row: usize| {
                rows.get(row)
                    .and_then(|row| row.get(domain))
                    .copied()
                    .unwrap_or(0.0)
            };
            part(*a).total_cmp(&part(*b))
        };
        kept.extend((0..rows.len()).min_by(by_part));
        kept.extend((0..rows.len()).max_by(by_part));
    }
    kept.into_iter()
        .filter_map(|row| rows.get(row).copied())
        .collect()
}

/// Two bounds on the distance to a hull.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gap {
    pub least: f64,
    pub most: f64,
}

fn distance(rows: &[&[f64]], x: &[f64]) -> f64 {
    gap(rows, x, |gap| {
        gap.most <= RANGE_TOLERANCE || gap.most - gap.least <= ACCURACY * gap.most
    })
    .most
}

/// Bounds on the distance from `x` to the hull of `rows`, as near as it takes for `is_enough`; none
/// has no upper bound.
///
/// Ends as soon as a step comes no nearer: where rounding errors are in the way, the bounds are
/// wider, and still bounds.
pub(super) fn gap(rows: &[&[f64]], x: &[f64], is_enough: impl Fn(Gap) -> bool) -> Gap {
    let mut gap = Gap {
        least: 0.0,
        most: f64::INFINITY,
    };
    let apart = |row: &[f64]| {
        row.iter()
            .zip(x)
            .map(|(a, b)| (a - b) * (a - b))
            .sum::<f64>()
    };
    let nearest = rows
        .iter()
        .map(|row| apart(row))
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((mut next, _)) = nearest else {
        return gap;
    };
    let x = DVectorView::from_slice(x, x.len());
    let mut corral = Corral::around(x);
    for _ in 0..STEPS_PER_RUN * (rows.len().min(x.len()) + 1) {
        let Some(row) = rows.get(next) else { break };
        if corral.add(next, row, x).is_none() {
            break;
        }
        let towards = corral.towards();
        let length = towards.norm();
        let reach = rows
            .iter()
            .map(|row| DVectorView::from_slice(row, x.len()).dot(&towards))
            .enumerate();
        let Some((farthest, reach)) = reach.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            break;
        };
        let is_nearer = length < gap.most; // always, but for rounding errors
        gap.most = gap.most.min(length);
        let bound = (x.dot(&towards) - reach) / length; // NaN at a length of zero, and ignored
        gap.least = gap.least.max(bound).min(gap.most);
        if !is_nearer || is_enough(gap) || gap.most - gap.least <= SETTLED {
            break;
        }
        next = farthest;
    }
    gap
}

/// The affinely independent runs whose combination is nearest to x so far, all seen from x.
struct Corral {
    runs: Vec<usize>,
    weights: DVector<f64>,
    /// xᵢ − x, one column a run.
    offsets: DMatrix<f64>,
    /// Factor of the matrix of 1 + (xᵢ − x)·(xⱼ − x), positive definite for affinely independent
    /// runs.
    factor: Cholesky<f64, Dyn>,
}

impl Corral {
    fn around(x: DVectorView<'_, f64>) -> Self {
        let factor = Cholesky::pack_dirty(DMatrix::zeros(0, 0));
        Self {
            runs: Vec::new(),
            weights: DVector::zeros(0),
            offsets: DMatrix::zeros(x.len(), 0),
            factor,
        }
    }

    /// x less the combination.
    fn towards(&self) -> DVector<f64> {
        &self.offsets * -&self.weights
    }

    /// Adds a run and moves to the nearest combination. `None` when rounding errors are in the way.
    fn add(&mut self, run: usize, row: &[f64], x: DVectorView<'_, f64>) -> Option<()> {
        let (size, offset) = (self.runs.len(), DVectorView::from_slice(row, x.len()) - x);
        let products = self
            .offsets
            .tr_mul(&offset)
            .push(offset.norm_squared())
            .add_scalar(1.0);
        self.factor = self.factor.insert_column(size, products);
        if !self.is_independent() {
            return None;
        }
        self.offsets = std::mem::take(&mut self.offsets).insert_column(size, 0.0);
        self.offsets.set_column(size, &offset);
        self.weights = self.weights.push(if size == 0 { 1.0 } else { 0.0 });
        self.runs.push(run);
        loop {
            let ones = DVector::from_element(self.runs.len(), 1.0);
            let solved = self.factor.solve(&ones);
            let aim = &solved / solved.sum();
            // How much of the way there is left before a weight turns negative.
            let stops = self
                .weights
                .iter()
                .zip(&aim)
                .enumerate()
                .filter(|(_, (_, aim))| **aim <= 0.0);
            let stops =
                stops.map(|(place, (from, to))| (place, from / (from - to).max(f64::MIN_POSITIVE)));
            let Some((place, share)) = stops.min_by(|a, b| a.1.total_cmp(&b.1)) else {
                self.weights = aim;
                return Some(());
            };
            self.weights = self.weights.lerp(&aim, share).map(|weight| weight.max(0.0));
            self.drop_run(place)?;
        }
    }

    fn drop_run(&mut self, place: usize) -> Option<()> {
        self.runs.remove(place);
        self.weights = std::mem::take(&mut self.weights).remove_row(place);
        self.offsets = std::mem::take(&mut self.offsets).remove_column(place);
        self.factor = self.factor.remove_column(place);
        self.is_independent().then_some(())
    }

    fn is_independent(&self) -> bool {
        !self.factor.l_dirty().is_empty()
            && self
                .factor
                .l_dirty()
                .diagonal()
                .iter()
                .all(|pivot| *pivot > 0.0)
    }
}
