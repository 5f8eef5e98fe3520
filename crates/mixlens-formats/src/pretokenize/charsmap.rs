//! [`CharsMap`]: SentencePiece's compiled normalisation rules.

/// Replaces the longest sequences of characters that have a rule. Layout: the size of a double-array trie in bytes, the trie, then
/// replacements that end in a null byte each.
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
        let (trie, replacements) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*size)).ok()?)?;
        let (units, odd) = trie.as_chunks::<4>();
        let trie: Box<[u32]> = units.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
        (odd.is_empty() && !trie.is_empty()).then(|| Self { trie, replacements: replacements.into() })
    }

    /// The text with all rules applied, from left to right.
    pub fn normalize(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = match self.longest(rest.as_bytes()) {
                Some((length, replacement)) if length > 0 && rest.is_char_boundary(length) => {
                    out.push_str(replacement);
                    length
                }
                _ => {
                    out.push(first);
                    first.len_utf8()
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        out
    }

    /// The longest beginning of `text` that has a rule: its length and what replaces it.
    fn longest(&self, text: &[u8]) -> Option<(usize, &str)> {
        let unit_at = |place: u32| self.trie.get(place as usize).copied();
        let mut place = offset(unit_at(0)?);
        let mut longest = None;
        for (length, &byte) in (1..).zip(text) {
            place ^= u32::from(byte);
            let Some(unit) = unit_at(place).filter(|unit| unit & 0x8000_00FF == u32::from(byte)) else { break };
            place ^= offset(unit);
            if unit >> 8 & 1 == 1 {
                longest = unit_at(place).map(|leaf| (length, leaf & 0x7FFF_FFFF));
            }
        }
        let (length, start) = longest?;
        let replacement = self.replacements.get(start as usize..)?.split(|&byte| byte == 0).next()?;
        Some((length, std::str::from_utf8(replacement).ok()?))
    }
}

/// How far a node's children are from it.
fn offset(unit: u32) -> u32 {
    (unit >> 10) << ((unit & (1 << 9)) >> 6)
}
