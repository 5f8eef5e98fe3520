//! Parameters of gradient-boosted trees.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::Mixup;
use crate::fit::range::{check_not_negative, check_range};

/// User-made parameters; [`TreesParams::check`] makes them fit to use.
///
/// Defaults are RegMix's: 1,000 iterations at learning rate 0.01, LightGBM's defaults otherwise.
/// LightGBM's own spellings (`num_leaves`, `n_estimators`, …) are accepted when read from text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreesParams {
    /// Number of trees.
    #[serde(
        alias = "n_estimators",
        alias = "num_iterations",
        alias = "num_boost_round"
    )]
    pub iterations: u32,
    /// What each tree's output is multiplied with, in (0, 1].
    #[serde(alias = "eta", alias = "shrinkage_rate")]
    pub learning_rate: f64,
    /// Most leaves of a tree.
    #[serde(alias = "num_leaves", alias = "max_leaves")]
    pub leaves: u32,
    /// Most splits between root and leaf; 0 for no limit.
    pub max_depth: u32,
    /// Fewest runs in a leaf.
    #[serde(alias = "min_child_samples")]
    pub min_data_in_leaf: u32,
    /// Smallest sum of Hessians in a leaf (for squared error, the number of runs).
    #[serde(alias = "min_child_weight", alias = "min_sum_hessian_in_leaf")]
    pub min_hessian_in_leaf: f64,
    /// L1 penalty on leaf values.
    #[serde(alias = "lambda_l1", alias = "reg_alpha")]
    pub l1: f64,
    /// L2 penalty on leaf values.
    #[serde(alias = "lambda_l2", alias = "reg_lambda")]
    pub l2: f64,
    /// Smallest gain that a split must bring.
    #[serde(alias = "min_split_gain")]
    pub min_gain_to_split: f64,
    /// Share of the domains that a tree may split on, in (0, 1].
    #[serde(alias = "colsample_bytree")]
    pub feature_fraction: f64,
    /// Most histogram bins per domain, 2 to 255.
    #[serde(alias = "max_bin")]
    pub max_bins: u32,
    /// Fewest runs in a histogram bin.
    pub min_data_in_bin: u32,
    /// Stop when the error on the runs set aside has not fallen for this many iterations; 0 never
    /// stops early.
    #[serde(alias = "early_stopping_round")]
    pub early_stopping_rounds: u32,
    /// Share of the runs set aside for early stopping, in (0, 1).
    pub validation_fraction: f64,
    /// Whether rows between the runs are added to them; they count as runs in leaves and bins.
    #[serde(skip_serializing_if = "Mixup::is_off")]
    pub mixup: Mixup,
    /// Seed of the feature fraction, of the runs set aside and of the rows between runs.
    pub seed: u64,
}

impl Default for TreesParams {
    fn default() -> Self {
        Self {
            iterations: 1000,
            learning_rate: 0.01,
            leaves: 31,
            max_depth: 0,
            min_data_in_leaf: 20,
            min_hessian_in_leaf: 1e-3,
            l1: 0.0,
            l2: 0.0,
            min_gain_to_split: 0.0,
            feature_fraction: 1.0,
            max_bins: 255,
            min_data_in_bin: 3,
            early_stopping_rounds: 0,
            validation_fraction: 0.2,
            mixup: Mixup::Off,
            seed: 0,
        }
    }
}

/// Most iterations: a hundred times RegMix's.
const MAX_ITERATIONS: u32 = 100_000;
/// Most leaves of all trees together. A leaf takes 20 bytes in memory and 30 in a file, for each
/// metric.
const MAX_ALL_LEAVES: u64 = 4_000_000;

/// Checked parameters; only these can fit.
#[derive(Clone, Debug, PartialEq)]
pub struct TreesValidParams(pub(super) TreesParams);

impl TreesParams {
    /// Checks every range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for the first parameter out of range.
    pub fn check(&self) -> Result<TreesValidParams, CoreError> {
        self.mixup.check()?;
        let check_share = |name, share: f64| {
            check_range(
                name,
                share,
                share > 0.0 && share <= 1.0,
                "a number above 0 and at most 1",
            )
        };
        let is_in_range = (1..=MAX_ITERATIONS).contains(&self.iterations);
        check_range(
            "iterations",
            self.iterations,
            is_in_range,
            "a number from 1 to 100000",
        )?;
        check_share("learning_rate", self.learning_rate)?;
        check_range(
            "leaves",
            self.leaves,
            (2..=65_536).contains(&self.leaves),
            "a number from 2 to 65536",
        )?;
        let all = u64::from(self.iterations) * u64::from(self.leaves);
        check_range(
            "leaves",
            self.leaves,
            all <= MAX_ALL_LEAVES,
            "no more than 4000000 leaves with all iterations",
        )?;
        check_share("feature_fraction", self.feature_fraction)?;
        check_range(
            "max_bins",
            self.max_bins,
            (2..=255).contains(&self.max_bins),
            "a number from 2 to 255",
        )?;
        let set_aside = self.validation_fraction;
        let is_in_range = set_aside > 0.0 && set_aside < 1.0;
        check_range(
            "validation_fraction",
            set_aside,
            is_in_range,
            "a number above 0 and below 1",
        )?;
        check_not_negative("min_hessian_in_leaf", self.min_hessian_in_leaf)?;
        check_not_negative("l1", self.l1)?;
        check_not_negative("l2", self.l2)?;
        check_not_negative("min_gain_to_split", self.min_gain_to_split)?;
        Ok(TreesValidParams(self.clone()))
    }
}

impl TreesValidParams {
    /// The parameters as the user made them.
    pub fn params(&self) -> &TreesParams {
        &self.0
    }
}
