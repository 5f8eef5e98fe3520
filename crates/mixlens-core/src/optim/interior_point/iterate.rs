//! [`Iterate`]: a point of the interior-point method with its multipliers, and everything evaluated
//! there.
#![expect(
    clippy::indexing_slicing,
    reason = "vectors of one program have the lengths that the program fixes"
)]

use nalgebra::DMatrix;

use super::certificate::min_linear;
use super::program::Program;

/// Proportions, slacks and multipliers.
#[derive(Clone, Debug)]
pub(super) struct Iterate {
    pub x: Vec<f64>,
    /// The shared slack t.
    pub t: f64,
    /// Slacks of the inequalities, above zero.
    pub slacks: Vec<f64>,
    /// Multipliers of the inequalities (rows, then limits), above zero.
    pub weights: Vec<f64>,
    pub low_weights: Vec<f64>,
    /// Zero where the sum already implies the upper bound.
    pub high_weights: Vec<f64>,
    /// Multipliers of the sum and of the equalities.
    pub levels: Vec<f64>,
}

/// Bounds as the method uses them, and the constant parts of the program.
pub(super) struct Frame<'a> {
    pub program: &'a Program<'a>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    /// Indices of proportions that can move.
    pub free: Vec<usize>,
    /// 1 where an inequality shares t.
    pub shares: Vec<f64>,
    /// Coefficients of the sum and of the equalities.
    pub equalities: Vec<(Vec<f64>, f64)>,
}

impl Frame<'_> {
    pub fn has_slack(&self) -> bool {
        self.shares.iter().any(|&share| share > 0.0)
    }

    pub fn has_high(&self, index: usize) -> bool {
        self.upper[index] < 1.0
    }
}

/// Functions and gradients at a point.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub objective: f64,
    pub slope: Vec<f64>,
    /// Excess of the inequalities over their bounds, without t.
    pub excess: Vec<f64>,
    /// Their gradients, a row each.
    pub slopes: DMatrix<f64>,
    /// Excess of the equalities.
    pub equal: Vec<f64>,
}

impl Values {
    pub fn at(frame: &Frame<'_>, x: &[f64]) -> Self {
        let program = frame.program;
        let width = x.len();
        let mut slope = vec![0.0; width];
        let objective = program
            .objective
            .map_or(0.0, |objective| objective.gradient_into(x, &mut slope));
        let mut excess = Vec::with_capacity(frame.shares.len());
        let mut slopes = DMatrix::zeros(frame.shares.len(), width);
        for row in program.inequalities() {
            slopes
                .row_mut(excess.len())
                .copy_from_slice(&row.coefficients);
            excess.push(row.excess(x));
        }
        let mut gradient = vec![0.0; width];
        for limit in program.limits {
            let value = limit.function.gradient_into(x, &mut gradient);
            slopes.row_mut(excess.len()).copy_from_slice(&gradient);
            excess.push(value - limit.bound);
        }
        let equal = frame
            .equalities
            .iter()
            .map(|(row, bound)| dot(row, x) - bound)
            .collect();
        Self {
            objective,
            slope,
            excess,
            slopes,
            equal,
        }
    }

    pub fn is_finite(&self) -> bool {
        self.objective.is_finite()
            && self
                .slope
                .iter()
                .chain(&self.excess)
                .chain(&self.slopes)
                .all(|v| v.is_finite())
    }

    /// ∇F + Σ weights ∇G.
    pub fn combined(&self, weights: &[f64]) -> Vec<f64> {
        let mut sum = self.slope.clone();
        for (row, weight) in self.slopes.row_iter().zip(weights) {
            for (sum, slope) in sum.iter_mut().zip(row.iter()) {
                *sum += weight * slope;
            }
        }
        sum
    }

    /// The largest excess among the inequalities that share t; zero without any.
    pub fn worst(&self, frame: &Frame<'_>) -> f64 {
        let shared = self
            .excess
            .iter()
            .zip(&frame.shares)
            .filter(|(_, share)| **share > 0.0);
        let worst = shared
            .map(|(excess, _)| *excess)
            .fold(f64::NEG_INFINITY, f64::max);
        if worst.is_finite() { worst } else { 0.0 }
    }

    /// The largest violation among the constraints without slack.
    pub fn violation(&self, frame: &Frame<'_>) -> f64 {
        let firm = self
            .excess
            .iter()
            .zip(&frame.shares)
            .filter(|(_, share)| **share <= 0.0)
            .map(|(excess, _)| *excess);
        firm.chain(self.equal.iter().map(|excess| excess.abs()))
            .fold(0.0, f64::max)
    }

    /// A lower bound on the program's value by weak duality, for any multipliers with the right
    /// signs.
    ///
    /// ```text
    /// F(x) + Σ λ h(x) + Σ ν e(x) + min over q of (∇F + Σ λ ∇h + Σ ν a)·(q − x)
    ///                                q within the bounds, Σ q = 1
    /// ```
    /// Convexity makes each linearisation a lower bound. The multipliers of the constraints that
    /// share t are rescaled to sum to one.
    pub fn bound(&self, frame: &Frame<'_>, point: &Iterate) -> f64 {
        let sum: f64 = point
            .weights
            .iter()
            .zip(&frame.shares)
            .map(|(weight, share)| weight * share)
            .sum();
        let rescale =
            |(weight, share): (&f64, &f64)| if *share > 0.0 { weight / sum } else { *weight };
        let weights: Vec<f64> = point
            .weights
            .iter()
            .zip(&frame.shares)
            .map(rescale)
            .collect();
        // ∇F + Σ λ ∇h, and F + Σ λ h.
        let mut slopes = self.combined(&weights);
        let mut value = self.objective + dot(&weights, &self.excess);
        // + Σ ν e, and + Σ ν a. The sum's multiplier changes nothing: every q sums to one.
        for (((row, _), excess), level) in frame
            .equalities
            .iter()
            .zip(&self.equal)
            .zip(&point.levels)
            .skip(1)
        {
            value += level * excess;
            for (slope, coefficient) in slopes.iter_mut().zip(row) {
                *slope += level * coefficient;
            }
        }
        value + min_linear(&slopes, frame.program.lower, frame.program.upper)
            - dot(&slopes, &point.x)
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
