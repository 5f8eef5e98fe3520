//! [`Trees`]: a forest, predicting by walk or by bit table.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::bit_table::BitTable;
use super::forest::{Forest, TreeNodes};
use crate::CoreError;
use crate::compute::{Kernel, best_name, run_on_best};
use crate::fit::Surrogate;

/// Rows from which building the bit table pays; below, and for trees too large for it, the plain
/// walk is used.
const TABLE_PAYS_FROM: usize = 64;

/// Which instructions batch prediction may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Simd {
    /// The widest that the processor has (AVX2 or AVX-512 where present), found at run time.
    #[default]
    Detected,
    /// Only what the program was compiled for.
    Baseline,
}

/// Trees whose leaf values are added up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Forest", into = "Forest")]
pub struct Trees {
    forest: Forest,
    table: LazyTable,
}

/// Built at the first batch, not saved, equal to any other.
#[derive(Default)]
struct LazyTable(OnceLock<Option<BitTable>>);

impl Simd {
    /// What [`Simd::Detected`] finds on this processor.
    pub fn detected_name() -> String {
        best_name()
    }
}

impl Trees {
    pub(in crate::fit) fn from_forest(forest: Forest) -> Self {
        Self {
            forest,
            table: LazyTable::default(),
        }
    }

    /// How many trees there are.
    pub fn tree_count(&self) -> usize {
        self.forest.trees.len()
    }

    /// Every tree with its splits as a graph.
    pub fn nodes(&self) -> Vec<TreeNodes<'_>> {
        let trees = self.forest.trees.iter();
        trees.map(|tree| self.forest.nodes(tree)).collect()
    }

    /// How many leaves all trees have together.
    pub fn leaf_count(&self) -> usize {
        self.forest.trees.iter().map(|tree| tree.values.len()).sum()
    }

    /// [`Surrogate::predict_rows`] with a choice of instructions, for benchmarks; both choices give
    /// the same bits.
    ///
    /// # Panics
    /// When `rows.len() != out.len() * self.width()`.
    pub fn predict_rows_with(&self, simd: Simd, rows: &[f64], out: &mut [f64]) {
        self.predict_all(simd, rows, None, out);
    }

    fn predict_all(&self, simd: Simd, rows: &[f64], thresholds: Option<&[f64]>, out: &mut [f64]) {
        assert_eq!(
            rows.len(),
            out.len() * self.width(),
            "one row of proportions per prediction"
        );
        match (
            simd,
            if out.len() >= TABLE_PAYS_FROM {
                self.table()
            } else {
                None
            },
        ) {
            (Simd::Detected, Some(table)) => run_on_best(TablePredict {
                table,
                rows,
                thresholds,
                out,
            }),
            (Simd::Baseline, Some(table)) => table.predict(rows, thresholds, out),
            (_, None) => {
                for (row, out) in rows.chunks_exact(self.width()).zip(out) {
                    *out = self.forest.walk(row);
                }
            }
        }
    }

    fn table(&self) -> Option<&BitTable> {
        self.table
            .0
            .get_or_init(|| BitTable::new(&self.forest))
            .as_ref()
    }
}

/// A batch prediction, compiled once for every instruction set that may be found at run time.
struct TablePredict<'a> {
    table: &'a BitTable,
    rows: &'a [f64],
    thresholds: Option<&'a [f64]>,
    out: &'a mut [f64],
}

impl Kernel for TablePredict<'_> {
    #[inline(always)]
    fn run(self) {
        self.table.predict(self.rows, self.thresholds, self.out);
    }
}

impl Surrogate for Trees {
    fn width(&self) -> usize {
        self.forest.edges.len()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        self.predict_rows_with(Simd::Detected, rows, out);
    }

    fn predict_rows_below(&self, rows: &[f64], thresholds: &[f64], out: &mut [f64]) {
        assert_eq!(thresholds.len(), out.len(), "one bar per prediction");
        self.predict_all(Simd::Detected, rows, Some(thresholds), out);
    }

    fn lower_bound(&self) -> Option<f64> {
        self.table().map(BitTable::lower_bound)
    }
}

impl TryFrom<Forest> for Trees {
    type Error = CoreError;

    fn try_from(forest: Forest) -> Result<Self, CoreError> {
        forest.check()?;
        Ok(Self::from_forest(forest))
    }
}

impl From<Trees> for Forest {
    fn from(trees: Trees) -> Self {
        trees.forest
    }
}

impl Clone for LazyTable {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for LazyTable {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for LazyTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.get().is_some() {
            "built"
        } else {
            "not built"
        })
    }
}
