//! The position of each run on a colour scale.

use mixlens_core::table::RunTable;

use super::run_order::column;
use crate::ColumnRef;
use mixlens_jobs::value_range;

/// From 0 at the minimum of the column to 1 at the maximum, one per run; `None` for runs without a
/// value.
pub(crate) fn run_colours(table: &RunTable, colour_by: ColumnRef) -> Vec<Option<f32>> {
    let values = column(table, colour_by);
    let (low, high) = value_range(values.iter().copied().flatten());
    let width = if high > low { high - low } else { 1.0 };
    values
        .iter()
        .map(|value| value.map(|value| ((value - low) / width) as f32))
        .collect()
}
