//! [`NgramIndex`]: the n-grams that can change a held-out loss, numbered once for all runs.

#![expect(
    clippy::indexing_slicing,
    reason = "every number stored here was assigned by the index itself"
)]

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::key::{BuildKeyHasher, ContextKey, GramKey, Recent};
use crate::CoreError;
use crate::compute::{Executor, Stage, map_tasks, try_map_tasks};

/// Marks the n-grams of one byte, whose suffix is the uniform distribution.
pub(super) const NO_SUFFIX: u32 = u32::MAX;

/// One text, as blocks in reading order.
pub(super) type Blocks<'a> = Vec<&'a [u8]>;

/// A held-out n-gram, or the suffix of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldGram {
    /// Number of the n-gram among all n-grams.
    pub(super) gram: u32,
    /// Number of the context.
    pub(super) context: u32,
    /// Number of the suffix among the held-out n-grams, or [`NO_SUFFIX`].
    pub(super) suffix: u32,
}

/// N-grams whose context occurs in held-out text, sorted by key: short before long, one context
/// after the other.
#[derive(Debug)]
pub(super) struct NgramIndex {
    /// For every n-gram its suffix, or [`NO_SUFFIX`]. A suffix comes before its n-grams.
    pub(super) suffix: Vec<u32>,
    /// For every context where its n-grams start; one more entry at the end.
    pub(super) context_starts: Vec<u32>,
    /// Held-out n-grams and their suffixes; a suffix comes first.
    pub(super) held: Vec<HeldGram>,
    /// For every domain, the longest n-gram of each of its held-out bytes: number in `held` and how
    /// often.
    pub(super) held_counts: Vec<Vec<(u32, u32)>>,
    /// For every domain, the longest indexed n-gram of each training byte, in reading order.
    pub(super) training: Vec<Vec<u32>>,
}

impl NgramIndex {
    /// Indexes n-grams up to `order` bytes; `stage` counts training bytes.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`], or [`CoreError::BadParameter`] when there are more than 4 billion
    /// n-grams.
    pub(super) fn new(
        training: &[Blocks<'_>],
        held_out: &[Blocks<'_>],
        order: usize,
        stage: &Stage<'_>,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        let held_keys = map_tasks(executor, held_out.len(), |domain| {
            longest_grams(&held_out[domain], order)
        });
        let contexts = contexts_of(&held_out.concat(), order);
        let training_keys = try_map_tasks(executor, training.len(), |domain| {
            known_grams(&training[domain], order, &contexts, stage)
        })?;
        let distinct = map_tasks(executor, training.len(), |domain| {
            sorted_set(training_keys[domain].clone())
        });
        drop(contexts);

        let held_set = with_suffixes(sorted_set(held_keys.concat()));
        let mut grams = distinct.concat();
        grams.extend_from_slice(&held_set);
        let grams = with_suffixes(sorted_set(grams));
        if grams.len() >= NO_SUFFIX as usize {
            let (name, expected) = ("training_bytes", "fewer than 4 billion different n-grams");
            return Err(CoreError::BadParameter {
                name,
                expected,
                found: grams.len().to_string(),
            });
        }
        let numbers = numbered(&grams);
        let training = map_tasks(executor, training_keys.len(), |domain| {
            training_keys[domain]
                .iter()
                .map(|key| numbers[key])
                .collect()
        });
        let suffix = grams
            .iter()
            .map(|gram| gram.suffix().map_or(NO_SUFFIX, |suffix| numbers[&suffix]))
            .collect();
        let context_starts = starts(&grams);
        let (held, held_counts) = index_held(&held_set, &held_keys, &numbers, &context_starts);
        Ok(Self {
            suffix,
            context_starts,
            held,
            held_counts,
            training,
        })
    }

    /// The n-grams of every context, in order.
    pub(super) fn context_ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.context_starts
            .windows(2)
            .map(|pair| pair[0] as usize..pair[1] as usize)
    }
}

