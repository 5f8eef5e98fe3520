//! [`SurrogateParams`]: which surrogate to fit, and how.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::FittedSurrogate;
use super::ridge::RidgeParams;
use super::trees::TreesParams;
use crate::CoreError;
use crate::compute::Control;

/// A kind of surrogate with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SurrogateParams {
    /// Linear in the proportions, with an L2 penalty.
    Ridge(RidgeParams),
    /// Gradient-boosted trees.
    Trees(TreesParams),
}

impl SurrogateParams {
    /// The names accepted by [`SurrogateParams::named`].
    pub const NAMES: [&'static str; 2] = ["ridge", "trees"];

    /// The surrogate called `name` with the default parameters, changed by `name = value` pairs as a user types them.
    ///
    /// ```
    /// use mixlens_core::fit::SurrogateParams;
    /// let pairs = [("iterations".to_owned(), "500".to_owned())];
    /// assert_eq!(SurrogateParams::named("trees", &pairs)?.name(), "trees");
    /// # Ok::<(), mixlens_core::CoreError>(())
    /// ```
    ///
    /// # Errors
    /// [`CoreError::UnknownName`] for the surrogate, [`CoreError::BadParameters`] for a parameter that it does
    /// not have or a value that is not of its type.
    pub fn named(name: &str, pairs: &[(String, String)]) -> Result<Self, CoreError> {
        match name {
            "ridge" => Ok(Self::Ridge(from_pairs(name, pairs)?)),
            "trees" => Ok(Self::Trees(from_pairs(name, pairs)?)),
            _ => {
                Err(CoreError::UnknownName { what: "surrogate", name: name.to_owned(), known: Self::NAMES.join(", ") })
            }
        }
    }

    /// The same parameters with another seed, where the surrogate draws anything at random.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        match self {
            Self::Ridge(_) => self,
            Self::Trees(params) => Self::Trees(TreesParams { seed, ..params }),
        }
    }

    /// The name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ridge(_) => "ridge",
            Self::Trees(_) => "trees",
        }
    }

    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the metric of each run.
    ///
    /// # Errors
    /// Those of the estimator; [`CoreError::BadParameter`] for parameters out of range.
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<FittedSurrogate, CoreError> {
        match self {
            Self::Ridge(params) => params.check()?.fit(metric, rows, values).map(FittedSurrogate::Ridge),
            Self::Trees(params) => params.check()?.fit(metric, rows, values, control).map(FittedSurrogate::Trees),
        }
    }
}

/// Reads a parameter struct from typed pairs: numbers and booleans as such, the rest as text.
fn from_pairs<P: DeserializeOwned>(surrogate: &str, pairs: &[(String, String)]) -> Result<P, CoreError> {
    let value = |text: &str| match serde_json::from_str(text) {
        Ok(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => value,
        _ => serde_json::Value::String(text.to_owned()),
    };
    let object = pairs.iter().map(|(name, text)| (name.clone(), value(text))).collect();
    serde_json::from_value(serde_json::Value::Object(object))
        .map_err(|problem| CoreError::BadParameters { problem: format!("surrogate `{surrogate}`: {problem}") })
}
