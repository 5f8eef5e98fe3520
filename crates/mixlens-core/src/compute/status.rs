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
    /// The objective falls without end.
    Unbounded,
    /// Stopped at the most iterations allowed.
    IterationLimit,
    /// Stopped by the time allowed.
    TimeLimit,
    /// Stopped by the user.
    Cancelled,
    /// Met a number that is not finite, or a system that could not be solved.
    NumericalFailure,
    /// The best of what was tried; nothing is proved about the rest.
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

/// What a solver says about its run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveReport {
    /// How it ended.
    pub status: Status,
    /// Steps taken.
    pub iterations: u32,
    /// The objective at the solution; `None` when nothing feasible was found.
    pub objective: Option<f64>,
    /// How far above the minimum the objective can be at most; `None` when nothing feasible was
    /// found.
    pub gap: Option<f64>,
    /// The most that any constraint is violated by.
    pub residual: f64,
}
