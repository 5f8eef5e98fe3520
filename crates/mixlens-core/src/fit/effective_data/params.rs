//! [`EffectiveDataParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::range::{check_not_negative, check_range};

/// How many exponents of diminishing returns a law has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exponent {
    /// [`Exponent::PerDomain`] from [`Exponent::RUNS_PER_DOMAIN`] runs per domain on, else
    /// [`Exponent::Shared`].
    #[default]
    Auto,
    /// One for all domains.
    Shared,
    /// One for each domain.
    PerDomain,
}

impl Exponent {
    /// Runs per domain from which one exponent for each domain predicts better than one for all
    /// (measured on RegMix's tables: behind at 4 and 8, ahead at 15 and 30).
    pub const RUNS_PER_DOMAIN: usize = 8;

    /// How many exponents `runs` runs over `domains` domains get.
    pub(in crate::fit) fn count(self, runs: usize, domains: usize) -> usize {
        match self {
            Self::Shared => 1,
            Self::PerDomain => domains,
            Self::Auto if runs >= Self::RUNS_PER_DOMAIN * domains => domains,
            Self::Auto => 1,
        }
    }
}

/// Parameters of the effective-data law, as the user gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EffectiveDataParams {
    /// One exponent for all domains or one for each.
    pub exponent: Exponent,
    /// Factor of the residuals that pull every parameter but the irreducible loss towards its usual
    /// value, zero or more; the metric counts in units of its standard deviation.
    pub penalty: f64,
    /// Starting points, at least 1.
    pub starts: u32,
    /// Seed of the noise in the starting points.
    pub seed: u64,
}

impl Default for EffectiveDataParams {
    fn default() -> Self {
        Self {
            exponent: Exponent::Auto,
            penalty: 0.03,
            starts: 3,
            seed: 0,
        }
    }
}

/// Checked parameters of the effective-data law; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectiveDataValidParams(pub(super) EffectiveDataParams);

impl EffectiveDataParams {
    /// The parameters, once known to be in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for a penalty that is negative or not finite, or a number of
    /// starts outside 1 to 1000.
    pub fn check(&self) -> Result<EffectiveDataValidParams, CoreError> {
        check_not_negative("penalty", self.penalty)?;
        check_range(
            "starts",
            self.starts,
            (1..=1000).contains(&self.starts),
            "a number from 1 to 1000",
        )?;
        Ok(EffectiveDataValidParams(*self))
    }
}
