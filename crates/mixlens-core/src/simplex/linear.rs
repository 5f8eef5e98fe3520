//! [`LinearConstraint`]: limits across domains, such as "code at most twice maths".

use super::feasibility::tidy;
use super::projection::ROW_ROUNDING;
use super::{Constraints, ProjectionScratch};
use crate::compute::Control;
use crate::optim::{Program, Relation, Row, Slack, Solution, SolveOptions, solve};
use crate::{CoreError, excerpt, listed_as, shown};

/// A proved violation above this counts as a clash (the largest coefficient of a constraint is 1).
const CLASH: f64 = 1e-9;
/// The multiplier above which a constraint takes part in a clash (multipliers sum to one).
const TAKES_PART: f64 = 1e-6;
/// How many clashing constraints and bounds a message names; the rest are counted.
const MAX_NAMED: usize = 8;

/// A linear constraint on proportions, with its text as the user wrote it.
///
/// ```text
/// Σⱼ aⱼ pⱼ ≤ b      or = b
/// ```
///
/// ```
/// use mixlens_core::optim::Relation;
/// use mixlens_core::simplex::{Constraints, DomainSet, LinearConstraint};
/// let domains = DomainSet::new(["web", "code", "maths"])?;
/// let coefficients = vec![0.0, 1.0, -2.0];
/// let twice = LinearConstraint::new("code <= 2*maths", coefficients, Relation::AtMost, 0.0)?;
/// let constraints = Constraints::builder(&domains).linear(twice)?.build()?;
/// assert!(constraints.contains(&[0.4, 0.4, 0.2], 1e-12));
/// assert!(!constraints.contains(&[0.4, 0.5, 0.1], 1e-12));
/// assert!(constraints.contains(constraints.project(&[0.4, 0.5, 0.1])?.parts(), 1e-9));
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LinearConstraint {
    text: String,
    row: Row,
}

impl LinearConstraint {
    /// The constraint that `coefficients · p` is at most, or equal to, `bound`; messages quote
    /// `text`.
    ///
    /// The row is scaled so that its largest coefficient is one.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for numbers that are not finite or coefficients that are all
    /// zero.
    pub fn new(
        text: impl Into<String>,
        coefficients: Vec<f64>,
        relation: Relation,
        bound: f64,
    ) -> Result<Self, CoreError> {
        let text = text.into();
        let largest = coefficients
            .iter()
            .fold(0.0, |largest: f64, a| largest.max(a.abs()));
        let is_finite = bound.is_finite() && coefficients.iter().all(|a| a.is_finite());
        if !(is_finite && largest > 0.0) {
            let expected = "finite numbers and at least one domain";
            return Err(CoreError::BadParameter {
                name: "constraint",
                expected,
                found: excerpt(&text).to_string(),
            });
        }
        let coefficients = coefficients.into_iter().map(|a| a / largest).collect();
        Ok(Self {
            text,
            row: Row {
                coefficients,
                bound: bound / largest,
                relation,
            },
        })
    }

    /// The constraint as the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The constraint as numbers, scaled.
    pub fn row(&self) -> &Row {
        &self.row
    }
}

impl Constraints {
    /// Makes `parts` satisfy all constraints: projects them onto the bounds, then moves them
    /// towards a mixture inside the linear constraints.
    ///
    /// This is much cheaper than the exact projection, and as good for samples. Equalities require
    /// the exact projection.
    pub(super) fn pull_inside(&self, parts: &mut [f64], scratch: &mut ProjectionScratch) {
        self.project_onto_bounds(parts, scratch);
        let Some(inside) = self.inside() else { return };
        if self
            .rows()
            .iter()
            .any(|row| row.relation == Relation::Equal)
        {
            return self.project_in_place(parts, scratch);
        }
        let mut share = 0.0_f64;
        for row in self.rows() {
            let (here, there) = (row.excess(parts), row.excess(inside));
            if here > 0.0 {
                // here + share · (there − here) = 0. If the inside mixture has no margin, move all
                // the way to it.
                share = share.max(if there < 0.0 {
                    here / (here - there)
                } else {
                    1.0
                });
            }
        }
        // Slightly further, so that rounding does not break the constraint.
        let share = if share > 0.0 {
            (share + ROW_ROUNDING).min(1.0)
        } else {
            0.0
        };
        for (part, inside) in parts.iter_mut().zip(inside) {
            *part += share * (inside - *part);
        }
        self.project_onto_bounds(parts, scratch);
    }
}

