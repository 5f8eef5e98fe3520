//! [`Light`]: epochs as a traffic light.

use serde::{Deserialize, Serialize};

/// Rating of a number of epochs by [`LightLimits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Almost as good as new data.
    Green,
    /// Less valuable with each epoch.
    Amber,
    /// Little value left.
    Red,
    /// No value left.
    Spent,
}

impl Light {
    /// The name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Spent => "spent",
        }
    }
}

/// Epochs at which the light changes. They are a heuristic that users may edit.
///
/// Source: the published reading of Muennighoff et al. 2023, "Scaling data-constrained language
/// models": up to 4 epochs nearly free, little left after about 16, and none after 40.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LightLimits {
    /// Maximum epochs for green.
    pub green: f64,
    /// Maximum epochs for amber.
    pub amber: f64,
    /// Maximum epochs for red.
    pub red: f64,
}

impl Default for LightLimits {
    fn default() -> Self {
        Self {
            green: 4.0,
            amber: 16.0,
            red: 40.0,
        }
    }
}

impl LightLimits {
    /// The light at a number of epochs.
    pub fn light(self, epochs: f64) -> Light {
        match epochs {
            _ if epochs <= self.green => Light::Green,
            _ if epochs <= self.amber => Light::Amber,
            _ if epochs <= self.red => Light::Red,
            _ => Light::Spent,
        }
    }
}
