//! [`DomainRow`]: everything a row of the mixture panel shows.

use mixlens_core::fit::TrainingSupport;

use crate::{Dataset, State};
use mixlens_jobs::{number_text, percent_text};

/// Proportions this near a limit count as at the limit: half of the last digit shown (0.01 %).
const NEAR_LIMIT: f64 = 5e-5;

/// The position of a proportion relative to its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitHit {
    /// Between the limits.
    Free,
    /// At the minimum.
    AtLower,
    /// At the maximum.
    AtUpper,
    /// Below the minimum, as a loaded mixture may be.
    BelowLower,
    /// Above the maximum.
    AboveUpper,
}

/// One domain.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainRow {
    /// The domain's index.
    pub domain: usize,
    /// The domain's name.
    pub name: String,
    /// The domain's proportion.
    pub proportion: f64,
    /// The baseline's proportion.
    pub baseline: f64,
    /// Proportion minus baseline.
    pub difference: f64,
    /// Whether it is locked.
    pub is_locked: bool,
    /// The minimum proportion allowed.
    pub lower: f64,
    /// The maximum proportion allowed: the tighter of bound and cap.
    pub upper: f64,
    /// The maximum proportion that the supply allows, where tokens are known.
    pub cap: Option<f64>,
    /// The position of the proportion relative to its limits.
    pub limit: LimitHit,
    /// Epochs of the target run over the domain, where tokens are known.
    pub epochs: Option<f64>,
    /// Unique tokens of the domain, where they are known.
    pub unique_tokens: Option<f64>,
    /// Whether no run has tried a proportion like this; false without a fit.
    pub is_beyond_runs: bool,
    /// The proportion as text.
    pub text: String,
    /// The baseline's proportion as text.
    pub baseline_text: String,
    /// The epochs as text, empty where they are not known.
    pub epochs_text: String,
}

/// One row per domain, in the order of the domain set.
pub(crate) fn domain_rows(dataset: &Dataset, state: &State) -> Vec<DomainRow> {
    let beyond = |support: &TrainingSupport| {
        support
            .beyond_range(state.current.parts())
            .unwrap_or_default()
    };
    let beyond = dataset
        .fit()
        .map(|fit| beyond(fit.set.support()))
        .unwrap_or_default();
    let row = |(domain, (name, proportion)): (usize, (&str, f64))| {
        let at = |values: &[f64], otherwise: f64| values.get(domain).copied().unwrap_or(otherwise);
        let baseline = at(state.baseline.mixture.parts(), 0.0);
        let (lower, upper) = (
            at(state.constraints.lower(), 0.0),
            at(state.constraints.upper(), 1.0),
        );
        let epochs = state.limits.epochs(domain, proportion);
        DomainRow {
            domain,
            name: name.to_owned(),
            proportion,
            baseline,
            difference: proportion - baseline,
            is_locked: state.locks.is_locked(domain),
            lower,
            upper,
            cap: state.limits.cap(domain),
            limit: limit_hit(proportion, lower, upper),
            epochs,
            unique_tokens: state.limits.unique_tokens.get(domain).copied().flatten(),
            is_beyond_runs: beyond.contains(&domain),
            text: percent_text(proportion),
            baseline_text: percent_text(baseline),
            epochs_text: epochs.map_or_else(String::new, |epochs| number_text(epochs, 2)),
        }
    };
    state.current.iter().enumerate().map(row).collect()
}

fn limit_hit(proportion: f64, lower: f64, upper: f64) -> LimitHit {
    if proportion < lower - NEAR_LIMIT {
        LimitHit::BelowLower
    } else if proportion > upper + NEAR_LIMIT {
        LimitHit::AboveUpper
    } else if proportion >= upper - NEAR_LIMIT && upper < 1.0 {
        LimitHit::AtUpper
    } else if proportion <= lower + NEAR_LIMIT && lower > 0.0 {
        LimitHit::AtLower
    } else {
        LimitHit::Free
    }
}
