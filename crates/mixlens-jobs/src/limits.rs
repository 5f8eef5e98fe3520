//! [`Limits`]: bounds, supply of tokens and constraints, as the user states them.

use std::sync::Arc;

use mixlens_core::CoreError;
use mixlens_core::simplex::{Constraints, ConstraintsBuilder, DomainSet, Mixture, Supply};
use mixlens_formats::parse_linear_constraint;
use serde::{Deserialize, Serialize};

use crate::JobError;

/// The most epochs over any domain, unless the user says otherwise. Source: Muennighoff et al.
/// 2023, "Scaling data-constrained language models": up to 4 epochs are nearly as good as new data.
const USUAL_EPOCHS: f64 = 4.0;

/// What the user asks of every mixture; lists have one entry per domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Least proportions, where there is one.
    pub lower: Vec<Option<f64>>,
    /// Greatest proportions, where there is one.
    pub upper: Vec<Option<f64>>,
    /// Tokens that a domain has, where they are known.
    pub unique_tokens: Vec<Option<f64>>,
    /// Tokens that the target run will see; without them there are neither epochs nor caps.
    pub training_tokens: Option<f64>,
    /// The most epochs over any domain.
    pub max_epochs: f64,
    /// Linear constraints as they were written, such as `code <= 2*maths`.
    pub linear: Vec<String>,
}

impl Limits {
    /// No limits on `count` domains.
    pub fn none(count: usize) -> Self {
        let nothing = vec![None; count];
        Self {
            lower: nothing.clone(),
            upper: nothing.clone(),
            unique_tokens: nothing,
            training_tokens: None,
            max_epochs: USUAL_EPOCHS,
            linear: Vec::new(),
        }
    }

    /// The constraints that these limits are.
    ///
    /// # Errors
    /// Bounds and counts out of range, constraints that cannot be read, and
    /// [`mixlens_core::CoreError::Infeasible`], which names what clashes.
    pub fn constraints(&self, domains: &Arc<DomainSet>) -> Result<Constraints, JobError> {
        let mut builder = Constraints::builder(domains);
        for (name, (lower, upper)) in domains
            .names()
            .iter()
            .zip(self.lower.iter().zip(&self.upper))
        {
            if let Some(lower) = lower {
                builder = builder.lower(name, *lower)?;
            }
            if let Some(upper) = upper {
                builder = builder.upper(name, *upper)?;
            }
        }
        for text in &self.linear {
            builder = builder.linear(parse_linear_constraint(text, domains)?)?;
        }
        Ok(self.with_caps(builder)?.build()?)
    }

    /// `builder` with the caps that follow from the supply of tokens, where that is known.
    ///
    /// # Errors
    /// Counts out of range.
    pub fn with_caps(&self, builder: ConstraintsBuilder) -> Result<ConstraintsBuilder, CoreError> {
        let Some(training_tokens) = self.training_tokens else {
            return Ok(builder);
        };
        let unique_tokens = self.unique_tokens.clone();
        builder.supply(&Supply {
            unique_tokens,
            training_tokens,
            max_epochs: self.max_epochs,
        })
    }

    /// How often the target run would read a domain; `None` where tokens are not known.
    ///
    /// ```text
    /// epochs = p · D / U      p proportion, D training tokens, U unique tokens
    /// ```
    pub fn epochs(&self, domain: usize, proportion: f64) -> Option<f64> {
        let unique = self.unique_tokens.get(domain).copied().flatten()?;
        let read = proportion * self.training_tokens?;
        if read > 0.0 {
            Some(read / unique)
        } else {
            Some(0.0)
        }
        .filter(|epochs| epochs.is_finite())
    }

    /// The greatest proportion that the supply allows: `k · U / D`, with k the most epochs.
    pub fn cap(&self, domain: usize) -> Option<f64> {
        let unique = self.unique_tokens.get(domain).copied().flatten()?;
        Some(self.max_epochs * (unique / self.training_tokens?)).filter(|cap| cap.is_finite())
    }

    /// The mixture in proportion to unique tokens, when they are known for every domain.
    pub fn natural(&self, domains: &Arc<DomainSet>) -> Option<Mixture> {
        let tokens: Option<Vec<f64>> = self.unique_tokens.iter().copied().collect();
        Mixture::from_weights(domains, &tokens?)
            .ok()
            .map(|(mixture, _)| mixture)
    }
}
