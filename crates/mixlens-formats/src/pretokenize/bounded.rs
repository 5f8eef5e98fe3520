//! [`Bounded`]: a text that may grow so far and no farther.

use std::fmt::Display;

use super::cut_error::CutError;

/// Times that normalisation may make a text longer. The maximum of Unicode is 11 times, for an
/// Arabic ligature that expands to 18 characters; a mark for each space makes it 13.
const MAX_GROWTH: usize = 32;

/// Bytes by which normalisation may make any text longer, for what is put before it.
const SLACK: usize = 1 << 10;

/// The bytes that a text of that length may become.
pub(super) fn limit(bytes: usize) -> usize {
    bytes.saturating_mul(MAX_GROWTH).saturating_add(SLACK)
}

/// What a rule makes of a text.
pub(super) struct Bounded<'a> {
    out: String,
    limit: usize,
    rule: &'a dyn Display,
    text: &'a str,
}

impl<'a> Bounded<'a> {
    /// Nothing yet; `rule` reads `text` and may write `limit` bytes.
    pub fn new(rule: &'a dyn Display, limit: usize, text: &'a str) -> Self {
        Self {
            out: String::with_capacity(text.len().min(limit)),
            limit,
            rule,
            text,
        }
    }

    /// Adds what byte `at` of the text becomes.
    ///
    /// # Errors
    /// [`CutError::grown`], before more is written than may be.
    pub fn push(&mut self, part: &str, at: usize) -> Result<(), CutError> {
        if self.out.len() + part.len() > self.limit {
            return Err(CutError::grown(self.rule, self.text, at));
        }
        self.out.push_str(part);
        Ok(())
    }

    pub fn into_text(self) -> String {
        self.out
    }
}
