//! Looking for the best mixture: objectives, simulation with bounded memory, exact searches, proposals, designs.

mod aim;
mod design;
mod exact;
mod metric_bound;
mod objective;
mod proposal;
mod simulate;
mod top;

pub use crate::compute::Status;
pub use aim::Aim;
pub use design::{DesignParams, design};
pub use exact::{Exact, minimise};
pub use metric_bound::{MetricBound, Side};
pub use objective::{Objective, Term};
pub use proposal::{Comparison, Proposal, propose};
pub use simulate::{Simulation, SimulationParams, simulate};
