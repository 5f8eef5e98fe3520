//! Numbers and sentences for a front to draw: everything that would otherwise be arithmetic in a
//! view.

mod best_move;
mod colours;
mod contours;
mod differences;
mod domain_rows;
mod estimate;
mod evidence;
mod inferred;
mod interactions;
mod parallel;
mod pareto;
mod predictions;
mod range;
mod run_order;
mod shown;
mod survey;
mod ternary;
#[cfg(test)]
mod tests;
mod ticks;
mod traces;
mod training_plan;

pub use best_move::BestMove;
pub use contours::Contour;
pub use differences::{Difference, DifferenceTable};
pub use domain_rows::{DomainRow, LimitHit};
pub use estimate::{Estimate, Standing};
pub use evidence::MeasuredPair;
pub use inferred::{InferredGroup, InferredPlot, InferredRow, ShareOf};
pub use interactions::Interactions;
pub use parallel::{LineSource, ParallelAxis, ParallelLines, ParallelMarks, ParallelPlot};
pub use pareto::{FrontPoint, ParetoPlane};
pub use predictions::{MetricRow, ObjectiveRow, Predictions};
pub use range::value_range;
pub use run_order::RunOrder;
pub use survey::{SurveyCell, SurveyPlane, SurveyPlot, SurveyStrip};
pub use ternary::{Ternary, TernaryPoint, corner_shares};
pub use ticks::ticks;
pub use traces::{Trace, Traces};
pub use training_plan::{PlanPhase, PlanRow, TrainingPlan};

pub(crate) use best_move::best_moves;
pub(crate) use colours::run_colours;
pub(crate) use differences::difference_table;
pub(crate) use domain_rows::domain_rows;
pub(crate) use evidence::{measured_pairs, noise};
pub(crate) use inferred::inferred_plot;
pub(crate) use interactions::interactions;
pub(crate) use parallel::{parallel_lines, parallel_marks, parallel_plot};
pub(crate) use pareto::pareto_plane;
pub(crate) use predictions::{BaselinePrediction, predictions};
pub(crate) use run_order::run_order;
pub(crate) use shown::Shown;
pub(crate) use survey::survey_plot;
pub(crate) use ternary::ternary;
pub(crate) use traces::traces;
pub(crate) use training_plan::training_plan;
