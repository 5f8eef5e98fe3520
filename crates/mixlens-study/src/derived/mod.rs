//! Numbers and sentences for a front end to draw, so that views need no arithmetic.

mod colours;
mod differences;
mod domain_rows;
mod evidence;
mod inferred;
mod parallel;
mod pareto;
mod predictions;
mod run_order;
mod survey;
#[cfg(test)]
mod tests;
mod training_plan;

pub use differences::{Difference, DifferenceTable};
pub use domain_rows::{DomainRow, LimitHit};
pub use evidence::MeasuredPair;
pub use inferred::{InferredGroup, InferredPlot, InferredRow, ShareOf};
pub use parallel::{LineSource, ParallelAxis, ParallelLines, ParallelMarks, ParallelPlot};
pub use pareto::{FrontPoint, ParetoPlane};
pub use predictions::{MetricRow, ObjectiveRow, Predictions};
pub use run_order::RunOrder;
pub use survey::{SurveyCell, SurveyPlane, SurveyPlot, SurveyStrip};
pub use training_plan::{PlanPhase, PlanRow, TrainingPlan};

pub(crate) use colours::run_colours;
pub(crate) use differences::difference_table;
pub(crate) use domain_rows::domain_rows;
pub(crate) use evidence::{measured_pairs, noise};
pub(crate) use inferred::inferred_plot;
pub(crate) use parallel::{parallel_lines, parallel_marks, parallel_plot};
pub(crate) use pareto::pareto_plane;
pub(crate) use predictions::{BaselinePrediction, predictions};
pub(crate) use run_order::run_order;
pub(crate) use survey::survey_plot;
pub(crate) use training_plan::training_plan;
