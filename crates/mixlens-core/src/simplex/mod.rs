//! Domains, mixtures over them, and the constrained simplex of mixtures.

mod apportion;
mod constraints;
mod distance;
mod domain_set;
mod feasibility;
mod gamma;
mod lattice;
mod linear;
mod locks;
mod mixture;
mod projection;
mod sampling;
mod saved;
mod water_fill;

pub use apportion::apportion;
pub use constraints::{Constraints, ConstraintsBuilder, Supply};
pub use distance::total_variation;
pub use domain_set::DomainSet;
pub use gamma::GammaShape;
pub(crate) use gamma::symmetric_beta;
pub use lattice::{DESIGN_LIMIT, MAX_DESIGN_NUMBERS, simplex_centroid, simplex_lattice};
pub use linear::LinearConstraint;
pub use locks::{Locks, Redistribution, set_proportion};
pub(crate) use mixture::sum_tolerance;
pub use mixture::{Mixture, SUM_TOLERANCE};
pub use projection::ProjectionScratch;
pub use sampling::{MAX_REDRAWS, Prior, Sampler};
