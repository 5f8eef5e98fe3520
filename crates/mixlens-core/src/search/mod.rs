//! Search for the best mixture: objectives, simulation with bounded memory, exact searches,
//! proposals, designs.

mod descent;
mod design;
mod device;
#[cfg(feature = "simd")]
mod estimates;
mod exact;
mod explain;
mod flat;
mod information;
mod metric_bound;
mod next;
mod objective;
mod pareto;
mod proposal;
mod references;
mod scalarisation;
mod simulate;
mod survey;
mod top;

pub use crate::compute::Status;
pub use descent::descend;
pub use design::{DesignParams, design};
pub use device::{
    Accelerator, Backend, BoxFuture, DeviceChoice, DeviceFailure, Screened, ScreeningSpec,
    simulate_on, simulation_among,
};
pub use exact::{Exact, minimise};
pub use explain::{Explanation, LeftOut, Trace, along_cox, explain};
pub use flat::{FlatRegion, flat_among, flat_region};
pub use metric_bound::{MetricBound, Side};
pub use next::{Acquisition, NextParams, next_runs};
pub use objective::{Objective, Term};
pub use pareto::{FrontCertificate, FrontPoint, pareto_front, simulated_front};
pub use proposal::{Comparison, Proposal, propose, propose_among, propose_exact};
pub use references::{desirability, minimax};
pub use scalarisation::Scalarisation;
pub use simulate::{Simulation, SimulationParams, simulate, simulate_span};
pub use survey::{
    Axis, MAX_CELLS, PairSurvey, Survey, SurveyParams, SurveySpec, Tallied, Tally, survey_of_spans,
    survey_on, survey_span,
};

#[cfg(test)]
mod known_optima;
#[cfg(test)]
mod tests;
