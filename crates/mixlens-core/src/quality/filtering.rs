//! [`filtered`]: the cost of a filter in repetition.

use crate::CoreError;
use crate::law::DataConstrainedLaw;
use crate::numbers::{fraction, per_domain};
use crate::plan::Plan;
use crate::supply::Repetition;

/// A plan before and after a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filtered {
    /// The same phases over the data that the filter keeps.
    pub plan: Plan,
    /// Unique tokens kept, in the domains whose tokens are known.
    pub kept_tokens: f64,
    /// Effective tokens before.
    pub effective_before: f64,
    /// Effective tokens after.
    pub effective_after: f64,
}

/// The same phases on filtered data: a filter keeps a part of each domain's unique tokens, so that
/// epochs grow.
///
/// # Errors
/// [`CoreError::WrongLength`] unless there is one part per domain, [`CoreError::BadParameter`] for
/// parts outside [0, 1].
pub fn filtered(
    plan: &Plan,
    kept: &[f64],
    repetitions: &[Repetition],
) -> Result<Filtered, CoreError> {
    per_domain(
        "parts kept by the filter",
        plan.unique_tokens().len(),
        kept.len(),
    )?;
    kept.iter()
        .try_for_each(|&kept| fraction("part kept by the filter", kept).map(drop))?;
    let unique = plan
        .unique_tokens()
        .iter()
        .zip(kept)
        .map(|(unique, kept)| unique.map(|unique| unique * kept));
    let after = Plan::new(plan.phases().to_vec(), unique.collect())?;
    Ok(Filtered {
        kept_tokens: after.unique_tokens().iter().flatten().sum(),
        effective_before: plan.effective_tokens(repetitions)?.iter().sum(),
        effective_after: after.effective_tokens(repetitions)?.iter().sum(),
        plan: after,
    })
}

/// The increase in loss from more repetition by the law: how much the quality of the kept data must
/// lower the loss to break even.
///
/// # Errors
/// As [`DataConstrainedLaw::loss`].
pub fn break_even_loss(
    law: &DataConstrainedLaw,
    parameters: f64,
    training_tokens: f64,
    unique_tokens: f64,
    kept: f64,
) -> Result<f64, CoreError> {
    fraction("part kept by the filter", kept)?;
    let before = law.loss(parameters, training_tokens, unique_tokens)?;
    Ok(law.loss(parameters, training_tokens, unique_tokens * kept)? - before)
}
