//! [`convert`]: shares of tokens, bytes, documents and rows.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::numbers::per_domain;
use crate::simplex::Mixture;

/// What a proportion is a proportion of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Tokens of training text; what a mixture is in this crate.
    #[default]
    Tokens,
    /// Bytes of text.
    Bytes,
    /// Documents, or examples of a data set.
    Documents,
    /// Packed rows of a fixed number of tokens.
    Rows,
}

impl Unit {
    /// All units.
    pub const ALL: [Self; 4] = [Self::Tokens, Self::Bytes, Self::Documents, Self::Rows];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Bytes => "bytes",
            Self::Documents => "documents",
            Self::Rows => "rows",
        }
    }
}

/// Shares of one unit from shares of another, by how many tokens one unit of each domain has on
/// average.
///
/// ```text
/// token share of i ∝ document share of i · mean tokens per document of i
/// ```
/// A unit without means counts each domain alike: tokens themselves, and rows that are packed full.
///
/// # Errors
/// [`CoreError::WrongLength`] or [`CoreError::BadWeight`] for means that are not above zero.
pub fn convert(
    mixture: &Mixture,
    tokens_per_unit: Option<&[f64]>,
    tokens_per_wanted: Option<&[f64]>,
) -> Result<Mixture, CoreError> {
    for means in [tokens_per_unit, tokens_per_wanted].into_iter().flatten() {
        per_domain("mean tokens", mixture.parts().len(), means.len())?;
        let named = mixture.domains().names().iter().zip(means);
        if let Some((domain, &found)) = named
            .into_iter()
            .find(|(_, mean)| !(mean.is_finite() && **mean > 0.0))
        {
            return Err(CoreError::BadWeight {
                domain: domain.clone(),
                found,
            });
        }
    }
    let at = |means: Option<&[f64]>, domain: usize| {
        means
            .and_then(|means| means.get(domain))
            .copied()
            .unwrap_or(1.0)
    };
    let parts = mixture.parts().iter().enumerate();
    let weights: Vec<f64> = parts
        .map(|(domain, part)| part * (at(tokens_per_unit, domain) / at(tokens_per_wanted, domain)))
        .collect();
    // Shares that nothing changed stay as they are, to the bit.
    Mixture::from_proportions(mixture.domains(), &weights, f64::INFINITY)
}
