//! Growing one tree: leaf-wise, on histograms, with LightGBM's scan order and tie rules.

#![expect(
    clippy::indexing_slicing,
    reason = "dense kernel; indices are bounded by the loops that make them"
)]

use super::bins::Binned;
use super::params::TreesParams;
use crate::CoreError;
use crate::compute::Control;
use crate::fit::formula::forest::{Split, Tree};

/// Added to Hessian sums by LightGBM; kept because it takes part in its ties.
const EPSILON: f64 = 1e-15;

/// Gradient sum and number of rows of one bin.
type Bin = [f64; 2];

/// A leaf while the tree grows.
#[derive(Clone, Debug)]
struct Leaf {
    /// Its rows, as a range of the grower's row order.
    rows: std::ops::Range<usize>,
    depth: u32,
    gradient: f64,
    value: f64,
    best: Option<Candidate>,
}

/// A possible split of a leaf.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    gain: f64,
    feature: usize,
    bin: usize,
    left_gradient: f64,
}

impl Candidate {
    /// Larger gain wins; of equal gains the lower feature.
    fn beats(&self, other: &Self) -> bool {
        self.gain > other.gain
            || (self.gain.total_cmp(&other.gain).is_eq() && self.feature < other.feature)
    }
}

/// Buffers that one tree after the other is grown in.
pub(super) struct Grower<'a> {
    data: &'a Binned,
    params: &'a TreesParams,
    /// Rows, those of a leaf next to each other, ascending inside it.
    order: Vec<u32>,
    moved: Vec<u32>,
    histograms: Vec<Vec<Bin>>,
    scan: Scan,
    leaves: Vec<Leaf>,
}

impl<'a> Grower<'a> {
    pub fn new(data: &'a Binned, params: &'a TreesParams) -> Self {
        Self {
            data,
            params,
            order: Vec::new(),
            moved: Vec::new(),
            histograms: Vec::new(),
            scan: Scan::new(data.total()),
            leaves: Vec::new(),
        }
    }

    /// Grows a tree that lowers the squared error whose gradient at each row is given, on the rows
    /// in `rows` and the features switched on; adds its output (already times the learning rate) to
    /// `scores`.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`].
    pub fn grow(
        &mut self,
        rows: &[u32],
        gradients: &[f32],
        features: &[bool],
        scores: &mut [f64],
        control: &Control,
    ) -> Result<Tree, CoreError> {
        self.order.clear();
        self.order.extend_from_slice(rows);
        let gradient = rows
            .iter()
            .map(|&row| f64::from(gradients[row as usize]))
            .sum();
        self.leaves.clear();
        self.leaves.push(Leaf {
            rows: 0..rows.len(),
            depth: 0,
            gradient,
            value: 0.0,
            best: None,
        });
        if rows.len() >= 2 * self.params.min_data_in_leaf as usize {
            self.count(0, gradients);
            self.evaluate(0, features);
        }
        let mut splits = Vec::new();
        while self.leaves.len() < self.params.leaves as usize {
            control.check()?;
            let Some(parent) = self.best_leaf() else {
                break;
            };
            splits.push(self.split(parent, gradients, features));
        }
        for leaf in &self.leaves {
            for &row in &self.order[leaf.rows.clone()] {
                scores[row as usize] += leaf.value;
            }
        }
        Ok(Tree {
            splits,
            values: self.leaves.iter().map(|leaf| leaf.value).collect(),
        })
    }

    /// The leaf with the best split, if any gains.
    fn best_leaf(&self) -> Option<usize> {
        let mut best: Option<(usize, Candidate)> = None;
        for (number, leaf) in self.leaves.iter().enumerate() {
            if let Some(candidate) = leaf.best
                && best.is_none_or(|(_, so_far)| candidate.beats(&so_far))
            {
                best = Some((number, candidate));
            }
        }
        best.filter(|(_, candidate)| candidate.gain > 0.0)
            .map(|(number, _)| number)
    }

