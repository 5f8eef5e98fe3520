//! Published figures, as data: what others measured and trained with.

mod durations;
mod filters;
mod late_templates;
mod rewrites;
mod temperatures;

pub use durations::{DURATION_FRACTIONS, DURATION_RESULTS, DurationResult, duration_between};
pub use filters::{DOMAIN_REMOVALS, PublishedFilter, QUALITY_FILTERS, TOXICITY_FILTERS};
pub use late_templates::{LATE_TEMPLATES, LateTemplate};
pub use rewrites::{PUBLISHED_REWRITES, PublishedRewrite};
pub use temperatures::PUBLISHED_TEMPERATURES;
