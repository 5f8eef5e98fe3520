//! [`encoding_efficiency`]: a cheap baseline, from how well a tokenizer packs each category.
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

/// How a proportion falls with efficiency, from a regression over seven tokenizers of known
/// mixtures.
const EXPONENT: f64 = 9.0;

/// Proportions of bytes from encoding efficiency alone: no inference, a baseline to hold estimates
/// against.
///
/// ```text
/// share ∝ (tokens of BPE trained on the category alone / tokens of this tokenizer)⁹      both after the same number of merges
/// ```
/// The nearer a category comes to what its own tokenizer makes of it, the more of it there was in
/// training. The paper fits the line on tokenizers of known mixtures; the exponent here is fitted
/// on seven of them. Source: Hayase et al. 2024, arXiv 2407.16607, which compares with it.
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
    let ratios = try_map_tasks(executor, categories.len(), |place| {
        let mut words = Words::new(&Shard::new(list, &[&categories[place].words], 0, 1));
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

/// Above every symbol of a shard: bytes and characters that no merge knows come after the tokens of
/// the list.
const FIRST_PRODUCT: TokenId = 256 + 0x11_0000;

/// The words of a category while BPE is trained on them.
struct Words {
    words: Vec<(Vec<TokenId>, i64)>,
    pairs: FxHashMap<(TokenId, TokenId), Known>,
    /// Counts as they were when a pair was new, at least as great as they are now.
    order: BinaryHeap<(i64, Reverse<(TokenId, TokenId)>)>,
}

/// How often a pair is there, and the words in which it may be.
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
                shard.occurrences(word).iter().map(|own| own.count()).sum(),
            )
        };
        let mut own = Self {
            words: (0..shard.len()).map(word).collect(),
            pairs: FxHashMap::default(),
            order: BinaryHeap::new(),
        };
        for (number, (tokens, count)) in (0..).zip(&own.words) {
            for pair in tokens.windows(2) {
                let known = own.pairs.entry((pair[0], pair[1])).or_default();
                known.count += count;
                known.words.push(number);
            }
        }
        own.order = own
            .pairs
            .iter()
            .map(|(&pair, known)| (known.count, Reverse(pair)))
            .collect();
        own
    }

    fn tokens(&self) -> f64 {
        self.words
            .iter()
            .map(|(word, count)| word.len() as f64 * *count as f64)
            .sum()
    }

    /// Tokens that are left where `left` says how many are left of each word.
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
            if !word.windows(2).any(|own| (own[0], own[1]) == pair) {
                continue;
            }
            for own in word.windows(2) {
                if let Some(known) = self.pairs.get_mut(&(own[0], own[1])) {
                    known.count -= *count;
                }
            }
            merge_where(word, product, |own| (own[0], own[1]) == pair);
            for own in word.windows(2) {
                let own = (own[0], own[1]);
                let known = self.pairs.entry(own).or_default();
                known.count += *count;
                if own.0 == product || own.1 == product {
                    if known.words.is_empty() {
                        new.push(own);
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