/// A mixture within the bounds and inside the linear constraints with the largest margin, or a
/// message that names the constraints that clash.
pub(super) fn linear_clash(
    names: &[String],
    lower: &[f64],
    upper: &[f64],
    linear: &[LinearConstraint],
) -> Result<Vec<f64>, String> {
    let mut taking_part: Vec<&LinearConstraint> = linear.iter().collect();
    let (solution, mut excess) = smallest_excess(lower, upper, &taking_part);
    if excess <= CLASH {
        return Ok(solution.x);
    }
    // Leave out, one after the other, constraints that the clash does not need.
    let mut index = 0;
    while index < taking_part.len() && taking_part.len() > 1 {
        let mut fewer = taking_part.clone();
        fewer.remove(index);
        match smallest_excess(lower, upper, &fewer).1 {
            still if still > CLASH => (taking_part, excess) = (fewer, still),
            _ => index += 1,
        }
    }
    let (solution, _) = smallest_excess(lower, upper, &taking_part);
    let mut texts: Vec<String> = taking_part
        .iter()
        .map(|constraint| format!("`{}`", shown(&constraint.text)))
        .collect();
    texts.extend(bounds_taking_part(
        names,
        lower,
        upper,
        &taking_part,
        &solution,
    ));
    Err(match texts.as_slice() {
        [only] => format!(
            "{only} cannot hold: it is missed by at least {}",
            rounded(excess)
        ),
        _ => format!(
            "{} cannot all hold: one is missed by at least {}",
            listed_as(&texts, MAX_NAMED, str::to_owned),
            rounded(excess)
        ),
    })
}

/// Rounds to six decimals: the bound is proved, but the last digits of a solver are noise.
fn rounded(value: f64) -> f64 {
    tidy((value * 1e6).round() / 1e6)
}

/// The mixture that minimises the largest excess over the constraints, and a proved lower bound on
/// that excess.
fn smallest_excess(lower: &[f64], upper: &[f64], linear: &[&LinearConstraint]) -> (Solution, f64) {
    let rows: Vec<Row> = linear
        .iter()
        .flat_map(|constraint| sides(&constraint.row))
        .collect();
    let program = Program {
        lower,
        upper,
        rows: &rows,
        objective: None,
        limits: &[],
        slack: Slack::All,
    };
    let solution = solve(&program, SolveOptions::default(), &Control::default());
    let excess = solution
        .report
        .objective
        .zip(solution.report.gap)
        .map_or(f64::NEG_INFINITY, |(upper, gap)| upper - gap);
    (solution, excess)
}

/// Rows of inequalities only: an equality becomes two.
fn sides(row: &Row) -> Vec<Row> {
    let above = Row {
        relation: Relation::AtMost,
        ..row.clone()
    };
    if row.relation == Relation::AtMost {
        return vec![above];
    }
    let coefficients = row.coefficients.iter().map(|a| -a).collect();
    vec![
        above,
        Row {
            coefficients,
            bound: -row.bound,
            relation: Relation::AtMost,
        },
    ]
}

