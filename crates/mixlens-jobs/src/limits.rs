//! [`Limits`]: bounds, supply of tokens and constraints, as the user states them.

use std::sync::Arc;

use mixlens_core::CoreError;
use mixlens_core::simplex::{Constraints, ConstraintsBuilder, DomainSet, Mixture, Supply};
use mixlens_formats::parse_linear_constraint;
use serde::{Deserialize, Serialize};

use crate::JobError;

/// The default maximum of epochs over any domain. Source: Muennighoff et al. 2023, "Scaling
/// data-constrained language models": up to 4 epochs are nearly as good as new data.
const DEFAULT_MAX_EPOCHS: f64 = 4.0;

/// The limits that every mixture must keep; lists have one entry per domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Minimum proportions, where there are any.
    pub lower: Vec<Option<f64>>,
    /// Maximum proportions, where there are any.
    pub upper: Vec<Option<f64>>,
    /// Unique tokens of each domain, where they are known.
    pub unique_tokens: Vec<Option<f64>>,
    /// Training tokens of the target run; without them there are neither epochs nor caps.
    pub training_tokens: Option<f64>,
    /// The maximum number of epochs over any domain.
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
            max_epochs: DEFAULT_MAX_EPOCHS,
            linear: Vec::new(),
        }
    }

    /// These limits as constraints.
    ///
    /// # Errors
    /// Bounds and counts out of range, constraints that cannot be read, and
    /// [`mixlens_core::CoreError::Infeasible`], which names the limits that conflict.
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

    /// The maximum proportion that the supply allows.
    ///
    /// ```text
    /// cap = k · U / D      k maximum epochs, U unique tokens, D training tokens
    /// ```
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
