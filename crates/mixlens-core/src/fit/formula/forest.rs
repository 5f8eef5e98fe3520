//! [`Forest`]: boosted trees as values, and the plain walk through them.

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// One split, in the order in which the tree grew.
///
/// The rows of leaf `leaf` with a proportion above the edge move to a new leaf, whose number is one
/// more than the number of this split; the others stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u32; 3]", into = "[u32; 3]")]
pub(in crate::fit) struct Split {
    pub leaf: u32,
    pub feature: u32,
    pub bin: u32,
}

impl From<[u32; 3]> for Split {
    fn from([leaf, feature, bin]: [u32; 3]) -> Self {
        Self { leaf, feature, bin }
    }
}

impl From<Split> for [u32; 3] {
    fn from(split: Split) -> Self {
        [split.leaf, split.feature, split.bin]
    }
}

/// One tree: its splits and the values of its leaves (one more than splits, metric unit).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::fit) struct Tree {
    pub splits: Vec<Split>,
    pub values: Vec<f64>,
}

/// Trees over the same binned features; the prediction is the sum of one leaf value per tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::fit) struct Forest {
    /// Upper bin edges of every feature. The last edge of each, infinity, is left out.
    pub edges: Vec<Vec<f64>>,
    pub trees: Vec<Tree>,
}

/// Where a split of a tree leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// To another split.
    Split(usize),
    /// To a leaf.
    Leaf(usize),
}

/// One split of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The domain whose proportion decides.
    pub domain: usize,
    /// Proportions above it go right.
    pub threshold: f64,
    /// Where the others go.
    pub left: Child,
    /// Where those above go.
    pub right: Child,
}

/// One tree; without nodes it has one leaf.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNodes<'a> {
    /// Its splits; the first is the root.
    pub nodes: Vec<Node>,
    /// The values of its leaves.
    pub values: &'a [f64],
}

/// Running sums that a row's leaf values go to in turn, so that additions need not wait for each
/// other.
pub(super) const SUMS: usize = 4;

/// Adds up the running sums in the one order that every path uses.
#[inline(always)]
pub(super) fn total(sums: [f64; SUMS]) -> f64 {
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

impl Forest {
    /// Checks what a file might get wrong, so that prediction can index without asking.
    ///
    /// # Errors
    /// [`CoreError::BadSurrogateFile`].
    pub fn check(&self) -> Result<(), CoreError> {
        let bad = |problem: String| Err(CoreError::BadSurrogateFile { problem });
        for edges in &self.edges {
            if edges.iter().any(|edge| !edge.is_finite()) || !edges.is_sorted() {
                return bad("bin edges must be finite and ascending".to_owned());
            }
        }
        for (number, tree) in self.trees.iter().enumerate() {
            if tree.values.len() != tree.splits.len() + 1
                || tree.values.iter().any(|value| !value.is_finite())
            {
                return bad(format!(
                    "tree {number} must have one finite leaf value more than splits"
                ));
            }
            for (made, split) in tree.splits.iter().enumerate() {
                let edges = self.edges.get(split.feature as usize).map_or(0, Vec::len);
                if split.leaf as usize > made || split.bin as usize >= edges {
                    return bad(format!(
                        "tree {number}, split {made} names a leaf, domain or bin that does not \
                        exist"
                    ));
                }
            }
        }
        Ok(())
    }

    /// The edge that a split compares with.
    pub fn edge(&self, split: &Split) -> f64 {
        let edges = self.edges.get(split.feature as usize);
        edges
            .and_then(|edges| edges.get(split.bin as usize))
            .copied()
            .unwrap_or(f64::INFINITY)
    }

    /// A tree with its splits as a graph.
    pub fn nodes<'a>(&self, tree: &'a Tree) -> TreeNodes<'a> {
        let count = tree.splits.len();
        // The first split of each leaf at or after the one looked at, going back from the last.
        let mut next: Vec<Child> = (0..=count).map(Child::Leaf).collect();
        let mut nodes = Vec::with_capacity(count);
        for (made, split) in tree.splits.iter().enumerate().rev() {
            let at = |leaf: usize| next.get(leaf).copied().unwrap_or(Child::Leaf(leaf));
            let leaf = split.leaf as usize;
            let (left, right) = (at(leaf), at(made + 1));
            nodes.push(Node {
                domain: split.feature as usize,
                threshold: self.edge(split),
                left,
                right,
            });
            if let Some(first) = next.get_mut(leaf) {
                *first = Child::Split(made);
            }
        }
        nodes.reverse();
        TreeNodes {
            nodes,
            values: &tree.values,
        }
    }

    /// Predicts one row by replaying every split.
    pub fn walk(&self, row: &[f64]) -> f64 {
        let mut sums = [0.0; SUMS];
        for (number, tree) in self.trees.iter().enumerate() {
            let mut leaf = 0;
            for (made, split) in tree.splits.iter().enumerate() {
                let value = row.get(split.feature as usize).copied().unwrap_or(0.0);
                if leaf == split.leaf && value > self.edge(split) {
                    leaf = made as u32 + 1;
                }
            }
            if let (Some(sum), Some(value)) =
                (sums.get_mut(number % SUMS), tree.values.get(leaf as usize))
            {
                *sum += value;
            }
        }
        total(sums)
    }

    /// The most leaves any tree has.
    pub fn most_leaves(&self) -> usize {
        self.trees
            .iter()
            .map(|tree| tree.values.len())
            .max()
            .unwrap_or(0)
    }
}
