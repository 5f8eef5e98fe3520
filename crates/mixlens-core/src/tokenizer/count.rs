//! Applies the merges of a list to the words of a shard, one after the other, and records the
//! changes.
#![expect(
    clippy::indexing_slicing,
    reason = "a dense kernel; positions come from the tables themselves"
)]

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::chain::Chain;
use super::word_table::{Entry, Shard, Symbol};
use super::{Merge, TokenId};
use crate::CoreError;
use crate::compute::Stage;

/// No list of words.
const NONE: u32 = u32::MAX;
/// Symbols of words between two checks for cancellation.
pub(super) const UNCHECKED: usize = 1 << 22;
/// Words whose memory is requested at the same time.
const WORDS_AHEAD: usize = 32;

/// Results of the merges in one shard; pairs are numbered within the shard.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// The pairs in the order of their first appearance.
    pub pairs: Vec<(TokenId, TokenId)>,
    /// The merge before which each pair first occurred.
    pub since: Vec<u32>,
    /// Counts of each pair before the first step that is evidence.
    pub first: Changes,
    /// Changes of each step that is evidence.
    pub steps: Vec<Changes>,
    /// Counts of the pair of each such step just before the merge, by group.
    pub merged: Vec<Vec<(u16, i64)>>,
    /// Symbols left at the end, by category.
    pub tokens: Vec<i64>,
}

/// Pairs, and the change of each count by a merge in every category.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pairs: Vec<u32>,
    /// End of each pair's entries.
    ends: Vec<u32>,
    entries: Vec<Entry>,
}

impl Changes {
    /// Adds a pair, unless its counts do not change.
    pub fn push(&mut self, pair: u32, by: &[i64]) {
        let entries = (0_u16..).zip(by).filter(|&(_, &count)| count != 0);
        self.entries
            .extend(entries.map(|(category, &count)| Entry::new(category, count)));
        let end = u32::try_from(self.entries.len()).expect("memory holds fewer counts than 2^32");
        if self.ends.last().copied().unwrap_or(0) < end {
            self.pairs.push(pair);
            self.ends.push(end);
        }
    }

    /// Pairs with their changes.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[Entry])> {
        self.rows(0..self.pairs.len())
    }

    /// The changes of a range of pairs; pairs must be in rising order.
    pub fn within(&self, pairs: &Range<u32>) -> impl Iterator<Item = (u32, &[Entry])> {
        let row = |end: u32| self.pairs.partition_point(|&pair| pair < end);
        self.rows(row(pairs.start)..row(pairs.end))
    }

    fn rows(&self, rows: Range<usize>) -> impl Iterator<Item = (u32, &[Entry])> {
        let mut start = rows
            .start
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        let mut rest = &self.entries[start as usize..];
        self.pairs[rows.clone()]
            .iter()
            .zip(&self.ends[rows])
            .map(move |(&pair, &end)| {
                let (by, others) = rest.split_at((end - start) as usize);
                (rest, start) = (others, end);
                (pair, by)
            })
    }

    /// Number of counts that change.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Appends all pairs of `others`.
    pub fn append(&mut self, others: &Self) {
        let end = self.ends.last().copied().unwrap_or(0);
        self.pairs.extend_from_slice(&others.pairs);
        self.ends
            .extend(others.ends.iter().map(|other| end + other));
        self.entries.extend_from_slice(&others.entries);
    }

    /// Releases unused memory.
    pub fn shrink(&mut self) {
        self.pairs.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.entries.shrink_to_fit();
    }
}

/// What all shards share.
pub(super) struct Plan<'a> {
    pub merges: &'a [Merge],
    /// The merges whose changes are recorded. Those before are only applied.
    pub evidence: Range<usize>,
    /// Number of categories, and the category of each group.
    pub width: usize,
    pub category: Vec<u16>,
    /// Rank and product of the merges after the evidence, which only determine how many tokens are
    /// left.
    rest: FxHashMap<(TokenId, TokenId), (u32, TokenId)>,
}

impl<'a> Plan<'a> {
    pub fn new(
        merges: &'a [Merge],
        evidence: Range<usize>,
        width: usize,
        category: Vec<u16>,
    ) -> Self {
        let mut rest = FxHashMap::default();
        for (rank, merge) in (0..).zip(&merges[evidence.end..]) {
            rest.entry((merge.left, merge.right))
                .or_insert((rank, merge.product));
        }
        Self {
            merges,
            evidence,
            width,
            category,
            rest,
        }
    }

