//! [`BitTable`]: many trees evaluated at once with bit masks.
//!
//! For every interval between two neighbouring thresholds of a feature and every tree, the table
//! holds a mask of the leaves that a value in that interval leaves possible. The masks of all
//! features ANDed together leave the one leaf that the row falls into as the lowest set bit.
//! Compared with walking the trees there is no branch to mispredict, 16 trees share every load, and
//! a proportion below a feature's first threshold (zero, mostly) costs nothing.
//!
//! Memory: thresholds × trees × 4 bytes, 3 MB for 1,000 RegMix trees. It is stored in blocks of 16
//! trees of about 49 KB, and a chunk of mixtures goes through one block after the other, so that a
//! block stays in cache. A search that only wants the lowest predictions gives a bar: after every
//! few blocks, mixtures that the least leaf values of the trees still to come cannot bring below it
//! are dropped. Early trees carry most of the sum, so nearly all drop out soon. Related to
//! QuickScorer (Lucchese et al. 2015, "QuickScorer: a fast algorithm to rank documents with
//! additive ensembles of regression trees"), which applies masks one node at a time.

#![expect(
    clippy::indexing_slicing,
    reason = "dense kernel; indices are bounded by the loops that make them"
)]

use super::forest::{Forest, SUMS, Tree, total};

/// Trees that share a block of the table.
const LANES: usize = 16;
/// Most leaves of a tree in the table: the bits of a mask.
const LEAVES: usize = 32;
/// Mixtures that go through the blocks together.
const CHUNK: usize = 2048;
/// Blocks between two looks at the bar.
const BLOCKS_PER_LOOK: usize = 2;
/// Added to the bar, relative to 1 + |bar|: far above the rounding of a sum of leaf values, far
/// below any difference that counts.
const THRESHOLD_SLACK: f64 = 1e-9;

type Masks = [u32; LANES];
/// One more than there are leaves, because an empty mask would count as many zeros as it has bits.
type LeafValues = [f64; LEAVES + 1];

/// Leaf masks by threshold interval and tree.
pub(super) struct BitTable {
    /// Thresholds that occur in the forest, per feature, ascending.
    thresholds: Vec<Vec<f64>>,
    /// The table row of each feature's second interval (the first, below every threshold, needs
    /// none).
    firsts: Vec<u32>,
    /// Rows of a block.
    rows: usize,
    /// Masks, block after block.
    masks: Vec<Masks>,
    /// Leaf values of each tree, in the order of the mask bits.
    values: Vec<LeafValues>,
    /// For each block, the least that it and the later ones can add.
    rest: Vec<f64>,
}

impl BitTable {
    /// The table of a forest, or `None` when a tree has more leaves than a mask has bits.
    pub fn new(forest: &Forest) -> Option<Self> {
        if forest.most_leaves() > LEAVES {
            return None;
        }
        let mut used: Vec<Vec<u32>> = vec![Vec::new(); forest.edges.len()];
        for split in forest.trees.iter().flat_map(|tree| &tree.splits) {
            used[split.feature as usize].push(split.bin);
        }
        let mut rows = 0;
        let mut firsts = Vec::with_capacity(used.len());
        for bins in &mut used {
            bins.sort_unstable();
            bins.dedup();
            firsts.push(rows as u32);
            rows += bins.len();
        }
        let blocks = forest.trees.len().div_ceil(LANES);
        let mut table = Self {
            thresholds: (used.iter().zip(&forest.edges))
                .map(|(bins, edges)| bins.iter().map(|&bin| edges[bin as usize]).collect())
                .collect(),
            firsts,
            rows,
            masks: vec![[u32::MAX; LANES]; blocks * rows],
            values: vec![[0.0; LEAVES + 1]; blocks * LANES],
            rest: vec![0.0; blocks],
        };
        let lower_bound = |tree: &Tree| tree.values.iter().copied().fold(f64::INFINITY, f64::min);
        let mut rest = 0.0;
        for (block, trees) in forest.trees.chunks(LANES).enumerate().rev() {
            rest += trees.iter().map(lower_bound).sum::<f64>();
            table.rest[block] = rest;
        }
        for (number, tree) in forest.trees.iter().enumerate() {
            table.insert(number, tree, &used);
        }
        Some(table)
    }

