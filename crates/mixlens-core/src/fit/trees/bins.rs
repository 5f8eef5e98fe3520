//! Histogram bins: which values of a domain's proportion are told apart.
//!
//! The rules are LightGBM's (`FindBinWithZeroAsOneBin` and `GreedyFindBin`), because they decide
//! where thresholds can lie and so whether predictions agree with it.

#![expect(
    clippy::indexing_slicing,
    reason = "dense kernel; indices are bounded by the loops that make them"
)]

/// Values up to this count as zero.
const ZERO: f64 = 1e-35;

/// A table of proportions turned into bin numbers.
pub(super) struct Binned {
    /// Upper edges of the bins of each feature, the last one infinite. A value belongs to the first
    /// bin whose edge is not below it.
    pub edges: Vec<Vec<f64>>,
    /// Where each feature's bins start in a histogram; one more entry for the end.
    pub starts: Vec<usize>,
    /// Histogram positions, row after row (n × d).
    pub cells: Vec<u32>,
    /// Number of features.
    pub width: usize,
}

impl Binned {
    /// Bins `rows` (n × `width`).
    pub fn new(rows: &[f64], width: usize, max_bins: usize, min_data_in_bin: usize) -> Self {
        let mut edges = Vec::with_capacity(width);
        let mut starts = vec![0];
        for feature in 0..width {
            let values: Vec<f64> = rows.iter().skip(feature).step_by(width).copied().collect();
            edges.push(find_edges(&values, max_bins, min_data_in_bin));
            starts.push(starts[feature] + edges[feature].len());
        }
        let cells = rows.chunks_exact(width).flat_map(|row| {
            row.iter()
                .zip(edges.iter().zip(&starts))
                .map(|(&value, (edges, start))| (start + bin_of(edges, value)) as u32)
        });
        let cells = cells.collect();
        Self {
            edges,
            starts,
            cells,
            width,
        }
    }

    /// Bins in all.
    pub fn total(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The histogram positions of one row.
    pub fn row(&self, row: usize) -> &[u32] {
        &self.cells[row * self.width..(row + 1) * self.width]
    }
}

/// The first bin whose upper edge is not below `value`.
pub(super) fn bin_of(edges: &[f64], value: f64) -> usize {
    edges
        .partition_point(|&edge| edge < value)
        .min(edges.len() - 1)
}

/// Upper bin edges of one feature: zero gets a bin of its own, other values greedy bins.
fn find_edges(values: &[f64], max_bins: usize, min_data_in_bin: usize) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match distinct.last_mut() {
            // Neighbouring doubles count as one value, the larger.
            Some((last, count)) if value <= last.next_up() => {
                *last = value;
                *count += 1;
            }
            _ => distinct.push((value, 1)),
        }
    }
    let negative = distinct.partition_point(|&(value, _)| value <= -ZERO);
    let zero_end = distinct.partition_point(|&(value, _)| value <= ZERO);
    let zeros: usize = distinct[negative..zero_end]
        .iter()
        .map(|&(_, count)| count)
        .sum();
    let mut edges = Vec::new();
    if negative > 0 {
        let below: usize = distinct[..negative].iter().map(|&(_, count)| count).sum();
        let share = below as f64 / (values.len() - zeros).max(1) as f64;
        let most = ((share * (max_bins - 1) as f64) as usize).max(1);
        edges = greedy_edges(&distinct[..negative], most, min_data_in_bin);
        if let Some(last) = edges.last_mut() {
            *last = -ZERO;
        }
    }
    let most = (max_bins - 1).saturating_sub(edges.len());
    if zero_end < distinct.len() && most > 0 {
        edges.push(ZERO);
        edges.extend(greedy_edges(&distinct[zero_end..], most, min_data_in_bin));
    } else {
        edges.push(f64::INFINITY);
    }
    edges
}

/// Bins of at least `min_data_in_bin` values, at most `max_bins` of them, of about equal counts
/// when there are more distinct values.
fn greedy_edges(distinct: &[(f64, usize)], max_bins: usize, min_data_in_bin: usize) -> Vec<f64> {
    let mut edges: Vec<f64> = Vec::new();
    let mut push_between = |low: f64, high: f64| {
        let edge = ((low + high) / 2.0).next_up();
        let is_new = edges.last().is_none_or(|last: &f64| edge > last.next_up());
        if is_new {
            edges.push(edge);
        }
        is_new
    };
    if distinct.len() <= max_bins {
        let mut in_bin = 0;
        for pair in distinct.windows(2) {
            in_bin += pair[0].1;
            if in_bin >= min_data_in_bin && push_between(pair[0].0, pair[1].0) {
                in_bin = 0;
            }
        }
    } else {
        for (low, high) in crowded_bins(distinct, max_bins, min_data_in_bin) {
            push_between(low, high);
        }
    }
    edges.push(f64::INFINITY);
    edges
}

/// Pairs (largest value of a bin, smallest of the next) for more distinct values than bins.
fn crowded_bins(
    distinct: &[(f64, usize)],
    max_bins: usize,
    min_data_in_bin: usize,
) -> Vec<(f64, f64)> {
    let total: usize = distinct.iter().map(|&(_, count)| count).sum();
    let max_bins = max_bins.min(total / min_data_in_bin.max(1)).max(1);
    let mean = total as f64 / max_bins as f64;
    let is_big: Vec<bool> = distinct
        .iter()
        .map(|&(_, count)| count as f64 >= mean)
        .collect();
    let big_values: usize = distinct
        .iter()
        .zip(&is_big)
        .filter(|(_, big)| **big)
        .map(|((_, count), _)| count)
        .sum();
    let mut rest_bins = max_bins as f64 - is_big.iter().filter(|big| **big).count() as f64;
    let mut rest_values = (total - big_values) as f64;
    let mut mean = rest_values / rest_bins;
    let mut borders = Vec::new();
    let mut in_bin = 0;
    for i in 0..distinct.len() - 1 {
        let count = distinct[i].1;
        if !is_big[i] {
            rest_values -= count as f64;
        }
        in_bin += count;
        let filled = in_bin as f64;
        if is_big[i] || filled >= mean || (is_big[i + 1] && filled >= (mean * 0.5).max(1.0)) {
            borders.push((distinct[i].0, distinct[i + 1].0));
            if borders.len() >= max_bins - 1 {
                break;
            }
            in_bin = 0;
            if !is_big[i] {
                rest_bins -= 1.0;
                mean = rest_values / rest_bins;
            }
        }
    }
    borders
}
