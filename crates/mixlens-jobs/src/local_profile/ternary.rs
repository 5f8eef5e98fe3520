//! [`Ternary`]: trade-off between three domains, the proportions of the others fixed.

use mixlens_core::simplex::{Constraints, Mixture};
use serde::{Deserialize, Serialize};

use super::contours::contours;
use super::{Contour, Shown, value_range};

/// How far a mixture may exceed a limit and still count as inside (rounding).
const TOLERANCE: f64 = 1e-9;

/// A triangular grid over three domains that share their total at the profiled mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ternary {
    /// The domains at the corners.
    pub corners: [usize; 3],
    /// The sum of their proportions.
    pub total: f64,
    /// The sum of the other proportions, shown next to the plot.
    pub others: f64,
    /// The name of the metric, or of the objective.
    pub name: String,
    /// Number of steps along a side.
    pub steps: usize,
    /// (steps + 1)(steps + 2) / 2 points, by falling share of the first corner, then of the second.
    pub points: Vec<TernaryPoint>,
    /// Minimum and maximum value.
    pub range: (f64, f64),
    /// Lines of equal value, at round values.
    pub contours: Vec<Contour>,
}

/// A point of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TernaryPoint {
    /// Shares of the three corners; they sum to one.
    pub shares: [f64; 3],
    /// The value there.
    pub value: f64,
    /// Whether the mixture there keeps the limits.
    pub is_allowed: bool,
}

/// Shares of three domains in their total, which position a mixture in the plot; `None` where the
/// total is zero.
pub fn corner_shares(corners: [usize; 3], parts: &[f64]) -> Option<[f64; 3]> {
    let part = |corner: usize| parts.get(corner).copied().unwrap_or(0.0);
    let total: f64 = corners.into_iter().map(part).sum();
    (total > 0.0).then(|| corners.map(|corner| part(corner) / total))
}

/// Samples the grid.
pub(crate) fn ternary(
    shown: &Shown<'_>,
    name: &str,
    at: &Mixture,
    corners: [usize; 3],
    constraints: &Constraints,
    steps: usize,
) -> Ternary {
    let part = |corner: usize| at.parts().get(corner).copied().unwrap_or(0.0);
    let total: f64 = corners.iter().map(|&corner| part(corner)).sum();
    let steps = steps.max(1);
    let unit = 1.0 / steps as f64;
    let shares: Vec<[f64; 3]> = (0..=steps)
        .rev()
        .flat_map(|first| {
            (0..=steps - first)
                .rev()
                .map(move |second| [first, second, steps - first - second])
        })
        .map(|counts| counts.map(|count| count as f64 * unit))
        .collect();
    let mixtures: Vec<Vec<f64>> = shares
        .iter()
        .map(|shares| {
            // xᵢ = total · sᵢ at the corners, with sᵢ their shares; the other parts stay.
            let mut row = at.parts().to_vec();
            for (&corner, share) in corners.iter().zip(shares) {
                row.iter_mut()
                    .skip(corner)
                    .take(1)
                    .for_each(|part| *part = total * share);
            }
            row
        })
        .collect();
    let values = shown.values(&mixtures.concat());
    let range = value_range(values.iter().copied());
    let points = shares
        .into_iter()
        .zip(values)
        .zip(&mixtures)
        .map(|((shares, value), mixture)| TernaryPoint {
            shares,
            value,
            is_allowed: constraints.contains(mixture, TOLERANCE),
        });
    let points: Vec<TernaryPoint> = points.collect();
    let contours = contours(&points, steps, range);
    Ternary {
        corners,
        total,
        others: 1.0 - total,
        name: name.to_owned(),
        steps,
        points,
        range,
        contours,
    }
}