    /// Applies the merges up to the end of the evidence one by one, the others word by word.
    pub fn count(&self, shard: Shard, stage: &Stage<'_>) -> Result<Counted, CoreError> {
        let mut state = State::new(shard, self);
        for (step, merge) in self.merges[..self.evidence.end].iter().enumerate() {
            if step % 64 == 0 {
                stage.advance(64)?;
            }
            if step == self.evidence.start {
                state.begin(step);
            }
            state.merge(*merge, step, stage)?;
        }
        if self.evidence.is_empty() {
            state.begin(self.evidence.end);
        }
        state.finish(stage)
    }
}

/// A shard whose merges are being applied.
struct State<'a> {
    plan: &'a Plan<'a>,
    shard: Shard,
    pairs: Pairs,
    sums: Sums,
    /// Counts of the pair of the current step, by group.
    merged: Vec<i64>,
    out: Counted,
    /// Symbols visited since the last check for cancellation.
    unchecked: usize,
}

/// The pairs seen so far, and the words with pairs that will be merged.
struct Pairs {
    numbers: FxHashMap<(TokenId, TokenId), u32>,
    tokens: Vec<(TokenId, TokenId)>,
    since: Vec<u32>,
    /// The list of each pair that will be merged.
    list: Vec<u32>,
    lists: FxHashMap<(TokenId, TokenId), u32>,
    /// Words that may contain such a pair.
    words: Vec<Vec<u32>>,
    /// The current step plus one, and the pairs of its product: with the symbol before, and with
    /// the one after.
    products: [Vec<(u32, u32)>; 2],
}

impl Pairs {
    fn new(symbols: usize, merges: &[Merge]) -> Self {
        let mut lists = FxHashMap::default();
        for merge in merges {
            let next = u32::try_from(lists.len()).expect("fewer merges than 2^32");
            lists.entry((merge.left, merge.right)).or_insert(next);
        }
        Self {
            numbers: FxHashMap::default(),
            tokens: Vec::new(),
            since: Vec::new(),
            list: Vec::new(),
            words: vec![Vec::new(); lists.len()],
            lists,
            products: [vec![(0, 0); symbols], vec![(0, 0); symbols]],
        }
    }

    fn number(&mut self, pair: (TokenId, TokenId), since: u32) -> u32 {
        *self.numbers.entry(pair).or_insert_with(|| {
            self.tokens.push(pair);
            self.since.push(since);
            self.list
                .push(self.lists.get(&pair).copied().unwrap_or(NONE));
            u32::try_from(self.tokens.len() - 1).expect("fewer pairs than 2^32")
        })
    }

    /// The pair of a product and the neighbour on one side.
    fn with_product(
        &mut self,
        side: usize,
        neighbour: TokenId,
        product: TokenId,
        since: u32,
    ) -> u32 {
        let (step, number) = self.products[side][neighbour as usize];
        if step == since {
            return number;
        }
        let pair = if side == 0 {
            (neighbour, product)
        } else {
            (product, neighbour)
        };
        let number = self.number(pair, since);
        self.products[side][neighbour as usize] = (since, number);
        number
    }

    fn note(&mut self, pair: u32, word: u32) {
        let list = self.list[pair as usize];
        if list != NONE {
            let words = &mut self.words[list as usize];
            if words.last() != Some(&word) {
                words.push(word);
            }
        }
    }
}

/// The changes of the current step, summed over words.
#[derive(Default)]
struct Sums {
    width: usize,
    /// One more than the index of each pair in `pairs`; 0 for pairs not seen in the step.
    positions: Vec<u32>,
    pairs: Vec<u32>,
    sums: Vec<i64>,
    /// Category and occurrences of the current word.
    word: Vec<(u16, i64)>,
}

impl Sums {
    fn begin_word(&mut self, occurrences: &[Entry], category: &[u16]) {
        self.word.clear();
        for occurrence in occurrences {
            let category = category[occurrence.column()];
            match self.word.last_mut() {
                Some(last) if last.0 == category => last.1 += occurrence.count(),
                _ => self.word.push((category, occurrence.count())),
            }
        }
    }

