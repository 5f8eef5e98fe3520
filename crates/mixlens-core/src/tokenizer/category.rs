//! [`Category`]: a category of text, as counts of pre-tokens.

/// How often each pre-token ("word") occurs. Merges depend on nothing else in a text, because no
/// merge crosses a border between words.
///
/// A word is spelled in the bytes of the tokenizer's units: raw bytes for a byte-level tokenizer,
/// UTF-8 with U+2581 for a space where the tokenizer writes spaces that way.
///
/// Groups are parts of the text that were drawn independently (documents assigned in turn). The
/// differences between groups measure the sampling error; a single group gives no estimate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordCounts {
    /// For each word, in ascending order: length, bytes, length of the counts, then the counts as
    /// group, count, group, count. Samples have millions of words, most of them short.
    packed: Vec<u8>,
    len: usize,
    bytes: Vec<u64>,
}

impl WordCounts {
    /// Words with their counts by group; counts of a word that occurs twice are added up. `bytes`
    /// is the length of the text counted in each group.
    pub fn new<W: AsRef<[u8]>, C: IntoIterator<Item = (u16, u64)> + Clone>(
        words: impl IntoIterator<Item = (W, C)>,
        bytes: Vec<u64>,
    ) -> Self {
        // Most words differ in their first bytes, which are compared without following a pointer.
        let mut words: Vec<(u64, W, C)> = words
            .into_iter()
            .map(|(word, counts)| (beginning(word.as_ref()), word, counts))
            .collect();
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.as_ref().cmp(b.1.as_ref())));
        let mut out = Self {
            bytes,
            ..Self::default()
        };
        let (mut counts, mut packed) = (Vec::new(), Vec::new());
        for same in words.chunk_by(|a, b| a.0 == b.0 && a.1.as_ref() == b.1.as_ref()) {
            counts.clear();
            counts.extend(
                same.iter()
                    .flat_map(|entry| entry.2.clone())
                    .filter(|count| count.1 > 0),
            );
            counts.sort_by_key(|count| count.0);
            packed.clear();
            for same in counts.chunk_by(|a, b| a.0 == b.0) {
                pack(
                    same.first().map_or(0, |count| u64::from(count.0)),
                    &mut packed,
                );
                pack(
                    same.iter()
                        .fold(0, |sum, count| count.1.saturating_add(sum)),
                    &mut packed,
                );
            }
            let word = same
                .first()
                .map(|entry| entry.1.as_ref())
                .unwrap_or_default();
            if !packed.is_empty() {
                pack(word.len() as u64, &mut out.packed);
                out.packed.extend_from_slice(word);
                pack(packed.len() as u64, &mut out.packed);
                out.packed.extend_from_slice(&packed);
                out.len += 1;
            }
        }
        out.packed.shrink_to_fit();
        out
    }

    /// Bytes of the text counted in each group; proportions are reported in bytes.
    pub fn bytes(&self) -> &[u64] {
        &self.bytes
    }

    /// The words in ascending order, with their counts in every group.
    pub fn iter(&self) -> Words<'_> {
        Words(&self.packed)
    }

    /// The words in ascending order, with their counts over all groups.
    pub fn totals(&self) -> impl Iterator<Item = (&[u8], u64)> + Clone {
        self.iter().map(|(word, counts)| {
            (
                word,
                counts.fold(0, |sum, count| count.1.saturating_add(sum)),
            )
        })
    }

    /// Number of different words.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<'a> IntoIterator for &'a WordCounts {
    type Item = (&'a [u8], Counts<'a>);
    type IntoIter = Words<'a>;

    fn into_iter(self) -> Words<'a> {
        self.iter()
    }
}

/// Words in ascending order with their counts; from [`WordCounts::iter`].
#[derive(Clone, Debug)]
pub struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = (&'a [u8], Counts<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let word = taken(&mut self.0)?;
        Some((word, Counts(taken(&mut self.0)?)))
    }
}

/// Counts of a word in each group that contains it, in rising order of groups; from [`Words`].
#[derive(Clone, Debug)]
pub struct Counts<'a>(&'a [u8]);

impl Iterator for Counts<'_> {
    type Item = (u16, u64);

    fn next(&mut self) -> Option<Self::Item> {
        let group = u16::try_from(unpacked(&mut self.0)?).ok()?;
        Some((group, unpacked(&mut self.0)?))
    }
}

/// Reads a length and that many bytes.
fn taken<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(unpacked(from)?).ok()?;
    let (bytes, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(bytes)
}

/// Reads a number that [`pack`] wrote.
fn unpacked(from: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7F) << shift;
        shift += 7;
        if byte < 0x80 {
            return Some(number);
        }
    }
}

/// The first eight bytes of a word, in the order of words.
fn beginning(word: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes
        .iter_mut()
        .zip(word)
        .for_each(|(byte, from)| *byte = *from);
    u64::from_be_bytes(bytes)
}

/// Writes a number, seven bits a byte, the lowest first.
fn pack(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(0x80 | (number & 0x7F) as u8);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A category that a tokenizer may have been trained on, with a sample of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Category {
    /// Name of the category.
    pub name: String,
    /// The words of the sample.
    pub words: WordCounts,
}
