//! The gap: an upper bound on how much lower than the value found the value of any feasible point
//! can be.

/// The minimum of `slopes · q` over `lower ≤ q ≤ upper`, Σ q = 1, by filling in order of increasing
/// slope.
pub(super) fn min_linear(slopes: &[f64], lower: &[f64], upper: &[f64]) -> f64 {
    let mut order: Vec<(f64, f64)> = slopes
        .iter()
        .zip(lower.iter().zip(upper))
        .map(|(&slope, (low, high))| (slope, high - low))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut left = 1.0 - lower.iter().sum::<f64>();
    let mut minimum: f64 = slopes
        .iter()
        .zip(lower)
        .map(|(slope, low)| slope * low)
        .sum();
    for (slope, room) in order {
        let take = room.min(left).max(0.0);
        minimum += slope * take;
        left -= take;
    }
    minimum
}

#[cfg(test)]
mod tests {
    use super::min_linear;

    #[test]
    fn the_cheapest_are_filled_first_up_to_their_bounds() {
        let minimum = min_linear(&[3.0, 1.0, 2.0], &[0.1, 0.0, 0.2], &[1.0, 0.3, 0.4]);
        assert!((minimum - (0.3 * 3.0 + 0.3 * 1.0 + 0.4 * 2.0)).abs() < 1e-15);
        assert!((min_linear(&[3.0, -1.0], &[0.0; 2], &[1.0; 2]) + 1.0).abs() < 1e-15);
    }
}