/// The bounds that the proof of the clash uses: those that are active at the mixture with the
/// lowest weighted sum under the multipliers.
fn bounds_taking_part(
    names: &[String],
    lower: &[f64],
    upper: &[f64],
    linear: &[&LinearConstraint],
    solution: &Solution,
) -> Vec<String> {
    let rows: Vec<Row> = linear
        .iter()
        .flat_map(|constraint| sides(&constraint.row))
        .collect();
    let slope = |domain: usize| -> f64 {
        let terms = rows.iter().zip(&solution.weights);
        terms
            .filter_map(|(row, weight)| row.coefficients.get(domain).map(|a| a * weight))
            .sum()
    };
    let mut order: Vec<(f64, usize)> = (0..names.len())
        .map(|domain| (slope(domain), domain))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The slope at which the sum reaches one: domains with lower slopes are at their upper bounds,
    // those with higher slopes at their lower bounds.
    let mut missing = 1.0 - lower.iter().sum::<f64>();
    let mut level = f64::INFINITY;
    for &(slope, domain) in &order {
        let room = upper
            .get(domain)
            .zip(lower.get(domain))
            .map_or(0.0, |(high, low)| high - low);
        if room >= missing - CLASH {
            level = slope;
            break;
        }
        missing -= room;
    }
    let mut texts = Vec::new();
    for (domain, name) in names.iter().enumerate() {
        let (low, high) = (
            lower.get(domain).copied().unwrap_or(0.0),
            upper.get(domain).copied().unwrap_or(1.0),
        );
        let slope = slope(domain);
        if slope > level + TAKES_PART && low > 0.0 {
            texts.push(format!("`{}` at least {}", shown(name), tidy(low)));
        } else if slope < level - TAKES_PART && high < 1.0 {
            texts.push(format!("`{}` at most {}", shown(name), tidy(high)));
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::simplex::{DomainSet, Mixture, Prior, SUM_TOLERANCE, Sampler};

    fn domains() -> Arc<DomainSet> {
        DomainSet::new(["web", "code", "maths", "books"]).unwrap()
    }

    fn at_most(text: &str, coefficients: [f64; 4], bound: f64) -> LinearConstraint {
        LinearConstraint::new(text, coefficients.to_vec(), Relation::AtMost, bound).unwrap()
    }

    fn twice() -> LinearConstraint {
        at_most("code <= 2*maths", [0.0, 1.0, -2.0, 0.0], 0.0)
    }

    fn half() -> LinearConstraint {
        at_most("web + books >= 0.5", [-1.0, 0.0, 0.0, -1.0], -0.5)
    }

    #[test]
    fn projections_keep_every_constraint_and_nothing_sampled_is_nearer() {
        let builder = Constraints::builder(&domains())
            .lower("books", 0.05)
            .unwrap()
            .upper("maths", 0.3)
            .unwrap();
        let constraints = builder
            .linear(twice())
            .unwrap()
            .linear(half())
            .unwrap()
            .build()
            .unwrap();
        let sampler = Sampler::new(
            &Prior::Uniform,
            &Mixture::uniform(&domains()),
            constraints.clone(),
            3,
        )
        .unwrap();
        let mut rows = vec![0.0; 4 * 2000];
        sampler.fill(0, &mut rows);
        for row in rows.chunks_exact(4) {
            assert!(constraints.contains(row, SUM_TOLERANCE), "{row:?}");
        }
        let distance =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        for target in [
            [0.1, 0.8, 0.1, 0.0],
            [0.0, 0.0, 1.0, 0.0],
            [-1.0, 2.0, 0.3, 0.3],
            [0.25; 4],
        ] {
            let nearest = constraints.project(&target).unwrap();
            assert!(constraints.contains(nearest.parts(), 1e-9));
            let best = distance(nearest.parts(), &target);
            assert!(
                rows.chunks_exact(4)
                    .all(|row| distance(row, &target) >= best - 1e-9),
                "{target:?}"
            );
        }
    }

    #[test]
    fn equalities_hold_in_every_sample() {
        let equal = LinearConstraint::new(
            "code == maths",
            vec![0.0, 1.0, -1.0, 0.0],
            Relation::Equal,
            0.0,
        )
        .unwrap();
        let constraints = Constraints::builder(&domains())
            .linear(equal)
            .unwrap()
            .build()
            .unwrap();
        let sampler = Sampler::new(
            &Prior::Uniform,
            &Mixture::uniform(&domains()),
            constraints.clone(),
            3,
        )
        .unwrap();
        for index in 0..50 {
            assert!(constraints.contains(sampler.sample(index).parts(), 1e-9));
        }
    }

    #[test]
    fn clashing_constraints_are_named_and_innocent_ones_are_not() {
        let much = at_most("code >= 0.6", [0.0, -1.0, 0.0, 0.0], -0.6);
        let builder = Constraints::builder(&domains())
            .upper("maths", 0.2)
            .unwrap()
            .upper("web", 0.9)
            .unwrap();
        let builder = builder
            .linear(at_most("web <= 0.8", [1.0, 0.0, 0.0, 0.0], 0.8))
            .unwrap();
        let builder = builder.linear(twice()).unwrap().linear(much).unwrap();
        let message = builder.build().unwrap_err().to_string();
        assert!(
            message.contains("`code <= 2*maths`, `code >= 0.6`, `maths` at most 0.2"),
            "{message}"
        );
        assert!(!message.contains("web"), "{message}");
    }

    #[test]
    fn one_impossible_constraint_is_named_alone() {
        let builder = Constraints::builder(&domains()).linear(at_most(
            "web >= 1.2",
            [-1.0, 0.0, 0.0, 0.0],
            -1.2,
        ));
        let message = builder.unwrap().build().unwrap_err().to_string();
        assert_eq!(
            message,
            "no mixture satisfies the constraints: `web >= 1.2` cannot hold: it is missed by at \
            least 0.2"
        );
    }
}
