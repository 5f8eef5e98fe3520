//! [`LocalScale`]: how large errors are around a mixture.
#![expect(clippy::indexing_slicing, reason = "positions come from the rows whose number is fixed")]

use std::sync::Arc;

use crate::compute::CounterStream;
use crate::simplex::total_variation;

/// Most runs that are kept; of more, so many are drawn (the search for neighbours looks at all that are kept).
const MOST_RUNS: usize = 2000;
/// Neighbours whose errors count: one of so many runs, within limits.
const RUNS_PER_NEIGHBOUR: usize = 16;
const NEIGHBOURS: (usize, usize) = (8, 32);
/// The mean error of all runs counts as much as this many neighbours.
const PRIOR_NEIGHBOURS: f64 = 4.0;

/// The usual size of a held-out error near a mixture: that of the nearest runs, more where they are far.
///
/// ```text
/// s(x) = ½ (1 + d(x) / d̄) · (4 ē + Σ over the k nearest |eⱼ|) / (4 + k)
/// ```
/// ē mean of |e| over all runs, d(x) mean distance to the k nearest, d̄ its mean over the runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LocalScale {
    width: usize,
    rows: Arc<[f64]>,
    /// |e| of each row.
    errors: Vec<f64>,
    mean_error: f64,
    mean_distance: f64,
    neighbours: usize,
}

impl LocalScale {
    /// The scale for `errors` at `rows` (one row of `width` proportions per error); `None` where all errors are zero.
    pub fn new(rows: &[f64], width: usize, errors: &[f64]) -> Option<Self> {
        let kept = kept(errors.len());
        let mut scale = Self {
            width,
            rows: kept.iter().flat_map(|&run| &rows[run * width..(run + 1) * width]).copied().collect(),
            errors: kept.iter().map(|&run| errors[run].abs()).collect(),
            mean_error: 0.0,
            mean_distance: 0.0,
            neighbours: (kept.len() / RUNS_PER_NEIGHBOUR)
                .clamp(NEIGHBOURS.0, NEIGHBOURS.1)
                .min(kept.len().saturating_sub(1)),
        };
        scale.mean_error = scale.errors.iter().sum::<f64>() / scale.errors.len().max(1) as f64;
        let distances: f64 = (0..kept.len()).map(|own| scale.nearest(scale.row(own), Some(own)).0).sum();
        scale.mean_distance = distances / kept.len().max(1) as f64;
        (scale.mean_error > 0.0 && scale.neighbours > 0).then_some(scale)
    }

    /// s at `parts`.
    pub fn at(&self, parts: &[f64]) -> f64 {
        self.at_near(parts, &mut None)
    }

    /// [`LocalScale::at`] with the neighbours that another scale over the same rows found for the same `parts`, or for
    /// others to use.
    pub fn at_near(&self, parts: &[f64], found: &mut Option<Neighbours>) -> f64 {
        let near = match found.take() {
            Some(own) if Arc::ptr_eq(&own.rows, &self.rows) => own.near,
            _ => self.neighbours_of(parts, None),
        };
        let scale = self.by_neighbours(self.sums(&near));
        *found = Some(Neighbours { rows: Arc::clone(&self.rows), near });
        scale
    }

    /// Uses the rows of `other` where they are the same, so that neighbours are looked for once.
    pub fn share_rows(&mut self, other: &Self) {
        if self.rows == other.rows {
            self.rows = Arc::clone(&other.rows);
        }
    }

    /// s at `parts`, one of the rows, as the others see it.
    pub fn at_run(&self, parts: &[f64]) -> f64 {
        let own = (0..self.errors.len()).find(|&row| self.row(row) == parts);
        self.by_neighbours(self.nearest(parts, own))
    }

    fn by_neighbours(&self, (distance, errors): (f64, f64)) -> f64 {
        let size = (PRIOR_NEIGHBOURS * self.mean_error + errors) / (PRIOR_NEIGHBOURS + self.neighbours as f64);
        let far = if self.mean_distance > 0.0 { distance / self.mean_distance } else { 1.0 };
        size * 0.5 * (1.0 + far)
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.rows[row * self.width..(row + 1) * self.width]
    }

    /// Mean distance to the nearest rows but `own`, and the sum of their errors.
    fn nearest(&self, parts: &[f64], own: Option<usize>) -> (f64, f64) {
        self.sums(&self.neighbours_of(parts, own))
    }

    /// The nearest rows but `own`, with their distances.
    fn neighbours_of(&self, parts: &[f64], own: Option<usize>) -> Vec<(f64, usize)> {
        let others = self.rows.chunks_exact(self.width).enumerate().filter(|(row, _)| Some(*row) != own);
        let mut near: Vec<(f64, usize)> = others.map(|(row, other)| (total_variation(parts, other), row)).collect();
        if self.neighbours < near.len() {
            near.select_nth_unstable_by(self.neighbours, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            near.truncate(self.neighbours);
        }
        near
    }

    fn sums(&self, near: &[(f64, usize)]) -> (f64, f64) {
        // The order that selection leaves depends on the numbers alone, so the sums have the same bits everywhere.
        let distance: f64 = near.iter().map(|(distance, _)| distance).sum();
        let errors: f64 = near.iter().map(|&(_, row)| self.errors[row]).sum();
        (distance / near.len().max(1) as f64, errors)
    }
}

/// What one scale found, for others over the same rows.
pub(in crate::fit) struct Neighbours {
    rows: Arc<[f64]>,
    near: Vec<(f64, usize)>,
}

/// All of `runs`, or as many drawn from them as are kept, in rising order.
fn kept(runs: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..runs).collect();
    if runs > MOST_RUNS {
        CounterStream::new(0, 0).shuffle(&mut all);
        all.truncate(MOST_RUNS);
        all.sort_unstable();
    }
    all
}