    /// Adds the current word `times` times.
    fn add(&mut self, pair: u32, times: i64) {
        if self.positions.len() <= pair as usize {
            self.positions.resize(pair as usize + 1, 0);
        }
        let position = &mut self.positions[pair as usize];
        if *position == 0 {
            self.pairs.push(pair);
            *position = u32::try_from(self.pairs.len()).expect("fewer pairs than 2^32");
            self.sums.resize(self.sums.len() + self.width, 0);
        }
        let start = (*position as usize - 1) * self.width;
        for &(category, count) in &self.word {
            self.sums[start + usize::from(category)] += times * count;
        }
    }

    fn take(&mut self) -> Changes {
        let mut changes = Changes::default();
        for (&pair, sums) in self.pairs.iter().zip(self.sums.chunks_exact(self.width)) {
            self.positions[pair as usize] = 0;
            changes.push(pair, sums);
        }
        changes.shrink();
        self.pairs.clear();
        self.sums.clear();
        changes
    }
}

impl<'a> State<'a> {
    /// Numbers the pairs of the words before the first merge.
    fn new(mut shard: Shard, plan: &'a Plan<'a>) -> Self {
        let products = plan
            .merges
            .iter()
            .flat_map(|merge| [merge.left, merge.right, merge.product]);
        let tokens = shard
            .symbols
            .iter()
            .map(|symbol| symbol.token)
            .chain(products);
        let mut pairs = Pairs::new(
            tokens.max().map_or(0, |highest| highest as usize + 1),
            &plan.merges[..plan.evidence.end],
        );
        for word in 0..shard.len() {
            let number = u32::try_from(word).expect("fewer words than 2^32");
            let symbols = shard.symbols(word);
            for index in symbols.start + 1..symbols.end {
                let pair = pairs.number(
                    (shard.symbols[index - 1].token, shard.symbols[index].token),
                    0,
                );
                shard.symbols[index - 1].pair = pair;
                pairs.note(pair, number);
            }
        }
        Self {
            pairs,
            sums: Sums {
                width: plan.width,
                ..Sums::default()
            },
            merged: vec![0; plan.category.len()],
            out: Counted::default(),
            unchecked: 0,
            plan,
            shard,
        }
    }

    /// Counts all pairs before `step`, the first that is evidence.
    fn begin(&mut self, step: usize) {
        self.pairs
            .since
            .fill(u32::try_from(step).expect("fewer merges than 2^32"));
        let width = self.plan.width;
        let mut sums = vec![0_i64; self.pairs.tokens.len() * width];
        for word in 0..self.shard.len() {
            let symbols = self.shard.symbols(word);
            for symbol in
                &self.shard.symbols[symbols.start..symbols.end.saturating_sub(1).max(symbols.start)]
            {
                for occurrence in self.shard.occurrences(word) {
                    let category = usize::from(self.plan.category[occurrence.column()]);
                    sums[symbol.pair as usize * width + category] += occurrence.count();
                }
            }
        }
        (0..)
            .zip(sums.chunks_exact(width))
            .for_each(|(pair, sums)| self.out.first.push(pair, sums));
    }

    fn merge(&mut self, merge: Merge, step: usize, stage: &Stage<'_>) -> Result<(), CoreError> {
        let is_evidence = step >= self.plan.evidence.start;
        let since = u32::try_from(step + 1).expect("fewer merges than 2^32");
        if let Some(&pair) = self.pairs.numbers.get(&(merge.left, merge.right)) {
            let list = self.pairs.list[pair as usize] as usize;
            for words in std::mem::take(&mut self.pairs.words[list]).chunks(WORDS_AHEAD) {
                self.shard.touch(words);
                for &word in words {
                    self.unchecked += self.shard.symbols(word as usize).len();
                    self.rewrite(word, merge, pair, is_evidence, since);
                }
                if self.unchecked >= UNCHECKED {
                    self.unchecked = 0;
                    stage.advance(0)?;
                }
            }
        }
        if is_evidence {
            let merged = (0..).zip(&mut self.merged).filter(|(_, sum)| **sum != 0);
            self.out.merged.push(
                merged
                    .map(|(group, sum)| (group, std::mem::take(sum)))
                    .collect(),
            );
            let changes = self.sums.take();
            self.out.steps.push(changes);
        }
        Ok(())
    }

