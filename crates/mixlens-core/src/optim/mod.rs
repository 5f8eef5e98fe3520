//! Solvers: convex programs over proportions with a proof, least squares, smooth minima, and the
//! factorisation behind them.
//!
//! | module | solves |
//! |---|---|
//! | `interior_point` | convex programs over proportions, for exact searches and projections |
//! | `levenberg_marquardt` | nonlinear least squares with a penalty, from several starts |
//! | `lbfgs` | smooth functions within bounds |
//! | `penalised` | linear least squares with a penalty |
//! | `cholesky` | positive definite systems |

pub(crate) mod cholesky;
mod interior_point;
pub(crate) mod lbfgs;
pub(crate) mod levenberg_marquardt;
pub(crate) mod penalised;
mod report;

pub use interior_point::{
    Limit, MAX_WIDTH, Program, Relation, Row, Slack, Smooth, Solution, SolveOptions, assess_at,
    solve,
};
pub use report::FitReport;
