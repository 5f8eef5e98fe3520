//! [`Pool`]: the rows of the program found so far.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the pool itself"
)]

use super::matching::{Cover, Graph};
use crate::compute::{Executor, map_tasks};
use crate::tokenizer::PairCounts;
use crate::tokenizer::sweep::{Rival, Sweep, rows};

/// Rows taken at a time from each step, and for each pair, the worst first.
const PER_STEP: usize = 3;
const PER_PAIR: usize = 3;
/// Rows of each step considered for their pair.
const LOOKED_AT: usize = 5 * PER_STEP;
/// Rows of each step that are kept: those with the smallest slack.
const KEPT: usize = 5;
/// Minimum violation for a new row (parts per million).
const ENOUGH_PPM: f64 = 1e-7;

/// Violations below this count as zero (parts per million).
const MIN_PPM: f64 = 1e-9;

/// Shares and the violations that they require, in parts per million.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// Shares of pairs.
    pub shares: Vec<f64>,
    /// Violations v of steps.
    pub by_step: Vec<f64>,
    /// Violations w of pairs.
    pub by_pair: Vec<f64>,
}

impl Point {
    /// A point without violations.
    pub fn new(counts: &PairCounts, shares: &[f64]) -> Self {
        let pairs = counts.known.last().map_or(0, |known| *known as usize);
        Self {
            shares: shares.to_vec(),
            by_step: vec![0.0; counts.steps.len()],
            by_pair: vec![0.0; pairs],
        }
    }

    /// Σ v + Σ w.
    pub fn total(&self) -> f64 {
        self.by_step.iter().chain(&self.by_pair).sum()
    }
}

/// The rows that a point violates most, and the point with v raised until it violates none.
pub(super) fn violated(
    counts: &PairCounts,
    at: &Point,
    executor: &dyn Executor,
) -> (Vec<(u32, u32)>, Point) {
    let of_parts = map_tasks(executor, counts.parts.len(), |part| {
        let (mut worst, mut others) = (Vec::<Rival>::new(), Vec::<Rival>::new());
        Sweep::new(counts, &counts.parts[part], &at.shares, &at.by_pair).run(
            &at.by_step,
            LOOKED_AT,
            |rivals| {
                let (of_step, rest) = rivals.split_at(PER_STEP.min(rivals.len()));
                worst.extend(of_step);
                others.extend(rest.iter().filter(|rival| rival.excess > ENOUGH_PPM));
            },
        );
        (worst, others)
    });
    let mut feasible = at.clone();
    let mut chosen = Vec::new();
    let mut others = Vec::new();
    for (worst, rest) in of_parts {
        for rival in worst {
            let price = &mut feasible.by_step[rival.step as usize];
            *price = price.max(at.by_step[rival.step as usize] + rival.excess);
            if rival.excess > ENOUGH_PPM {
                chosen.push((rival.step, rival.pair));
            }
        }
        others.extend(rest);
    }
    others.sort_unstable_by(|a, b| {
        a.pair
            .cmp(&b.pair)
            .then(b.excess.total_cmp(&a.excess))
            .then(a.step.cmp(&b.step))
    });
    for same in others.chunk_by(|a, b| a.pair == b.pair) {
        chosen.extend(
            same.iter()
                .take(PER_PAIR)
                .map(|rival| (rival.step, rival.pair)),
        );
    }
    (chosen, feasible)
}

/// Rows by step and pair, and their graph.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    width: usize,
    steps: usize,
    /// Step and pair of each row, in rising order.
    keys: Vec<(u32, u32)>,
    /// 10⁶ (fᵢ(t, p) − fᵢ(t, m(t))), row after row.
    rows: Vec<f64>,
    /// The pairs of the rows, in rising order.
    pairs: Vec<u32>,
    graph: Graph,
    cover: Cover,
}

/// Minimum violation of a mixture over the rows of a pool.
#[derive(Clone, Debug)]
pub(super) struct Cost {
    pub value: f64,
    /// A cut: Σ of the rows of a matching. The cost of a mixture a is at least the product of the
    /// cut with a.
    pub cut: Vec<f64>,
}

impl Pool {
    pub fn new(counts: &PairCounts) -> Self {
        let steps = counts.steps.len();
        let graph = Graph::new([steps, 0], Vec::new(), Vec::new());
        let cover = Cover::new(vec![0.0; steps], Vec::new());
        Self {
            width: counts.sizes.len(),
            steps,
            graph,
            cover,
            ..Self::default()
        }
    }

    /// Adds rows by step and pair.
    pub fn add(&mut self, counts: &PairCounts, new: Vec<(u32, u32)>, executor: &dyn Executor) {
        self.exchange(counts, &vec![true; self.keys.len()], new, executor);
    }

