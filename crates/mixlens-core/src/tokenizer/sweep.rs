//! [`Sweep`]: walks through a part of the merges at given shares and finds the pairs that should
//! have been merged instead.
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
/// Pairs whose greatest frequency is known together.
const BLOCK: usize = 64;

/// A pair that was more frequent than the one merged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rival {
    pub step: u32,
    pub pair: u32,
    /// By how much more than its price and what is allowed, in parts per million.
    pub excess: f64,
}

/// The state before a step: frequencies at the shares, and an upper bound for each block of pairs.
pub(super) struct Sweep<'a> {
    counts: &'a PairCounts,
    part: &'a Part,
    /// a · 10⁶ / N.
    scale: Vec<f64>,
    prices: &'a [f64],
    /// Frequency less price of each pair; of blocks that are full.
    bids: Vec<f64>,
    /// At least the greatest bid in each block of pairs, and of blocks.
    blocks: Vec<f64>,
    tops: Vec<f64>,
}

impl<'a> Sweep<'a> {
    /// Before the first step of a part. `prices` (one for each pair, parts per million) are taken
    /// off.
    pub fn new(counts: &'a PairCounts, part: &'a Part, shares: &[f64], prices: &'a [f64]) -> Self {
        let scale = shares
            .iter()
            .zip(&counts.sizes)
            .map(|(share, size)| PPM * share / size.pairs)
            .collect();
        let pairs = *counts.known.last().unwrap_or(&0) as usize;
        let blocks = pairs.div_ceil(BLOCK);
        let mut own = Self {
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
            .for_each(|(pair, by)| own.change(pair as usize, by));
        own
    }

    fn change(&mut self, pair: usize, by: &[Entry]) {
        let by: f64 = by
            .iter()
            .map(|own| self.scale[own.column()] * own.count() as f64)
            .sum();
        self.bids[pair] += by;
        let bid = self.bids[pair];
        let block = pair / BLOCK;
        self.blocks[block] = self.blocks[block].max(bid);
        self.tops[block / BLOCK] = self.tops[block / BLOCK].max(bid);
    }

    /// Calls `found` with the rivals of every step of the part that beat the merged pair by more
    /// than is `allowed` there: at most `most`, the worst first.
    pub fn run(mut self, allowed: &[f64], most: usize, mut found: impl FnMut(&[Rival])) {
        let mut rivals = Vec::new();
        for step in self.part.steps.clone() {
            let allowed = allowed[step];
            if let Some(merged) = self.counts.merged[step] {
                self.rivals(step, merged, allowed, most, &mut rivals);
                rivals.sort_unstable_by(worst_first);
                rivals.truncate(most);
                found(&rivals);
            }
            let counts = self.counts;
            counts.steps[step]
                .iter()
                .for_each(|(pair, by)| self.change(pair as usize, by));
        }
    }

    /// At least the `most` worst rivals. What is left of blocks and of blocks of blocks is looked
    /// at only where their bounds allow.
    fn rivals(
        &mut self,
        step: usize,
        merged: u32,
        allowed: f64,
        most: usize,
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
                self.blocks[block] = greatest(bids);
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
                if out.len() > 2 * most + BLOCK {
                    let (_, last, _) = out.select_nth_unstable_by(most - 1, worst_first);
                    level = demanded + last.excess;
                    out.truncate(most);
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

/// The greatest of a block, in lanes that do not wait for one another.
fn greatest(bids: &[f64]) -> f64 {
    let mut lanes = [f64::NEG_INFINITY; 8];
    for own in bids.chunks_exact(lanes.len()) {
        for (lane, &bid) in lanes.iter_mut().zip(own) {
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
        let place = |end: usize| chosen.partition_point(|own| (own.0 as usize) < end);
        rows_of_part(
            counts,
            part,
            &chosen[place(part.steps.start)..place(part.steps.end)],
        )
    });
    of_parts.concat()
}

fn rows_of_part(counts: &PairCounts, part: &Part, chosen: &[(u32, u32)]) -> Vec<f64> {
    let mut followed = Followed::new(counts, part, chosen);
    let mut out = Vec::with_capacity(chosen.len() * counts.sizes.len());
    let mut step = part.steps.start;
    for &(own, pair) in chosen {
        while step < own as usize {
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
        out.extend(rows.map(|((own, merged), size)| PPM * (own - merged) / size.pairs));
    }
    out
}

/// Counts of the pairs that some rows ask for; those of all pairs in many categories would not fit
/// into memory.
struct Followed {
    width: usize,
    /// The place of each pair in the table; the first place is for pairs that nobody asks for.
    places: Vec<u32>,
    table: Vec<f64>,
}

impl Followed {
    /// Before the first step of a part.
    fn new(counts: &PairCounts, part: &Part, chosen: &[(u32, u32)]) -> Self {
        let width = counts.sizes.len();
        let mut places = vec![0; *counts.known.last().unwrap_or(&0) as usize];
        let mut last = 0;
        for &(step, pair) in chosen {
            for pair in [Some(pair), counts.merged[step as usize]]
                .into_iter()
                .flatten()
            {
                if places[pair as usize] == 0 {
                    last += 1;
                    places[pair as usize] = last;
                }
            }
        }
        let mut own = Self {
            width,
            places,
            table: vec![0.0; (last as usize + 1) * width],
        };
        part.counts
            .iter()
            .for_each(|(pair, by)| own.change(pair, by));
        own
    }

    fn change(&mut self, pair: u32, by: &[Entry]) {
        let place = self.places[pair as usize] as usize;
        if place > 0 {
            for own in by {
                self.table[place * self.width + own.column()] += own.count() as f64;
            }
        }
    }

    fn counts(&self, pair: Option<u32>) -> &[f64] {
        let place = pair.map_or(0, |pair| self.places[pair as usize] as usize);
        &self.table[place * self.width..(place + 1) * self.width]
    }
}
