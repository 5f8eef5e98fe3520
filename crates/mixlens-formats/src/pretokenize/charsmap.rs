//! [`CharsMap`]: SentencePiece's compiled normalisation rules.

use super::bounded::Bounded;
use super::budget::WorkBudget;
use super::cut_error::CutError;

/// How messages call these rules.
const RULE: &str = "the compiled map of characters";

/// Replaces the longest sequences of characters that have a rule. Layout: the size of a
/// double-array trie in bytes, the trie, then replacements that end in a null byte each.
///
/// Source: `normalizer.cc` of SentencePiece, and the trie of darts-clone.
#[derive(Clone, Debug)]
pub(crate) struct CharsMap {
    trie: Box<[u32]>,
    replacements: Box<[u8]>,
}

impl CharsMap {
    /// `None` where the bytes are no such rules.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (size, rest) = bytes.split_first_chunk::<4>()?;
        let (trie, replacements) =
            rest.split_at_checked(usize::try_from(u32::from_le_bytes(*size)).ok()?)?;
        let (units, odd) = trie.as_chunks::<4>();
        let trie: Box<[u32]> = units.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
        (odd.is_empty() && !trie.is_empty()).then(|| Self {
            trie,
            replacements: replacements.into(),
        })
    }

    /// The text with all rules applied, from left to right.
    ///
    /// # Errors
    /// Where it takes too many steps, or the result is longer than `limit` bytes.
    pub fn normalize(
        &self,
        text: &str,
        limit: usize,
        budget: &mut WorkBudget<'_>,
    ) -> Result<String, CutError> {
        let mut out = Bounded::new(&RULE, limit, text);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (read, longest) = self.longest(rest.as_bytes());
            budget
                .spend(read)
                .map_err(|stop| CutError::stopped(stop, &RULE, text, at))?;
            let length = match longest {
                Some((length, replacement)) if rest.is_char_boundary(length) => {
                    out.push(replacement, at)?;
                    length
                }
                _ => {
                    let length = rest.chars().next().map_or(1, char::len_utf8);
                    out.push(rest.get(..length).unwrap_or_default(), at)?;
                    length
                }
            };
            at += length;
        }
        Ok(out.into_text())
    }

    /// The bytes that were read, and the longest beginning of `text` that has a rule: its length
    /// and what replaces it.
    fn longest(&self, text: &[u8]) -> (usize, Option<(usize, &str)>) {
        let unit_at = |index: u32| self.trie.get(index as usize).copied();
        let (mut read, mut longest) = (1, None);
        let Some(root) = unit_at(0) else {
            return (read, None);
        };
        let mut index = offset(root);
        for (length, &byte) in (1..).zip(text) {
            read = length;
            index ^= u32::from(byte);
            let Some(unit) = unit_at(index).filter(|unit| unit & 0x8000_00FF == u32::from(byte))
            else {
                break;
            };
            index ^= offset(unit);
            if unit >> 8 & 1 == 1 {
                longest = unit_at(index).map(|leaf| (length, leaf & 0x7FFF_FFFF));
            }
        }
        (
            read,
            longest.and_then(|(length, start)| Some((length, self.replacement(start)?))),
        )
    }

    fn replacement(&self, start: u32) -> Option<&str> {
        let rest = self.replacements.get(start as usize..)?;
        std::str::from_utf8(rest.get(..memchr::memchr(0, rest).unwrap_or(rest.len()))?).ok()
    }
}

/// How far a node's children are from it.
fn offset(unit: u32) -> u32 {
    (unit >> 10) << ((unit & (1 << 9)) >> 6)
}
