//! The supply of tokens: caps, epochs, repetition, and the samplers that follow from counts.
//!
//! ```text
//! tokens from i        Dᵢ = pᵢ · D            share cap            pᵢ ≤ kᵢ · Uᵢ / D
//! epochs               eᵢ = Dᵢ / Uᵢ           largest budget       min kᵢ · Uᵢ / pᵢ
//! ```
//! U unique tokens, D training tokens, p proportions, k maximum epochs. A domain without a count
//! (`None`) has no epochs and no cap.

mod batch;
mod budget;
mod repetition;
mod temperature;
mod traffic_light;
mod uni_max;
mod units;

pub use batch::{BatchSampling, batch_counts};
pub use budget::{BindingBudget, Caps, natural_mixture, upsampling_factors};
pub use repetition::{Repetition, WEB_REPETITION};
pub use temperature::{
    SamplingVariances, min_variance_sampler, sampling_variances, scalarisation_factor,
    temperature_mixture,
};
pub use traffic_light::{Light, LightLimits};
pub use uni_max::{UniMax, uni_max};
pub use units::{Unit, convert};
