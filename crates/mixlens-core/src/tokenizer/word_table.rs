//! [`Shard`]: words of all categories in one table. Shards are counted apart.
#![expect(clippy::indexing_slicing, reason = "positions come from the table itself")]

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Category, MergeList, TokenId, Units, WordCounts};

/// Words as symbols, each with how often it occurs in every group.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// The symbols of all words, one word after the other.
    pub symbols: Vec<Symbol>,
    /// Group (numbered through all categories) and occurrences, word after word.
    pub occurrences: Vec<(u16, i64)>,
    /// Where each word is; a last one marks the ends.
    pub words: Vec<Word>,
}

/// A symbol of a word, and the pair that begins there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub token: TokenId,
    /// Says nothing at the last symbol of a word.
    pub pair: u32,
}

/// Where a word is, together so that a visit touches little memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Its first symbol, and how many are left of them.
    pub start: u32,
    pub length: u32,
    /// Its first entry in `occurrences`.
    pub occurrences: u32,
}

/// Rows of few numbers: a column and a count each.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    ends: Vec<usize>,
    entries: Vec<(u16, i64)>,
}

impl Sparse {
    pub fn row(&self, row: usize) -> &[(u16, i64)] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.entries[start..self.ends[row]]
    }

    pub fn push(&mut self, entries: impl IntoIterator<Item = (u16, i64)>) {
        self.entries.extend(entries);
        self.ends.push(self.entries.len());
    }

    /// The row of counts that are not 0.
    pub fn push_dense(&mut self, counts: &[i64]) {
        self.push((0_u16..).zip(counts.iter().copied()).filter(|&(_, count)| count != 0));
    }

    pub fn rows(&self) -> usize {
        self.ends.len()
    }
}

impl Shard {
    /// Adds the words that are asked for.
    fn add(&mut self, groups: &[&WordCounts], symbols: &Symbols, is_own: impl Fn(&[u8]) -> bool) {
        let mut numbers: FxHashMap<&[u8], usize> = FxHashMap::default();
        let mut words: Vec<(&[u8], usize)> = Vec::new();
        let mut occurrences: Vec<(usize, u16, i64)> = Vec::new();
        for (column, group) in (0_u16..).zip(groups) {
            for (word, count) in group.iter().filter(|&(word, count)| !word.is_empty() && count > 0 && is_own(word)) {
                let number = *numbers.entry(word).or_insert(words.len());
                if number == words.len() {
                    words.push((word, 0));
                }
                words[number].1 += 1;
                occurrences.push((number, column, i64::try_from(count).unwrap_or(i64::MAX)));
            }
        }
        drop(numbers);
        let occurrences = sorted_by_number(&occurrences, words.iter().map(|own| own.1));
        let mut at = 0;
        for (word, count) in words {
            symbols.spell(word, |spelled| self.push(spelled, occurrences[at..at + count].iter().copied()));
            at += count;
        }
    }

    fn push(&mut self, word: impl Iterator<Item = TokenId>, occurrences: impl Iterator<Item = (u16, i64)>) {
        let place = |length: usize| u32::try_from(length).expect("memory holds fewer symbols than 2^32");
        let start = self.symbols.len();
        self.symbols.extend(word.map(|token| Symbol { token, pair: u32::MAX }));
        self.occurrences.extend(occurrences);
        let end = self.symbols.len();
        if let Some(last) = self.words.last_mut() {
            last.length = place(end - start);
        }
        self.words.push(Word { start: place(end), length: 0, occurrences: place(self.occurrences.len()) });
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len().saturating_sub(1)
    }

    /// Group and occurrences of a word.
    pub fn occurrences(&self, word: usize) -> &[(u16, i64)] {
        &self.occurrences[self.words[word].occurrences as usize..self.words[word + 1].occurrences as usize]
    }

