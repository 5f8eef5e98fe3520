//! [`Scalarisation`]: how several metrics become one number.

use crate::compute::ln;

/// How the metrics of an objective are combined; each is counted so that lower is better.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalarisation {
    /// The weighted sum.
    Mean,
    /// The worst weighted change from reference values, one per term: `max wᵢ / w_max · (Lᵢ − rᵢ)`.
    Worst {
        /// The values that changes are counted from, lower is better.
        reference: Vec<f64>,
    },
    /// Minus the logarithm of the weighted geometric mean of desirabilities.
    ///
    /// ```text
    /// F = −Σ wᵢ ln dᵢ      dᵢ = (worstᵢ − Lᵢ) / (worstᵢ − bestᵢ),
    ///                      1 at the best and 0 at the worst value
    /// ```
    /// Below d = 0.01 the logarithm is continued by its second-order Taylor polynomial, so that F
    /// is finite and smooth everywhere, and convex where every L is. Source: Derringer and Suich
    /// 1980, "Simultaneous optimization of several response variables", Journal of Quality
    /// Technology 12, equations 1 and 3 (one-sided, exponent one).
    Desirability {
        /// The value of desirability one, per term.
        best: Vec<f64>,
        /// The value of desirability zero, per term.
        worst: Vec<f64>,
    },
}

/// The desirability below which −ln is continued by its second-order Taylor polynomial.
const MIN_DESIRABILITY: f64 = 0.01;
/// Minimum range from best to worst (metric's unit): smaller ranges count as this one.
const MIN_RANGE: f64 = 1e-9;

impl Scalarisation {
    /// The name in files: "mean", "minimax" or "desirability".
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Worst { .. } => "minimax",
            Self::Desirability { .. } => "desirability",
        }
    }

    /// The part of the term at `index` for a value (lower is better), and the slope of the part in
    /// that value.
    ///
    /// Parts are added up, except for [`Scalarisation::Worst`], where the largest counts.
    pub(super) fn part(
        &self,
        index: usize,
        weight: f64,
        largest_weight: f64,
        value: f64,
    ) -> (f64, f64) {
        let at = |values: &[f64]| values.get(index).copied().unwrap_or(0.0);
        match self {
            Self::Mean => (weight * value, weight),
            Self::Worst { reference } => {
                // wᵢ / w_max · (Lᵢ − rᵢ).
                let weight = weight / largest_weight;
                (weight * (value - at(reference)), weight)
            }
            Self::Desirability { best, worst } => {
                // dᵢ = (worstᵢ − Lᵢ) / range; the part is −wᵢ ln dᵢ.
                let range = (at(worst) - at(best)).max(MIN_RANGE);
                let (height, slope) = minus_log((at(worst) - value) / range);
                (weight * height, -weight * slope / range)
            }
        }
    }

    /// The objective made of the parts.
    pub(super) fn combine(&self, parts: impl Iterator<Item = f64>) -> f64 {
        match self {
            Self::Worst { .. } => parts.fold(f64::NEG_INFINITY, f64::max),
            _ => parts.sum(),
        }
    }
}

/// −ln d and its slope; below [`MIN_DESIRABILITY`], those of the parabola with the same value,
/// slope and curvature there.
fn minus_log(d: f64) -> (f64, f64) {
    if d >= MIN_DESIRABILITY {
        return (-ln(d), -1.0 / d);
    }
    let e = MIN_DESIRABILITY;
    // −ln d ≈ −ln e − z + z²/2 with z = (d − e) / e; the slope is (z − 1) / e.
    let z = (d - e) / e;
    (-ln(e) - z + 0.5 * z * z, (z - 1.0) / e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_continued_logarithm_is_smooth_and_convex() {
        let (mut before, mut slope_before) = minus_log(-0.5);
        for step in 1..2000 {
            let d = -0.5 + 0.001 * f64::from(step);
            let (value, slope) = minus_log(d);
            assert!(slope >= slope_before - 1e-9, "{d}");
            assert!(
                value <= before && value >= before + 0.001 * slope_before - 1e-9,
                "{d}"
            );
            (before, slope_before) = (value, slope);
        }
        assert!(minus_log(1.0).0.abs() < 1e-15);
    }
}
