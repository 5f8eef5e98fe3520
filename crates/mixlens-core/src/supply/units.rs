//! [`convert`]: shares of tokens, bytes, documents and rows.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::numbers::per_domain;
use crate::simplex::Mixture;

/// Unit that proportions are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Tokens of training text, the unit of mixtures in this crate.
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

    /// The name of the unit.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Bytes => "bytes",
            Self::Documents => "documents",
            Self::Rows => "rows",
        }
    }
}

/// Converts shares of one unit to shares of another by the mean tokens per unit of each domain.
///
/// ```text
/// token share of i ∝ document share of i · mean tokens per document of i
/// ```
/// A unit without means has the same number of tokens in every domain: tokens themselves, and fully
/// packed rows.
///
/// # Errors
/// [`CoreError::WrongLength`] or [`CoreError::BadWeight`] for means that are not above zero.
pub fn convert(
    mixture: &Mixture,
    tokens_per_unit: Option<&[f64]>,
    tokens_per_target: Option<&[f64]>,
) -> Result<Mixture, CoreError> {
    for means in [tokens_per_unit, tokens_per_target].into_iter().flatten() {
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
    // share of i · tokens per unit of i / tokens per target unit of i
    let weights: Vec<f64> = parts
        .map(|(domain, part)| part * (at(tokens_per_unit, domain) / at(tokens_per_target, domain)))
        .collect();
    // Shares that do not change keep their bits.
    Mixture::from_proportions(mixture.domains(), &weights, f64::INFINITY)
}
