//! [`SurveyParams`]: how much to survey.

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// Maximum cells of an axis, and over a pair of domains.
pub const MAX_CELLS: usize = 1024;
/// Maximum cells of all stripes together; a cell takes 32 bytes.
pub(super) const MAX_TALLIES: u64 = 1 << 22;

/// How much to survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyParams {
    /// How many mixtures to draw.
    pub samples: u64,
    /// Cells along a domain, and along the objective.
    pub cells: usize,
    /// Two domains to survey together.
    pub pair: Option<[usize; 2]>,
    /// Cells along each of the two.
    pub pair_cells: usize,
}

impl Default for SurveyParams {
    fn default() -> Self {
        Self {
            samples: 1_000_000,
            cells: 48,
            pair: None,
            pair_cells: 32,
        }
    }
}

impl SurveyParams {
    /// # Errors
    /// [`CoreError::BadParameter`].
    pub(super) fn check(self, width: usize) -> Result<(), CoreError> {
        let bad = |name, expected, found: String| {
            Err(CoreError::BadParameter {
                name,
                expected,
                found,
            })
        };
        if self.samples == 0 {
            return bad("samples", "at least 1", "0".to_owned());
        }
        if !(1..=MAX_CELLS).contains(&self.cells) {
            return bad("cells", "1 to 1024", self.cells.to_string());
        }
        if (self.cells * (width + 1)) as u64 > MAX_TALLIES {
            return bad(
                "cells",
                "at most 4 million cells along all domains",
                format!("{} for each", self.cells),
            );
        }
        if !(1..=MAX_CELLS.isqrt()).contains(&self.pair_cells) {
            return bad("pair_cells", "1 to 32", self.pair_cells.to_string());
        }
        match self.pair {
            Some([a, b]) if a == b || a.max(b) >= width => bad(
                "pair",
                "two different domains",
                format!("{a} and {b} of {width}"),
            ),
            _ => Ok(()),
        }
    }
}
