//! [`PairCounts`]: how often pairs of tokens occur in each category while the merges are applied.
#![expect(clippy::indexing_slicing, reason = "pair numbers come from the tables themselves")]

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

use rustc_hash::FxHashMap;

use super::count::{Changes, Counted, Plan};
use super::word_table::{Sparse, shard_from_categories, spelling};
use super::{Category, MergeList, TokenId};
use crate::CoreError;
use crate::compute::{Control, Executor, map_tasks, try_map_tasks};

/// Most groups over all categories.
const MOST_GROUPS: usize = u16::MAX as usize;

/// A category as the counts know it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Size {
    pub name: String,
    /// Bytes of its sample.
    pub bytes: f64,
    /// N: pairs before the first merge that is evidence.
    pub pairs: f64,
    /// Words, and tokens that all merges leave.
    pub words: f64,
    pub tokens: f64,
    /// The group numbers of its sample.
    pub groups: Range<usize>,
}

/// Counts of pairs in every category, and what each merge changes in them.
///
/// ```text
/// cᵢ(t, p) = neighbours in category i that are the pair p, after merges 1 … t − 1
/// ```
/// Held as the counts before the first merge and the changes of every merge. Source: Hayase et al. 2024, arXiv 2407.16607,
/// section 3; all categories are counted in one table here.
#[derive(Debug)]
pub struct PairCounts {
    /// Merges of the list that are its own.
    pub(super) total: usize,
    pub(super) sizes: Vec<Size>,
    /// The tokens of each pair.
    pub(super) pairs: Vec<(TokenId, TokenId)>,
    /// How many of the pairs there are before each step; those that come later have later numbers.
    pub(super) known: Vec<u32>,
    pub(super) first: Sparse,
    pub(super) steps: Vec<Changes>,
    /// The pair that each step merges; `None` where it is in no sample.
    pub(super) merged: Vec<Option<u32>>,
    /// How often it occurs just before, by group.
    pub(super) merged_by_group: Vec<Vec<(u16, i64)>>,
}

impl PairCounts {
    /// Applies the merges to the words of all categories, which are let go before that needs room. The first `merges` that are
    /// not inherited are evidence; the others only say how many tokens are left in the end.
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
        let evidence = list.inherited()..list.merges().len().min(list.inherited().saturating_add(merges));
        let number = executor.threads().max(1);
        let category = (0..).zip(&categories).flat_map(|(place, own)| own.groups.iter().map(move |_| place));
        let plan = Plan::new(list.merges(), evidence.clone(), categories.len(), category.collect());
        let shards = map_tasks(executor, number, |shard| {
            Mutex::new(Some(shard_from_categories(list, &categories, shard, number)))
        });
        drop(categories);
        let stage = control.stage("applying merges", (number * evidence.end) as u64);
        let counted = try_map_tasks(executor, number, |shard| {
            let shard = shards[shard].lock().map_or(None, |mut shard| shard.take()).unwrap_or_default();
            plan.count(shard, &stage)
        })?;
        Ok(Self::joined(counted, list, evidence, sizes))
    }

    /// How often each pair occurs in every category before a merge, by the spellings of its tokens in `list`. A recount
    /// by another program can be held against it.
    pub fn before(&self, merge: usize, list: &MergeList) -> BTreeMap<[Box<[u8]>; 2], Vec<i64>> {
        let width = self.sizes.len();
        let mut table = vec![0_i64; self.pairs.len() * width];
        let mut add = |pair: usize, by: &[(u16, i64)]| {
            by.iter().for_each(|&(category, count)| table[pair * width + usize::from(category)] += count);
        };
        (0..self.first.rows()).for_each(|pair| add(pair, self.first.row(pair)));
        for changes in self.steps.iter().take(merge) {
            (0..).zip(&changes.pairs).for_each(|(row, &pair)| add(pair as usize, changes.by.row(row)));
        }
        let rows =
            self.pairs.iter().zip(table.chunks_exact(width)).filter(|(_, row)| row.iter().any(|&count| count != 0));
        rows.map(|(&(left, right), row)| ([left, right].map(|token| spelling(list, token)), row.to_vec())).collect()
    }

    /// The counts of shards together, with pairs numbered by their first appearance and then by their tokens, so that
    /// nothing depends on the number of shards.
    fn joined(counted: Vec<Counted>, list: &MergeList, evidence: Range<usize>, mut sizes: Vec<Size>) -> Self {
        let width = sizes.len();
        let mut since: FxHashMap<(TokenId, TokenId), u32> = FxHashMap::default();
        for shard in &counted {
            for (&pair, &step) in shard.pairs.iter().zip(&shard.since) {
                since.entry(pair).and_modify(|known| *known = step.min(*known)).or_insert(step);
            }
        }
        let mut order: Vec<_> = since.into_iter().map(|(pair, step)| (step, pair)).collect();
        order.sort_unstable();
        let number_of: FxHashMap<_, _> = order.iter().zip(0_u32..).map(|(&(_, pair), number)| (pair, number)).collect();
        let numbers: Vec<Vec<u32>> =
            counted.iter().map(|shard| shard.pairs.iter().map(|pair| number_of[pair]).collect()).collect();
        let steps = counted.first().map_or(0, |shard| shard.steps.len());
        let known =
            (0..=steps).map(|step| order.partition_point(|&(since, _)| since as usize <= evidence.start + step) as u32);
        let known: Vec<u32> = known.collect();
        let firsts: Vec<(u32, &[(u16, i64)])> = counted
            .iter()
            .zip(&numbers)
            .flat_map(|(shard, numbers)| (0..shard.first.rows()).map(|row| (numbers[row], shard.first.row(row))))
            .collect();
        let mut first = Sparse::default();
        let mut firsts = summed(firsts, width).into_iter().peekable();
        for pair in 0..known[0] {
            first.push(firsts.next_if(|own| own.0 == pair).map_or(Vec::new(), |own| own.1));
        }
        let joined = |step: usize| {
            let shards = counted.iter().zip(&numbers);
            let changes: Vec<(u32, &[(u16, i64)])> = shards
                .flat_map(|(shard, numbers)| {
                    let changes = &shard.steps[step];
                    changes.pairs.iter().enumerate().map(|(row, &pair)| (numbers[pair as usize], changes.by.row(row)))
                })
                .collect();
            let mut out = Changes::default();
            for (pair, by) in summed(changes, width) {
                out.pairs.push(pair);
                out.by.push(by);
            }
            out
        };
        let merged_by_group = (0..steps).map(|step| {
            let mut groups: BTreeMap<u16, i64> = BTreeMap::new();
            for &(group, count) in counted.iter().flat_map(|shard| &shard.merged[step]) {
                *groups.entry(group).or_default() += count;
            }
            groups.into_iter().collect()
        });
        let merged_by_group: Vec<Vec<(u16, i64)>> = merged_by_group.collect();
        // A pair that is known but not there at its step is missing all the same.
        let merges = list.merges().get(evidence).unwrap_or_default().iter().zip(&merged_by_group);
        let merged = merges
            .map(|(merge, there)| number_of.get(&(merge.left, merge.right)).copied().filter(|_| !there.is_empty()));
        for &(category, count) in (0..first.rows()).flat_map(|row| first.row(row)) {
            sizes[usize::from(category)].pairs += count as f64;
        }
        for (place, size) in sizes.iter_mut().enumerate() {
            size.tokens = counted.iter().map(|shard| shard.tokens[place] as f64).sum();
        }
        Self {
            total: list.merges().len() - list.inherited(),
            sizes,
            pairs: order.iter().map(|&(_, pair)| pair).collect(),
            known,
            first,
            steps: (0..steps).map(joined).collect(),
            merged: merged.collect(),
            merged_by_group,
        }
    }
}