    /// Adds rows, and drops all known ones but the closest of every step at a point.
    pub fn renew(
        &mut self,
        counts: &PairCounts,
        at: &Point,
        new: Vec<(u32, u32)>,
        executor: &dyn Executor,
    ) {
        self.exchange(counts, &self.closest(at), new, executor);
    }

    fn exchange(
        &mut self,
        counts: &PairCounts,
        is_kept: &[bool],
        mut new: Vec<(u32, u32)>,
        executor: &dyn Executor,
    ) {
        new.sort_unstable();
        new.dedup();
        new.retain(|key| !self.keys.binary_search(key).is_ok_and(|row| is_kept[row]));
        let values = rows(counts, &new, executor);
        let old = self
            .keys
            .iter()
            .copied()
            .zip(self.rows.chunks_exact(self.width));
        let kept = old.zip(is_kept).filter(|row| *row.1).map(|row| row.0);
        let mut joined: Vec<_> = kept
            .chain(new.into_iter().zip(values.chunks_exact(self.width)))
            .collect();
        joined.sort_unstable_by_key(|row| row.0);
        let keys = joined.iter().map(|row| row.0).collect();
        let rows = joined.into_iter().flat_map(|row| row.1).copied().collect();
        self.rebuild(keys, rows);
    }

    /// Replaces the rows and keeps the matching where it still applies.
    fn rebuild(&mut self, keys: Vec<(u32, u32)>, rows: Vec<f64>) {
        let matched: Vec<(u32, u32)> = self.cover.matched().map(|edge| self.keys[edge]).collect();
        let mut pairs: Vec<u32> = keys.iter().map(|key| key.1).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let price = |pair: &u32| {
            self.pairs
                .binary_search(pair)
                .map_or(0.0, |number| self.cover.values[1][number])
        };
        let work = self.cover.work;
        self.cover = Cover::new(vec![0.0; self.steps], pairs.iter().map(price).collect());
        self.cover.work = work;
        let number = |pair: u32| pairs.partition_point(|other| *other < pair) as u32;
        let ends = keys.iter().map(|key| (key.0, number(key.1))).unzip();
        self.graph = Graph::new([self.steps, pairs.len()], ends.0, ends.1);
        (self.keys, self.rows, self.pairs) = (keys, rows, pairs);
        for key in matched {
            if let Ok(edge) = self.keys.binary_search(&key) {
                self.cover.begin_with(&self.graph, edge);
            }
        }
    }

    /// Which rows are the closest of their step at a point, or matched.
    fn closest(&self, at: &Point) -> Vec<bool> {
        let price =
            |&(step, pair): &(u32, u32)| at.by_step[step as usize] + at.by_pair[pair as usize];
        let weights = self.weights(&at.shares);
        let slacks: Vec<f64> = self
            .keys
            .iter()
            .zip(weights)
            .map(|(key, weight)| price(key) - weight)
            .collect();
        let mut is_kept = vec![false; self.keys.len()];
        let mut start = 0;
        for same in self.keys.chunk_by(|a, b| a.0 == b.0) {
            let mut order: Vec<usize> = (start..start + same.len()).collect();
            order.sort_unstable_by(|&a, &b| slacks[a].total_cmp(&slacks[b]).then(a.cmp(&b)));
            order.iter().take(KEPT).for_each(|&row| is_kept[row] = true);
            start += same.len();
        }
        self.cover.matched().for_each(|edge| is_kept[edge] = true);
        is_kept
    }

    /// Edges of the graph visited so far: a measure of time that does not depend on the machine.
    pub fn work(&self) -> u64 {
        self.cover.work
    }

    /// The product a · row for every row.
    fn weights(&self, shares: &[f64]) -> Vec<f64> {
        let product = |row: &[f64]| row.iter().zip(shares).map(|(row, share)| row * share).sum();
        self.rows.chunks_exact(self.width).map(product).collect()
    }

    /// The minimum Σ v + Σ w of a mixture over the rows, to within `tolerance`; with a coarser
    /// tolerance more of the previous matching is kept.
    pub fn cost(&mut self, shares: &[f64], tolerance: f64) -> Cost {
        let each = tolerance / (self.steps + self.pairs.len()) as f64;
        self.cover
            .solve(&self.graph, &self.weights(shares), each.max(MIN_PPM));
        let mut cut = vec![0.0; self.width];
        for edge in self.cover.matched() {
            for (sum, entry) in cut.iter_mut().zip(&self.rows[edge * self.width..]) {
                *sum += entry;
            }
        }
        Cost {
            value: self.cover.total(),
            cut,
        }
    }

    /// Writes the mixture of the last call of `cost`, with the v and w found.
    pub fn write_into(&self, shares: &[f64], point: &mut Point) {
        point.shares.copy_from_slice(shares);
        point.by_step.copy_from_slice(&self.cover.values[0]);
        point.by_pair.fill(0.0);
        for (&pair, &price) in self.pairs.iter().zip(&self.cover.values[1]) {
            point.by_pair[pair as usize] = price;
        }
    }
}
