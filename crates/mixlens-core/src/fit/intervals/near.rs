//! [`Near`]: the runs of a metric, and which of them are near which.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the runs whose number is fixed"
)]

use std::collections::HashMap;
use std::sync::Arc;

use crate::compute::CounterStream;
use crate::simplex::total_variation;

/// Most runs that neighbours are looked for among; of more, so many are drawn.
const MAX_RUNS: usize = 512;
/// Neighbours that count: one of so many runs, within limits.
const RUNS_PER_NEIGHBOUR: usize = 16;
const NEIGHBOURS: (usize, usize) = (8, 32);

/// The runs of a metric among all runs, and their neighbours: made once for all metrics with the
/// same runs.
///
/// A run takes four bytes here whatever the number of domains, since the proportions of all runs
/// are shared.
#[derive(Debug, PartialEq)]
pub(in crate::fit) struct Near {
    width: usize,
    /// Proportions of all runs, row after row.
    rows: Arc<[f64]>,
    /// The metric's runs among them, in rising order.
    runs: Vec<u32>,
    /// Those of the metric's runs that neighbours are looked for among, by their place in `runs`.
    kept: Vec<u32>,
    /// How many neighbours count.
    count: usize,
    /// Per run of the metric, its neighbours by their place in `kept`, `count` each.
    neighbours: Vec<u16>,
    /// Per run of the metric, its mean distance to them.
    distances: Vec<f64>,
    /// The mean distance of the kept runs to their neighbours.
    pub mean_distance: f64,
}

/// Neighbours of a mixture: their places among the kept runs, and the mean distance.
#[derive(Debug)]
pub(in crate::fit) struct Neighbours {
    pub near: Vec<u16>,
    pub distance: f64,
}

impl Near {
    /// The runs but the `missing` ones (in rising order) among all runs.
    pub fn new(rows: &Arc<[f64]>, width: usize, missing: &[usize]) -> Self {
        let all = 0..(rows.len() / width) as u32;
        let runs: Vec<u32> = all
            .filter(|&run| missing.binary_search(&(run as usize)).is_err())
            .collect();
        let kept = kept(runs.len());
        let count = (kept.len() / RUNS_PER_NEIGHBOUR).clamp(NEIGHBOURS.0, NEIGHBOURS.1);
        let count = count.min(kept.len().saturating_sub(1));
        let (neighbours, distances) = (Vec::new(), Vec::new());
        let mut near = Self {
            width,
            rows: Arc::clone(rows),
            runs,
            kept,
            count,
            neighbours,
            distances,
            mean_distance: 0.0,
        };
        near.look();
        near
    }

    /// How many runs the metric has.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// All of the runs at `rows`; those of `other` where they are the same.
    pub fn of_all(rows: &[f64], width: usize, other: Option<&Arc<Self>>) -> Arc<Self> {
        let same = other.filter(|other| {
            other.width == width && *other.rows == *rows && other.len() * width == rows.len()
        });
        same.map_or_else(|| Self::new(&rows.into(), width, &[]).into(), Arc::clone)
    }

    /// Whether the runs have neighbours at all.
    pub fn has_neighbours(&self) -> bool {
        self.count > 0
    }

    /// The proportions of a run of the metric.
    pub fn row(&self, run: usize) -> &[f64] {
        let start = self.runs[run] as usize * self.width;
        &self.rows[start..start + self.width]
    }

    /// What the kept runs have of a list with an item a run.
    pub fn of_kept(&self, items: &[f64]) -> Vec<f64> {
        self.kept.iter().map(|&run| items[run as usize]).collect()
    }

    /// The neighbours of a run as the others see it.
    pub fn of_run(&self, run: usize) -> (&[u16], f64) {
        (
            &self.neighbours[run * self.count..(run + 1) * self.count],
            self.distances[run],
        )
    }

    /// The neighbours of a mixture.
    pub fn of(&self, parts: &[f64]) -> Neighbours {
        self.but(parts, None)
    }

    /// Looks for the neighbours of all runs. Of equal runs only the first kept one counts as the
    /// run itself.
    fn look(&mut self) {
        let key =
            |run: usize| -> Vec<u64> { self.row(run).iter().map(|part| part.to_bits()).collect() };
        let mut first: HashMap<Vec<u64>, usize> = HashMap::new();
        for (place, &run) in self.kept.iter().enumerate() {
            first.entry(key(run as usize)).or_insert(place);
        }
        let of_kept: Vec<Neighbours> = (0..self.kept.len())
            .map(|place| self.but(self.row(self.kept[place] as usize), Some(place)))
            .collect();
        let sum: f64 = of_kept.iter().map(|own| own.distance).sum();
        let (mut neighbours, mut distances) = (Vec::new(), Vec::new());
        for run in 0..self.runs.len() {
            let found;
            let own = match first.get(&key(run)) {
                Some(&place) => &of_kept[place],
                None => {
                    found = self.of(self.row(run));
                    &found
                }
            };
            neighbours.extend_from_slice(&own.near);
            distances.push(own.distance);
        }
        self.mean_distance = sum / self.kept.len().max(1) as f64;
        (self.neighbours, self.distances) = (neighbours, distances);
    }

    /// The nearest kept runs but the one at place `own`.
    fn but(&self, parts: &[f64], own: Option<usize>) -> Neighbours {
        let others = (0..self.kept.len()).filter(|&place| Some(place) != own);
        let distance = |place: usize| total_variation(parts, self.row(self.kept[place] as usize));
        let mut near: Vec<(f64, usize)> = others.map(|place| (distance(place), place)).collect();
        if self.count < near.len() {
            near.select_nth_unstable_by(self.count, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            near.truncate(self.count);
        }
        // The order that selection leaves depends on the numbers alone, so sums have the same bits
        // everywhere.
        let sum: f64 = near.iter().map(|(distance, _)| distance).sum();
        let distance = sum / near.len().max(1) as f64;
        Neighbours {
            near: near.into_iter().map(|(_, place)| place as u16).collect(),
            distance,
        }
    }
}

/// All of `runs`, or as many drawn from them as are kept, in rising order.
fn kept(runs: usize) -> Vec<u32> {
    let mut all: Vec<u32> = (0..runs as u32).collect();
    if runs > MAX_RUNS {
        CounterStream::new(0, 0).shuffle(&mut all);
        all.truncate(MAX_RUNS);
        all.sort_unstable();
    }
    all
}
