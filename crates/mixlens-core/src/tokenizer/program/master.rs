//! [`minimise`]: small dense linear programs over proportions, solved by an interior-point method.
#![expect(
    clippy::indexing_slicing,
    reason = "a dense kernel; all sizes are those of the program"
)]

use nalgebra::{DMatrix, DVector};

use crate::CoreError;
use crate::compute::Control;

/// Maximum Newton steps.
const MAX_STEPS: usize = 80;
/// Factor by which each Newton step should lower the products of slack and weight.
const CENTRE: f64 = 0.15;
/// Maximum fraction of the distance to the border that a step may take.
const STAY_INSIDE: f64 = 0.9;

/// Function to minimise over mixtures a.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// The largest product of a cut with a.
    GreatestCut,
    /// One category's share.
    Share(ToShare),
}

/// One category's share, times a sign, over the mixtures for which no cut is above `limit`.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToShare {
    pub category: usize,
    pub sign: f64,
    pub limit: f64,
}

/// A mixture well inside the set of near-optimal ones, and a lower bound.
#[derive(Clone, Debug)]
pub(super) struct Central {
    pub shares: Vec<f64>,
    /// Lower bound on the minimum.
    pub bound: f64,
}

/// Minimises to within `tolerance` and stays as central as the tolerance allows.
///
/// ```text
/// minimise z  over  sₖ·a ≤ z for all k,  Σ a = 1,  a ≥ 0
/// bound = minᵢ Σₖ λₖ sₖᵢ  for weights λ ≥ 0 with Σ λ = 1
/// ```
/// From a central point the next cut removes more than from a vertex. `None` where the equations
/// cannot be solved. Source: Gondzio, González-Brevis, Munari 2013, "New developments in the
/// primal-dual column generation technique".
///
/// # Errors
/// [`CoreError::Cancelled`].
pub(super) fn minimise(
    cuts: &[Vec<f64>],
    width: usize,
    aim: Aim,
    tolerance: f64,
    control: &Control,
) -> Result<Option<Central>, CoreError> {
    let scale = cuts
        .iter()
        .flatten()
        .fold(1e-9, |largest: f64, entry| largest.max(entry.abs()));
    let mut program = Interior::new(cuts, width, aim, scale);
    let unit = if matches!(aim, Aim::GreatestCut) {
        scale
    } else {
        1.0
    };
    for _ in 0..MAX_STEPS {
        if program.is_near(tolerance / unit) {
            break;
        }
        if control.is_cancelled() {
            return Err(CoreError::Cancelled);
        }
        if program.step().is_none() {
            return Ok(None);
        }
    }
    let sum: f64 = program.shares().sum();
    let shares = program.shares().map(|share| share / sum).collect();
    Ok(Some(Central {
        shares,
        bound: unit * program.bound(),
    }))
}

/// minimise d·x with G x + q = h, the first `width` of x at least 0 and of sum 1, q ≥ 0.
struct Interior {
    width: usize,
    costs: DVector<f64>,
    matrix: DMatrix<f64>,
    limits: DVector<f64>,
    x: DVector<f64>,
    slacks: DVector<f64>,
    /// Multipliers λ of the rows.
    weights: DVector<f64>,
    /// Multipliers μ of x ≥ 0.
    reduced: DVector<f64>,
    /// Multiplier y of the sum.
    sum: f64,
}

impl Interior {
    fn new(cuts: &[Vec<f64>], width: usize, aim: Aim, scale: f64) -> Self {
        let is_greatest = matches!(aim, Aim::GreatestCut);
        let variables = width + usize::from(is_greatest);
        // Rows with a fixed limit are scaled one by one, so that small ones count.
        let largest_entry = |cut: &Vec<f64>| {
            cut.iter()
                .fold(1.0, |largest: f64, entry| largest.max(entry.abs()))
        };
        let sizes: Vec<f64> = cuts
            .iter()
            .map(|cut| {
                if is_greatest {
                    scale
                } else {
                    largest_entry(cut)
                }
            })
            .collect();
        let mut matrix = DMatrix::zeros(cuts.len(), variables);
        for (row, cut) in cuts.iter().enumerate() {
            let size = sizes[row];
            for (column, entry) in cut.iter().enumerate() {
                matrix[(row, column)] = entry / size;
            }
            if is_greatest {
                matrix[(row, width)] = -1.0;
            }
        }
        let mut costs = DVector::zeros(variables);
        let mut limits = DVector::zeros(cuts.len());
        match aim {
            Aim::GreatestCut => costs[width] = 1.0,
            Aim::Share(ToShare {
                category,
                sign,
                limit,
            }) => {
                costs[category] = sign;
                limits = DVector::from_iterator(cuts.len(), sizes.iter().map(|size| limit / size));
            }
        }
        let mut x = DVector::from_element(variables, 1.0 / width as f64);
        if is_greatest {
            x[width] = 1.0;
        }
        let slacks = (&limits - &matrix * &x).map(|slack| slack.max(0.1));
        let weights = DVector::from_element(cuts.len(), 1.0 / cuts.len() as f64);
        Self {
            width,
            costs,
            matrix,
            limits,
            x,
            slacks,
            weights,
            reduced: DVector::from_element(width, 1.0),
            sum: 0.0,
        }
    }