/// The held-out n-grams with their links, and how often each ends a byte's longest n-gram in each
/// domain.
fn index_held(
    held_set: &[GramKey],
    held_keys: &[Vec<GramKey>],
    numbers: &HashMap<GramKey, u32, BuildKeyHasher>,
    context_starts: &[u32],
) -> (Vec<HeldGram>, Vec<Vec<(u32, u32)>>) {
    let indices = numbered(held_set);
    let mut context = 0;
    let held = held_set.iter().map(|key| {
        let gram = numbers[key];
        while context_starts[context + 1] <= gram {
            context += 1;
        }
        HeldGram {
            gram,
            context: context as u32,
            suffix: key.suffix().map_or(NO_SUFFIX, |suffix| indices[&suffix]),
        }
    });
    let held = held.collect();
    let count = |keys: &Vec<GramKey>| {
        let mut ends: Vec<u32> = keys.iter().map(|key| indices[key]).collect();
        ends.sort_unstable();
        ends.chunk_by(|a, b| a == b)
            .map(|same| (same[0], same.len() as u32))
            .collect()
    };
    (held, held_keys.iter().map(count).collect())
}

/// The longest n-gram of every byte: no context crosses a block border.
fn longest_grams(blocks: &[&[u8]], order: usize) -> Vec<GramKey> {
    let mut grams = Vec::with_capacity(blocks.iter().map(|block| block.len()).sum());
    for block in blocks {
        let mut recent = Recent::default();
        for (position, &byte) in block.iter().enumerate() {
            grams.push(recent.context(position.min(order - 1)).followed_by(byte));
            recent.push(byte);
        }
    }
    grams
}

/// Every context that a byte of `blocks` is predicted from.
fn contexts_of(blocks: &[&[u8]], order: usize) -> HashSet<ContextKey, BuildKeyHasher> {
    let mut contexts = HashSet::default();
    for block in blocks {
        let mut recent = Recent::default();
        for (position, &byte) in block.iter().enumerate() {
            for length in (0..=position.min(order - 1)).rev() {
                // When a context is in the set, the shorter ones are too.
                if !contexts.insert(recent.context(length)) {
                    break;
                }
            }
            recent.push(byte);
        }
    }
    contexts
}

/// The longest n-gram of every byte whose context is one of `contexts`.
fn known_grams(
    blocks: &[&[u8]],
    order: usize,
    contexts: &HashSet<ContextKey, BuildKeyHasher>,
    stage: &Stage<'_>,
) -> Result<Vec<GramKey>, CoreError> {
    let mut grams = Vec::with_capacity(blocks.iter().map(|block| block.len()).sum());
    for block in blocks {
        let mut recent = Recent::default();
        for (position, &byte) in block.iter().enumerate() {
            let longest = (1..=position.min(order - 1))
                .rev()
                .find(|&length| contexts.contains(&recent.context(length)));
            grams.push(recent.context(longest.unwrap_or(0)).followed_by(byte));
            recent.push(byte);
        }
        stage.advance(block.len() as u64)?;
    }
    Ok(grams)
}

fn sorted_set(mut grams: Vec<GramKey>) -> Vec<GramKey> {
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Adds the suffixes of a sorted set, their suffixes, and so on.
fn with_suffixes(grams: Vec<GramKey>) -> Vec<GramKey> {
    let mut all = grams.clone();
    let mut longer = grams;
    while !longer.is_empty() {
        longer = sorted_set(longer.iter().filter_map(|gram| gram.suffix()).collect());
        all.extend_from_slice(&longer);
    }
    sorted_set(all)
}

fn numbered(grams: &[GramKey]) -> HashMap<GramKey, u32, BuildKeyHasher> {
    grams
        .iter()
        .zip(0..)
        .map(|(&gram, number)| (gram, number))
        .collect()
}

/// Start of each context's n-grams in a sorted set, and the end.
fn starts(grams: &[GramKey]) -> Vec<u32> {
    let mut starts = vec![0];
    for same in grams.chunk_by(|a, b| a.context() == b.context()) {
        starts.push(starts[starts.len() - 1] + same.len() as u32);
    }
    starts
}
