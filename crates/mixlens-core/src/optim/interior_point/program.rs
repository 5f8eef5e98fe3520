//! [`Program`]: a convex function to minimise, with constraints.

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

/// Relation of a [`Row`] to its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Less than or equal to the bound.
    AtMost,
    /// Equal to the bound.
    Equal,
}

/// A linear constraint: `Σⱼ aⱼ xⱼ ≤ b`, or `= b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Coefficients a, one per proportion.
    pub coefficients: Vec<f64>,
    /// Bound b.
    pub bound: f64,
    /// Relation of the sum to the bound.
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

/// A convex function that must stay at or below `bound`.
#[derive(Clone, Copy)]
pub struct Limit<'a> {
    /// The function G.
    pub function: &'a dyn Smooth,
    /// The maximum value allowed.
    pub bound: f64,
}

/// Which inequalities may be exceeded, all by the same amount t, which is minimised with the
/// objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slack {
    /// None.
    Never,
    /// The first so many limits: minimises the largest of several functions.
    FirstLimits(usize),
    /// Rows and limits: finds the smallest possible violation.
    All,
}

/// A convex program over proportions.
///
/// ```text
/// minimise F(x) + t   over   lower ≤ x ≤ upper, Σ x = 1,
///                            aᵣ·x ≤ bᵣ + t·[r slack], G_k(x) ≤ c_k + t·[k slack]
/// ```
/// The gap is valid only if F and every G are convex; t exists only where [`Program::slack`] allows
/// slack.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// Lower bounds, of zero or more.
    pub lower: &'a [f64],
    /// Upper bounds, of one or less; some mixture must satisfy the bounds.
    pub upper: &'a [f64],
    /// Linear constraints.
    pub rows: &'a [Row],
    /// F; `None` is zero.
    pub objective: Option<&'a dyn Smooth>,
    /// Convex constraints.
    pub limits: &'a [Limit<'a>],
    /// Which inequalities may be exceeded.
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
        let limits = (0..self.limits.len()).map(|index| if index < limits { 1.0 } else { 0.0 });
        self.inequalities().map(|_| rows).chain(limits).collect()
    }
}
