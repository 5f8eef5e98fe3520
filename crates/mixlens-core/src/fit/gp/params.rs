//! [`GpParams`]: what a user sets.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::fit::formula::Inputs;

/// Which inputs a Gaussian process measures distances in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GpInputs {
    /// Those under which the runs are likelier.
    #[default]
    Auto,
    /// [`Inputs::Log`]: suits tables with many proportions of zero.
    Log,
    /// [`Inputs::Sqrt`]: suits tables with few.
    Sqrt,
}

/// What a Gaussian process describes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GpOutput {
    /// The metric or its logarithm, whichever makes the runs likelier; the metric where a value is
    /// not positive.
    #[default]
    Auto,
    /// The metric itself.
    Plain,
    /// Its natural logarithm; the metric must be positive.
    Log,
}

/// Parameters of a Gaussian process, as the user gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GpParams {
    /// What is made of the proportions.
    pub inputs: GpInputs,
    /// The metric or its logarithm.
    pub output: GpOutput,
    /// Seed of the choice of runs that length scales are first found on, where there are many.
    pub seed: u64,
}

/// Checked parameters of a Gaussian process; only these can fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpValidParams(pub(super) GpParams);

impl GpParams {
    /// The parameters; every one is in range by its type.
    ///
    /// # Errors
    /// None; the signature is that of every estimator.
    pub fn check(&self) -> Result<GpValidParams, CoreError> {
        Ok(GpValidParams(*self))
    }
}

impl GpValidParams {
    /// Inputs to be tried.
    pub(super) fn inputs(&self) -> &'static [Inputs] {
        match self.0.inputs {
            GpInputs::Auto => &[Inputs::Log, Inputs::Sqrt],
            GpInputs::Log => &[Inputs::Log],
            GpInputs::Sqrt => &[Inputs::Sqrt],
        }
    }
}
