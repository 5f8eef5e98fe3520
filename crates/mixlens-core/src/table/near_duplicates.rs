//! Runs trained on nearly the same mixture.

use super::RunTable;
use crate::compute::CounterStream;

/// Below this L1 distance two mixtures count as the same
/// (dimensionless; the distance under which RegMix drops sampled mixtures as duplicates).
pub const NEAR_DUPLICATE_DISTANCE: f64 = 1e-5;

/// How many neighbours in sorted order a row is compared with before the search gives up on that row.
const MOST_COMPARISONS: usize = 4096;

/// Two rows of a run table whose mixtures are nearly the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearDuplicate {
    /// File position of the earlier run.
    pub first: usize,
    /// File position of the later run.
    pub second: usize,
    /// L1 distance of their proportions: Σ |pᵢ − qᵢ|.
    pub distance: f64,
}

impl RunTable {
    /// For every run that has one, an earlier run within [`NEAR_DUPLICATE_DISTANCE`] of it.
    ///
    /// Replicates of a mixture are legitimate; the list is for showing, and nothing is left out of the table.
    ///
    /// Rows are sorted by a random projection u · p with |uᵢ| ≤ 1. It moves by no more than the L1 distance, so only rows
    /// next to each other in that order need comparing: O(n log n) for distinct rows instead of O(n²).
    pub fn near_duplicates(&self) -> Vec<NearDuplicate> {
        let d = self.domains().len();
        let mut stream = CounterStream::new(0, 0);
        let direction: Vec<f64> = (0..d).map(|_| 2.0 * stream.next_unit() - 1.0).collect();
        let project = |row: &[f64]| -> f64 { row.iter().zip(&direction).map(|(part, u)| part * u).sum() };
        let rows = self.parts().chunks_exact(d).enumerate();
        let mut order: Vec<Projected<'_>> =
            rows.map(|(index, row)| Projected { key: project(row), index, row }).collect();
        order.sort_unstable_by(|a, b| a.key.total_cmp(&b.key).then(a.index.cmp(&b.index)));

        // Equal rows have equal keys and stand together, the earliest first: the others only point at it.
        let mut earlier: Vec<Option<(usize, f64)>> = vec![None; order.len()];
        let mut distinct: Vec<Projected<'_>> = Vec::with_capacity(order.len());
        for row in order {
            match distinct.last() {
                Some(before) if before.row == row.row => note(&mut earlier, before.index, row.index, 0.0),
                _ => distinct.push(row),
            }
        }
        for (place, row) in distinct.iter().enumerate() {
            // Rounding of the projection is far below the margin of one percent.
            let near = |other: &&Projected<'_>| other.key - row.key <= 1.01 * NEAR_DUPLICATE_DISTANCE;
            for other in distinct.iter().skip(place + 1).take(MOST_COMPARISONS).take_while(near) {
                let distance = row.row.iter().zip(other.row).map(|(x, y)| (x - y).abs()).sum();
                note(&mut earlier, row.index, other.index, distance);
            }
        }
        let found = earlier.into_iter().enumerate();
        found
            .filter_map(|(second, hit)| hit.map(|(first, distance)| NearDuplicate { first, second, distance }))
            .collect()
    }
}

#[derive(Clone, Copy)]
struct Projected<'a> {
    key: f64,
    index: usize,
    row: &'a [f64],
}

/// Remembers a close pair with its later row, unless that has an earlier partner already.
fn note(earlier: &mut [Option<(usize, f64)>], a: usize, b: usize, distance: f64) {
    let (first, second) = (a.min(b), a.max(b));
    if distance < NEAR_DUPLICATE_DISTANCE
        && let Some(slot) = earlier.get_mut(second)
        && slot.is_none_or(|(before, _)| first < before)
    {
        *slot = Some((first, distance));
    }
}
