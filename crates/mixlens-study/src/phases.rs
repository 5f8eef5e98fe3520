//! [`PlannedPhase`]: the target run in phases, as the user states them.

use mixlens_core::simplex::Mixture;
use serde::{Deserialize, Serialize};

/// A part of the target run with a mixture of its own.
///
/// Without phases the whole run is on the mixture under the sliders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedPhase {
    /// The part of the training tokens; the parts of all phases sum to 1.
    pub part: f64,
    /// The mixture.
    pub mixture: Mixture,
}
