//! [`Mixing`]: how rows between the runs are drawn.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::compute::{self, CounterStream};
use crate::fit::column::Rows;
use crate::fit::range::check_range;
use crate::optim::levenberg_marquardt::deviation;
use crate::simplex::symmetric_beta;

/// The narrowest bandwidth, in standard deviations of the metric and in proportions: replicates are
/// at no distance.
const MIN_BANDWIDTH: f64 = 1e-9;
/// Runs whose pairwise distances the bandwidths are quantiles of.
const MEASURED_RUNS: usize = 1000;

/// How rows between the runs are drawn.
///
/// ```text
/// P(j | i) ∝ exp(−(yᵢ − yⱼ)² / (2 s_y²) − |xᵢ − xⱼ|² / (2 s_x²))
/// i uniform, j = i included, y standardised
/// x̃ = λ xᵢ + (1 − λ) xⱼ,  ỹ = λ yᵢ + (1 − λ) yⱼ                       λ ~ Beta(shape, shape)
/// ```
/// Source: Yao et al. 2022, "C-Mixup: improving generalization in regression", section 3, arXiv
/// 2210.05775. The kernel on mixtures is ours: two very different mixtures may have the same loss,
/// and a metric that is convex in the proportions lies below every chord, by up to λ(1 − λ) ·
/// curvature · |xᵢ − xⱼ|² / 2. The source trains on mixed rows alone, drawn anew for every batch;
/// here a fixed number of them joins the runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mixing {
    /// s_y and s_x as this quantile of the distances between any two runs, above 0 and at most 1.
    pub quantile: f64,
    /// Both parameters of the beta distribution of λ, from 0.01 to 100.
    pub shape: f64,
    /// Rows drawn for every run, 1 to 100.
    pub rows_per_run: u32,
    /// Seed of the rows.
    pub seed: u64,
}

impl Default for Mixing {
    fn default() -> Self {
        Self {
            quantile: 0.1,
            shape: 1.0,
            rows_per_run: 4,
            seed: 0,
        }
    }
}

impl Mixing {
    /// Checks every range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for the first one out of range.
    pub fn check(&self) -> Result<(), CoreError> {
        let Self {
            quantile,
            shape,
            rows_per_run,
            ..
        } = *self;
        check_range(
            "quantile",
            quantile,
            quantile > 0.0 && quantile <= 1.0,
            "a number above 0 and at most 1",
        )?;
        check_range(
            "shape",
            shape,
            (0.01..=100.0).contains(&shape),
            "a number from 0.01 to 100",
        )?;
        check_range(
            "rows_per_run",
            rows_per_run,
            (1..=100).contains(&rows_per_run),
            "a number from 1 to 100",
        )
    }

    /// Draws rows between the given runs. Row number k depends on the runs, the seed and k alone.
    pub(in crate::fit) fn draw(&self, rows: &[f64], values: &[f64]) -> Rows {
        let n = values.len();
        let unit = deviation(values);
        let labels: Vec<f64> = values.iter().map(|value| value / unit).collect();
        let width = rows.len() / n.max(1);
        let runs: Vec<&[f64]> = rows.chunks_exact(width.max(1)).collect();
        let bandwidths = self.bandwidths(&labels, &runs);
        let mut drawn = Rows::default();
        for number in 0..n as u64 * u64::from(self.rows_per_run) {
            let mut stream = CounterStream::new(self.seed, number);
            let first = stream.next_below(n);
            let chances = partners(first, &labels, &runs, bandwidths);
            let second = pick(&chances, stream.next_unit());
            let share = symmetric_beta(self.shape, self.seed, number);
            let between = |a: f64, b: f64| share * a + (1.0 - share) * b;
            let (Some(x), Some(other_x)) = (runs.get(first), runs.get(second)) else {
                continue;
            };
            let (Some(&y), Some(&other_y)) = (values.get(first), values.get(second)) else {
                continue;
            };
            drawn
                .parts
                .extend(x.iter().zip(*other_x).map(|(&a, &b)| between(a, b)));
            drawn.values.push(between(y, other_y));
        }
        drawn
    }

    /// s_y and s_x.
    fn bandwidths(&self, labels: &[f64], runs: &[&[f64]]) -> [f64; 2] {
        let mut measured: Vec<usize> = (0..labels.len()).collect();
        CounterStream::new(self.seed, u64::MAX).shuffle(&mut measured);
        measured.truncate(MEASURED_RUNS);
        let (mut of_labels, mut of_runs) = (Vec::new(), Vec::new());
        for (place, &i) in measured.iter().enumerate() {
            for &j in measured.iter().skip(place + 1) {
                let (Some(a), Some(b), Some(x), Some(z)) =
                    (labels.get(i), labels.get(j), runs.get(i), runs.get(j))
                else {
                    continue;
                };
                of_labels.push((a - b).abs());
                of_runs.push(squared_distance(x, z).sqrt());
            }
        }
        [
            quantile(&mut of_labels, self.quantile),
            quantile(&mut of_runs, self.quantile),
        ]
    }
}

/// P(· | `first`), from standardised labels, runs, and s_y and s_x, of which either may be
/// infinite.
pub(super) fn partners(
    first: usize,
    labels: &[f64],
    runs: &[&[f64]],
    [s_y, s_x]: [f64; 2],
) -> Vec<f64> {
    let (Some(y), Some(x)) = (labels.get(first), runs.get(first)) else {
        return Vec::new();
    };
    let far = |squared: f64, bandwidth: f64| squared / (2.0 * bandwidth * bandwidth);
    let mut chances: Vec<f64> = labels
        .iter()
        .zip(runs)
        .map(|(label, run)| {
            compute::exp(-far((y - label) * (y - label), s_y) - far(squared_distance(x, run), s_x))
        })
        .collect();
    let sum: f64 = chances.iter().sum();
    chances.iter_mut().for_each(|chance| *chance /= sum);
    chances
}

/// The first place at which the chances add up to more than `point`, a number from 0 to 1.
fn pick(chances: &[f64], point: f64) -> usize {
    let mut sum = 0.0;
    let passed = |chance: &f64| {
        sum += chance;
        sum > point
    };
    chances
        .iter()
        .position(passed)
        .unwrap_or(chances.len().saturating_sub(1))
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The distance below which a share of `part` of the distances are.
fn quantile(distances: &mut [f64], part: f64) -> f64 {
    distances.sort_by(f64::total_cmp);
    let place = (part * distances.len().saturating_sub(1) as f64).round() as usize;
    distances
        .get(place)
        .copied()
        .unwrap_or(0.0)
        .max(MIN_BANDWIDTH)
}
