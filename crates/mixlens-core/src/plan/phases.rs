//! [`Plan`]: phases, and the unique tokens of each domain.

use std::sync::Arc;

use crate::numbers::{per_domain, positive};
use crate::simplex::{DomainSet, Mixture};
use crate::{CoreError, listed};

/// One mixture for a stretch of training.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Tokens that the phase trains on.
    pub training_tokens: f64,
    /// Mixture of those tokens.
    pub mixture: Mixture,
}

/// A list of phases over the same domains, with the unique tokens of each domain.
///
/// ```
/// use mixlens_core::plan::{Phase, Plan};
/// use mixlens_core::simplex::{DomainSet, Mixture};
/// let domains = DomainSet::new(["web", "code", "wiki"])?;
/// let (mixture, _) = Mixture::from_weights(&domains, &[0.80, 0.15, 0.05])?;
/// let unique = vec![Some(2e12), Some(1e11), Some(2e10)];
/// let plan = Plan::new(vec![Phase { training_tokens: 1e12, mixture }], unique)?;
/// assert!((plan.epochs()[2].unwrap_or(0.0) - 2.5).abs() < 1e-12);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    phases: Vec<Phase>,
    unique_tokens: Vec<Option<f64>>,
}

impl Plan {
    /// A plan of at least one phase; all phases are over the same domains, in the same order.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] without phases or for training tokens that are not above zero,
    /// [`CoreError::BadParameters`] for phases over different domains, [`CoreError::WrongLength`]
    /// or [`CoreError::BadTokenCount`] for the unique tokens.
    pub fn new(phases: Vec<Phase>, unique_tokens: Vec<Option<f64>>) -> Result<Self, CoreError> {
        let Some(first) = phases.first() else {
            return Err(CoreError::BadParameter {
                name: "phases",
                expected: "at least one phase",
                found: "none".to_owned(),
            });
        };
        let domains = Arc::clone(first.mixture.domains());
        for (number, phase) in (1..).zip(&phases) {
            positive("training-tokens", phase.training_tokens)?;
            if **phase.mixture.domains() != *domains {
                let problem = format!(
                    "phase {number} is over {}, phase 1 over {}; list the same domains in every \
                    phase, with 0 for those not used",
                    listed(phase.mixture.domains().names()),
                    listed(domains.names())
                );
                return Err(CoreError::BadParameters { problem });
            }
        }
        per_domain("unique token counts", domains.len(), unique_tokens.len())?;
        for (name, unique) in domains.names().iter().zip(&unique_tokens) {
            if let Some(found) = unique.filter(|unique| !(unique.is_finite() && *unique >= 0.0)) {
                return Err(CoreError::BadTokenCount {
                    domain: name.clone(),
                    found,
                });
            }
        }
        Ok(Self {
            phases,
            unique_tokens,
        })
    }

    /// A plan of one phase.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn single(
        mixture: Mixture,
        training_tokens: f64,
        unique_tokens: Vec<Option<f64>>,
    ) -> Result<Self, CoreError> {
        Self::new(
            vec![Phase {
                training_tokens,
                mixture,
            }],
            unique_tokens,
        )
    }

    /// The phases in order; at least one.
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// The domains of every phase.
    pub fn domains(&self) -> &Arc<DomainSet> {
        // A plan has at least one phase.
        self.phases
            .first()
            .map(|phase| phase.mixture.domains())
            .expect("a plan without phases cannot be made")
    }

    /// Unique tokens per domain, where they are known.
    pub fn unique_tokens(&self) -> &[Option<f64>] {
        &self.unique_tokens
    }

    /// Tokens of all phases.
    pub fn training_tokens(&self) -> f64 {
        self.phases.iter().map(|phase| phase.training_tokens).sum()
    }

    /// Tokens that all phases read from each domain: `Dᵢ = Σₖ Dₖ pᵢᵏ`.
    pub fn domain_tokens(&self) -> Vec<f64> {
        self.tokens_read(self.phases.len())
    }

    /// Tokens that the first phases read from each domain.
    fn tokens_read(&self, phases: usize) -> Vec<f64> {
        let mut tokens = vec![0.0; self.unique_tokens.len()];
        for phase in self.phases.iter().take(phases) {
            for (tokens, part) in tokens.iter_mut().zip(phase.mixture.parts()) {
                // Dᵢ = Σₖ Dₖ pᵢᵏ
                *tokens += part * phase.training_tokens;
            }
        }
        tokens
    }

    fn epochs_of_tokens(&self, read: &[f64]) -> Vec<Option<f64>> {
        self.unique_tokens
            .iter()
            .zip(read)
            .map(|(unique, read)| epochs_of(*read, *unique))
            .collect()
    }

    /// The mixture of the whole run: `Σₖ fₖ pᵏ`, with fₖ the fraction of training in phase k.
    pub fn mean_mixture(&self) -> Mixture {
        match self.phases.as_slice() {
            [only] => only.mixture.clone(),
            _ => Mixture::from_weights(self.domains(), &self.domain_tokens())
                .map(|(mixture, _)| mixture)
                .expect("tokens of mixtures are finite, not negative and not all zero"),
        }
    }

    /// Epochs over each domain in all phases together; `None` where the domain's tokens are
    /// unknown.
    ///
    /// Infinite for a domain that is read but has no tokens.
    pub fn epochs(&self) -> Vec<Option<f64>> {
        self.epochs_of_tokens(&self.domain_tokens())
    }

    /// Epochs over each domain in one phase; empty for a phase that does not exist.
    pub fn phase_epochs(&self, phase: usize) -> Vec<Option<f64>> {
        let Some(phase) = self.phases.get(phase) else {
            return Vec::new();
        };
        let read: Vec<f64> = phase
            .mixture
            .parts()
            .iter()
            .map(|part| part * phase.training_tokens)
            .collect();
        self.epochs_of_tokens(&read)
    }

    /// Epochs over each domain up to the end of a phase.
    pub fn epochs_until(&self, phase: usize) -> Vec<Option<f64>> {
        self.epochs_of_tokens(&self.tokens_read(phase + 1))
    }

    /// The same phases, shortened or lengthened to `training_tokens` in all.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for tokens that are not above zero.
    pub fn scaled(&self, training_tokens: f64) -> Result<Self, CoreError> {
        let factor = positive("training-tokens", training_tokens)? / self.training_tokens();
        let phases = self.phases.iter();
        let phases = phases
            .map(|phase| Phase {
                training_tokens: phase.training_tokens * factor,
                mixture: phase.mixture.clone(),
            })
            .collect();
        Self::new(phases, self.unique_tokens.clone())
    }
}

/// `D / U`, zero where nothing is read; `None` where U is unknown.
pub(super) fn epochs_of(read: f64, unique: Option<f64>) -> Option<f64> {
    let unique = unique?;
    Some(if read > 0.0 { read / unique } else { 0.0 })
}
