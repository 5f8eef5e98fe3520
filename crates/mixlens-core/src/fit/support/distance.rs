//! Distances between mixtures, and what is usual among the runs.

use super::RANGE_TOLERANCE;
use crate::simplex::total_variation;

/// What `percent` of the finite `values` keep within (nearest rank); 0 for none.
pub(super) fn percentile(values: impl IntoIterator<Item = f64>, percent: usize) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    values.sort_unstable_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(rank).copied().unwrap_or(0.0)
}

/// The total variation distance to the nearest other run that 95 % of `points` (n × `width`) keep within.
///
/// Runs that differ by no more than rounding are one run here, so that replicates do not make everything else seem far.
pub(super) fn usual_distance(points: &[f64], width: usize) -> f64 {
    let rows: Vec<&[f64]> = points.chunks_exact(width).collect();
    let mut nearest = vec![f64::INFINITY; rows.len()];
    for (first, a) in rows.iter().enumerate() {
        for (second, b) in rows.iter().enumerate().skip(first + 1) {
            let distance = total_variation(a, b);
            for index in [first, second] {
                if let Some(least) = nearest.get_mut(index).filter(|_| distance > RANGE_TOLERANCE) {
                    *least = least.min(distance);
                }
            }
        }
    }
    percentile(nearest, 95)
}