/// What is known before counting: pairs and tokens are not.
fn sizes(categories: &[Category]) -> Vec<Size> {
    let mut group = 0;
    let sizes = categories.iter().map(|category| {
        let groups = group..group + category.groups.len();
        group = groups.end;
        let words = category.groups.iter().flatten().map(|(_, count)| count as f64).sum();
        let bytes = category.groups.iter().map(|own| own.bytes() as f64).sum();
        Size { name: category.name.clone(), bytes, pairs: 0.0, words, tokens: 0.0, groups }
    });
    sizes.collect()
}

/// Rows of the same pair added up, by number of the pair; those that cancel out are left out.
fn summed(mut rows: Vec<(u32, &[(u16, i64)])>, width: usize) -> Vec<(u32, Vec<(u16, i64)>)> {
    rows.sort_by_key(|own| own.0);
    let mut sums = vec![0_i64; width];
    let mut out = Vec::new();
    for same in rows.chunk_by(|a, b| a.0 == b.0) {
        sums.fill(0);
        for &(category, count) in same.iter().flat_map(|own| own.1) {
            sums[usize::from(category)] += count;
        }
        let row: Vec<_> = (0_u16..).zip(sums.iter().copied()).filter(|&(_, sum)| sum != 0).collect();
        if !row.is_empty() {
            out.push((same[0].0, row));
        }
    }
    out
}

fn check(categories: &[Category]) -> Result<(), CoreError> {
    if categories.is_empty() {
        return Err(CoreError::NoNames { what: "categories" });
    }
    let mut names: Vec<&str> = categories.iter().map(|category| category.name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(CoreError::DuplicateName { what: "category", name: twice[0].to_owned() });
    }
    let groups: usize = categories.iter().map(|category| category.groups.len()).sum();
    if groups > MOST_GROUPS {
        return Err(CoreError::BadParameter {
            name: "groups",
            expected: "at most 65,535 groups of documents over all categories",
            found: groups.to_string(),
        });
    }
    let has_pairs = |category: &&Category| category.groups.iter().flatten().any(|(word, _)| word.len() > 1);
    if let Some(empty) = categories.iter().find(|category| !has_pairs(category)) {
        return Err(CoreError::EmptyCategory { name: empty.name.clone() });
    }
    Ok(())
}
