//! [`CompareParams`]: how a comparison splits the runs.

use serde::{Deserialize, Serialize};

/// How a comparison splits the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareParams {
    /// Parts the runs are split into, each held out once.
    pub folds: usize,
    /// How often that is done, each time with another split.
    pub repeats: usize,
    /// Seed of the splits.
    pub seed: u64,
}

impl CompareParams {
    /// Five folds; three times over below a hundred runs, where a single split is a matter of luck.
    pub fn usual(runs: usize, seed: u64) -> Self {
        Self { repeats: if runs < 100 { 3 } else { 1 }, seed, ..Self::default() }
    }
}

impl Default for CompareParams {
    fn default() -> Self {
        Self { folds: 5, repeats: 1, seed: 0 }
    }
}