    /// Splits leaf `parent` at its best candidate and evaluates both children.
    fn split(&mut self, parent: usize, gradients: &[f32], features: &[bool]) -> Split {
        let leaf = self.leaves[parent].clone();
        let chosen = leaf.best.expect("only leaves with a candidate are split");
        let cell = (self.data.starts[chosen.feature] + chosen.bin) as u32;
        let middle = leaf.rows.start + self.partition(leaf.rows.clone(), chosen.feature, cell);
        let child = |rows: std::ops::Range<usize>, gradient: f64| {
            let value =
                self.params.learning_rate * leaf_value(gradient, rows.len() as f64, self.params);
            Leaf {
                rows,
                depth: leaf.depth + 1,
                gradient,
                value,
                best: None,
            }
        };
        let left = child(leaf.rows.start..middle, chosen.left_gradient);
        let right = child(middle..leaf.rows.end, leaf.gradient - chosen.left_gradient);
        let right_number = self.leaves.len();
        self.leaves[parent] = left;
        self.leaves.push(right);
        let is_last = self.leaves.len() == self.params.leaves as usize;
        let is_deep = self.params.max_depth > 0 && leaf.depth + 1 >= self.params.max_depth;
        if !(is_last || is_deep) {
            self.evaluate_children(parent, right_number, gradients, features);
        }
        Split {
            leaf: parent as u32,
            feature: chosen.feature as u32,
            bin: chosen.bin as u32,
        }
    }

    /// Counts the smaller child, subtracts it from the parent for the larger, and looks for splits
    /// in both.
    fn evaluate_children(
        &mut self,
        left: usize,
        right: usize,
        gradients: &[f32],
        features: &[bool],
    ) {
        let fewest = 2 * self.params.min_data_in_leaf as usize;
        let size = |leaf: &Leaf| leaf.rows.len();
        let (left_size, right_size) = (size(&self.leaves[left]), size(&self.leaves[right]));
        let left_is_smaller = left_size < right_size;
        let (smaller, larger) = if left_is_smaller {
            (left, right)
        } else {
            (right, left)
        };
        if left_size.max(right_size) < fewest {
            return;
        }
        // The parent's histogram sits in the left child's place; the larger child takes it over.
        self.reserve(right);
        if !left_is_smaller {
            self.count(smaller, gradients);
        } else {
            self.histograms.swap(left, right);
            self.count(smaller, gradients);
        }
        let [larger_bins, smaller_bins] = self
            .histograms
            .get_disjoint_mut([larger, smaller])
            .expect("left and right are different leaves with histograms");
        for (bin, counted) in larger_bins.iter_mut().zip(smaller_bins.iter()) {
            bin[0] -= counted[0];
            bin[1] -= counted[1];
        }
        for leaf in [smaller, larger] {
            if size(&self.leaves[leaf]) >= fewest {
                self.evaluate(leaf, features);
            }
        }
    }

    fn reserve(&mut self, leaf: usize) {
        while self.histograms.len() <= leaf {
            self.histograms.push(vec![[0.0; 2]; self.data.total()]);
        }
    }

    /// Fills a leaf's histogram from its rows.
    fn count(&mut self, leaf: usize, gradients: &[f32]) {
        self.reserve(leaf);
        let bins = &mut self.histograms[leaf];
        bins.fill([0.0; 2]);
        for &row in &self.order[self.leaves[leaf].rows.clone()] {
            let gradient = f64::from(gradients[row as usize]);
            for &cell in self.data.row(row as usize) {
                let bin = &mut bins[cell as usize];
                bin[0] += gradient;
                bin[1] += 1.0;
            }
        }
    }

    /// Stable partition of a leaf's rows: those up to the bin first. Returns how many those are.
    fn partition(&mut self, rows: std::ops::Range<usize>, feature: usize, cell: u32) -> usize {
        self.moved.clear();
        let mut kept = rows.start;
        for position in rows.clone() {
            let row = self.order[position];
            if self.data.cells[row as usize * self.data.width + feature] <= cell {
                self.order[kept] = row;
                kept += 1;
            } else {
                self.moved.push(row);
            }
        }
        self.order[kept..rows.end].copy_from_slice(&self.moved);
        kept - rows.start
    }

    /// Finds the best split of a leaf from its histogram.
    fn evaluate(&mut self, leaf: usize, features: &[bool]) {
        let sums = LeafSums {
            gradient: self.leaves[leaf].gradient,
            rows: self.leaves[leaf].rows.len() as f64,
        };
        self.scan.gather(
            &self.histograms[leaf],
            self.data,
            features,
            sums,
            self.params,
        );
        self.leaves[leaf].best = self.scan.best(self.data, sums, self.params);
    }
}

