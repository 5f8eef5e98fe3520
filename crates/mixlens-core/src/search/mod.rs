//! Looking for the best mixture: objectives, simulation with bounded memory, proposals, designs.

mod design;
mod objective;
mod proposal;
mod simulate;
mod top;

pub use design::{DesignParams, design};
pub use objective::{Objective, Term};
pub use proposal::{Comparison, Proposal, Status, propose};
pub use simulate::{Simulation, SimulationParams, simulate};
