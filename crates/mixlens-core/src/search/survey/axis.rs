//! [`Axis`]: cells of equal width along a number.

use serde::{Deserialize, Serialize};

/// Cells of equal width along a number; a value beyond an end counts in the cell at that end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Where the first cell begins.
    pub low: f64,
    /// Where the last cell ends.
    pub high: f64,
    /// Number of cells.
    pub cells: usize,
}

impl Axis {
    /// Cells per unit; zero for an axis without width.
    pub fn scale(self) -> f64 {
        let width = self.high - self.low;
        if width > 0.0 {
            self.cells as f64 / width
        } else {
            0.0
        }
    }

    /// The cell of a number.
    pub fn cell(self, value: f64) -> usize {
        // Numbers below the first cell become 0.
        (((value - self.low) * self.scale()) as usize).min(self.cells.saturating_sub(1))
    }

    /// The range of numbers of a cell.
    pub fn range(self, cell: usize) -> (f64, f64) {
        let end = |number: usize| {
            self.low + (self.high - self.low) * number as f64 / self.cells.max(1) as f64
        };
        (end(cell), end(cell + 1))
    }

    pub(super) fn around(values: impl Iterator<Item = f64>, cells: usize) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        Self { low, high, cells }
    }

    /// An axis around proportions; it starts at zero where the first cell would begin close to
    /// zero.
    pub(super) fn around_parts(parts: impl Iterator<Item = f64>, cells: usize) -> Self {
        let axis = Self::around(parts, cells);
        if axis.low * (cells as f64) < axis.high {
            Self { low: 0.0, ..axis }
        } else {
            axis
        }
    }
}
