//! Distances between mixtures, and what is usual among the runs.

use super::RANGE_TOLERANCE;
use crate::simplex::total_variation;

/// What `percent` of the finite `values` keep within (nearest rank); 0 for none.
pub(super) fn percentile(values: impl IntoIterator<Item = f64>, percent: usize) -> f64 {
    let mut values: Vec<f64> = values
        .into_iter()
        .filter(|value| value.is_finite())
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(rank).copied().unwrap_or(0.0)
}

/// Most runs whose nearest neighbour is looked for; they are spread evenly over the file.
const MAX_EXAMINED: usize = 1000;

/// The total variation distance to the nearest other run that 95 % of `points` (n × `width`) keep
/// within.
///
/// Runs that differ by no more than rounding are one run here, so that replicates do not make
/// everything else seem far.
pub(super) fn usual_distance(points: &[f64], width: usize) -> f64 {
    let rows = points.chunks_exact(width);
    let step = rows.len().div_ceil(MAX_EXAMINED).max(1);
    let nearest = |row: &[f64]| {
        let distances = rows.clone().map(|other| total_variation(row, other));
        distances
            .filter(|&distance| distance > RANGE_TOLERANCE)
            .fold(f64::INFINITY, f64::min)
    };
    percentile(rows.clone().step_by(step).map(nearest), 95)
}
