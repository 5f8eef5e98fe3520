//! [`Counter`]: counts words while documents stream past, and deals documents out to groups.

use std::collections::TryReserveError;

use mixlens_core::CoreError;
use mixlens_core::compute::Control;
use mixlens_core::tokenizer::{Category, WordCounts};
use rustc_hash::FxHashMap;

use super::SampleOptions;
use crate::ImportError;
use crate::pretokenize::{CutError, Pretokenizer, WordStream};

/// Bytes of a long document that go to one group; then the next line begins another.
const BLOCK: usize = 2048;

/// A block without lines ends after so many bytes.
const LONGEST_BLOCK: usize = 2 * BLOCK;

/// The words of a category so far.
pub(crate) struct Counter<'a> {
    pub options: &'a SampleOptions,
    stream: WordStream<'a>,
    groups: Groups,
}

/// Counts of each group, and whose turn it is.
struct Groups {
    /// The words, numbered in the order of their first appearance.
    numbers: FxHashMap<Box<[u8]>, usize>,
    /// How often each word occurs, by group.
    counts: Vec<Counts>,
    /// Whether there was no memory for a word.
    is_full: bool,
    /// Bytes of the text of tables, by group.
    bytes: Vec<u64>,
    /// Bytes of the text that was streamed.
    streamed: u64,
    /// Bytes of the words of it, by group.
    spelled: Vec<u64>,
    turn: usize,
    /// Bytes of the block at hand.
    block: usize,
}

/// Words whose counts are kept together; of those that do not occur in a group, nothing is there.
const WORDS: usize = 64;

/// How often each word occurs in a group.
#[derive(Default)]
struct Counts(Vec<Option<Box<[u64; WORDS]>>>);

impl<'a> Counter<'a> {
    pub fn new(
        pretokenizer: &'a Pretokenizer,
        options: &'a SampleOptions,
        control: &'a Control,
    ) -> Self {
        let groups = options.groups.max(1);
        let groups = Groups {
            numbers: FxHashMap::default(),
            counts: (0..groups).map(|_| Counts::default()).collect(),
            is_full: false,
            bytes: vec![0; groups],
            streamed: 0,
            spelled: vec![0; groups],
            turn: 0,
            block: 0,
        };
        Self {
            options,
            stream: WordStream::new(pretokenizer, control),
            groups,
        }
    }

    /// Takes the next part of a document.
    pub fn push_text(&mut self, text: &str) -> Result<(), CutError> {
        self.groups.streamed += text.len() as u64;
        self.stream
            .push(text, &mut |word| self.groups.push_word(word))?;
        self.groups.check()
    }

    /// Ends a document.
    pub fn finish_document(&mut self) -> Result<(), CutError> {
        self.stream
            .finish(&mut |word| self.groups.push_word(word))?;
        if self.groups.block > 0 {
            self.groups.next_turn();
        }
        self.groups.check()
    }

    /// Counts a word of a table; `bytes` is how many it has in the text.
    pub fn add_word(
        &mut self,
        group: usize,
        word: &[u8],
        count: u64,
        bytes: u64,
    ) -> Result<(), CutError> {
        self.groups
            .add_to(group, word, count, bytes.saturating_mul(count));
        self.groups.check()
    }

    /// Counts the words of a segment of a table.
    pub fn add_segment(&mut self, group: usize, segment: &str, count: u64) -> Result<(), CutError> {
        let groups = &mut self.groups;
        groups.add_to(group, b"", 0, (segment.len() as u64).saturating_mul(count));
        self.stream.segment(segment, &mut |word| {
            groups.add_to(group, word.as_bytes(), count, 0)
        })?;
        self.groups.check()
    }

    /// Puts the words of the next table into a new group.
    pub fn next_group(&mut self) -> usize {
        let turn = self.groups.turn;
        self.groups.next_turn();
        turn
    }

