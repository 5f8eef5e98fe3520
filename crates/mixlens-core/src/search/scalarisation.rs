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
    /// F = −Σ wᵢ ln dᵢ      dᵢ = (worstᵢ − Lᵢ) / (worstᵢ − bestᵢ), 1 at the best and 0 at the worst value
    /// ```
    /// Below d = 0.01 the logarithm goes on as its parabola, so that F is finite everywhere,
    /// smooth, and convex where every L is. Source: Derringer and Suich 1980, "Simultaneous
    /// optimization of several response variables", Journal of Quality Technology 12, equations 1
    /// and 3 (one-sided, exponent one).
    Desirability {
        /// The value of desirability one, per term.
        best: Vec<f64>,
        /// The value of desirability zero, per term.
        worst: Vec<f64>,
    },
}

/// The desirability below which −ln is continued by its parabola.
const MIN_DESIRABILITY: f64 = 0.01;
/// The least difference of best and worst that counts, in the metric's unit.
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

    /// The part of term `place` with value `value` (lower is better), and its slope in that value.
    ///
    /// Parts are added up, except for [`Scalarisation::Worst`], where the largest counts.
    pub(super) fn part(
        &self,
        place: usize,
        weight: f64,
        largest_weight: f64,
        value: f64,
    ) -> (f64, f64) {
        let at = |values: &[f64]| values.get(place).copied().unwrap_or(0.0);
        match self {
            Self::Mean => (weight * value, weight),
            Self::Worst { reference } => {
                let weight = weight / largest_weight;
                (weight * (value - at(reference)), weight)
            }
            Self::Desirability { best, worst } => {
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

/// −ln d and its slope, with the parabola of the same value, slope and curvature below
/// [`MIN_DESIRABILITY`].
fn minus_log(d: f64) -> (f64, f64) {
    if d >= MIN_DESIRABILITY {
        return (-ln(d), -1.0 / d);
    }
    let e = MIN_DESIRABILITY;
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
