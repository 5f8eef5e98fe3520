//! [`Repetition`]: the value of tokens that are read again.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::numbers::positive;

/// R* of web text: repetitions after which a token has lost 1 − 1/e of the value of a new one
/// (epochs).
///
/// Source: Muennighoff et al. 2023, "Scaling data-constrained language models", arXiv 2305.16264,
/// fitted on C4. Other text differs a lot: code and mathematics tolerate more repetition, and small
/// models more than large ones.
pub const WEB_REPETITION: f64 = 15.387_756;

/// Effective tokens under repetition.
///
/// ```text
/// D′ = D                                          e ≤ 1
///    = U · (1 + R* · (1 − exp(−(e − 1) / R*)))    e > 1        e = D / U epochs
/// ```
/// The same function as the S of ATLAS with λ = 1 / R*.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Repetition(f64);

impl Default for Repetition {
    fn default() -> Self {
        Self(WEB_REPETITION)
    }
}

impl TryFrom<f64> for Repetition {
    type Error = CoreError;

    fn try_from(constant: f64) -> Result<Self, CoreError> {
        Ok(Self(positive("repetition constant", constant)?))
    }
}

impl From<Repetition> for f64 {
    fn from(repetition: Repetition) -> f64 {
        repetition.0
    }
}

impl Repetition {
    /// D′ for `read` tokens from `unique` ones.
    pub fn effective_tokens(self, read: f64, unique: f64) -> f64 {
        if read <= unique {
            read
        } else {
            unique * (1.0 + self.gain(read / unique))
        }
    }

    /// D′ / D at a number of epochs.
    pub fn value(self, epochs: f64) -> f64 {
        if epochs <= 1.0 {
            1.0
        } else {
            (1.0 + self.gain(epochs)) / epochs
        }
    }

    /// The value of one more token in epoch `epochs` relative to a new one: `exp(−(e − 1) / R*)`.
    pub fn marginal_value(self, epochs: f64) -> f64 {
        (-(epochs - 1.0).max(0.0) / self.0).exp()
    }

    /// The maximum value of repeated tokens, in unique tokens: `1 + R*`.
    pub fn ceiling(self) -> f64 {
        1.0 + self.0
    }

    /// `R* · (1 − exp(−(e − 1) / R*))`: the value of epochs beyond the first, in unique tokens;
    /// zero without unique tokens.
    fn gain(self, epochs: f64) -> f64 {
        if epochs.is_finite() {
            self.0 * -(-(epochs - 1.0) / self.0).exp_m1()
        } else {
            0.0
        }
    }
}
