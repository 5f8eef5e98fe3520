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
    /// Every mixture on its own below 20 mixtures; five folds above, three times over below 100,
    /// where a single split is a matter of luck.
    pub fn usual(mixtures: usize, seed: u64) -> Self {
        let (folds, repeats) = match mixtures {
            0..20 => (mixtures, 1),
            20..100 => (5, 3),
            _ => (5, 1),
        };
        Self {
            folds,
            repeats,
            seed,
        }
    }
}

impl Default for CompareParams {
    fn default() -> Self {
        Self {
            folds: 5,
            repeats: 1,
            seed: 0,
        }
    }
}
