//! [`Pool`]: the rows of the program that are known so far.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the pool itself"
)]

use super::matching::{Cover, Graph};
use crate::compute::{Executor, map_tasks};
use crate::tokenizer::PairCounts;
use crate::tokenizer::sweep::{Rival, Sweep, rows};

/// Rows taken at once from each step, and for each pair, the worst first.
const PER_STEP: usize = 3;
const PER_PAIR: usize = 3;
/// Rows of each step that are looked at for the sake of their pair.
const LOOKED_AT: usize = 5 * PER_STEP;
/// Rows of each step that are kept: the closest to being violated.
const KEPT: usize = 5;
/// Violations below this (parts per million) are no reason for a row.
const ENOUGH_PPM: f64 = 1e-7;

/// Violations below this (parts per million) are none.
const MIN_PPM: f64 = 1e-9;

/// Shares and the violations they need, in parts per million.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// Of pairs.
    pub shares: Vec<f64>,
    /// v.
    pub by_step: Vec<f64>,
    /// w.
    pub by_pair: Vec<f64>,
}

impl Point {
    /// No violations.
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
                let (own, rest) = rivals.split_at(PER_STEP.min(rivals.len()));
                worst.extend(own);
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
    places: Vec<(u32, u32)>,
    /// 10⁶ (fᵢ(t, p) − fᵢ(t, m(t))), row after row.
    rows: Vec<f64>,
    /// The pairs of the rows, in rising order.
    pairs: Vec<u32>,
    graph: Graph,
    cover: Cover,
}

/// What a mixture costs over the rows of a pool.
#[derive(Clone, Debug)]
pub(super) struct Cost {
    pub value: f64,
    /// A cut: Σ of the rows of a matching. No mixture a costs less than its product with a.
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
        self.exchange(counts, &vec![true; self.places.len()], new, executor);
    }

    /// Adds rows, and forgets all known ones but the closest of every step at a point.
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
        new.retain(|place| {
            !self
                .places
                .binary_search(place)
                .is_ok_and(|row| is_kept[row])
        });
        let values = rows(counts, &new, executor);
        let old = self
            .places
            .iter()
            .copied()
            .zip(self.rows.chunks_exact(self.width));
        let kept = old.zip(is_kept).filter(|own| *own.1).map(|own| own.0);
        let mut joined: Vec<_> = kept
            .chain(new.into_iter().zip(values.chunks_exact(self.width)))
            .collect();
        joined.sort_unstable_by_key(|own| own.0);
        let places = joined.iter().map(|own| own.0).collect();
        let rows = joined.into_iter().flat_map(|own| own.1).copied().collect();
        self.rebuild(places, rows);
    }

    /// Takes other rows and keeps what is known of their cover.
    fn rebuild(&mut self, places: Vec<(u32, u32)>, rows: Vec<f64>) {
        let matched: Vec<(u32, u32)> = self.cover.matched().map(|edge| self.places[edge]).collect();
        let mut pairs: Vec<u32> = places.iter().map(|place| place.1).collect();
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
        let number = |pair: u32| pairs.partition_point(|own| *own < pair) as u32;
        let ends = places
            .iter()
            .map(|place| (place.0, number(place.1)))
            .unzip();
        self.graph = Graph::new([self.steps, pairs.len()], ends.0, ends.1);
        (self.places, self.rows, self.pairs) = (places, rows, pairs);
        for place in matched {
            if let Ok(edge) = self.places.binary_search(&place) {
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
            .places
            .iter()
            .zip(weights)
            .map(|(place, weight)| price(place) - weight)
            .collect();
        let mut is_kept = vec![false; self.places.len()];
        let mut start = 0;
        for same in self.places.chunk_by(|a, b| a.0 == b.0) {
            let mut order: Vec<usize> = (start..start + same.len()).collect();
            order.sort_unstable_by(|&a, &b| slacks[a].total_cmp(&slacks[b]).then(a.cmp(&b)));
            order.iter().take(KEPT).for_each(|&row| is_kept[row] = true);
            start += same.len();
        }
        self.cover.matched().for_each(|edge| is_kept[edge] = true);
        is_kept
    }

    /// Edges of the graph that were looked at so far: the time that costs took, on any machine.
    pub fn work(&self) -> u64 {
        self.cover.work
    }

    /// a · row, of every row.
    fn weights(&self, shares: &[f64]) -> Vec<f64> {
        let product = |row: &[f64]| row.iter().zip(shares).map(|(row, share)| row * share).sum();
        self.rows.chunks_exact(self.width).map(product).collect()
    }

    /// Σ v + Σ w that a mixture needs over the rows, to within `tolerance`: the coarser, the more
    /// is kept of what was known.
    pub fn cost(&mut self, shares: &[f64], tolerance: f64) -> Cost {
        let each = tolerance / (self.steps + self.pairs.len()) as f64;
        self.cover
            .solve(&self.graph, &self.weights(shares), each.max(MIN_PPM));
        let mut cut = vec![0.0; self.width];
        for edge in self.cover.matched() {
            for (sum, own) in cut.iter_mut().zip(&self.rows[edge * self.width..]) {
                *sum += own;
            }
        }
        Cost {
            value: self.cover.total(),
            cut,
        }
    }

    /// Writes the mixture whose cost was asked for last, with its v and w.
    pub fn write_into(&self, shares: &[f64], point: &mut Point) {
        point.shares.copy_from_slice(shares);
        point.by_step.copy_from_slice(&self.cover.values[0]);
        point.by_pair.fill(0.0);
        for (&pair, &price) in self.pairs.iter().zip(&self.cover.values[1]) {
            point.by_pair[pair as usize] = price;
        }
    }
}
