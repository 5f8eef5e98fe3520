//! [`PairCounts`]: counts of pairs of tokens in each category while the merges are applied.
#![expect(
    clippy::indexing_slicing,
    reason = "pair numbers come from the tables themselves"
)]

use std::collections::BTreeMap;
use std::ops::Range;

use super::count::{Changes, Counted, Plan};
use super::word_table::{Entry, Shard, spelling};
use super::{Category, MergeList, TokenId, WordCounts};
use crate::CoreError;
use crate::compute::{Control, Executor, both, map_tasks, try_map_tasks};

/// Maximum groups over all categories.
const MAX_GROUPS: usize = u16::MAX as usize;

/// Maximum words of a shard: their counts take far more memory than the words.
const AT_ONCE: usize = 2_000_000;
/// Number of parts that the steps are divided into, and pairs per block when their counts are
/// summed.
const PARTS: usize = 2;
const BLOCK: usize = 1 << 14;
/// Steps whose changes are added up together.
const JOINED_AT_ONCE: usize = 64;

/// Sizes of a category.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Size {
    pub name: String,
    /// Bytes of the sample.
    pub bytes: f64,
    /// N: pairs before the first merge that is evidence.
    pub pairs: f64,
    /// Words, and tokens after all merges.
    pub words: f64,
    pub tokens: f64,
    /// The group numbers of the sample.
    pub groups: Range<usize>,
}

/// Steps that can be replayed without those before.
#[derive(Debug)]
pub(super) struct Part {
    pub steps: Range<usize>,
    /// The counts of all pairs before the first of them.
    pub counts: Changes,
}

/// Counts of pairs in every category, and the changes by each merge.
///
/// ```text
/// cᵢ(t, p) = neighbours in category i that are the pair p, after merges 1 … t − 1
/// ```
/// They are stored as the changes of every merge, and the counts before some of them. Source:
/// Hayase et al. 2024, arXiv 2407.16607, section 3; all categories are counted in one table here.
#[derive(Debug)]
pub struct PairCounts {
    /// Merges of the list that are not inherited.
    pub(super) total: usize,
    pub(super) sizes: Vec<Size>,
    /// The tokens of each pair.
    pub(super) pairs: Vec<(TokenId, TokenId)>,
    /// Number of pairs that occurred before each step; pairs that occur later have higher numbers.
    pub(super) known: Vec<u32>,
    /// The steps in parts with about the same number of changes each.
    pub(super) parts: Vec<Part>,
    pub(super) steps: Vec<Changes>,
    /// The pair that each step merges; `None` where it is in no sample.
    pub(super) merged: Vec<Option<u32>>,
    /// Counts of that pair just before the merge, by group.
    pub(super) merged_by_group: Vec<Vec<(u16, i64)>>,
}

impl PairCounts {
    /// Applies the merges to the words of all categories. The first `merges` that are not inherited
    /// are evidence; the others only determine the number of tokens at the end.
    ///
    /// # Errors
    /// No category, one without text, names that are not unique, or [`CoreError::Cancelled`].
    pub fn count(
        list: &MergeList,
        categories: Vec<Category>,
        merges: usize,
        executor: &dyn Executor,
        control: &Control,
    ) -> Result<Self, CoreError> {
        check(&categories)?;
        let sizes = sizes(&categories);
        let evidence = list.inherited()
            ..list
                .merges()
                .len()
                .min(list.inherited().saturating_add(merges));
        let category = (0..)
            .zip(&categories)
            .flat_map(|(index, category)| category.words.bytes().iter().map(move |_| index));
        let plan = Plan::new(
            list.merges(),
            evidence.clone(),
            categories.len(),
            category.collect(),
        );
        let tables: Vec<&WordCounts> = categories.iter().map(|category| &category.words).collect();
        let words: usize = tables.iter().map(|table| table.len()).sum();
        let threads = executor.threads().max(1);
        let shards = threads * words.div_ceil(AT_ONCE * threads).max(1);
        let stage = control.stage("applying merges", (shards * evidence.end) as u64);
        let counted = try_map_tasks(executor, shards, |shard| {
            plan.count(Shard::new(list, &tables, shard, shards), &stage)
        })?;
        drop(categories);
        Ok(Self::joined(counted, list, evidence, sizes, executor))
    }

