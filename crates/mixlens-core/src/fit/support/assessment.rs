//! [`Support`] and [`Assessment`]: what is said about a mixture.

use serde::{Deserialize, Serialize};

use super::RANGE_TOLERANCE;

/// Where a mixture lies relative to the training runs. The rule is that of
/// [`super::TrainingSupport`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// In the convex hull of the runs, or no farther from it than a run usually is from that of the
    /// others.
    Inside,
    /// Within the range of every domain, and farther from the hull, but with a run nearby.
    Edge,
    /// Some proportion is beyond what any run has tried, or neither the hull nor a run is near: the
    /// prediction is an extrapolation.
    Outside,
}

impl Support {
    /// The name in files: "inside", "edge" or "outside".
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Edge => "edge",
            Self::Outside => "outside",
        }
    }
}

/// A training run near a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearRun {
    /// Row of the run among those the support was made of.
    pub row: usize,
    /// Total variation distance: ½ Σ |pᵢ − qᵢ|, the part of the data that would have to be
    /// exchanged.
    pub distance: f64,
}

/// Where a mixture lies, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The verdict, as [`super::TrainingSupport::classify`] gives it.
    pub support: Support,
    /// The domains whose proportion is beyond the range of the runs.
    pub beyond_range: Vec<usize>,
    /// Euclidean distance of the proportions to the nearest mixture of the runs, to a hundredth of
    /// itself; compare with [`super::TrainingSupport::usual_hull_distance`].
    pub hull_distance: f64,
    /// The nearest run; compare with [`super::TrainingSupport::usual_distance`].
    pub nearest: NearRun,
}

impl Assessment {
    /// Whether the mixture is a convex combination of the runs, but for rounding
    /// ([`RANGE_TOLERANCE`]).
    pub fn is_in_hull(&self) -> bool {
        self.hull_distance <= RANGE_TOLERANCE
    }
}