    /// Writes the masks and values of one tree.
    fn insert(&mut self, number: usize, tree: &Tree, used: &[Vec<u32>]) {
        let shape = Shape::new(tree);
        for (leaf, &value) in tree.values.iter().enumerate() {
            self.values[number][shape.bit_of_leaf[leaf] as usize] = value;
        }
        let block = number / LANES * self.rows;
        let lane = number % LANES;
        for (split, &left) in tree.splits.iter().zip(&shape.left_masks) {
            let feature = split.feature as usize;
            let interval = used[feature].partition_point(|&bin| bin < split.bin);
            let first = self.firsts[feature] as usize;
            // Above this threshold, in this interval or a later one, the left side is impossible.
            for row in first + interval..first + used[feature].len() {
                self.masks[block + row][lane] &= !left;
            }
        }
    }

    /// The least any prediction can be.
    pub fn lower_bound(&self) -> f64 {
        self.rest.first().copied().unwrap_or(0.0)
    }

    /// Predicts `rows` (n × width) into `out`; rows above their bar, where there are bars, may get
    /// infinity instead.
    #[inline(always)]
    pub fn predict(&self, rows: &[f64], thresholds: Option<&[f64]>, out: &mut [f64]) {
        let width = self.thresholds.len();
        let mut chunk = Chunk::new(width);
        for (number, (rows, out)) in rows
            .chunks(CHUNK * width)
            .zip(out.chunks_mut(CHUNK))
            .enumerate()
        {
            chunk.load(self, rows, width);
            let thresholds =
                thresholds.map(|thresholds| &thresholds[number * CHUNK..][..out.len()]);
            let blocks = self
                .masks
                .chunks_exact(self.rows.max(1))
                .zip(self.values.as_chunks::<LANES>().0);
            for (block, (masks, values)) in blocks.enumerate() {
                if let Some(thresholds) = thresholds
                    && block.is_multiple_of(BLOCKS_PER_LOOK)
                {
                    chunk.drop_above(thresholds, self.rest[block]);
                }
                chunk.advance(masks, values, width);
            }
            if self.rows == 0 {
                // Trees without a split have no masks: every row is in the one leaf of each.
                let sums = constant_sums(&self.values);
                chunk.sums.iter_mut().for_each(|own| *own = sums);
            }
            out.fill(f64::INFINITY);
            for &mixture in &chunk.order {
                out[mixture as usize] = total(chunk.sums[mixture as usize]);
            }
        }
    }
}

fn constant_sums(values: &[LeafValues]) -> [f64; SUMS] {
    let mut sums = [0.0; SUMS];
    for (number, values) in values.iter().enumerate() {
        sums[number % SUMS] += values[0];
    }
    sums
}

/// Mixtures on their way through the blocks.
struct Chunk {
    /// Table rows that each mixture's proportions select, `width` places a mixture.
    active: Vec<u32>,
    /// How many of those places each mixture uses.
    counts: Vec<u32>,
    /// Mixtures ordered by that count, so that the inner loop's length is predictable.
    order: Vec<u32>,
    /// Leaves that the current block leaves possible, in that order.
    possible: Vec<Masks>,
    sums: Vec<[f64; SUMS]>,
}

impl Chunk {
    fn new(width: usize) -> Self {
        Self {
            active: vec![0; CHUNK * width],
            counts: vec![0; CHUNK],
            order: Vec::with_capacity(CHUNK),
            possible: vec![[0; LANES]; CHUNK],
            sums: vec![[0.0; SUMS]; CHUNK],
        }
    }

