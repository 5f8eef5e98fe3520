//! [`Shard`]: words of all categories in one table. Shards are counted apart.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the table itself"
)]

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{MergeList, TokenId, Units, WordCounts};

/// Words as symbols, each with how often it occurs in every group.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// The symbols of all words, one word after the other.
    pub symbols: Vec<Symbol>,
    /// Occurrences by group (numbered through all categories), word after word.
    pub occurrences: Vec<Entry>,
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

/// A count of a category or a group of documents: 16 bits say which, the other 48 how many, because
/// tables have millions of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry(i64);

impl Entry {
    /// Counts that 48 bits do not hold, more than any corpus has words, are cut off.
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
    /// The words of all tables that fall to one of `shards`; groups are numbered through all
    /// tables. The counts of all shards add up to the same for any number of them.
    pub fn new(list: &MergeList, tables: &[&WordCounts], shard: usize, shards: usize) -> Self {
        // The high half of the hash: the low one decides where a map keeps the word.
        let is_own = |word: &[u8]| (FxBuildHasher.hash_one(word) >> 32) as usize % shards == shard;
        let mut numbers: FxHashMap<&[u8], u32> = FxHashMap::default();
        let mut words: Vec<(&[u8], usize)> = Vec::new();
        let mut occurrences: Vec<(u32, Entry)> = Vec::new();
        let mut first = 0;
        for table in tables {
            for (word, counts) in table
                .iter()
                .filter(|(word, _)| !word.is_empty() && is_own(word))
            {
                let number = *numbers.entry(word).or_insert(place(words.len()));
                if number as usize == words.len() {
                    words.push((word, 0));
                }
                let before = occurrences.len();
                let entry = |(group, count)| {
                    Entry::new(first + group, i64::try_from(count).unwrap_or(i64::MAX))
                };
                occurrences.extend(counts.map(|own| (number, entry(own))));
                words[number as usize].1 += occurrences.len() - before;
            }
            first += u16::try_from(table.bytes().len()).expect("the number of groups was checked");
        }
        drop(numbers);
        let mut out = Self {
            symbols: Vec::new(),
            occurrences: sorted_by_number(&occurrences, words.iter().map(|own| own.1)),
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
                start: place(start),
                length: place(length),
                occurrences: place(occurrences),
            });
            occurrences += count;
        }
        out.words.push(Word {
            start: place(out.symbols.len()),
            length: 0,
            occurrences: place(occurrences),
        });
        out
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len().saturating_sub(1)
    }

    /// Occurrences of a word by group.
    pub fn occurrences(&self, word: usize) -> &[Entry] {
        &self.occurrences
            [self.words[word].occurrences as usize..self.words[word + 1].occurrences as usize]
    }

    /// Reads the beginnings of some words, whose visits are mostly waits for memory: here they wait
    /// together.
    pub fn touch(&self, words: &[u32]) {
        let beginning = |&word: &u32| {
            let Word {
                start, occurrences, ..
            } = self.words[word as usize];
            i64::from(self.symbols[start as usize].token) ^ self.occurrences[occurrences as usize].0
        };
        std::hint::black_box(words.iter().map(beginning).fold(0, |sum, own| sum ^ own));
    }

    /// Where the symbols are that are left of a word.
    pub fn symbols(&self, word: usize) -> std::ops::Range<usize> {
        let Word { start, length, .. } = self.words[word];
        start as usize..(start + length) as usize
    }
}

/// Rows in the order of their first part, of which there are `counts` each; equals keep their
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

fn place(length: usize) -> u32 {
    u32::try_from(length).expect("memory holds fewer symbols than 2^32")
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
