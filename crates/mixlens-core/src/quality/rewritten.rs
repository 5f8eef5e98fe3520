//! [`rewritten`]: raw data together with rewrites of it.

use crate::CoreError;
use crate::numbers::{fraction, positive};
use crate::supply::Repetition;

/// Epochs and effective tokens of a raw pool and a pool of rewrites under one budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rewritten {
    /// Epochs over the raw pool: `(1 − s) D / R`.
    pub raw_epochs: f64,
    /// Epochs over the rewrites: `s D / S`.
    pub rewritten_epochs: f64,
    /// Ratio of unique tokens with rewrites to those without: `(R + S) / R`.
    pub unique_gain: f64,
    /// Tokens to generate: those of the rewrites kept, divided by the fraction kept.
    pub generated_tokens: f64,
    /// Effective tokens of both pools.
    pub effective_tokens: f64,
    /// Effective tokens of the raw pool alone, read for the whole budget.
    pub raw_only_effective_tokens: f64,
    /// Raw tokens with the same value in the same budget; `None` where no number of them has it.
    pub equivalent_raw_tokens: Option<f64>,
}

/// A budget of `training_tokens` with the fraction `share` from `rewritten_tokens` and the rest
/// from `raw_tokens`.
///
/// `kept` is the fraction of generated tokens that the filter keeps.
///
/// # Errors
/// [`CoreError::BadParameter`] for counts that are not above zero or fractions outside [0, 1].
pub fn rewritten(
    raw_tokens: f64,
    rewritten_tokens: f64,
    training_tokens: f64,
    share: f64,
    kept: f64,
    repetition: Repetition,
) -> Result<Rewritten, CoreError> {
    positive("raw tokens", raw_tokens)?;
    positive("rewritten tokens", rewritten_tokens)?;
    positive("training-tokens", training_tokens)?;
    fraction("share of rewrites", share)?;
    fraction(
        "part of rewrites kept",
        positive("part of rewrites kept", kept)?,
    )?;
    let (from_raw, from_rewritten) = ((1.0 - share) * training_tokens, share * training_tokens);
    let effective_tokens = repetition.effective_tokens(from_raw, raw_tokens)
        + repetition.effective_tokens(from_rewritten, rewritten_tokens);
    Ok(Rewritten {
        raw_epochs: from_raw / raw_tokens,
        rewritten_epochs: from_rewritten / rewritten_tokens,
        unique_gain: (raw_tokens + rewritten_tokens) / raw_tokens,
        generated_tokens: rewritten_tokens / kept,
        effective_tokens,
        raw_only_effective_tokens: repetition.effective_tokens(training_tokens, raw_tokens),
        equivalent_raw_tokens: equivalent_raw(effective_tokens, training_tokens, repetition),
    })
}

/// The raw pool whose effective tokens in the budget are `target`, by bisection: effective tokens
/// grow with the pool.
fn equivalent_raw(target: f64, training_tokens: f64, repetition: Repetition) -> Option<f64> {
    let coefficient = |unique: f64| repetition.effective_tokens(training_tokens, unique);
    if target > coefficient(training_tokens) * (1.0 + 1e-12) {
        return None;
    }
    let (mut low, mut high) = (0.0, training_tokens);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if coefficient(middle) < target {
            low = middle
        } else {
            high = middle
        }
    }
    Some(high)
}