/// Gradient sum and size of the leaf being split.
#[derive(Clone, Copy)]
struct LeafSums {
    gradient: f64,
    rows: f64,
}

/// Candidate splits of a leaf, gathered before their gains are computed so that the divisions
/// vectorise.
struct Scan {
    /// Gradient sum and rows on the right of each candidate; only the first `count` places are in
    /// use.
    gradients: Vec<f64>,
    rows: Vec<f64>,
    gains: Vec<f64>,
    /// Histogram position just above each candidate's threshold.
    cells: Vec<u32>,
    count: usize,
}

impl Scan {
    fn new(bins: usize) -> Self {
        let [gradients, rows, gains] = std::array::from_fn(|_| vec![0.0; bins]);
        Self {
            gradients,
            rows,
            gains,
            cells: vec![0; bins],
            count: 0,
        }
    }

    /// Gathers the right-hand sums of every split that leaves enough rows on both sides, features
    /// in order, bins from the right.
    fn gather(
        &mut self,
        bins: &[Bin],
        data: &Binned,
        features: &[bool],
        leaf: LeafSums,
        params: &TreesParams,
    ) {
        // Hessian sums are row counts, so both limits are one; half a row keeps EPSILON out of the
        // comparison.
        let fewest = f64::from(params.min_data_in_leaf)
            .max(params.min_hessian_in_leaf.ceil())
            .max(1.0)
            - 0.5;
        let mut count = 0;
        for feature in (0..data.width).filter(|&feature| features[feature]) {
            let start = data.starts[feature];
            let (mut gradient, mut rows) = (0.0, EPSILON);
            for (above, bin) in bins[start..data.starts[feature + 1]]
                .iter()
                .enumerate()
                .skip(1)
                .rev()
            {
                gradient += bin[0];
                rows += bin[1];
                if rows < fewest {
                    continue;
                }
                if leaf.rows - rows < fewest {
                    break;
                }
                self.gradients[count] = gradient;
                self.rows[count] = rows;
                self.cells[count] = (start + above) as u32;
                count += 1;
            }
        }
        self.count = count;
    }

    /// The candidate with the largest gain above that of not splitting; the first of equals.
    fn best(&mut self, data: &Binned, leaf: LeafSums, params: &TreesParams) -> Option<Candidate> {
        let whole = LeafSums {
            gradient: leaf.gradient,
            rows: leaf.rows + 2.0 * EPSILON,
        };
        let [gradients, rows] = [&self.gradients[..self.count], &self.rows[..self.count]];
        for ((out, &right), &right_rows) in self.gains.iter_mut().zip(gradients).zip(rows) {
            *out = gain(whole.gradient - right, whole.rows - right_rows, params)
                + gain(right, right_rows, params);
        }
        let floor = gain(whole.gradient, whole.rows, params) + params.min_gain_to_split;
        let mut best = None;
        let mut best_gain = floor;
        for (number, &gain) in self.gains[..self.count].iter().enumerate() {
            if gain > best_gain {
                best_gain = gain;
                best = Some(number);
            }
        }
        best.map(|number| {
            let above = self.cells[number] as usize;
            let feature = data.starts.partition_point(|&start| start <= above) - 1;
            Candidate {
                gain: best_gain - floor,
                feature,
                bin: above - data.starts[feature] - 1,
                left_gradient: whole.gradient - gradients[number],
            }
        })
    }
}

/// What a leaf contributes to the reduction of the penalised squared error: G² / (H + λ₂), with G
/// shrunk by λ₁.
#[inline(always)]
fn gain(gradient: f64, rows: f64, params: &TreesParams) -> f64 {
    let shrunk = soft_threshold(gradient, params.l1);
    shrunk * shrunk / (rows + params.l2)
}

/// The leaf value that minimises the penalised squared error: −G / (H + λ₂).
fn leaf_value(gradient: f64, rows: f64, params: &TreesParams) -> f64 {
    -soft_threshold(gradient, params.l1) / (rows + params.l2)
}

#[inline(always)]
fn soft_threshold(gradient: f64, l1: f64) -> f64 {
    (gradient.abs() - l1).max(0.0).copysign(gradient)
}