    /// Counts of each pair in every category before a merge, by the spellings of its tokens in
    /// `list`, for comparison with a count by another program.
    pub fn before(&self, merge: usize, list: &MergeList) -> BTreeMap<[Box<[u8]>; 2], Vec<i64>> {
        let first = self.parts.first().map(|part| &part.counts);
        let steps = &self.steps[..merge.min(self.steps.len())];
        let counts = sums(
            first.into_iter().chain(steps),
            0..self.pairs.len() as u32,
            &[1 + steps.len()],
            self.sizes.len(),
        );
        let mut out = BTreeMap::new();
        for (pair, by) in counts.iter().flat_map(Changes::iter) {
            let (left, right) = self.pairs[pair as usize];
            let mut row = vec![0; self.sizes.len()];
            by.iter()
                .for_each(|entry| row[entry.column()] = entry.count());
            out.insert([left, right].map(|token| spelling(list, token)), row);
        }
        out
    }

    /// Joins the counts of shards.
    fn joined(
        mut counted: Vec<Counted>,
        list: &MergeList,
        evidence: Range<usize>,
        mut sizes: Vec<Size>,
        executor: &dyn Executor,
    ) -> Self {
        let width = sizes.len();
        let numbers = Numbers::new(&mut counted, executor);
        let first: Vec<Changes> = counted
            .iter_mut()
            .map(|shard| std::mem::take(&mut shard.first))
            .collect();
        let groups = sizes.last().map_or(0, |size| size.groups.end);
        let (first, merged_by_group) = both(
            executor,
            || numbers.sum(&first, width),
            || merged_by_group(&counted, evidence.len(), groups),
        );
        // A pair that has a number but does not occur at its step is missing too.
        let merges = list
            .merges()
            .get(evidence.clone())
            .unwrap_or_default()
            .iter()
            .zip(&merged_by_group);
        let merged = merges.map(|(merge, there)| {
            numbers
                .of((merge.left, merge.right))
                .filter(|_| !there.is_empty())
        });
        for entry in first.iter().flat_map(|(_, by)| by) {
            sizes[entry.column()].pairs += entry.count() as f64;
        }
        for (index, size) in sizes.iter_mut().enumerate() {
            size.tokens = counted.iter().map(|shard| shard.tokens[index] as f64).sum();
        }
        let mut steps: Vec<Changes> = Vec::with_capacity(evidence.len());
        while steps.len() < evidence.len() {
            // A few at a time: the changes of shards take as much memory as their sums.
            let next = steps.len()..evidence.len().min(steps.len() + JOINED_AT_ONCE);
            let take = |step| {
                counted
                    .iter_mut()
                    .map(|shard| std::mem::take(&mut shard.steps[step]))
                    .collect()
            };
            let of_shards: Vec<Vec<Changes>> = next.map(take).collect();
            steps.extend(map_tasks(executor, of_shards.len(), |step| {
                numbers.sum(&of_shards[step], width)
            }));
        }
        let merged = merged.collect();
        let known = (evidence.start..=evidence.end)
            .map(|step| numbers.known(step))
            .collect();
        let total = list.merges().len() - list.inherited();
        let parts = parts(first, &steps, numbers.pairs.len(), width, executor);
        Self {
            total,
            sizes,
            known,
            pairs: numbers.pairs,
            parts,
            steps,
            merged,
            merged_by_group,
        }
    }
}

/// Counts of the pair of each step just before the merge, over all shards.
fn merged_by_group(counted: &[Counted], steps: usize, groups: usize) -> Vec<Vec<(u16, i64)>> {
    let mut sums = vec![0; groups];
    let of_step = |step| {
        for &(group, count) in counted
            .iter()
            .flat_map(|shard: &Counted| &shard.merged[step])
        {
            sums[usize::from(group)] += count;
        }
        let sums = (0..).zip(&mut sums).filter(|sum| *sum.1 != 0);
        sums.map(|(group, sum)| (group, std::mem::take(sum)))
            .collect()
    };
    (0..steps).map(of_step).collect()
}