    /// The category of all that was counted; groups without words are left out.
    pub fn finish(mut self, name: &str) -> Result<Category, ImportError> {
        self.groups.deal_bytes();
        let Groups {
            numbers,
            counts,
            bytes,
            ..
        } = self.groups;
        if numbers.is_empty() {
            return Err(CoreError::EmptyCategory {
                name: name.to_owned(),
            }
            .into());
        }
        let (counts, bytes): (Vec<_>, _) = counts
            .into_iter()
            .zip(bytes)
            .filter(|(counts, _)| !counts.0.is_empty())
            .unzip();
        let counts = &counts;
        let of_word = |number: usize| {
            (0..)
                .zip(counts)
                .filter_map(move |(group, counts)| Some((group, counts.get(number)?)))
        };
        let words = WordCounts::new(
            numbers
                .iter()
                .map(|(word, &number)| (word, of_word(number))),
            bytes,
        );
        Ok(Category {
            name: name.to_owned(),
            words,
        })
    }
}

impl Groups {
    fn push_word(&mut self, word: &str) {
        self.add(self.turn, word.as_bytes(), 1);
        if let Some(spelled) = self.spelled.get_mut(self.turn) {
            *spelled += word.len() as u64;
        }
        self.block += word.len();
        if self.block >= BLOCK && word.contains('\n') || self.block >= LONGEST_BLOCK {
            self.next_turn();
        }
    }

    fn next_turn(&mut self) {
        self.turn = (self.turn + 1) % self.counts.len();
        self.block = 0;
    }

    /// Deals the bytes of streamed text out to the groups as those of its words are, which
    /// normalisation may have changed.
    fn deal_bytes(&mut self) {
        let of = u128::from(self.spelled.iter().sum::<u64>().max(1));
        let (mut words, mut dealt) = (0_u128, 0_u64);
        for (bytes, spelled) in self.bytes.iter_mut().zip(&self.spelled) {
            words += u128::from(*spelled);
            let until = u64::try_from(u128::from(self.streamed) * words / of).unwrap_or(u64::MAX);
            *bytes = bytes.saturating_add(until - dealt);
            dealt = until;
        }
    }

    fn add_to(&mut self, group: usize, word: &[u8], count: u64, bytes: u64) {
        let group = group % self.counts.len();
        if let Some(total) = self.bytes.get_mut(group) {
            *total = total.saturating_add(bytes);
        }
        if !word.is_empty() && count > 0 {
            self.add(group, word, count);
        }
    }

    fn add(&mut self, group: usize, word: &[u8], count: u64) {
        let next = self.numbers.len();
        let number = if let Some(&known) = self.numbers.get(word) {
            known
        } else if self.numbers.try_reserve(1).is_ok() {
            self.numbers.insert(word.into(), next);
            next
        } else {
            self.is_full = true;
            return;
        };
        let counted = self
            .counts
            .get_mut(group)
            .map(|counts| counts.add(number, count));
        self.is_full |= counted.is_some_and(|counted| counted.is_err());
    }

    /// # Errors
    /// Where there was no memory for a word.
    fn check(&self) -> Result<(), CutError> {
        if self.is_full {
            Err(CutError::NoMemory(self.numbers.len()))
        } else {
            Ok(())
        }
    }
}

impl Counts {
    fn add(&mut self, number: usize, count: u64) -> Result<(), TryReserveError> {
        let (block, word) = (number / WORDS, number % WORDS);
        if let Some(missing) = (block + 1).checked_sub(self.0.len()) {
            self.0.try_reserve(missing)?;
            self.0.resize_with(self.0.len() + missing, || None);
        }
        let counts = self
            .0
            .get_mut(block)
            .map(|counts| counts.get_or_insert_with(|| Box::new([0; WORDS])));
        if let Some(known) = counts.and_then(|counts| counts.get_mut(word)) {
            *known = known.saturating_add(count);
        }
        Ok(())
    }

    fn get(&self, number: usize) -> Option<u64> {
        self.0
            .get(number / WORDS)?
            .as_ref()?
            .get(number % WORDS)
            .copied()
    }
}
