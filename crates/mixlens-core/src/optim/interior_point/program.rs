//! [`Program`]: what is to be minimised, and under which constraints.

/// A differentiable function of the proportions.
pub trait Smooth {
    /// Writes the gradient at `x` into `out` (one number per proportion) and returns the value.
    fn gradient_into(&self, x: &[f64], out: &mut [f64]) -> f64;
}

impl<F: Fn(&[f64], &mut [f64]) -> f64> Smooth for F {
    fn gradient_into(&self, x: &[f64], out: &mut [f64]) -> f64 {
        self(x, out)
    }
}

/// Which way a [`Row`] limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// At most the bound.
    AtMost,
    /// Equal to the bound.
    Equal,
}

/// A linear constraint: `Σⱼ aⱼ xⱼ ≤ b`, or `= b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// a, one per proportion.
    pub coefficients: Vec<f64>,
    /// b.
    pub bound: f64,
    /// At most, or equal.
    pub relation: Relation,
}

impl Row {
    /// `Σⱼ aⱼ xⱼ − b`.
    pub fn excess(&self, x: &[f64]) -> f64 {
        self.coefficients
            .iter()
            .zip(x)
            .map(|(a, x)| a * x)
            .sum::<f64>()
            - self.bound
    }
}

/// A convex function that must stay at or below `most`.
#[derive(Clone, Copy)]
pub struct Limit<'a> {
    /// G.
    pub function: &'a dyn Smooth,
    /// The greatest value allowed.
    pub most: f64,
}

/// Which inequalities may be exceeded, all by the same amount t that is minimised with the
/// objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slack {
    /// None.
    Never,
    /// That many of the limits, from the first: minimises the largest of several functions.
    FirstLimits(usize),
    /// Rows and limits: finds the least violation there must be.
    All,
}

/// A convex program over proportions.
///
/// ```text
/// minimise F(x) + t   over   lower ≤ x ≤ upper, Σ x = 1, aᵣ·x ≤ bᵣ + t·[r slack], G_k(x) ≤ c_k + t·[k slack]
/// ```
/// F and every G must be convex for the gap to be one; t exists only where [`Program::slack`] says
/// so.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// Lower bounds, of zero or more.
    pub lower: &'a [f64],
    /// Upper bounds, of one or less; bounds alone must leave a mixture.
    pub upper: &'a [f64],
    /// Linear constraints.
    pub rows: &'a [Row],
    /// F; `None` is zero.
    pub objective: Option<&'a dyn Smooth>,
    /// Convex constraints.
    pub limits: &'a [Limit<'a>],
    /// Who may be exceeded.
    pub slack: Slack,
}

impl Program<'_> {
    /// The inequality rows, in order.
    pub(super) fn inequalities(&self) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(|row| row.relation == Relation::AtMost)
    }

    /// The equality rows, in order, without the sum.
    pub(super) fn equalities(&self) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(|row| row.relation == Relation::Equal)
    }

    /// 1 for the inequality rows, then the limits, that share t; 0 for the others.
    pub(super) fn shares(&self) -> Vec<f64> {
        let (rows, limits) = match self.slack {
            Slack::Never => (0.0, 0),
            Slack::FirstLimits(count) => (0.0, count),
            Slack::All => (1.0, self.limits.len()),
        };
        let limits = (0..self.limits.len()).map(|place| if place < limits { 1.0 } else { 0.0 });
        self.inequalities().map(|_| rows).chain(limits).collect()
    }
}