/// Divides the steps into parts.
fn parts(
    first: Changes,
    steps: &[Changes],
    pairs: usize,
    width: usize,
    executor: &dyn Executor,
) -> Vec<Part> {
    let sizes: Vec<usize> = steps
        .iter()
        .scan(0, |sum, changes| {
            Some(std::mem::replace(sum, *sum + changes.len()))
        })
        .collect();
    let all = sizes.last().copied().unwrap_or(0);
    let starts: Vec<usize> = (0..PARTS)
        .map(|part| sizes.partition_point(|&before| before < all * part / PARTS))
        .collect();
    let ends: Vec<usize> = starts[1..].iter().map(|start| start + 1).collect();
    let blocks = map_tasks(executor, pairs.div_ceil(BLOCK), |block| {
        let block = block * BLOCK..pairs.min((block + 1) * BLOCK);
        sums(
            std::iter::once(&first).chain(steps),
            block.start as u32..block.end as u32,
            &ends,
            width,
        )
    });
    let mut counts: Vec<Changes> = (1..PARTS).map(|_| Changes::default()).collect();
    for block in blocks {
        counts
            .iter_mut()
            .zip(block)
            .for_each(|(counts, of_block)| counts.append(&of_block));
    }
    let ends = starts[1..].iter().copied().chain([steps.len()]);
    let counts = std::iter::once(first).chain(counts);
    starts
        .iter()
        .zip(ends)
        .zip(counts)
        .map(|((&start, end), counts)| Part {
            steps: start..end,
            counts,
        })
        .collect()
}

/// The sums of the first `end` changes of a range of pairs, for each of `ends` in rising order.
fn sums<'a>(
    changes: impl Iterator<Item = &'a Changes>,
    pairs: Range<u32>,
    ends: &[usize],
    width: usize,
) -> Vec<Changes> {
    let mut table = vec![0_i64; pairs.len() * width];
    let mut out = Vec::with_capacity(ends.len());
    let mut changes = changes.take(ends.last().copied().unwrap_or(0));
    let mut done = 0;
    for &end in ends {
        for changes in changes.by_ref().take(end - done) {
            for (pair, by) in changes.within(&pairs) {
                let start = (pair - pairs.start) as usize * width;
                by.iter()
                    .for_each(|entry| table[start + entry.column()] += entry.count());
            }
        }
        done = end;
        let mut sum = Changes::default();
        pairs
            .clone()
            .zip(table.chunks_exact(width))
            .for_each(|(pair, by)| sum.push(pair, by));
        sum.shrink();
        out.push(sum);
    }
    out
}

/// Numbers of the pairs of all shards, by first appearance and then by tokens, so that the numbers
/// do not depend on the shards.
struct Numbers {
    pairs: Vec<(TokenId, TokenId)>,
    /// The merge before which each pair first occurred.
    since: Vec<u32>,
    /// The numbers by shard, indexed by the shard's numbers.
    of_shards: Vec<Vec<u32>>,
    /// The pairs in the order of their tokens with their numbers.
    of: Vec<((TokenId, TokenId), u32)>,
}

/// A pair of a shard, the merge before which it first occurred, the shard and the shard's number of
/// the pair.
type Met = ((TokenId, TokenId), u32, usize, u32);

