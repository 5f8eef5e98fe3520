//! Runs trained on nearly the same mixture under the same conditions.

use super::RunTable;
use crate::compute::CounterStream;

/// Below this L1 distance two mixtures count as the same
/// (dimensionless; the distance under which RegMix drops sampled mixtures as duplicates).
pub const NEAR_DUPLICATE_DISTANCE: f64 = 1e-5;

/// How many neighbours in sorted order a row is compared with before the search gives up on that
/// row.
const MAX_COMPARISONS: usize = 512;

/// How many of them are taken: a table of runs that are all near each other has as many pairs as
/// runs squared.
const MAX_PAIRS: usize = 32;

/// Two rows of a run table whose mixtures are nearly the same and whose conditions are equal.
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
    /// For every run that has one, an earlier run of the same conditions within
    /// [`NEAR_DUPLICATE_DISTANCE`] of it.
    ///
    /// Replicates of a mixture are legitimate, and three sizes of it are none; the list is for
    /// showing, and nothing is left out of the table.
    ///
    /// Rows are sorted by a random projection u · p with |uᵢ| ≤ 1. It moves by no more than the L1
    /// distance, so only rows next to each other in that order need comparing: O(n log n) for
    /// distinct rows instead of O(n²).
    pub fn near_duplicates(&self) -> Vec<NearDuplicate> {
        let mut rows = ProjectedRows::of(self, |_| true);
        // Equal rows have equal keys and stand together, the earliest first: the others only point
        // at it.
        let mut earlier: Vec<Option<(usize, f64)>> = vec![None; self.len()];
        rows.0.dedup_by(|later, first| {
            let is_equal = later.conditions == first.conditions && later.row == first.row;
            if is_equal {
                note(
                    &mut earlier,
                    NearDuplicate {
                        first: first.index,
                        second: later.index,
                        distance: 0.0,
                    },
                );
            }
            is_equal
        });
        rows.pairs_within(NEAR_DUPLICATE_DISTANCE, |pair| note(&mut earlier, pair));
        let found = earlier.into_iter().enumerate();
        found
            .filter_map(|(second, hit)| {
                hit.map(|(first, distance)| NearDuplicate {
                    first,
                    second,
                    distance,
                })
            })
            .collect()
    }
}

/// Rows of a run table by their conditions, in the order of a projection on a random direction.
pub(super) struct ProjectedRows<'a>(Vec<Projected<'a>>);

#[derive(Clone, Copy)]
struct Projected<'a> {
    /// Index of the conditions.
    conditions: u32,
    key: f64,
    index: usize,
    row: &'a [f64],
}

impl<'a> ProjectedRows<'a> {
    /// The rows that are wanted.
    pub(super) fn of(table: &'a RunTable, is_wanted: impl Fn(usize) -> bool) -> Self {
        let d = table.domains().len();
        let mut stream = CounterStream::new(0, 0);
        let direction: Vec<f64> = (0..d).map(|_| 2.0 * stream.next_unit() - 1.0).collect();
        let project =
            |row: &[f64]| -> f64 { row.iter().zip(&direction).map(|(part, u)| part * u).sum() };
        let rows = table
            .parts()
            .chunks_exact(d)
            .zip(&table.condition_of)
            .enumerate()
            .filter(|(index, _)| is_wanted(*index));
        let mut rows: Vec<Projected<'_>> = rows
            .map(|(index, (row, &conditions))| Projected {
                conditions,
                key: project(row),
                index,
                row,
            })
            .collect();
        rows.sort_unstable_by(|a, b| {
            let by_key = a.key.total_cmp(&b.key).then(a.index.cmp(&b.index));
            a.conditions.cmp(&b.conditions).then(by_key)
        });
        Self(rows)
    }

    /// Hands over the pairs of equal conditions whose L1 distance is below `limit`: all of them,
    /// but for rows with very many near ones.
    pub(super) fn pairs_within(&self, limit: f64, mut found: impl FnMut(NearDuplicate)) {
        for (place, row) in self.0.iter().enumerate() {
            // Rounding of the projection is far below the margin of one percent.
            let is_near = |other: &&Projected<'_>| {
                other.conditions == row.conditions && other.key - row.key <= 1.01 * limit
            };
            let others = self
                .0
                .iter()
                .skip(place + 1)
                .take(MAX_COMPARISONS)
                .take_while(is_near);
            let pairs = others.filter_map(|other| {
                let distance = row
                    .row
                    .iter()
                    .zip(other.row)
                    .map(|(x, y)| (x - y).abs())
                    .sum();
                let (first, second) = (row.index.min(other.index), row.index.max(other.index));
                (distance < limit).then_some(NearDuplicate {
                    first,
                    second,
                    distance,
                })
            });
            pairs.take(MAX_PAIRS).for_each(&mut found);
        }
    }
}

/// Remembers a close pair with its later row, unless that has an earlier partner already.
fn note(earlier: &mut [Option<(usize, f64)>], pair: NearDuplicate) {
    if let Some(slot) = earlier.get_mut(pair.second)
        && slot.is_none_or(|(before, _)| pair.first < before)
    {
        *slot = Some((pair.first, pair.distance));
    }
}
