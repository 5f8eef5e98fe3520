//! [`Caps`]: the proportions and budgets that the supply of tokens allows.

use std::sync::Arc;

use crate::CoreError;
use crate::numbers::{per_domain, positive};
use crate::simplex::{Constraints, DomainSet, Mixture};

/// Maximum epochs over each domain, and the proportions and budgets that follow.
///
/// ```text
/// pᵢ ≤ kᵢ · Uᵢ / D
/// ```
/// A [`Supply`](crate::simplex::Supply), with one k for all domains, is equivalent to equal
/// [`Caps`].
#[derive(Clone, Debug, PartialEq)]
pub struct Caps {
    domains: Arc<DomainSet>,
    unique_tokens: Vec<Option<f64>>,
    max_epochs: Vec<f64>,
}

/// The largest budget of a mixture, and the domain that limits it.
#[derive(Clone, Debug, PartialEq)]
pub struct BindingBudget {
    /// Training tokens.
    pub training_tokens: f64,
    /// Index of the domain whose cap is reached first.
    pub domain: usize,
}

impl Caps {
    /// Caps of `max_epochs` per domain over the unique tokens.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::BadTokenCount`], or [`CoreError::BadParameter`] for
    /// epochs that are not finite and above zero.
    pub fn new(
        domains: &Arc<DomainSet>,
        unique_tokens: Vec<Option<f64>>,
        max_epochs: Vec<f64>,
    ) -> Result<Self, CoreError> {
        per_domain("unique token counts", domains.len(), unique_tokens.len())?;
        per_domain("maximum epochs", domains.len(), max_epochs.len())?;
        for (name, unique) in domains.names().iter().zip(&unique_tokens) {
            if let Some(found) = unique.filter(|unique| !(unique.is_finite() && *unique >= 0.0)) {
                return Err(CoreError::BadTokenCount {
                    domain: name.clone(),
                    found,
                });
            }
        }
        max_epochs
            .iter()
            .try_for_each(|&epochs| positive("max-epochs", epochs).map(drop))?;
        Ok(Self {
            domains: Arc::clone(domains),
            unique_tokens,
            max_epochs,
        })
    }

    /// Maximum epochs per domain.
    pub fn max_epochs(&self) -> &[f64] {
        &self.max_epochs
    }

    /// Tokens available from each domain, `kᵢ · Uᵢ`; `None` where there is no cap.
    fn supplies(&self) -> impl Iterator<Item = Option<f64>> {
        self.unique_tokens
            .iter()
            .zip(&self.max_epochs)
            .map(|(unique, epochs)| unique.map(|unique| unique * epochs))
    }

    /// The maximum proportions at a budget, `min(1, kᵢ · Uᵢ / D)`.
    pub fn proportions(&self, training_tokens: f64) -> Vec<f64> {
        self.supplies()
            .map(|supply| supply.map_or(1.0, |supply| (supply / training_tokens).min(1.0)))
            .collect()
    }

    /// The largest budget that any mixture allows, `Σ kᵢ Uᵢ`; `None` where a domain has no cap.
    pub fn capacity(&self) -> Option<f64> {
        self.supplies().sum()
    }

    /// The largest budget that `mixture` allows, `min kᵢ Uᵢ / pᵢ`; `None` where no domain that is
    /// used has a cap.
    pub fn largest_budget(&self, mixture: &Mixture) -> Option<BindingBudget> {
        let used = self.supplies().zip(mixture.parts()).enumerate();
        let budgets = used.filter_map(|(domain, (supply, &part))| {
            let supply = supply?;
            (part > 0.0).then_some(BindingBudget {
                training_tokens: supply / part,
                domain,
            })
        });
        budgets.min_by(|a, b| a.training_tokens.total_cmp(&b.training_tokens))
    }

    /// The caps at a budget as constraints.
    ///
    /// # Errors
    /// [`CoreError::BadParameters`] when all domains together cannot fill the budget,
    /// [`CoreError::BadParameter`] for tokens that are not above zero.
    pub fn constraints(&self, training_tokens: f64) -> Result<Constraints, CoreError> {
        positive("training-tokens", training_tokens)?;
        if let Some(capacity) = self
            .capacity()
            .filter(|capacity| *capacity < training_tokens * (1.0 - 1e-12))
        {
            let problem = format!(
                "all domains at their maximum epochs give {capacity:.4e} tokens, fewer than the \
                {training_tokens:.4e} training tokens; train on fewer tokens, allow more epochs or \
                add data"
            );
            return Err(CoreError::BadParameters { problem });
        }
        let caps = self
            .domains
            .names()
            .iter()
            .zip(self.proportions(training_tokens));
        caps.into_iter()
            .try_fold(
                Constraints::builder(&self.domains),
                |builder, (name, cap)| builder.upper(name, cap),
            )?
            .build()
    }

    /// The mixture within the caps that keeps the ratios of `target` where no cap binds
    /// (water-filling, see [`Constraints::fill`]).
    ///
    /// # Errors
    /// As [`Caps::constraints`] and [`Constraints::fill`].
    pub fn fill(&self, target: &[f64], training_tokens: f64) -> Result<Mixture, CoreError> {
        self.constraints(training_tokens)?.fill(target)
    }

    /// The mixture within the caps that is nearest to `target` (Euclidean, see
    /// [`Constraints::project`]).
    ///
    /// # Errors
    /// As [`Caps::constraints`] and [`Constraints::project`].
    pub fn nearest(&self, target: &[f64], training_tokens: f64) -> Result<Mixture, CoreError> {
        self.constraints(training_tokens)?.project(target)
    }
}

/// The mixture with equal epochs over every domain: `qᵢ = Uᵢ / Σ U`; `None` where a count is
/// unknown.
pub fn natural_mixture(domains: &Arc<DomainSet>, unique_tokens: &[Option<f64>]) -> Option<Mixture> {
    let tokens: Option<Vec<f64>> = unique_tokens.iter().copied().collect();
    Mixture::from_weights(domains, &tokens?)
        .ok()
        .map(|(mixture, _)| mixture)
}

/// Epochs of each domain relative to the natural mixture: `pᵢ / qᵢ`; `None` where the domain has no
/// tokens.
///
/// The same numbers as weights of losses give the objective of `mixture` under natural sampling
/// (scalarisation).
pub fn upsampling_factors(mixture: &Mixture, natural: &Mixture) -> Vec<Option<f64>> {
    let pairs = mixture.parts().iter().zip(natural.parts());
    pairs
        .map(|(part, natural)| (*natural > 0.0).then_some(part / natural))
        .collect()
}