impl Numbers {
    /// Takes the pairs out of the shards.
    fn new(counted: &mut [Counted], executor: &dyn Executor) -> Self {
        let met_by = |shard: usize| {
            let Counted { pairs, since, .. } = &counted[shard];
            let met = pairs.iter().zip(since).zip(0..);
            let mut met: Vec<Met> = met
                .map(|((&pair, &since), index)| (pair, since, shard, index))
                .collect();
            met.sort_unstable();
            met
        };
        let mut met = map_tasks(executor, counted.len(), met_by).concat();
        // The stable sort is fast on runs that are sorted already.
        met.sort();
        let mut of_shards: Vec<Vec<u32>> = counted
            .iter()
            .map(|shard| vec![0; shard.pairs.len()])
            .collect();
        counted
            .iter_mut()
            .for_each(|shard| (shard.pairs, shard.since) = Default::default());
        let of_pairs = || met.chunk_by(|a, b| a.0 == b.0);
        // Each pair comes after those that occurred before it.
        let mut next = Vec::new();
        for same in of_pairs() {
            let after = same[0].1 as usize + 1;
            next.resize(next.len().max(after + 1), 0_u32);
            next[after] += 1;
        }
        for step in 1..next.len() {
            next[step] += next[step - 1];
        }
        let count = next.last().map_or(0, |&count| count as usize);
        let (mut pairs, mut since, mut of) = (
            vec![(0, 0); count],
            vec![0; count],
            Vec::with_capacity(count),
        );
        for same in of_pairs() {
            let (pair, first, ..) = same[0];
            let number = next[first as usize];
            next[first as usize] += 1;
            (pairs[number as usize], since[number as usize]) = (pair, first);
            of.push((pair, number));
            same.iter()
                .for_each(|&(_, _, shard, index)| of_shards[shard][index as usize] = number);
        }
        Self {
            pairs,
            since,
            of_shards,
            of,
        }
    }

    /// The number of a pair.
    fn of(&self, pair: (TokenId, TokenId)) -> Option<u32> {
        self.of
            .binary_search_by_key(&pair, |entry| entry.0)
            .ok()
            .map(|index| self.of[index].1)
    }

    /// Number of pairs that occurred before a merge.
    fn known(&self, merge: usize) -> u32 {
        self.since.partition_point(|&since| since as usize <= merge) as u32
    }

    /// The summed changes of all shards, in the order of the pairs; changes that cancel are left
    /// out.
    fn sum(&self, of_shards: &[Changes], width: usize) -> Changes {
        let shards = of_shards.iter().zip(&self.of_shards);
        let rows = shards.flat_map(|(changes, numbers)| {
            changes
                .iter()
                .map(|(pair, by)| (numbers[pair as usize], by))
        });
        let (numbers, rows): (Vec<u32>, Vec<&[Entry]>) = rows.unzip();
        // A number with the index of its row.
        let mut order: Vec<u64> = (0..)
            .zip(&numbers)
            .map(|(row, &number)| u64::from(number) << 32 | row)
            .collect();
        order.sort_unstable();
        let mut out = Changes::default();
        let mut sums = vec![0; width];
        for same in order.chunk_by(|a, b| a >> 32 == b >> 32) {
            sums.fill(0);
            let rows = same.iter().flat_map(|&order| rows[order as u32 as usize]);
            rows.for_each(|entry| sums[entry.column()] += entry.count());
            out.push((same[0] >> 32) as u32, &sums);
        }
        out.shrink();
        out
    }
}

/// The sizes known before counting: all but pairs and tokens.
fn sizes(categories: &[Category]) -> Vec<Size> {
    let mut group = 0;
    let sizes = categories.iter().map(|category| {
        let groups = group..group + category.words.bytes().len();
        group = groups.end;
        let words = category.words.totals().map(|(_, count)| count as f64).sum();
        let bytes = category
            .words
            .bytes()
            .iter()
            .map(|&length| length as f64)
            .sum();
        Size {
            name: category.name.clone(),
            bytes,
            pairs: 0.0,
            words,
            tokens: 0.0,
            groups,
        }
    });
    sizes.collect()
}

fn check(categories: &[Category]) -> Result<(), CoreError> {
    if categories.is_empty() {
        return Err(CoreError::NoNames { what: "categories" });
    }
    let mut names: Vec<&str> = categories
        .iter()
        .map(|category| category.name.as_str())
        .collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(CoreError::DuplicateName {
            what: "category",
            name: twice[0].to_owned(),
        });
    }
    let groups: usize = categories
        .iter()
        .map(|category| category.words.bytes().len())
        .sum();
    if groups > MAX_GROUPS {
        return Err(CoreError::BadParameter {
            name: "groups",
            expected: "at most 65,535 groups of documents over all categories",
            found: groups.to_string(),
        });
    }
    let has_pairs = |category: &&Category| category.words.iter().any(|(word, _)| word.len() > 1);
    if let Some(empty) = categories.iter().find(|category| !has_pairs(category)) {
        return Err(CoreError::EmptyCategory {
            name: empty.name.clone(),
        });
    }
    Ok(())
}