    /// Looks up the intervals of every proportion.
    #[inline(always)]
    fn load(&mut self, table: &BitTable, rows: &[f64], width: usize) {
        let n = rows.len() / width;
        self.sums[..n].fill([0.0; SUMS]);
        for (mixture, row) in rows.chunks_exact(width).enumerate() {
            let active = &mut self.active[mixture * width..(mixture + 1) * width];
            let mut count = 0;
            for ((&value, thresholds), &first) in
                row.iter().zip(&table.thresholds).zip(&table.firsts)
            {
                let above = thresholds.partition_point(|&threshold| threshold < value);
                // Written always, kept only when above a threshold: no branch.
                active[count] = first.wrapping_add(above as u32).wrapping_sub(1);
                count += usize::from(above > 0);
            }
            self.counts[mixture] = count as u32;
        }
        let counts = &self.counts;
        self.order.clear();
        self.order.extend(0..n as u32);
        self.order
            .sort_unstable_by_key(|&mixture| (counts[mixture as usize], mixture));
    }

    /// Drops the mixtures that even `rest` more cannot bring below their bar.
    #[inline(always)]
    fn drop_above(&mut self, thresholds: &[f64], rest: f64) {
        let sums = &self.sums;
        self.order.retain(|&mixture| {
            let threshold = thresholds[mixture as usize];
            total(sums[mixture as usize]) + rest
                <= threshold + THRESHOLD_SLACK * (1.0 + threshold.abs())
        });
    }

    /// Adds the leaf values of one block of trees.
    ///
    /// Two passes, because the compiler keeps the masks in vector registers only when their bits
    /// are not looked at in the same loop.
    #[inline(always)]
    fn advance(&mut self, masks: &[Masks], values: &[LeafValues; LANES], width: usize) {
        for (&mixture, possible) in self.order.iter().zip(&mut self.possible) {
            let mixture = mixture as usize;
            let active = &self.active[mixture * width..][..self.counts[mixture] as usize];
            let mut all = [u32::MAX; LANES];
            for &row in active {
                let masks = &masks[row as usize];
                for lane in 0..LANES {
                    all[lane] &= masks[lane];
                }
            }
            *possible = all;
        }
        for (&mixture, possible) in self.order.iter().zip(&self.possible) {
            let mut sums = self.sums[mixture as usize];
            for lane in 0..LANES {
                sums[lane % SUMS] += values[lane][possible[lane].trailing_zeros() as usize];
            }
            self.sums[mixture as usize] = sums;
        }
    }
}

/// The leaves of a tree from left to right, as the mask bits number them.
struct Shape {
    bit_of_leaf: Vec<u32>,
    /// For every split the bits of the leaves on its left.
    left_masks: Vec<u32>,
}

impl Shape {
    fn new(tree: &Tree) -> Self {
        // Leaves from left to right: a split puts its new leaf right behind the one it splits.
        let mut in_order = vec![0_u32];
        for (made, split) in tree.splits.iter().enumerate() {
            let place = in_order
                .iter()
                .position(|&leaf| leaf == split.leaf)
                .unwrap_or(0);
            in_order.insert(place + 1, made as u32 + 1);
        }
        let mut bit_of_leaf = vec![0; in_order.len()];
        for (bit, &leaf) in in_order.iter().enumerate() {
            bit_of_leaf[leaf as usize] = bit as u32;
        }
        // Going back from the last split, a leaf's bits are its own and those of all it was split
        // into.
        let mut bits: Vec<u32> = bit_of_leaf.iter().map(|&bit| 1 << bit).collect();
        let mut left_masks = vec![0; tree.splits.len()];
        for (made, split) in tree.splits.iter().enumerate().rev() {
            left_masks[made] = bits[split.leaf as usize];
            bits[split.leaf as usize] |= bits[made + 1];
        }
        Self {
            bit_of_leaf,
            left_masks,
        }
    }
}
