//! [`Status`] and [`SolveReport`]: how a solver or a search ended.

use serde::{Deserialize, Serialize};

/// How a solver or a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Proved to be the minimum, within the tolerance of the solver.
    Optimal,
    /// Feasible and near the minimum, but the gap stayed above the tolerance.
    Inexact,
    /// Proved that nothing satisfies the constraints.
    Infeasible,
    /// The objective has no lower bound.
    Unbounded,
    /// Stopped at the maximum number of iterations.
    IterationLimit,
    /// Stopped at the time limit.
    TimeLimit,
    /// Stopped by the user.
    Cancelled,
    /// A number was not finite, or a system could not be solved.
    NumericalFailure,
    /// The best of the mixtures tried; nothing is proved about the others.
    BestFound,
}

impl Status {
    /// The name in files, as `best_found`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Inexact => "inexact",
            Self::Infeasible => "infeasible",
            Self::Unbounded => "unbounded",
            Self::IterationLimit => "iteration_limit",
            Self::TimeLimit => "time_limit",
            Self::Cancelled => "cancelled",
            Self::NumericalFailure => "numerical_failure",
            Self::BestFound => "best_found",
        }
    }
}

/// Report of a solver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveReport {
    /// How the solver ended.
    pub status: Status,
    /// Steps taken.
    pub iterations: u32,
    /// The objective at the solution; `None` when nothing feasible was found.
    pub objective: Option<f64>,
    /// Upper bound on the distance of the objective to the minimum; `None` when nothing feasible
    /// was found.
    pub gap: Option<f64>,
    /// The largest violation of any constraint.
    pub residual: f64,
}
