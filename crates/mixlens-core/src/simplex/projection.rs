//! The nearest mixture that keeps the constraints.

use super::{Constraints, Mixture, SUM_TOLERANCE};
use crate::CoreError;
use crate::compute::Control;
use crate::optim::{Program, Slack, SolveOptions, solve};

/// Maximum steps of Newton's method; after them the corners are sorted.
const NEWTON_STEPS: usize = 12;

/// An excess of the sum over one that counts as rounding; `settle` removes it.
const NEWTON_EXCESS: f64 = 1e-14;

/// Tolerance of a linear constraint that counts as satisfied (its largest coefficient is 1).
pub(super) const ROW_ROUNDING: f64 = 1e-12;

/// Memory that [`Constraints::project_in_place`] reuses between calls.
#[derive(Clone, Debug, Default)]
pub struct ProjectionScratch {
    target: Vec<f64>,
    breakpoints: Vec<f64>,
}

impl Constraints {
    /// The mixture nearest to `weights` (any finite numbers) in Euclidean distance.
    ///
    /// ```text
    /// min ½ Σᵢ (pᵢ − wᵢ)²   over lowerᵢ ≤ pᵢ ≤ upperᵢ, Σᵢ pᵢ = 1
    /// pᵢ = clip(wᵢ − ν, lowerᵢ, upperᵢ)      with the one ν that makes the sum 1
    /// ```
    /// The sum falls with ν along a broken line with its corners at wᵢ − upperᵢ and wᵢ − lowerᵢ, so
    /// the exact ν follows from the sorted corners in O(d log d), or sooner if Newton's method
    /// finds the free parts. Weights that already satisfy the constraints are returned unchanged to
    /// the bit. Where linear constraints bind there is no such formula: the quadratic program is
    /// solved, and the result is the nearest mixture within 1e-6.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], or [`CoreError::BadWeight`] for a weight that is not finite.
    pub fn project(&self, weights: &[f64]) -> Result<Mixture, CoreError> {
        self.check_weights(weights, |weight| weight.is_finite())?;
        let mut parts = weights.to_vec();
        self.project_in_place(&mut parts, &mut ProjectionScratch::default());
        Ok(Mixture::from_exact_parts(self.domains(), parts))
    }

    /// [`Constraints::project`] without allocation, for loops over many mixtures.
    ///
    /// `parts` must have one number per domain (checked in debug builds); a number that is not
    /// finite counts as zero.
    pub fn project_in_place(&self, parts: &mut [f64], scratch: &mut ProjectionScratch) {
        let Some(inside) = self.inside() else {
            return self.project_onto_bounds(parts, scratch);
        };
        let target: Vec<f64> = parts
            .iter()
            .map(|part| if part.is_finite() { *part } else { 0.0 })
            .collect();
        self.project_onto_bounds(parts, scratch);
        if self.keeps_rows(parts, ROW_ROUNDING) {
            return;
        }
        let distance = |x: &[f64], out: &mut [f64]| {
            out.iter_mut()
                .zip(x.iter().zip(&target))
                .for_each(|(out, (x, target))| *out = x - target);
            out.iter()
                .map(|difference| 0.5 * difference * difference)
                .sum()
        };
        let (lower, upper, rows) = (self.lower(), self.upper(), self.rows());
        let program = Program {
            lower,
            upper,
            rows,
            objective: Some(&distance),
            limits: &[],
            slack: Slack::Never,
        };
        let options = SolveOptions {
            tolerance: 1e-14,
            ..SolveOptions::default()
        };
        let solution = solve(&program, options, &Control::default());
        parts.copy_from_slice(if solution.report.objective.is_some() {
            &solution.x
        } else {
            inside
        });
        self.project_onto_bounds(parts, scratch);
    }

    /// [`Constraints::project_in_place`] without the linear constraints.
    pub(super) fn project_onto_bounds(&self, parts: &mut [f64], scratch: &mut ProjectionScratch) {
        debug_assert_eq!(parts.len(), self.domains().len());
        if self.contains_to_rounding(parts) {
            return;
        }
        for part in parts.iter_mut().filter(|part| !part.is_finite()) {
            *part = 0.0;
        }
        scratch.target.clear();
        scratch.target.extend_from_slice(parts);
        let bounds = Bounds {
            lower: self.lower(),
            upper: self.upper(),
        };
        let shift = bounds.shift(&scratch.target, &mut scratch.breakpoints);
        for ((part, &target), (low, high)) in
            parts.iter_mut().zip(&scratch.target).zip(bounds.iter())
        {
            // pᵢ = clip(wᵢ − ν, lowerᵢ, upperᵢ)
            *part = clip(target - shift, low, high);
        }
        // Rounding leaves a tiny rest. The parts strictly inside their bounds take it first …
        settle(
            parts,
            bounds,
            1.0,
            |_| 1.0,
            |_, part, low, high| part > low && part < high,
        );
        // … and where there are none (weights so large that w − ν has no fraction), the parts with
        // ν between their corners.
        let target = &scratch.target;
        settle(
            parts,
            bounds,
            1.0,
            |_| 1.0,
            |index, _, low, high| {
                target
                    .get(index)
                    .is_some_and(|&target| target - high <= shift && shift <= target - low)
            },
        );
    }