    /// Merges in one word, from left to right.
    fn rewrite(&mut self, word: u32, merge: Merge, pair: u32, is_evidence: bool, since: u32) {
        let range = self.shard.symbols(word as usize);
        let length = range.len();
        let symbols = &self.shard.symbols[range.clone()];
        let is_here =
            |symbols: &[Symbol], index: usize| index + 1 < length && symbols[index].pair == pair;
        let Some(first) = (0..length).find(|&index| is_here(symbols, index)) else {
            return;
        };
        if is_evidence {
            // "aaa" has (a, a) twice.
            let times = (first..length)
                .filter(|&index| is_here(symbols, index))
                .count() as i64;
            let occurrences = self.shard.occurrences(word as usize);
            self.sums.begin_word(occurrences, &self.plan.category);
            for occurrence in occurrences {
                self.merged[occurrence.column()] += occurrence.count() * times;
            }
        }
        let symbols = &mut self.shard.symbols[range];
        let mut become_other = |pairs: &mut Pairs, from: u32, to: u32| {
            pairs.note(to, word);
            if is_evidence {
                self.sums.add(from, -1);
                self.sums.add(to, 1);
            }
        };
        let (mut read, mut written) = (first, first);
        while read < length {
            if !is_here(symbols, read) {
                symbols[written] = symbols[read];
                (read, written) = (read + 1, written + 1);
                continue;
            }
            if written > 0 {
                let before = &mut symbols[written - 1];
                let to = self
                    .pairs
                    .with_product(0, before.token, merge.product, since);
                become_other(&mut self.pairs, std::mem::replace(&mut before.pair, to), to);
            }
            let mut next = NONE;
            if read + 2 < length {
                next = self
                    .pairs
                    .with_product(1, symbols[read + 2].token, merge.product, since);
                become_other(&mut self.pairs, symbols[read + 1].pair, next);
            }
            symbols[written] = Symbol {
                token: merge.product,
                pair: next,
            };
            (read, written) = (read + 2, written + 1);
        }
        if is_evidence {
            self.sums.add(pair, written as i64 - length as i64);
        }
        self.shard.words[word as usize].length =
            u32::try_from(written).expect("shorter than before");
    }

    /// Applies the merges after the evidence and counts the tokens that are left.
    fn finish(self, stage: &Stage<'_>) -> Result<Counted, CoreError> {
        let mut tokens = vec![0; self.plan.width];
        let mut chain = Chain::default();
        let mut unchecked = 0;
        for word in 0..self.shard.len() {
            let symbols = &self.shard.symbols[self.shard.symbols(word)];
            unchecked += symbols.len();
            if unchecked >= UNCHECKED {
                unchecked = 0;
                stage.advance(0)?;
            }
            let left = self
                .plan
                .merge_rest(&mut chain, symbols.iter().map(|symbol| symbol.token));
            for occurrence in self.shard.occurrences(word) {
                let category = self.plan.category[occurrence.column()];
                tokens[usize::from(category)] +=
                    occurrence.count() * i64::try_from(left).expect("a word fits memory");
            }
        }
        Ok(Counted {
            pairs: self.pairs.tokens,
            since: self.pairs.since,
            tokens,
            ..self.out
        })
    }
}

impl Plan<'_> {
    /// Number of tokens of a word after the merges that follow the evidence, in the order of the
    /// list.
    pub fn merge_rest(
        &self,
        chain: &mut Chain<TokenId>,
        word: impl Iterator<Item = TokenId>,
    ) -> usize {
        chain.merge(word, 1, |neighbours| {
            let (rank, product) = self.rest.get(&(neighbours.left, neighbours.right))?;
            Some((*rank as usize, *product))
        });
        chain.parts().count()
    }
}

/// Merges the pairs of a word for which `is_match` holds, from left to right.
pub(super) fn merge_where(
    word: &mut Vec<TokenId>,
    product: TokenId,
    is_match: impl Fn(&[TokenId]) -> bool,
) {
    let (mut read, mut written) = (0, 0);
    while read < word.len() {
        let is_pair = word.get(read..read + 2).is_some_and(&is_match);
        word[written] = if is_pair { product } else { word[read] };
        (read, written) = (read + 1 + usize::from(is_pair), written + 1);
    }
    word.truncate(written);
}
