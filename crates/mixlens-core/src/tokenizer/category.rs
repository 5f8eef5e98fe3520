//! [`Category`]: what is known of the text of a category, as counts of its pre-tokens.

/// How often each pre-token ("word") occurs: all that merging pairs can see of a text, because no merge crosses a border
/// between words.
///
/// A word is spelled in the bytes that the tokenizer's units stand for: raw bytes for a byte-level tokenizer, UTF-8 with
/// U+2581 for a space where the tokenizer writes it so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordCounts {
    /// Of each word, in ascending order: its length, its bytes, its count. Samples have millions of words, most of them short.
    packed: Vec<u8>,
    len: usize,
    bytes: u64,
}

impl WordCounts {
    /// Counts of words; those of a word that is there twice are added up. `bytes` is the length of the text that was counted.
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = (W, u64)>, bytes: u64) -> Self {
        // Most words are told apart by how they begin, without a look at where they are.
        let mut words: Vec<(u64, W, u64)> =
            words.into_iter().map(|(word, count)| (beginning(word.as_ref()), word, count)).collect();
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.as_ref().cmp(b.1.as_ref())));
        let mut out = Self { bytes, ..Self::default() };
        for same in words.chunk_by(|a, b| a.0 == b.0 && a.1.as_ref() == b.1.as_ref()) {
            let word = same.first().map(|own| own.1.as_ref()).unwrap_or_default();
            pack(word.len() as u64, &mut out.packed);
            out.packed.extend_from_slice(word);
            pack(same.iter().fold(0, |sum, own| own.2.saturating_add(sum)), &mut out.packed);
            out.len += 1;
        }
        out.packed.shrink_to_fit();
        out
    }

    /// Bytes of the text that was counted, in which proportions are reported.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The words in ascending order, each with how often it occurs.
    pub fn iter(&self) -> Words<'_> {
        Words(&self.packed)
    }

    /// How many different words there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<'a> IntoIterator for &'a WordCounts {
    type Item = (&'a [u8], u64);
    type IntoIter = Words<'a>;

    fn into_iter(self) -> Words<'a> {
        self.iter()
    }
}

/// Words in ascending order, each with how often it occurs; from [`WordCounts::iter`].
#[derive(Clone, Debug)]
pub struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = (&'a [u8], u64);

    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::try_from(self.unpack()?).ok()?;
        let (word, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((word, self.unpack()?))
    }
}

impl Words<'_> {
    fn unpack(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }
}

/// The first eight bytes of a word, in the order of words.
fn beginning(word: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(word).for_each(|(byte, own)| *byte = *own);
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
///
/// Groups are parts of the sample that were drawn independently (documents dealt out in turn). Their differences say how far
/// the sample may be off; one group says nothing about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// The sample, in one or more parts.
    pub groups: Vec<WordCounts>,
}
