//! [`Cover`]: the smallest violations that make given rows hold, and the matching that proves it.
#![expect(
    clippy::indexing_slicing,
    reason = "a dense kernel; positions come from the graph itself"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No edge.
const NONE: u32 = u32::MAX;

/// Steps and pairs joined by edges. Both kinds of nodes are numbered from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    sides: [Side; 2],
}

/// One kind of nodes.
#[derive(Clone, Debug, Default)]
struct Side {
    /// The node of each edge on this side.
    end: Vec<u32>,
    /// Edges of each node with the other nodes, consecutive.
    edges: Vec<(u32, u32)>,
    starts: Vec<u32>,
}

impl Side {
    fn new(ends: usize, end: Vec<u32>, others: &[u32]) -> Self {
        let mut starts = vec![0_u32; ends + 1];
        for &end in &end {
            starts[end as usize + 1] += 1;
        }
        for end in 0..ends {
            starts[end + 1] += starts[end];
        }
        let mut next = starts.clone();
        let mut edges = vec![(0, 0); end.len()];
        for (edge, (&end, &other)) in (0..).zip(end.iter().zip(others)) {
            edges[next[end as usize] as usize] = (edge, other);
            next[end as usize] += 1;
        }
        Self { end, edges, starts }
    }

    fn edges(&self, end: u32) -> &[(u32, u32)] {
        &self.edges[self.starts[end as usize] as usize..self.starts[end as usize + 1] as usize]
    }
}

impl Graph {
    /// A graph of `sizes` steps and pairs with one edge for every entry of `steps` and `pairs`.
    pub fn new(sizes: [usize; 2], steps: Vec<u32>, pairs: Vec<u32>) -> Self {
        let of_steps = Side::new(sizes[0], steps.clone(), &pairs);
        Self {
            sides: [of_steps, Side::new(sizes[1], pairs, &steps)],
        }
    }
}

/// Violations v of steps and w of pairs with v + w ≥ weight on every edge, and a matching of the
/// same total.
///
/// ```text
/// minimum of Σ v + Σ w  =  maximum of Σ weight over matchings
/// ```
/// It is found by shortest augmenting paths (the Hungarian method), from either side, so that the
/// search can start from any v, w that cover the edges. Source: Kuhn 1955; Egerváry's theorem.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// v, then w.
    pub values: [Vec<f64>; 2],
    /// The edge that matches each step, then each pair.
    mates: [Vec<u32>; 2],
    scratch: [Scratch; 2],
    heap: BinaryHeap<Reverse<Distance>>,
    /// Edges that all searches so far have visited.
    pub work: u64,
}

/// Distances of one search.
#[derive(Clone, Debug, Default)]
struct Scratch {
    distance: Vec<f64>,
    /// The edge by which the search reached the node.
    parent: Vec<u32>,
    reached: Vec<u32>,
}

impl Scratch {
    fn clear(&mut self) {
        for end in self.reached.drain(..) {
            self.distance[end as usize] = f64::INFINITY;
            self.parent[end as usize] = NONE;
        }
    }

    fn reach(&mut self, end: u32, distance: f64, parent: u32) {
        if self.distance[end as usize].is_infinite() {
            self.reached.push(end);
        }
        self.distance[end as usize] = distance;
        self.parent[end as usize] = parent;
    }
}

/// A distance in the order of a heap; distances are never NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance(f64, u32);

impl Eq for Distance {}

impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Distance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl Cover {
    /// An empty matching, with initial violations.
    pub fn new(steps: Vec<f64>, pairs: Vec<f64>) -> Self {
        let scratch = |ends: usize| Scratch {
            distance: vec![f64::INFINITY; ends],
            parent: vec![NONE; ends],
            reached: Vec::new(),
        };
        let scratch = [scratch(steps.len()), scratch(pairs.len())];
        let mates = [vec![NONE; steps.len()], vec![NONE; pairs.len()]];
        Self {
            values: [steps, pairs],
            mates,
            scratch,
            heap: BinaryHeap::new(),
            work: 0,
        }
    }

    /// Σ v + Σ w.
    pub fn total(&self) -> f64 {
        self.values.iter().flatten().sum()
    }

    /// The edges of the matching, in the order of steps.
    pub fn matched(&self) -> impl Iterator<Item = usize> {
        self.mates[0]
            .iter()
            .filter(|&&edge| edge != NONE)
            .map(|&edge| edge as usize)
    }

    /// Adds an edge with free ends to the initial matching.
    pub fn begin_with(&mut self, graph: &Graph, edge: usize) {
        for side in 0..2 {
            self.mates[side][graph.sides[side].end[edge] as usize] = edge as u32;
        }
    }

    /// Covers the edges at new weights, starting from the current cover; violations up to
    /// `tolerance` stay unmatched.
    pub fn solve(&mut self, graph: &Graph, weights: &[f64], tolerance: f64) {
        let [steps, pairs] = &graph.sides;
        for step in 0..self.values[0].len() {
            let excess =
                |&(edge, pair): &(u32, u32)| weights[edge as usize] - self.values[1][pair as usize];
            let greater = |largest: f64, value: f64| if value > largest { value } else { largest };
            self.values[0][step] = steps
                .edges(step as u32)
                .iter()
                .map(excess)
                .fold(0.0, greater);
            let mate = self.mates[0][step];
            if mate != NONE && self.slack(graph, weights, mate) > tolerance {
                self.mates[0][step] = NONE;
                self.mates[1][pairs.end[mate as usize] as usize] = NONE;
            }
        }
        for side in 0..2 {
            for root in 0..self.values[side].len() {
                if self.mates[side][root] == NONE && self.values[side][root] > tolerance {
                    self.search(graph, weights, side, root as u32);
                }
            }
        }
    }

    fn slack(&self, graph: &Graph, weights: &[f64], edge: u32) -> f64 {
        let value = |side: usize| self.values[side][graph.sides[side].end[edge as usize] as usize];
        (value(0) + value(1) - weights[edge as usize]).max(0.0)
    }

    /// Lowers the value of a free end until it is zero or matched.
    fn search(&mut self, graph: &Graph, weights: &[f64], near: usize, root: u32) {
        let far = 1 - near;
        let values = &self.values[far];
        let [steps, pairs] = &mut self.scratch;
        let (reached_near, reached_far) = if near == 0 {
            (steps, pairs)
        } else {
            (pairs, steps)
        };
        let heap = &mut self.heap;
        heap.clear();
        reached_near.reach(root, 0.0, NONE);
        let mut zero = Distance(self.values[near][root as usize], root);
        let mut from = Distance(0.0, root);
        let last = loop {
            let value = from.0 + self.values[near][from.1 as usize];
            let edges = graph.sides[near].edges(from.1);
            self.work += edges.len() as u64;
            for &(edge, end) in edges {
                let distance = value + values[end as usize] - weights[edge as usize];
                // Never less than before, despite rounding.
                let distance = if distance > from.0 { distance } else { from.0 };
                if distance < zero.0 && distance < reached_far.distance[end as usize] {
                    reached_far.reach(end, distance, edge);
                    heap.push(Reverse(Distance(distance, end)));
                }
            }
            let next = loop {
                let Some(Reverse(next)) = heap.pop() else {
                    break None;
                };
                if next.0 <= reached_far.distance[next.1 as usize] {
                    break Some(next);
                }
            };
            let Some(next) = next.filter(|next| next.0 < zero.0) else {
                break None;
            };
            let mate = self.mates[far][next.1 as usize];
            if mate == NONE {
                break Some(next);
            }
            let end = graph.sides[near].end[mate as usize];
            reached_near.reach(end, next.0, mate);
            from = Distance(next.0, end);
            zero = zero.min(Distance(next.0 + self.values[near][end as usize], end));
        };
        let length = last.map_or(zero.0, |last| last.0);
        for (side, sign) in [(near, -1.0), (far, 1.0)] {
            for &end in &self.scratch[side].reached {
                let by = length - self.scratch[side].distance[end as usize];
                if by > 0.0 {
                    let value = &mut self.values[side][end as usize];
                    *value = (*value + sign * by).max(0.0);
                }
            }
        }
        self.flip(graph, near, last.map(|last| last.1), zero.1);
        self.scratch.iter_mut().for_each(Scratch::clear);
    }

    /// Changes the matching along the path that ends at `last`, or at `freed`, an end of value
    /// zero.
    fn flip(&mut self, graph: &Graph, near: usize, last: Option<u32>, freed: u32) {
        let far = 1 - near;
        let mut next = last;
        if last.is_none() {
            let mate = std::mem::replace(&mut self.mates[near][freed as usize], NONE);
            next = (mate != NONE).then(|| graph.sides[far].end[mate as usize]);
        }
        while let Some(end) = next {
            let edge = self.scratch[far].parent[end as usize];
            let before = graph.sides[near].end[edge as usize];
            let mate = std::mem::replace(&mut self.mates[near][before as usize], edge);
            self.mates[far][end as usize] = edge;
            next = (mate != NONE).then(|| graph.sides[far].end[mate as usize]);
        }
    }
}
