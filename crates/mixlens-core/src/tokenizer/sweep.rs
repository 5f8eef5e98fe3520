//! [`Sweep`]: replays a part of the merges at given shares and finds the pairs that should have
//! been merged instead.
#![expect(
    clippy::indexing_slicing,
    reason = "a dense kernel; pair numbers come from the counts themselves"
)]

use super::PairCounts;
use super::pair_counts::Part;
use super::word_table::Entry;
use crate::compute::{Executor, map_tasks};

/// Frequencies are in parts per million of pairs.
pub(super) const PPM: f64 = 1e6;
/// Pairs per block; each block has one upper bound on its frequencies.
const BLOCK: usize = 64;

/// A pair that was more frequent than the one merged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rival {
    pub step: u32,
    pub pair: u32,
    /// Excess over the price and the allowance, in parts per million.
    pub excess: f64,
}

/// The state before a step: frequencies at the shares, and an upper bound for each block of pairs.
pub(super) struct Sweep<'a> {
    counts: &'a PairCounts,
    part: &'a Part,
    /// a · 10⁶ / N.
    scale: Vec<f64>,
    prices: &'a [f64],
    /// Frequency minus price of each pair, padded to full blocks.
    bids: Vec<f64>,
    /// Upper bounds on the bids in each block of pairs, and in each block of blocks.
    blocks: Vec<f64>,
    tops: Vec<f64>,
}

impl<'a> Sweep<'a> {
    /// The state before the first step of a part. `prices` (one for each pair, parts per million)
    /// are subtracted.
    pub fn new(counts: &'a PairCounts, part: &'a Part, shares: &[f64], prices: &'a [f64]) -> Self {
        let scale = shares
            .iter()
            .zip(&counts.sizes)
            .map(|(share, size)| PPM * share / size.pairs)
            .collect();
        let pairs = *counts.known.last().unwrap_or(&0) as usize;
        let blocks = pairs.div_ceil(BLOCK);
        let mut sweep = Self {
            counts,
            part,
            scale,
            prices,
            bids: prices
                .iter()
                .map(|price| -price)
                .chain(std::iter::repeat(f64::NEG_INFINITY))
                .take(blocks * BLOCK)
                .collect(),
            blocks: vec![f64::NEG_INFINITY; blocks],
            tops: vec![f64::NEG_INFINITY; blocks.div_ceil(BLOCK)],
        };
        part.counts
            .iter()
            .for_each(|(pair, by)| sweep.change(pair as usize, by));
        sweep
    }

    fn change(&mut self, pair: usize, by: &[Entry]) {
        let by: f64 = by
            .iter()
            .map(|entry| self.scale[entry.column()] * entry.count() as f64)
            .sum();
        self.bids[pair] += by;
        let bid = self.bids[pair];
        let block = pair / BLOCK;
        self.blocks[block] = self.blocks[block].max(bid);
        self.tops[block / BLOCK] = self.tops[block / BLOCK].max(bid);
    }

    /// Calls `found` with the rivals of every step of the part that exceed the merged pair by more
    /// than `allowed` for the step: at most `limit`, the worst first.
    pub fn run(mut self, allowed: &[f64], limit: usize, mut found: impl FnMut(&[Rival])) {
        let mut rivals = Vec::new();
        for step in self.part.steps.clone() {
            let allowed = allowed[step];
            if let Some(merged) = self.counts.merged[step] {
                self.rivals(step, merged, allowed, limit, &mut rivals);
                rivals.sort_unstable_by(worst_first);
                rivals.truncate(limit);
                found(&rivals);
            }
            let counts = self.counts;
            counts.steps[step]
                .iter()
                .for_each(|(pair, by)| self.change(pair as usize, by));
        }
    }

