//! [`Shard`]: words of all categories in one table. Shards are counted separately.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the table itself"
)]

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{MergeList, TokenId, Units, WordCounts};

/// Words as symbols, with their counts in every group.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// The symbols of all words, consecutive.
    pub symbols: Vec<Symbol>,
    /// Occurrences by group (numbered through all categories), word after word.
    pub occurrences: Vec<Entry>,
    /// Position of each word; a last entry marks the ends.
    pub words: Vec<Word>,
}

/// A symbol of a word, and the pair that starts with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub token: TokenId,
    /// Meaningless at the last symbol of a word.
    pub pair: u32,
}

/// Position of a word, in one struct so that a visit touches little memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// The first symbol, and the number of symbols left.
    pub start: u32,
    pub length: u32,
    /// The first entry in `occurrences`.
    pub occurrences: u32,
}

/// A count of a category or a group of documents: 16 bits for the column and 48 for the count,
/// because tables have millions of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry(i64);

impl Entry {
    /// Counts beyond 48 bits, more than any corpus has words, are clamped.
    pub fn new(column: u16, count: i64) -> Self {
        const MOST: i64 = i64::MAX >> 16;
        Self((count.clamp(-MOST, MOST) << 16) | i64::from(column))
    }

    pub fn column(self) -> usize {
        usize::from(self.0 as u16)
    }

    pub fn count(self) -> i64 {
        self.0 >> 16
    }
}

impl Shard {
    /// The words of all tables that belong to one of `shards`; groups are numbered across all
    /// tables. The sum over all shards does not depend on their number.
    pub fn new(list: &MergeList, tables: &[&WordCounts], shard: usize, shards: usize) -> Self {
        // The high half of the hash; the low half determines the slot in a map.
        let is_in_shard =
            |word: &[u8]| (FxBuildHasher.hash_one(word) >> 32) as usize % shards == shard;
        let mut numbers: FxHashMap<&[u8], u32> = FxHashMap::default();
        let mut words: Vec<(&[u8], usize)> = Vec::new();
        let mut occurrences: Vec<(u32, Entry)> = Vec::new();
        let mut first = 0;
        for table in tables {
            for (word, counts) in table
                .iter()
                .filter(|(word, _)| !word.is_empty() && is_in_shard(word))
            {
                let number = *numbers.entry(word).or_insert(narrow(words.len()));
                if number as usize == words.len() {
                    words.push((word, 0));
                }
                let before = occurrences.len();
                let entry = |(group, count)| {
                    Entry::new(first + group, i64::try_from(count).unwrap_or(i64::MAX))
                };
                occurrences.extend(counts.map(|count| (number, entry(count))));
                words[number as usize].1 += occurrences.len() - before;
            }
            first += u16::try_from(table.bytes().len()).expect("the number of groups was checked");
        }
        drop(numbers);
        let mut out = Self {
            symbols: Vec::new(),
            occurrences: sorted_by_number(&occurrences, words.iter().map(|word| word.1)),
            words: Vec::with_capacity(words.len() + 1),
        };
        let symbols = Symbols::new(list);
        let mut occurrences = 0;
        for (word, count) in words {
            let start = out.symbols.len();
            symbols.spell(word, |token| {
                out.symbols.push(Symbol {
                    token,
                    pair: u32::MAX,
                })
            });
            let length = out.symbols.len() - start;
            out.words.push(Word {
                start: narrow(start),
                length: narrow(length),
                occurrences: narrow(occurrences),
            });
            occurrences += count;
        }
        out.words.push(Word {
            start: narrow(out.symbols.len()),
            length: 0,
            occurrences: narrow(occurrences),
        });
        out
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.words.len().saturating_sub(1)
    }

    /// Occurrences of a word by group.
    pub fn occurrences(&self, word: usize) -> &[Entry] {
        &self.occurrences
            [self.words[word].occurrences as usize..self.words[word + 1].occurrences as usize]
    }

    /// Reads the beginnings of some words. Visits mostly wait for memory; here the waits overlap.
    pub fn touch(&self, words: &[u32]) {
        let beginning = |&word: &u32| {
            let Word {
                start, occurrences, ..
            } = self.words[word as usize];
            i64::from(self.symbols[start as usize].token) ^ self.occurrences[occurrences as usize].0
        };
        std::hint::black_box(words.iter().map(beginning).fold(0, |sum, word| sum ^ word));
    }

    /// Range of the symbols left of a word.
    pub fn symbols(&self, word: usize) -> std::ops::Range<usize> {
        let Word { start, length, .. } = self.words[word];
        start as usize..(start + length) as usize
    }
}

/// Rows sorted by number, with `counts` rows for each number; rows of the same number keep their
/// order.
fn sorted_by_number(rows: &[(u32, Entry)], counts: impl Iterator<Item = usize>) -> Vec<Entry> {
    let starts = counts.scan(0, |end, count| {
        *end += count;
        Some(*end - count)
    });
    let mut next: Vec<usize> = starts.collect();
    let mut out = vec![Entry::new(0, 0); rows.len()];
    for &(number, entry) in rows {
        let next = &mut next[number as usize];
        out[*next] = entry;
        *next += 1;
    }
    out
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).expect("memory holds fewer symbols than 2^32")
}

/// The symbols of units: ids of the merge list, and further ids for units that occur in no merge.
struct Symbols {
    units: Units,
    bytes: [TokenId; 256],
    chars: FxHashMap<char, TokenId>,
    /// The first id of characters that occur in no merge.
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
        Self {
            units: merges.units(),
            bytes,
            chars,
            unknown: known + 256,
        }
    }

    /// The symbols of a word.
    fn spell(&self, word: &[u8], take: impl FnMut(TokenId)) {
        let of_unit = |unit: char| {
            self.chars
                .get(&unit)
                .copied()
                .unwrap_or(self.unknown + TokenId::from(unit))
        };
        match (self.units, std::str::from_utf8(word)) {
            (Units::Chars, Ok(word)) => word.chars().map(of_unit).for_each(take),
            _ => word
                .iter()
                .map(|&byte| self.bytes[usize::from(byte)])
                .for_each(take),
        }
    }
}

/// The bytes of a symbol.
pub(super) fn spelling(merges: &MergeList, symbol: TokenId) -> Box<[u8]> {
    let Some(unknown) = (symbol as usize).checked_sub(merges.tokens().len()) else {
        return merges.spelling(symbol).into();
    };
    match (
        u8::try_from(unknown),
        char::from_u32((unknown as u32).wrapping_sub(256)),
    ) {
        (Ok(byte), _) => [byte].into(),
        (_, Some(unit)) => unit.encode_utf8(&mut [0; 4]).as_bytes().into(),
        _ => [].into(),
    }
}
