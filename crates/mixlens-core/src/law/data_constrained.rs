//! [`DataConstrainedLaw`]: loss of a model that reads its data more than once.

use crate::CoreError;
use crate::numbers::positive;

/// The data-constrained scaling law.
///
/// ```text
/// L = E + A / N′^α + B / D′^β
/// D′ = U_D + U_D R*_D (1 − exp(−R_D / R*_D))     U_D = min(unique, D)
///                                                R_D = D / U_D − 1
/// N′ = U_N + U_N R*_N (1 − exp(−R_N / R*_N))     U_N = min(N, (U_D G)^(β/α) G)
///                                                R_N = N / U_N − 1
/// G  = (αA / βB)^(1 / (α + β))
/// ```
/// Source: Muennighoff et al. 2023, "Scaling data-constrained language models", arXiv 2305.16264,
/// section 3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DataConstrainedLaw {
    /// E, the irreducible loss (nats).
    pub irreducible: f64,
    /// Scale of the parameter term, A.
    pub parameters_scale: f64,
    /// Scale of the token term, B.
    pub tokens_scale: f64,
    /// Exponent of the parameters, α.
    pub parameters_exponent: f64,
    /// Exponent of the tokens, β.
    pub tokens_exponent: f64,
    /// Repetition constant of the tokens, R*_D (epochs).
    pub tokens_repetition: f64,
    /// Repetition constant of the parameters, R*_N.
    pub parameters_repetition: f64,
}

/// The published fit to C4.
impl Default for DataConstrainedLaw {
    fn default() -> Self {
        Self {
            irreducible: 0.625_480_4_f64.exp(),
            parameters_scale: 6.255_414_f64.exp(),
            tokens_scale: 7.304_997_4_f64.exp(),
            parameters_exponent: 0.352_659_6,
            tokens_exponent: 0.352_659_6,
            tokens_repetition: crate::supply::WEB_REPETITION,
            parameters_repetition: 5.309_743,
        }
    }
}

impl DataConstrainedLaw {
    /// G, which relates parameters to tokens at the compute optimum.
    pub fn balance(&self) -> f64 {
        let (alpha, beta) = (self.parameters_exponent, self.tokens_exponent);
        ((alpha * self.parameters_scale) / (beta * self.tokens_scale)).powf(1.0 / (alpha + beta))
    }

    /// D′ for `training_tokens` read from `unique_tokens`.
    pub fn effective_tokens(&self, training_tokens: f64, unique_tokens: f64) -> f64 {
        saturating(
            training_tokens,
            unique_tokens.min(training_tokens),
            self.tokens_repetition,
        )
    }

    /// N′ for `parameters` trained on `unique_tokens`.
    pub fn effective_parameters(
        &self,
        parameters: f64,
        training_tokens: f64,
        unique_tokens: f64,
    ) -> f64 {
        // U_N = min(N, (U_D G)^(β/α) G)
        let balance = self.balance();
        let unique = unique_tokens.min(training_tokens);
        let matching =
            (unique * balance).powf(self.tokens_exponent / self.parameters_exponent) * balance;
        saturating(
            parameters,
            matching.min(parameters),
            self.parameters_repetition,
        )
    }

    /// The loss L (nats).
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for counts that are not finite and above zero.
    pub fn loss(
        &self,
        parameters: f64,
        training_tokens: f64,
        unique_tokens: f64,
    ) -> Result<f64, CoreError> {
        positive("parameters", parameters)?;
        positive("training-tokens", training_tokens)?;
        positive("unique-tokens", unique_tokens)?;
        let n = self.effective_parameters(parameters, training_tokens, unique_tokens);
        let d = self.effective_tokens(training_tokens, unique_tokens);
        // E + A / N′^α + B / D′^β
        let of_parameters = self.parameters_scale / n.powf(self.parameters_exponent);
        Ok(self.irreducible + of_parameters + self.tokens_scale / d.powf(self.tokens_exponent))
    }
}

/// `U + U R* (1 − exp(−(X / U − 1) / R*))`.
fn saturating(total: f64, unique: f64, repetition: f64) -> f64 {
    let repeats = total / unique - 1.0;
    unique * (1.0 + repetition * -(-repeats / repetition).exp_m1())
}
