//! Effective tokens of a plan under repetition.

use super::Plan;
use crate::CoreError;
use crate::numbers::per_domain;
use crate::simplex::Mixture;
use crate::supply::Repetition;

impl Plan {
    /// D′ of each domain over all phases; tokens of a domain whose supply is not known count in
    /// full.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`] unless there is one constant per domain.
    pub fn effective_tokens(&self, repetitions: &[Repetition]) -> Result<Vec<f64>, CoreError> {
        per_domain(
            "repetition constants",
            self.unique_tokens().len(),
            repetitions.len(),
        )?;
        let domains = self
            .domain_tokens()
            .into_iter()
            .zip(self.unique_tokens())
            .zip(repetitions);
        Ok(domains
            .map(|((read, unique), repetition)| {
                unique.map_or(read, |unique| repetition.effective_tokens(read, unique))
            })
            .collect())
    }

    /// The mixture of effective tokens, `D′ᵢ / Σ D′`.
    ///
    /// # Errors
    /// As [`Plan::effective_tokens`], and [`CoreError::AllZero`] when nothing has value.
    pub fn effective_mixture(&self, repetitions: &[Repetition]) -> Result<Mixture, CoreError> {
        Ok(Mixture::from_weights(self.domains(), &self.effective_tokens(repetitions)?)?.0)
    }
}