    /// Writes at least the `limit` worst rivals to `out`. Blocks, and blocks of blocks, are
    /// searched only where their bounds allow a rival.
    fn rivals(
        &mut self,
        step: usize,
        merged: u32,
        allowed: f64,
        limit: usize,
        out: &mut Vec<Rival>,
    ) {
        out.clear();
        let demanded = self.bids[merged as usize] + self.prices[merged as usize] + allowed;
        let mut level = demanded;
        for top in 0..self.tops.len() {
            if self.tops[top] <= level {
                continue;
            }
            for block in top * BLOCK..self.blocks.len().min((top + 1) * BLOCK) {
                if self.blocks[block] <= level {
                    continue;
                }
                let bids = &self.bids[block * BLOCK..(block + 1) * BLOCK];
                self.blocks[block] = block_maximum(bids);
                if self.blocks[block] <= level {
                    continue;
                }
                let above = (block * BLOCK..)
                    .zip(bids)
                    .filter(|&(pair, bid)| *bid > level && pair != merged as usize);
                out.extend(above.map(|(pair, bid)| Rival {
                    step: step as u32,
                    pair: pair as u32,
                    excess: bid - demanded,
                }));
                if out.len() > 2 * limit + BLOCK {
                    let (_, last, _) = out.select_nth_unstable_by(limit - 1, worst_first);
                    level = demanded + last.excess;
                    out.truncate(limit);
                }
            }
            self.tops[top] = self.blocks[top * BLOCK..]
                .iter()
                .take(BLOCK)
                .copied()
                .fold(f64::NEG_INFINITY, f64::max);
        }
    }
}

/// The maximum of a block, in independent lanes.
fn block_maximum(bids: &[f64]) -> f64 {
    let mut lanes = [f64::NEG_INFINITY; 8];
    for chunk in bids.chunks_exact(lanes.len()) {
        for (lane, &bid) in lanes.iter_mut().zip(chunk) {
            *lane = if bid > *lane { bid } else { *lane };
        }
    }
    lanes.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

fn worst_first(a: &Rival, b: &Rival) -> std::cmp::Ordering {
    b.excess.total_cmp(&a.excess).then(a.pair.cmp(&b.pair))
}

/// The rows of chosen (step, pair), both in rising order of steps: 10⁶ (fᵢ(t, p) − fᵢ(t, m(t))) for
/// every category.
pub(super) fn rows(
    counts: &PairCounts,
    chosen: &[(u32, u32)],
    executor: &dyn Executor,
) -> Vec<f64> {
    let of_parts = map_tasks(executor, counts.parts.len(), |part| {
        let part = &counts.parts[part];
        let index = |end: usize| chosen.partition_point(|row| (row.0 as usize) < end);
        rows_of_part(
            counts,
            part,
            &chosen[index(part.steps.start)..index(part.steps.end)],
        )
    });
    of_parts.concat()
}

fn rows_of_part(counts: &PairCounts, part: &Part, chosen: &[(u32, u32)]) -> Vec<f64> {
    let mut followed = Followed::new(counts, part, chosen);
    let mut out = Vec::with_capacity(chosen.len() * counts.sizes.len());
    let mut step = part.steps.start;
    for &(target, pair) in chosen {
        while step < target as usize {
            counts.steps[step]
                .iter()
                .for_each(|(pair, by)| followed.change(pair, by));
            step += 1;
        }
        let merged = followed.counts(counts.merged[step]);
        let rows = followed
            .counts(Some(pair))
            .iter()
            .zip(merged)
            .zip(&counts.sizes);
        out.extend(rows.map(|((count, merged), size)| PPM * (count - merged) / size.pairs));
    }
    out
}

/// Counts of the pairs of the chosen rows; those of all pairs in many categories would not fit into
/// memory.
struct Followed {
    width: usize,
    /// The row of each pair in the table; row 0 is for pairs that were not chosen.
    positions: Vec<u32>,
    table: Vec<f64>,
}

impl Followed {
    /// The state before the first step of a part.
    fn new(counts: &PairCounts, part: &Part, chosen: &[(u32, u32)]) -> Self {
        let width = counts.sizes.len();
        let mut positions = vec![0; *counts.known.last().unwrap_or(&0) as usize];
        let mut last = 0;
        for &(step, pair) in chosen {
            for pair in [Some(pair), counts.merged[step as usize]]
                .into_iter()
                .flatten()
            {
                if positions[pair as usize] == 0 {
                    last += 1;
                    positions[pair as usize] = last;
                }
            }
        }
        let mut followed = Self {
            width,
            positions,
            table: vec![0.0; (last as usize + 1) * width],
        };
        part.counts
            .iter()
            .for_each(|(pair, by)| followed.change(pair, by));
        followed
    }

    fn change(&mut self, pair: u32, by: &[Entry]) {
        let position = self.positions[pair as usize] as usize;
        if position > 0 {
            for entry in by {
                self.table[position * self.width + entry.column()] += entry.count() as f64;
            }
        }
    }

    fn counts(&self, pair: Option<u32>) -> &[f64] {
        let position = pair.map_or(0, |pair| self.positions[pair as usize] as usize);
        &self.table[position * self.width..(position + 1) * self.width]
    }
}
