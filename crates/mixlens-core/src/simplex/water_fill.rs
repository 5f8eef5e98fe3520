//! Proportional filling: a mixture that keeps ratios as far as the bounds allow.

use super::projection::{Bounds, clip, settle};
use super::{Constraints, Mixture};
use crate::CoreError;

impl Constraints {
    /// The mixture that keeps the ratios of `weights` wherever no bound binds (water-filling).
    ///
    /// ```text
    /// min Σᵢ pᵢ ln(pᵢ / wᵢ)   over lowerᵢ ≤ pᵢ ≤ upperᵢ, Σᵢ pᵢ = 1
    /// pᵢ = clip(s · wᵢ, lowerᵢ, upperᵢ)      with the one s that makes the sum 1
    /// ```
    /// This is the projection in Kullback-Leibler divergence. A domain of weight zero gets its
    /// lower bound; only when all others are at their upper bounds do the domains of weight zero
    /// take the rest, evenly within their bounds.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], or [`CoreError::BadWeight`] for a weight that is negative or not
    /// finite.
    pub fn fill(&self, weights: &[f64]) -> Result<Mixture, CoreError> {
        self.check_weights(weights, |weight| weight.is_finite() && weight >= 0.0)?;
        let bounds = Bounds {
            lower: self.lower(),
            upper: self.upper(),
        };
        // Where linear constraints bind, the nearest mixture that satisfies them.
        self.project(&water_fill(weights, bounds, 1.0))
    }
}

/// Parts within `bounds` that sum to `total`, in the ratios of `weights` where no bound binds.
///
/// `total` must lie between the sums of the bounds; the weights must be finite and not negative.
pub(super) fn water_fill(weights: &[f64], bounds: Bounds<'_>, total: f64) -> Vec<f64> {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    // Dividing by the largest weight keeps products finite; weights far below it become zero.
    let scaled: Vec<f64> = weights
        .iter()
        .map(|&weight| if weight > 0.0 { weight / largest } else { 0.0 })
        .collect();
    let scale = scale_to_sum(&scaled, bounds, total);
    // pᵢ = clip(s · wᵢ, lowerᵢ, upperᵢ)
    let part = |(&weight, (low, high)): (&f64, (f64, f64))| filled(weight, scale, low, high);
    let mut parts: Vec<f64> = scaled.iter().zip(bounds.iter()).map(part).collect();
    let weight_of = |index: usize| scaled.get(index).copied().unwrap_or(0.0);
    settle(
        &mut parts,
        bounds,
        total,
        weight_of,
        |_, part, low, high| part > low && part < high,
    );
    settle(&mut parts, bounds, total, weight_of, |index, _, _, _| {
        weight_of(index) > 0.0
    });
    settle(&mut parts, bounds, total, |_| 1.0, |_, _, _, _| true);
    parts
}

/// The s with Σ clip(s · wᵢ, lowerᵢ, upperᵢ) = total, from the sorted corners lowerᵢ / wᵢ and
/// upperᵢ / wᵢ.
fn scale_to_sum(weights: &[f64], bounds: Bounds<'_>, total: f64) -> f64 {
    let positive = weights
        .iter()
        .zip(bounds.iter())
        .filter(|(weight, _)| **weight > 0.0);
    let mut corners: Vec<f64> = positive
        .flat_map(|(&weight, (low, high))| [low / weight, high / weight])
        .collect();
    corners.retain(|corner| corner.is_finite());
    corners.sort_unstable_by(f64::total_cmp);
    let sum_at = |scale: f64| -> f64 {
        weights
            .iter()
            .zip(bounds.iter())
            .map(|(&weight, (low, high))| filled(weight, scale, low, high))
            .sum()
    };
    let after = corners.partition_point(|&corner| sum_at(corner) <= total);
    let left = after
        .checked_sub(1)
        .and_then(|before| corners.get(before))
        .copied()
        .unwrap_or(0.0);
    let Some(&right) = corners.get(after) else {
        return left;
    };
    let free = weights.iter().zip(bounds.iter());
    let free = free.filter(|(weight, (low, high))| {
        **weight > 0.0 && low / **weight <= left && high / **weight >= right
    });
    let slope: f64 = free.map(|(weight, _)| weight).sum();
    if slope > 0.0 {
        (left + (total - sum_at(left)) / slope).min(right)
    } else {
        left
    }
}

fn filled(weight: f64, scale: f64, low: f64, high: f64) -> f64 {
    if weight > 0.0 {
        clip(weight * scale, low, high)
    } else {
        low
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::projection::tests::{close, constrained, toy};
    use crate::simplex::SUM_TOLERANCE;

    #[test]
    fn the_toy_fixture_is_filled_proportionally() {
        let filled = toy().fill(&[0.5, 0.3, 0.2]).unwrap();
        close(filled.parts(), &[0.575, 0.345, 0.08]);
    }

    #[test]
    fn weights_of_zero_take_only_what_the_others_cannot() {
        let none_needed = toy().fill(&[1.0, 0.0, 0.0]).unwrap();
        assert_eq!(none_needed.parts(), [1.0, 0.0, 0.0]);
        // code and wiki are at their caps, 0.4 and 0.08: the web takes the rest although its weight
        // is zero.
        close(
            toy().fill(&[0.0, 1.0, 1.0]).unwrap().parts(),
            &[0.52, 0.4, 0.08],
        );
        close(toy().fill(&[0.0; 3]).unwrap().parts(), &[0.52, 0.4, 0.08]);
    }

    #[test]
    fn weights_from_the_smallest_to_the_largest_number_work() {
        for weights in [
            [f64::MAX, f64::MAX, f64::MAX],
            [f64::MIN_POSITIVE, 5e-324, 1e300],
            [5e-324, 5e-324, 0.0],
        ] {
            assert!(
                toy().contains(toy().fill(&weights).unwrap().parts(), SUM_TOLERANCE),
                "{weights:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn filling_is_feasible_and_keeps_ratios_between_free_parts(
            (constraints, target) in constrained(),
            zeros in proptest::collection::vec(any::<bool>(), 12),
        ) {
            let weights: Vec<f64> = target
                .iter()
                .zip(&zeros)
                .map(|(w, zero)| if *zero { 0.0 } else { w.abs() })
                .collect();
            let filled = constraints.fill(&weights).unwrap();
            let parts = filled.parts();
            prop_assert!((parts.iter().sum::<f64>() - 1.0).abs() <= SUM_TOLERANCE);
            prop_assert!(constraints.contains(parts, SUM_TOLERANCE));
            for (i, &part) in parts.iter().enumerate() {
                prop_assert!(part >= constraints.lower()[i] && part <= constraints.upper()[i]);
            }
            // KKT: one scale s; parts above s·w sit at their lower bound, parts below at their
            // upper bound.
            let (lower, upper) = (constraints.lower(), constraints.upper());
            let free = |i: &usize| parts[*i] > lower[*i] && parts[*i] < upper[*i];
            let weighted = |i: &usize| weights[*i] > 1e-9;
            if let Some(first) = (0..parts.len()).filter(weighted).find(free) {
                let scale = parts[first] / weights[first];
                for i in (0..parts.len()).filter(weighted) {
                    let expected = scale * weights[i];
                    let slack = 1e-9 * (1.0 + expected);
                    prop_assert!(parts[i] <= expected + slack || parts[i] <= lower[i]);
                    prop_assert!(parts[i] >= expected - slack || parts[i] >= upper[i]);
                }
            }
        }
    }
}
