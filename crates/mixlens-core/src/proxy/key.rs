//! N-grams of bytes packed into 64-bit keys whose order is the order of the index.

use std::hash::{BuildHasherDefault, Hasher};

/// Length of the longest n-gram that a key can hold, in bytes.
pub(super) const LONGEST_ORDER: usize = 6;

/// Bits of the packed context bytes.
const CONTEXT_BITS: u32 = 8 * (LONGEST_ORDER as u32 - 1);

/// A context of 0 to 5 bytes: its length above 40 bits of bytes, the most recent byte topmost.
///
/// Shorter contexts sort before longer ones, and among equal lengths those that share their most
/// recent bytes are neighbours, so walks from contexts to their suffixes move forward through
/// memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ContextKey(u64);

/// A context and the byte after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct GramKey(u64);

impl ContextKey {
    /// Number of bytes in the context.
    fn len(self) -> u64 {
        self.0 >> CONTEXT_BITS
    }

    /// The context followed by `byte`.
    pub(super) fn followed_by(self, byte: u8) -> GramKey {
        GramKey(self.0 << 8 | u64::from(byte))
    }
}

impl GramKey {
    /// The part before the last byte.
    pub(super) fn context(self) -> ContextKey {
        ContextKey(self.0 >> 8)
    }

    /// The same last byte after the context without its oldest byte; `None` when the context is
    /// empty.
    pub(super) fn suffix(self) -> Option<Self> {
        let context = self.context();
        let length = context.len().checked_sub(1)?;
        Some(
            Recent(context.0)
                .context(length as usize)
                .followed_by(self.0 as u8),
        )
    }
}

/// The last five bytes read, the most recent one topmost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recent(u64);

impl Recent {
    /// Reads one more byte.
    pub(super) fn push(&mut self, byte: u8) {
        self.0 = (self.0 & BYTES) >> 8 | u64::from(byte) << (CONTEXT_BITS - 8);
    }

    /// The context of the last `length` bytes.
    pub(super) fn context(self, length: usize) -> ContextKey {
        debug_assert!(length < LONGEST_ORDER);
        let kept = BYTES & !(BYTES >> (8 * length as u32));
        ContextKey((length as u64) << CONTEXT_BITS | (self.0 & kept))
    }
}

const BYTES: u64 = (1 << CONTEXT_BITS) - 1;

/// Hashes one 64-bit key by multiplication and folding: no adversary benefits from choosing the
/// keys, and the default hasher costs more than the rest of the look-up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyHasher(u64);

/// Builds [`KeyHasher`]s.
pub(super) type BuildKeyHasher = BuildHasherDefault<KeyHasher>;

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, key: u64) {
        let wide = u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93_u128;
        self.0 = wide as u64 ^ (wide >> 64) as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0 << 8 | u64::from(byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context_of(text: &[u8], length: usize) -> ContextKey {
        let mut recent = Recent::default();
        text.iter().for_each(|&byte| recent.push(byte));
        recent.context(length)
    }

    #[test]
    fn only_the_last_bytes_matter() {
        assert_eq!(context_of(b"xxabc", 3), context_of(b"yyyyabc", 3));
        assert_ne!(context_of(b"xxabc", 4), context_of(b"yyabc", 4));
        assert_ne!(context_of(b"\0", 1), context_of(b"", 0));
    }

    #[test]
    fn suffixes_drop_the_oldest_byte() {
        let mut gram = context_of(b"hello", 5).followed_by(b'!');
        for length in (0..5).rev() {
            gram = gram.suffix().unwrap();
            assert_eq!(gram, context_of(b"hello", length).followed_by(b'!'));
            assert_eq!(gram.context(), context_of(b"hello", length));
        }
        assert_eq!(gram.suffix(), None);
    }

    #[test]
    fn shorter_contexts_sort_first() {
        assert!(context_of(b"\xff\xff", 2) < context_of(b"\0\0\0", 3));
    }
}
