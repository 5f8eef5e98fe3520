//! Domains, mixtures over them, and the constrained simplex they live on.

mod domain_set;
mod mixture;

pub use domain_set::DomainSet;
pub use mixture::{Mixture, SUM_TOLERANCE};
