//! [`PlannedPhase`]: the target run in phases, as the user states them.

use mixlens_core::simplex::Mixture;
use serde::{Deserialize, Serialize};

/// A part of the target run with one mixture.
///
/// Without phases, the whole run uses the mixture under the sliders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedPhase {
    /// The fraction of the training tokens; the fractions of all phases sum to 1.
    pub part: f64,
    /// The mixture.
    pub mixture: Mixture,
}
