//! [`minimise`]: the exact search for convex objectives.

use super::Scalarisation;
use super::metric_bound::SmoothMetric;
use super::objective::{Objective, SmoothObjective, SmoothTerm};
use crate::compute::{Control, SolveReport, Status};
use crate::fit::SurrogateSet;
use crate::optim::{Limit, Program, Slack, Smooth, Solution, SolveOptions, solve};
use crate::simplex::{Constraints, Mixture};
use crate::{CoreError, shown};

/// Proportions within this of their lower bound are moved onto it, where the proof allows
/// (dimensionless).
const NEXT_TO_NOTHING: f64 = 1e-7;

/// The minimum of a convex objective, with its proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// The minimiser.
    pub mixture: Mixture,
    /// The objective there, by the functions behind the surrogates (see
    /// [`Surrogate::gradient_into`](crate::fit::Surrogate::gradient_into)).
    pub objective: f64,
    /// Upper bound on how much lower the objective of any allowed mixture can be.
    pub gap: f64,
    /// How the solver ended: optimal when the gap is below 1e-9.
    pub report: SolveReport,
}

/// Minimises a convex objective over the constraints and the bounds on metrics, with a certificate.
///
/// The gap is the Frank-Wolfe gap (section 0 of the certificate of [`solve`]): a bound from
/// convexity that can be recomputed from the values and gradients at the result.
///
/// # Errors
/// [`CoreError::BadParameter`] when the objective is not convex ([`Objective::is_convex`]),
/// [`CoreError::Infeasible`] when no mixture keeps the bounds on metrics, with those that clash,
/// [`CoreError::Cancelled`], [`CoreError::NumericalFailure`].
pub fn minimise(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    control: &Control,
) -> Result<Exact, CoreError> {
    if !objective.is_convex(set) {
        return Err(CoreError::BadParameter {
            name: "objective",
            expected: "convex surrogates with lower values better, over at most 1000 domains, for \
                      an exact search",
            found: "another; simulate instead".to_owned(),
        });
    }
    let terms = Terms::new(set, objective);
    let limits = terms.limits();
    let program = terms.program(constraints, &limits);
    let solution = solve(&program, SolveOptions::default(), control);
    if solution.report.status == Status::Cancelled {
        return Err(CoreError::Cancelled);
    }
    let (Some(value), Some(gap)) = (solution.report.objective, solution.report.gap) else {
        return Err(clash(set, objective, constraints, control));
    };
    let tidied = tidy(&program, constraints, &solution, value, gap);
    let (x, value, gap) = tidied.unwrap_or_else(|| (constraints.settled(&solution.x), value, gap));
    let report = SolveReport {
        objective: Some(value),
        gap: Some(gap),
        ..solution.report
    };
    Ok(Exact {
        mixture: Mixture::from_exact_parts(set.domains(), x),
        objective: value,
        gap,
        report,
    })
}

/// The functions of an objective and its bounds.
pub(super) struct Terms<'a> {
    whole: SmoothObjective<'a>,
    parts: Vec<SmoothTerm<'a>>,
    bounds: Vec<(SmoothMetric<'a>, f64)>,
}

impl<'a> Terms<'a> {
    pub fn new(set: &'a SurrogateSet, objective: &'a Objective) -> Self {
        let whole = SmoothObjective { set, objective };
        let is_worst = matches!(objective.aim(), Scalarisation::Worst { .. });
        Self {
            parts: whole.parts().filter(|_| is_worst).collect(),
            whole,
            bounds: objective
                .bounds()
                .iter()
                .map(|b| {
                    (
                        SmoothMetric {
                            set,
                            metric: b.metric,
                        },
                        b.value,
                    )
                })
                .collect(),
        }
    }

    /// The bounds on metrics, after the terms themselves for [`Scalarisation::Worst`].
    pub fn limits(&self) -> Vec<Limit<'_>> {
        let parts = self.parts.iter().map(|part| Limit {
            function: part as &dyn Smooth,
            bound: 0.0,
        });
        parts
            .chain(self.bounds.iter().map(|(metric, bound)| Limit {
                function: metric,
                bound: *bound,
            }))
            .collect()
    }

    /// The objective at most `level`, and the bounds.
    pub fn limits_below(&self, level: f64) -> Vec<Limit<'_>> {
        let mut limits = self.limits();
        limits
            .iter_mut()
            .take(self.parts.len())
            .for_each(|limit| limit.bound = level);
        if self.parts.is_empty() {
            limits.push(Limit {
                function: &self.whole,
                bound: level,
            });
        }
        limits
    }

    pub fn program<'b>(
        &'b self,
        constraints: &'b Constraints,
        limits: &'b [Limit<'b>],
    ) -> Program<'b> {
        let is_worst = !self.parts.is_empty();
        Program {
            lower: constraints.lower(),
            upper: constraints.upper(),
            rows: constraints.rows(),
            objective: (!is_worst).then_some(&self.whole as &dyn Smooth),
            limits,
            slack: if is_worst {
                Slack::FirstLimits(self.parts.len())
            } else {
                Slack::Never
            },
        }
    }
}

/// Moves proportions that are almost at their lower bounds onto them, where the proof still holds.
fn tidy(
    program: &Program<'_>,
    constraints: &Constraints,
    solution: &Solution,
    value: f64,
    gap: f64,
) -> Option<(Vec<f64>, f64, f64)> {
    let mut x = solution.x.clone();
    let mut moved = false;
    for (part, &low) in x.iter_mut().zip(program.lower) {
        if *part - low <= NEXT_TO_NOTHING && *part > low {
            *part = low;
            moved = true;
        }
    }
    if !moved {
        return None;
    }
    let x = constraints.settled(&x);
    let proof = crate::optim::assess_at(program, &x, solution);
    // Slopes at zero are those a little beside it, so the old gap and the rise count too.
    let gap_there = proof.gap?.max(gap + proof.objective? - value);
    (proof.residual <= 1e-10 && gap_there <= gap.max(1e-10)).then_some((
        x,
        proof.objective?,
        gap_there,
    ))
}

/// Which bounds on metrics cannot hold together, and the smallest amount by which they must be
/// exceeded.
fn clash(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    control: &Control,
) -> CoreError {
    let terms = Terms {
        parts: Vec::new(),
        ..Terms::new(set, objective)
    };
    let limits = terms.limits();
    let program = Program {
        objective: None,
        slack: Slack::FirstLimits(limits.len()),
        ..terms.program(constraints, &limits)
    };
    let solution = solve(&program, SolveOptions::default(), control);
    match (solution.report.objective, solution.report.gap) {
        (Some(excess), Some(gap)) if excess - gap > 0.0 && !limits.is_empty() => {
            let weights = solution.weights.iter().skip(constraints.rows().len());
            let named = objective
                .bounds()
                .iter()
                .zip(weights)
                .filter(|(_, weight)| **weight > 1e-6);
            let names: Vec<String> = named
                .map(|(bound, _)| format!("`{}`", shown(&bound.text)))
                .collect();
            let clash = format!(
                "{}: every allowed mixture exceeds {} by at least {:.4}",
                names.join(" and "),
                if names.len() == 1 {
                    "it"
                } else {
                    "one of them"
                },
                excess - gap
            );
            CoreError::Infeasible {
                clashes: vec![clash],
            }
        }
        _ => CoreError::NumericalFailure {
            what: "the exact search",
        },
    }
}