    /// Where the symbols are that are left of a word.
    pub fn symbols(&self, word: usize) -> std::ops::Range<usize> {
        let Word { start, length, .. } = self.words[word];
        start as usize..(start + length) as usize
    }
}

/// Occurrences that are sorted at once: more would need more memory than the words themselves.
const AT_ONCE: usize = 2_000_000;

/// The words of all categories that fall to one of `shards`. The counts of all shards add up to the same for any number of them.
pub(super) fn shard_from_categories(merges: &MergeList, categories: &[Category], shard: usize, shards: usize) -> Shard {
    let groups: Vec<&WordCounts> = categories.iter().flat_map(|category| &category.groups).collect();
    let parts = 1 + groups.iter().map(|group| group.len()).sum::<usize>() / (AT_ONCE * shards);
    let symbols = Symbols::new(merges);
    let end = Word { start: 0, length: 0, occurrences: 0 };
    let mut out = Shard { words: vec![end], ..Shard::default() };
    for part in 0..parts {
        // The high half: the low one decides where a map keeps the word.
        let is_own =
            |word: &[u8]| (FxBuildHasher.hash_one(word) >> 32) as usize % (shards * parts) == shard * parts + part;
        out.add(&groups, &symbols, is_own);
    }
    out
}

/// Rows in the order of their first part, of which there are `counts` each; equals keep their order.
fn sorted_by_number(rows: &[(usize, u16, i64)], counts: impl Iterator<Item = usize>) -> Vec<(u16, i64)> {
    let starts = counts.scan(0, |end, count| {
        *end += count;
        Some(*end - count)
    });
    let mut next: Vec<usize> = starts.collect();
    let mut out = vec![(0, 0); rows.len()];
    for &(number, column, count) in rows {
        out[next[number]] = (column, count);
        next[number] += 1;
    }
    out
}

/// The symbols of units: ids of the merge list, and others for units that no merge knows.
struct Symbols {
    units: Units,
    bytes: [TokenId; 256],
    chars: FxHashMap<char, TokenId>,
    /// The first id of characters that no merge knows.
    unknown: TokenId,
}

impl Symbols {
    fn new(merges: &MergeList) -> Self {
        let known = TokenId::try_from(merges.tokens().len()).expect("token ids fit");
        let mut bytes: Vec<TokenId> = (known..known + 256).collect();
        let mut chars = FxHashMap::default();
        for (id, spelling) in (0..).zip(merges.tokens()) {
            if let [byte] = **spelling {
                bytes[usize::from(byte)] = id;
            }
            let mut unit = std::str::from_utf8(spelling).unwrap_or_default().chars();
            if let (Some(unit), None) = (unit.next(), unit.next()) {
                chars.insert(unit, id);
            }
        }
        let bytes = bytes.try_into().expect("a symbol for every byte");
        Self { units: merges.units(), bytes, chars, unknown: known + 256 }
    }

    /// The symbols of a word.
    fn spell(&self, word: &[u8], mut take: impl FnMut(&mut dyn Iterator<Item = TokenId>)) {
        match (self.units, std::str::from_utf8(word)) {
            (Units::Chars, Ok(word)) => take(
                &mut word
                    .chars()
                    .map(|unit| self.chars.get(&unit).copied().unwrap_or(self.unknown + TokenId::from(unit))),
            ),
            _ => take(&mut word.iter().map(|&byte| self.bytes[usize::from(byte)])),
        }
    }
}

/// The bytes of a symbol.
pub(super) fn spelling(merges: &MergeList, symbol: TokenId) -> Box<[u8]> {
    let Some(unknown) = (symbol as usize).checked_sub(merges.tokens().len()) else {
        return merges.spelling(symbol).into();
    };
    match (u8::try_from(unknown), char::from_u32((unknown as u32).wrapping_sub(256))) {
        (Ok(byte), _) => [byte].into(),
        (_, Some(unit)) => unit.encode_utf8(&mut [0; 4]).as_bytes().into(),
        _ => [].into(),
    }
}