    fn shares(&self) -> impl Iterator<Item = f64> {
        self.x.iter().take(self.width).copied()
    }

    /// Σ q λ + Σ x μ.
    fn products(&self) -> f64 {
        let reduced: f64 = self
            .shares()
            .zip(self.reduced.iter())
            .map(|(x, reduced)| x * reduced)
            .sum();
        self.slacks.dot(&self.weights) + reduced
    }

    /// d + Gᵀ λ − μ − y.
    fn stationarity(&self) -> DVector<f64> {
        let mut out = &self.costs + self.matrix.tr_mul(&self.weights);
        for index in 0..self.width {
            out[index] -= self.reduced[index] + self.sum;
        }
        out
    }

    fn is_near(&self, tolerance: f64) -> bool {
        let rows = (&self.limits - &self.matrix * &self.x - &self.slacks).amax();
        self.products() <= tolerance && rows <= tolerance && self.stationarity().amax() <= tolerance
    }

    /// A lower bound on the minimum: the dual objective at feasible multipliers.
    fn bound(&self) -> f64 {
        let total: f64 = if self.costs.len() > self.width {
            self.weights.sum()
        } else {
            1.0
        };
        // minᵢ (d + Gᵀ λ)ᵢ − h·λ, with λ scaled to sum to one where z is a variable.
        let slopes = &self.costs + self.matrix.tr_mul(&self.weights) / total;
        let minimum = slopes
            .iter()
            .take(self.width)
            .fold(f64::INFINITY, |minimum, &slope| minimum.min(slope));
        minimum - self.limits.dot(&self.weights) / total
    }

    /// One Newton step towards the centre.
    fn step(&mut self) -> Option<()> {
        let (width, variables) = (self.width, self.x.len());
        let target = CENTRE * self.products() / (self.slacks.len() + width) as f64;
        let rows = &self.limits - &self.matrix * &self.x - &self.slacks;
        let ratio = self.weights.component_div(&self.slacks);
        // λ changes by `constant` + ratio ∘ (G dx).
        let constant =
            self.slacks.map(|slack| target / slack) - &self.weights - ratio.component_mul(&rows);
        let mut weighted = self.matrix.clone();
        weighted
            .column_iter_mut()
            .for_each(|mut column| column.component_mul_assign(&ratio));
        let mut system = DMatrix::zeros(variables + 1, variables + 1);
        system
            .view_mut((0, 0), (variables, variables))
            .copy_from(&self.matrix.tr_mul(&weighted));
        let mut right = DVector::zeros(variables + 1);
        right
            .rows_mut(0, variables)
            .copy_from(&-(self.stationarity() + self.matrix.tr_mul(&constant)));
        for index in 0..width {
            system[(index, index)] += self.reduced[index] / self.x[index];
            system[(index, variables)] = -1.0;
            system[(variables, index)] = -1.0;
            right[index] += target / self.x[index] - self.reduced[index];
        }
        right[variables] = self.shares().sum::<f64>() - 1.0;
        let change = system.lu().solve(&right)?;
        let by_x = change.rows(0, variables).into_owned();
        let through = &self.matrix * &by_x;
        let by_slacks = &rows - &through;
        let by_weights = constant + ratio.component_mul(&through);
        let by_reduced = DVector::from_fn(width, |index, _| {
            (target - self.reduced[index] * by_x[index]) / self.x[index] - self.reduced[index]
        });
        let shares = self.x.rows(0, width).into_owned();
        let primal = inside(&shares, &by_x).min(inside(&self.slacks, &by_slacks));
        let dual = inside(&self.weights, &by_weights).min(inside(&self.reduced, &by_reduced));
        self.x.axpy(primal, &by_x, 1.0);
        self.slacks.axpy(primal, &by_slacks, 1.0);
        self.weights.axpy(dual, &by_weights, 1.0);
        self.reduced.axpy(dual, &by_reduced, 1.0);
        self.sum += dual * change[variables];
        self.x.iter().all(|x| x.is_finite()).then_some(())
    }
}

/// Maximum step along a change that keeps positive values positive.
fn inside(values: &DVector<f64>, change: &DVector<f64>) -> f64 {
    let steps = values
        .iter()
        .zip(change.iter())
        .filter(|pair| *pair.1 < 0.0)
        .map(|(value, by)| -STAY_INSIDE * value / by);
    steps.fold(1.0, f64::min)
}
