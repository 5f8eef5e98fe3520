//! Cross-validation splits that keep groups together.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::CoreError;
use crate::compute::CounterStream;
use crate::table::RunTable;

/// Maximum repeats, and maximum rows of all repeats together, which are kept until the last fit.
const MAX_REPEATS: usize = 10_000;
const MAX_ROWS: usize = 2_000_000;

/// The held-out rows of one fold, in rising order; the other rows are for fitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Rows to score on.
    pub held_out: Vec<usize>,
    rows: usize,
}

impl Split {
    /// Rows to fit on, in rising order. They are computed on demand: stored for all folds, they
    /// would take folds times the rows.
    pub fn train(&self) -> Vec<usize> {
        let mut next = self.held_out.iter().peekable();
        (0..self.rows)
            .filter(|row| next.next_if_eq(&row).is_none())
            .collect()
    }

    /// Number of rows to fit on.
    pub fn train_len(&self) -> usize {
        self.rows - self.held_out.len()
    }
}

/// The group of each row: rows trained on the same mixture, bit for bit, belong to the same group,
/// and so do rows with the same run id.
///
/// Replicate runs (other seeds of the same mixture), other sizes of it and checkpoints of one run
/// would otherwise sit on both sides of a split and flatter the fit. Groups are numbered in order
/// of appearance.
pub fn group_by_mixture(table: &RunTable) -> Vec<usize> {
    let mut linked = Linked::new(table.len());
    let mut first_of_mixture: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut first_of_id: HashMap<&str, usize> = HashMap::new();
    for (row, run) in table.runs().enumerate() {
        let key = run.parts.iter().map(|part| (part + 0.0).to_bits());
        linked.link(row, *first_of_mixture.entry(key.collect()).or_insert(row));
        linked.link(row, *first_of_id.entry(run.id).or_insert(row));
    }
    linked.groups()
}

/// Rows that are linked, directly or through others: a forest whose roots are the first rows.
struct Linked {
    parent: Vec<usize>,
}

impl Linked {
    /// Rows without links.
    fn new(rows: usize) -> Self {
        let parent = (0..rows).collect();
        Self { parent }
    }

    fn link(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(parent) = self.parent.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }

    /// The first row that `row` is linked to.
    fn root(&mut self, mut row: usize) -> usize {
        while let Some(&parent) = self.parent.get(row)
            && parent != row
        {
            // Each step halves the way for the next search.
            let next = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parent.get_mut(row) {
                *slot = next;
            }
            row = next;
        }
        row
    }

    /// The group of each row, numbered in order of appearance.
    fn groups(mut self) -> Vec<usize> {
        let mut number: HashMap<usize, usize> = HashMap::new();
        let mut groups = Vec::with_capacity(self.parent.len());
        for row in 0..self.parent.len() {
            let next = number.len();
            groups.push(*number.entry(self.root(row)).or_insert(next));
        }
        groups
    }
}

/// Splits rows into `folds`, each held out once; `groups` holds the group of each row.
///
/// Shuffled groups go, one by one, to the fold with the fewest rows, larger groups first, so that
/// no group is split and folds are as even as their groups allow (for groups of one: sizes differ
/// by at most one). The same seed gives the same folds on every machine.
///
/// ```
/// use mixlens_core::stats::k_fold;
/// let groups = [0, 0, 1, 2, 3, 4]; // rows 0 and 1 are replicates
/// for split in k_fold(&groups, 3, 42)? {
///     assert_eq!(split.held_out.contains(&0), split.held_out.contains(&1));
///     assert_eq!(split.train().len() + split.held_out.len(), 6);
/// }
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
///
/// # Errors
/// [`CoreError::BadParameter`] for fewer than two folds or more folds than groups.
pub fn k_fold(groups: &[usize], folds: usize, seed: u64) -> Result<Vec<Split>, CoreError> {
    repeat(groups, folds, seed, 0)
}

/// [`k_fold`], repeated `repeats` times with different folds; all splits in one list.
///
/// # Errors
/// As [`k_fold`], and for no repeats, more than 10,000, or more than 2 million rows in all repeats
/// together.
pub fn repeated_k_fold(
    groups: &[usize],
    folds: usize,
    repeats: usize,
    seed: u64,
) -> Result<Vec<Split>, CoreError> {
    let max_repeats = (MAX_ROWS / groups.len().max(1)).clamp(1, MAX_REPEATS);
    if !(1..=max_repeats).contains(&repeats) {
        let (expected, found) = (
            "1 to 10000, and at most 2 million runs in all of them",
            repeats.to_string(),
        );
        return Err(CoreError::BadParameter {
            name: "repeats",
            expected,
            found,
        });
    }
    let mut splits = Vec::with_capacity(
        folds
            .saturating_mul(repeats)
            .min(groups.len().saturating_mul(repeats)),
    );
    for number in 0..repeats as u64 {
        splits.extend(repeat(groups, folds, seed, number)?);
    }
    Ok(splits)
}

/// One group per row.
pub fn ungrouped(rows: usize) -> Vec<usize> {
    (0..rows).collect()
}

fn repeat(groups: &[usize], folds: usize, seed: u64, number: u64) -> Result<Vec<Split>, CoreError> {
    let mut members = members_of(groups);
    if folds < 2 || folds > members.len() {
        let found = format!("{folds} folds for {} distinct mixtures", members.len());
        let expected = "at least 2 folds and no more than there are distinct mixtures";
        return Err(CoreError::BadParameter {
            name: "folds",
            expected,
            found,
        });
    }
    CounterStream::new(seed, number).shuffle(&mut members);
    // A stable sort: groups of equal size stay shuffled.
    members.sort_by_key(|rows| Reverse(rows.len()));
    let mut held_out: Vec<Vec<usize>> = vec![Vec::new(); folds];
    // The smallest fold comes first, ties by index: folds fill in turn.
    let mut smallest: BinaryHeap<Reverse<(usize, usize)>> =
        (0..folds).map(|fold| Reverse((0, fold))).collect();
    for rows in members {
        let Some(Reverse((_, fold))) = smallest.pop() else {
            break;
        };
        if let Some(held_out) = held_out.get_mut(fold) {
            held_out.extend(rows);
            smallest.push(Reverse((held_out.len(), fold)));
        }
    }
    let rows = groups.len();
    let split = |mut held_out: Vec<usize>| {
        held_out.sort_unstable();
        Split { held_out, rows }
    };
    Ok(held_out.into_iter().map(split).collect())
}

/// Rows per group, in order of appearance.
fn members_of(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut position: HashMap<usize, usize> = HashMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (row, group) in groups.iter().enumerate() {
        let next = members.len();
        let index = *position.entry(*group).or_insert(next);
        match members.get_mut(index) {
            Some(rows) => rows.push(row),
            None => members.push(vec![row]),
        }
    }
    members
}
