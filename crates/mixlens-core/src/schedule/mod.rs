//! Training plans: tokens, epochs, phases and the cost of repetition, from mixtures.
//!
//! ```text
//! tokens from i        Dᵢ = pᵢ · D            share cap            pᵢ ≤ kᵢ · Uᵢ / D
//! epochs               eᵢ = Dᵢ / Uᵢ           largest budget       min kᵢ · Uᵢ / pᵢ
//! ```
//! U unique tokens, D training tokens, p proportions, k maximum epochs. A domain without a count
//! (`None`) has no epochs and no cap.

mod batch;
mod budget;
mod checks;
mod cooldown;
mod data_constrained;
mod filtering;
mod late_phase;
mod plan;
mod proxy_match;
mod repetition;
mod rewritten;
mod scarce_target;
mod temperature;
mod templates;
mod traffic_light;
mod uni_max;
mod units;

pub use batch::{BatchSampling, batch_counts};
pub use budget::{BindingBudget, Caps, natural_mixture, upsampling_factors};
pub use checks::{Check, CheckLevel, CheckParams, check_plan};
pub use cooldown::{CooldownStep, cooldown};
pub use data_constrained::DataConstrainedLaw;
pub use filtering::{
    DOMAIN_REMOVALS, Filtered, PublishedFilter, QUALITY_FILTERS, TOXICITY_FILTERS, break_even_loss,
    filtered,
};
pub use late_phase::{
    DURATION_FRACTIONS, DURATION_RESULTS, DurationResult, DurationSweep, duration_between,
    length_sweep, with_late_phase,
};
pub use plan::{Phase, Plan};
pub use proxy_match::{ProxyMatch, proxy_match};
pub use repetition::{Repetition, WEB_REPETITION};
pub use rewritten::{PUBLISHED_REWRITES, PublishedRewrite, Rewritten, rewritten};
pub use scarce_target::ScarceTarget;
pub use temperature::{
    PUBLISHED_TEMPERATURES, SamplingVariances, min_variance_sampler, sampling_variances,
    scalarisation_factor, temperature_mixture,
};
pub use templates::{LATE_TEMPLATES, LateTemplate};
pub use traffic_light::{Light, LightLimits};
pub use uni_max::{UniMax, uni_max};
pub use units::{Unit, convert};

use crate::CoreError;

/// Checks that a parameter is finite and above zero.
fn positive(name: &'static str, value: f64) -> Result<f64, CoreError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(CoreError::BadParameter {
            name,
            expected: "a finite number above zero",
            found: value.to_string(),
        })
    }
}

/// Checks that a parameter is from 0 to 1.
fn fraction(name: &'static str, value: f64) -> Result<f64, CoreError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(CoreError::BadParameter {
            name,
            expected: "a number from 0 to 1",
            found: value.to_string(),
        })
    }
}

/// Checks that there is one number per domain.
fn per_domain(what: &'static str, expected: usize, found: usize) -> Result<(), CoreError> {
    if expected == found {
        Ok(())
    } else {
        Err(CoreError::WrongLength {
            what,
            expected,
            found,
        })
    }
}

#[cfg(test)]
mod tests;
