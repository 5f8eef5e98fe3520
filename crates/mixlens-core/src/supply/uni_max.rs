//! [`uni_max`]: the most even mixture that a cap on epochs allows.

use std::sync::Arc;

use crate::CoreError;
use crate::numbers::positive;
use crate::simplex::{DomainSet, Mixture};

/// The UniMax budget of each domain.
#[derive(Clone, Debug, PartialEq)]
pub struct UniMax {
    /// Units read from each domain, in domain order.
    pub budgets: Vec<f64>,
    /// The budgets as proportions.
    pub mixture: Mixture,
    /// The part of the budget left when every domain is at its cap.
    pub unspent: f64,
}

/// Splits a budget evenly among domains, with at most `max_epochs` epochs over each.
///
/// ```text
/// from the smallest domain on:  uᵢ = min(budget left / domains left, N · cᵢ)
///                               cᵢ size, N maximum epochs
/// ```
/// `sizes` and `budget` are in the same unit. Source: Chung et al. 2023, "UniMax: fairer and more
/// effective language sampling for large-scale multilingual pretraining", arXiv 2304.09151,
/// algorithm 1.
///
/// # Errors
/// As [`Mixture::from_weights`] for the sizes, [`CoreError::BadParameter`] for budget or epochs
/// that are not above zero.
pub fn uni_max(
    domains: &Arc<DomainSet>,
    sizes: &[f64],
    budget: f64,
    max_epochs: f64,
) -> Result<UniMax, CoreError> {
    // Checks the sizes.
    Mixture::from_weights(domains, sizes)?;
    positive("budget", budget)?;
    positive("max-epochs", max_epochs)?;
    let mut order: Vec<(usize, f64)> = sizes.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut budgets, mut left) = (vec![0.0; sizes.len()], budget);
    for ((domain, size), rest) in order.iter().zip((1..=sizes.len()).rev()) {
        // uᵢ = min(budget left / domains left, N · cᵢ)
        let given = (left / rest as f64).min(max_epochs * size);
        budgets
            .iter_mut()
            .skip(*domain)
            .take(1)
            .for_each(|budget| *budget = given);
        left -= given;
    }
    let (mixture, _) = Mixture::from_weights(domains, &budgets)?;
    Ok(UniMax {
        budgets,
        mixture,
        unspent: left.max(0.0),
    })
}
