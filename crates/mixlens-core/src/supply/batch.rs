//! [`BatchSampling`]: small domains in batches of whole sequences.

use crate::CoreError;
use crate::numbers::positive;
use crate::simplex::{Mixture, apportion};

/// How well batches of whole sequences represent a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchSampling {
    /// Index of the smallest domain that is used.
    pub smallest: usize,
    /// Tokens of that domain per batch: `p · batch tokens`.
    pub smallest_tokens: f64,
    /// Sequences of that domain per batch; below one, some batches contain none.
    pub smallest_sequences: f64,
    /// The share of batches without that domain when sequences are drawn at random: `(1 − p)^b`.
    pub batches_without: f64,
    /// The largest error of a proportion in one batch after rounding to whole sequences: `1 / b`.
    pub resolution: f64,
}

impl BatchSampling {
    /// Batches of `batch_tokens` in sequences of `sequence_tokens`.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for tokens that are not above zero or a batch below one
    /// sequence.
    pub fn new(
        mixture: &Mixture,
        batch_tokens: f64,
        sequence_tokens: f64,
    ) -> Result<Self, CoreError> {
        let sequences = sequences(batch_tokens, sequence_tokens)?;
        let used = mixture
            .parts()
            .iter()
            .enumerate()
            .filter(|(_, part)| **part > 0.0);
        // A mixture sums to one, so some domain is used.
        let (smallest, &part) = used.min_by(|a, b| a.1.total_cmp(b.1)).unwrap_or((0, &0.0));
        Ok(Self {
            smallest,
            smallest_tokens: part * batch_tokens,
            smallest_sequences: part * sequences,
            batches_without: (1.0 - part).powf(sequences),
            resolution: 1.0 / sequences,
        })
    }
}

/// Whole sequences of each domain in one batch, by largest remainders.
///
/// # Errors
/// As [`BatchSampling::new`].
pub fn batch_counts(
    mixture: &Mixture,
    batch_tokens: f64,
    sequence_tokens: f64,
) -> Result<Vec<u64>, CoreError> {
    Ok(apportion(
        mixture.parts(),
        sequences(batch_tokens, sequence_tokens)? as u64,
    ))
}

/// Whole sequences in a batch.
fn sequences(batch_tokens: f64, sequence_tokens: f64) -> Result<f64, CoreError> {
    let sequences = (positive("batch-tokens", batch_tokens)?
        / positive("sequence-tokens", sequence_tokens)?)
    .floor();
    if sequences >= 1.0 {
        return Ok(sequences);
    }
    Err(CoreError::BadParameter {
        name: "batch-tokens",
        expected: "at least the tokens of one sequence",
        found: batch_tokens.to_string(),
    })
}
