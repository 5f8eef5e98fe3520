//! [`filtered`]: the cost of a filter in repetition.

use super::{DataConstrainedLaw, Plan, Repetition, fraction, per_domain};
use crate::CoreError;

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

/// A published filter: the threshold, the part of the data kept, and the effect on question
/// answering.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedFilter {
    /// The threshold.
    pub threshold: &'static str,
    /// The part of the data kept.
    pub kept: f64,
    /// Change in average question-answering performance relative to no filter (points).
    pub change: f64,
}

const fn filter(threshold: &'static str, kept: f64, change: f64) -> PublishedFilter {
    PublishedFilter {
        threshold,
        kept,
        change,
    }
}

/// Quality filters. Source: Longpre et al. 2023, "A pretrainer's guide to training data", arXiv
/// 2305.13169: 28 decoder-only models of 1.5B. The domain of books loses 2.2 to 6.7 points under a
/// quality filter.
pub const QUALITY_FILTERS: [PublishedFilter; 5] = [
    filter("inverse 0.5", 0.73, -3.1),
    filter("0.975", 0.91, 2.5),
    filter("0.95", 0.84, 1.0),
    filter("0.9", 0.73, 1.2),
    filter("0.7", 0.46, 0.7),
];

/// Toxicity filters, from the same source as [`QUALITY_FILTERS`].
pub const TOXICITY_FILTERS: [PublishedFilter; 6] = [
    filter("inverse 0.06", 0.92, 1.7),
    filter("0.95", 0.98, 0.2),
    filter("0.9", 0.95, -0.7),
    filter("0.7", 0.86, -1.2),
    filter("0.5", 0.76, -2.0),
    filter("0.3", 0.61, -2.7),
];

/// Mean effect of leaving a domain out (points), from the same source as [`QUALITY_FILTERS`].
pub const DOMAIN_REMOVALS: [(&str, f64); 9] = [
    ("CommonCrawl", -4.8),
    ("Books", -2.7),
    ("OpenWeb", -1.4),
    ("PubMed", -1.2),
    ("legal", -0.6),
    ("Wikipedia", -0.3),
    ("code", -0.1),
    ("academic", 0.2),
    ("social", 0.4),
];