    /// Whether the bounds hold to the bit and the sum within [`SUM_TOLERANCE`].
    fn contains_to_rounding(&self, parts: &[f64]) -> bool {
        (parts.iter().sum::<f64>() - 1.0).abs() <= SUM_TOLERANCE && {
            let bounds = Bounds {
                lower: self.lower(),
                upper: self.upper(),
            };
            parts
                .iter()
                .zip(bounds.iter())
                .all(|(&part, (low, high))| part >= low && part <= high)
        }
    }

    /// Checks that there is one weight per domain and that each is `allowed`.
    pub(super) fn check_weights(
        &self,
        weights: &[f64],
        allowed: impl Fn(f64) -> bool,
    ) -> Result<(), CoreError> {
        let names = self.domains().names();
        if weights.len() != names.len() {
            return Err(CoreError::WrongLength {
                what: "weights",
                expected: names.len(),
                found: weights.len(),
            });
        }
        match names
            .iter()
            .zip(weights)
            .find(|(_, weight)| !allowed(**weight))
        {
            Some((name, &found)) => Err(CoreError::BadWeight {
                domain: name.clone(),
                found,
            }),
            None => Ok(()),
        }
    }
}

/// Lower and upper bounds of equal length.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'a> {
    pub lower: &'a [f64],
    pub upper: &'a [f64],
}

impl<'a> Bounds<'a> {
    pub fn iter(self) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.lower.iter().copied().zip(self.upper.iter().copied())
    }

    /// The ν with Σ clip(wᵢ − ν, lowerᵢ, upperᵢ) = 1.
    fn shift(self, target: &[f64], corners: &mut Vec<f64>) -> f64 {
        self.shift_by_newton(target)
            .unwrap_or_else(|| self.shift_by_corners(target, corners))
    }

    /// Newton's method: exact once the set of free parts is right, which usually takes a few steps.
    ///
    /// `None` when the method does not converge; ν is then found from the sorted corners.
    fn shift_by_newton(self, target: &[f64]) -> Option<f64> {
        let mut shift = (target.iter().sum::<f64>() - 1.0) / target.len() as f64;
        for _ in 0..NEWTON_STEPS {
            let (mut sum, mut free) = (0.0, 0.0);
            for (&target, (low, high)) in target.iter().zip(self.iter()) {
                let part = target - shift;
                sum += part.max(low).min(high);
                free += f64::from(u8::from(part > low && part < high));
            }
            let excess = sum - 1.0;
            if excess.abs() <= NEWTON_EXCESS {
                return Some(shift);
            }
            // The sum falls by the number of free parts per unit of ν. The quotient is not finite
            // when no part is free.
            shift += excess / free;
            if !shift.is_finite() {
                return None;
            }
        }
        None
    }

    /// Sorts the corners of the sum, finds the segment on which the sum passes one, and solves
    /// there.
    fn shift_by_corners(self, target: &[f64], corners: &mut Vec<f64>) -> f64 {
        corners.clear();
        corners.extend(
            target
                .iter()
                .zip(self.iter())
                .flat_map(|(&target, (low, high))| [target - high, target - low]),
        );
        corners.sort_unstable_by(f64::total_cmp);
        let sum_at = |shift: f64| -> f64 {
            target
                .iter()
                .zip(self.iter())
                .map(|(&target, (low, high))| clip(target - shift, low, high))
                .sum()
        };
        let after = corners.partition_point(|&corner| sum_at(corner) >= 1.0);
        let left = after
            .checked_sub(1)
            .and_then(|before| corners.get(before))
            .copied();
        match (left, corners.get(after).copied()) {
            (Some(left), Some(right)) => {
                let free = target.iter().zip(self.iter());
                let free = free
                    .filter(|(target, (low, high))| {
                        **target - high <= left && **target - low >= right
                    })
                    .count();
                (left + (sum_at(left) - 1.0) / free.max(1) as f64).min(right)
            }
            // The bounds themselves sum to one within rounding: all parts are at their upper
            // bounds, or all at their lower bounds.
            (left, right) => left.or(right).unwrap_or(0.0),
        }
    }
}

pub(super) fn clip(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high) + 0.0 // −0 becomes 0
}

/// Spreads the difference between `total` and the sum over the `open` parts that have room, within
/// the bounds.
///
/// Each part takes in proportion to `share` (a non-negative number per index).
pub(super) fn settle(
    parts: &mut [f64],
    bounds: Bounds<'_>,
    total: f64,
    share: impl Fn(usize) -> f64,
    open: impl Fn(usize, f64, f64, f64) -> bool,
) {
    let mut before = f64::INFINITY;
    loop {
        let rest = total - parts.iter().sum::<f64>();
        // Every pass brings a part to its bound or is the last one. The second test ends the loop
        // when rounding stalls.
        if rest.abs() <= f64::EPSILON || rest.abs() >= before {
            return;
        }
        before = rest.abs();
        let takes = |index: usize, part: f64, low: f64, high: f64| {
            let has_room = if rest > 0.0 { part < high } else { part > low };
            has_room && open(index, part, low, high)
        };
        let mut shares = 0.0;
        for (index, (&part, (low, high))) in parts.iter().zip(bounds.iter()).enumerate() {
            if takes(index, part, low, high) {
                shares += share(index);
            }
        }
        if shares <= 0.0 {
            return;
        }
        for (index, (part, (low, high))) in parts.iter_mut().zip(bounds.iter()).enumerate() {
            if takes(index, *part, low, high) {
                *part = clip(*part + rest * (share(index) / shares), low, high);
            }
        }
    }
}

#[cfg(test)]
#[path = "projection_tests.rs"]
pub(super) mod tests;
