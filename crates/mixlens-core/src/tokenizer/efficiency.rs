//! [`encoding_efficiency`]: a cheap baseline, from how efficiently a tokenizer encodes each
//! category.
#![expect(
    clippy::indexing_slicing,
    reason = "a dense kernel; positions come from the trainer itself"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::chain::Chain;
use super::count::{Plan, UNCHECKED, merge_where};
use super::resample::normalised;
use super::word_table::Shard;
use super::{Category, MergeList, TokenId};
use crate::CoreError;
use crate::compute::{self, Control, Executor, Stage, try_map_tasks};

/// Exponent of efficiency in a proportion, from a regression over seven tokenizers of known
/// mixtures.
const EXPONENT: f64 = 9.0;

/// Proportions of bytes from encoding efficiency alone: a baseline to compare estimates with, not
/// an inference.
///
/// ```text
/// share ∝ (tokens of BPE trained on the category alone / tokens of this tokenizer)⁹
///         both after the same number of merges
/// ```
/// A category that the tokenizer encodes almost as efficiently as a tokenizer trained on it alone
/// had a large share in training. The paper fits the line on tokenizers of known mixtures; the
/// exponent here is fitted on seven of them. Source: Hayase et al. 2024, arXiv 2407.16607, where it
/// is a baseline too.
///
/// # Errors
/// [`CoreError::Cancelled`].
pub fn encoding_efficiency(
    list: &MergeList,
    categories: &[Category],
    merges: usize,
    executor: &dyn Executor,
    control: &Control,
) -> Result<Vec<f64>, CoreError> {
    let merges = list
        .merges()
        .len()
        .min(list.inherited().saturating_add(merges));
    let plan = Plan::new(&list.merges()[..merges], 0..0, 1, vec![0]);
    let stage = control.stage(
        "training on each category",
        (categories.len() * merges) as u64,
    );
    let ratios = try_map_tasks(executor, categories.len(), |category| {
        let mut words = Words::new(&Shard::new(list, &[&categories[category].words], 0, 1));
        let mut chain = Chain::default();
        let given = words.tokens_after(|word| plan.merge_rest(&mut chain, word.iter().copied()));
        let first = TokenId::try_from(list.tokens().len()).expect("token ids fit") + FIRST_PRODUCT;
        for step in 0..merges {
            if step % 64 == 0 {
                stage.advance(64)?;
            }
            if !words.merge_best(first + step as TokenId, &stage)? {
                break;
            }
        }
        Ok(words.tokens() / given)
    })?;
    Ok(normalised(
        ratios
            .into_iter()
            .map(|ratio| compute::exp(EXPONENT * compute::ln(ratio))),
    ))
}

/// Above every symbol of a shard: bytes and characters that occur in no merge come after the tokens
/// of the list.
const FIRST_PRODUCT: TokenId = 256 + 0x11_0000;

/// The words of a category while BPE is trained on them.
struct Words {
    words: Vec<(Vec<TokenId>, i64)>,
    pairs: FxHashMap<(TokenId, TokenId), Known>,
    /// Counts when a pair was new, which are upper bounds of the current counts.
    order: BinaryHeap<(i64, Reverse<(TokenId, TokenId)>)>,
}

/// Count of a pair, and the words that may contain it.
#[derive(Default)]
struct Known {
    count: i64,
    words: Vec<u32>,
}

impl Words {
    fn new(shard: &Shard) -> Self {
        let word = |word: usize| {
            let tokens = shard.symbols[shard.symbols(word)]
                .iter()
                .map(|symbol| symbol.token)
                .collect();
            (
                tokens,
                shard
                    .occurrences(word)
                    .iter()
                    .map(|entry| entry.count())
                    .sum(),
            )
        };
        let mut words = Self {
            words: (0..shard.len()).map(word).collect(),
            pairs: FxHashMap::default(),
            order: BinaryHeap::new(),
        };
        for (number, (tokens, count)) in (0..).zip(&words.words) {
            for pair in tokens.windows(2) {
                let known = words.pairs.entry((pair[0], pair[1])).or_default();
                known.count += count;
                known.words.push(number);
            }
        }
        words.order = words
            .pairs
            .iter()
            .map(|(&pair, known)| (known.count, Reverse(pair)))
            .collect();
        words
    }

    fn tokens(&self) -> f64 {
        self.words
            .iter()
            .map(|(word, count)| word.len() as f64 * *count as f64)
            .sum()
    }

    /// Tokens in all, where `left` is the number of tokens of each word.
    fn tokens_after(&self, mut left: impl FnMut(&[TokenId]) -> usize) -> f64 {
        self.words
            .iter()
            .map(|(word, count)| left(word) as f64 * *count as f64)
            .sum()
    }

    /// Merges the most frequent pair; false where there is none.
    fn merge_best(&mut self, product: TokenId, stage: &Stage<'_>) -> Result<bool, CoreError> {
        let pair = loop {
            let Some((count, Reverse(pair))) = self.order.pop() else {
                return Ok(false);
            };
            match self.pairs.get(&pair).map_or(0, |known| known.count) {
                now if now == count => break pair,
                now if now > 0 => self.order.push((now, Reverse(pair))),
                _ => {}
            }
        };
        let (mut new, mut unchecked) = (Vec::new(), 0);
        for number in self.pairs.remove(&pair).unwrap_or_default().words {
            let (word, count) = &mut self.words[number as usize];
            unchecked += word.len();
            if unchecked >= UNCHECKED {
                unchecked = 0;
                stage.advance(0)?;
            }
            if !word
                .windows(2)
                .any(|pair_of_word| (pair_of_word[0], pair_of_word[1]) == pair)
            {
                continue;
            }
            for pair_of_word in word.windows(2) {
                if let Some(known) = self.pairs.get_mut(&(pair_of_word[0], pair_of_word[1])) {
                    known.count -= *count;
                }
            }
            merge_where(word, product, |neighbours| {
                (neighbours[0], neighbours[1]) == pair
            });
            for pair_of_word in word.windows(2) {
                let pair_of_word = (pair_of_word[0], pair_of_word[1]);
                let known = self.pairs.entry(pair_of_word).or_default();
                known.count += *count;
                if pair_of_word.0 == product || pair_of_word.1 == product {
                    if known.words.is_empty() {
                        new.push(pair_of_word);
                    }
                    known.words.push(number);
                }
            }
        }
        self.order.extend(
            new.into_iter()
                .map(|pair| (self.pairs[&pair].count, Reverse(pair))),
        );
        Ok(true)
    }
}
