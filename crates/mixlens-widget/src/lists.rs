//! Values by name, joined with the domains.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixlens_core::simplex::{DomainSet, Locks, Mixture, SUM_TOLERANCE};

use crate::WidgetError;

/// A mixture from weights by domain; domains without a weight get zero.
pub(crate) fn mixture_from_names(
    domains: &Arc<DomainSet>,
    weights: &BTreeMap<String, f64>,
) -> Result<Mixture, WidgetError> {
    let mut values = vec![0.0; domains.len()];
    for (name, &weight) in weights {
        let domain = domains.require(name)?;
        values
            .iter_mut()
            .skip(domain)
            .take(1)
            .for_each(|value| *value = weight);
    }
    let (rescaled, _) = Mixture::from_weights(domains, &values)?;
    // Values that sum to one already keep their bits, so that saving and restoring changes nothing.
    Ok(Mixture::from_proportions(domains, &values, SUM_TOLERANCE).unwrap_or(rescaled))
}

/// Locks on the named domains, and no others.
pub(crate) fn locks_from_names(
    domains: &Arc<DomainSet>,
    names: &[String],
) -> Result<Locks, WidgetError> {
    let mut locks = Locks::none(domains);
    for name in names {
        locks.lock(name)?;
    }
    Ok(locks)
}

/// Weights by domain.
pub(crate) fn names_from_mixture(mixture: &Mixture) -> BTreeMap<String, f64> {
    mixture
        .iter()
        .map(|(name, part)| (name.to_owned(), part))
        .collect()
}
