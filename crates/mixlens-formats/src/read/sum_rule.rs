//! Recognising the domains of a table without affixes by their numbers.

use std::ops::Range;

use mixlens_core::table::RowSums;

use super::sheet::Sheet;

/// How far a percent row may be from a hundred and still be named as percent.
pub(crate) const PERCENT_TOLERANCE: f64 = 1.0;

/// The columns that hold proportions by their numbers, among those that `is_open`.
///
/// Candidates are open columns most of whose cells are numbers from 0 to 1. Among runs of two or more neighbouring
/// candidates, the one is taken whose sums are 1 within 0.01 in the most rows (in more than half at least); the longer,
/// then the one further left, wins a tie. Where there is none the same is tried for percent, so that the row check can
/// say so.
pub(crate) fn columns_summing_to_one(sheet: &Sheet, is_open: &[bool]) -> Vec<usize> {
    let columns: Vec<Column> = (0..sheet.columns.len())
        .filter(|&column| is_open.get(column) == Some(&true))
        .map(|at| Column { at, numbers: numbers_of(sheet, at) })
        .collect();
    let by_fraction = best_range(&columns, 1.0, RowSums::TOLERANCE);
    let found = by_fraction.or_else(|| best_range(&columns, 100.0, PERCENT_TOLERANCE));
    found.and_then(|range| columns.get(range)).unwrap_or_default().iter().map(|column| column.at).collect()
}

/// An open column: its position in the sheet and its numbers.
struct Column {
    at: usize,
    numbers: Vec<f64>,
}

/// How well a range of columns fits: rows that sum as wanted, then the length.
type Fit = (usize, usize);

/// The cells of a column as numbers, infinite where they are none so that no sum with them fits.
fn numbers_of(sheet: &Sheet, column: usize) -> Vec<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    sheet.rows.iter().map(|row| row.cell(column).map_or(Some(0.0), number).unwrap_or(f64::INFINITY)).collect()
}

/// The best range of neighbouring candidates whose rows sum to `total`.
fn best_range(columns: &[Column], total: f64, tolerance: f64) -> Option<Range<usize>> {
    let is_candidate = |column: &Column| {
        let fitting = column.numbers.iter().filter(|&&number| (0.0..=total + tolerance).contains(&number)).count();
        fitting * 2 > column.numbers.len()
    };
    let mut best: Option<(Fit, Range<usize>)> = None;
    let mut offset = 0;
    // The stretches between columns that are no candidates; each of those ends one stretch.
    for stretch in columns.split(|column| !is_candidate(column)) {
        if let Some((fit, range)) = best_range_within(stretch, total, tolerance)
            && best.as_ref().is_none_or(|(best, _)| fit > *best)
        {
            best = Some((fit, offset + range.start..offset + range.end));
        }
        offset += stretch.len() + 1;
    }
    best.map(|(_, range)| range)
}

/// The best range of a stretch of candidates.
fn best_range_within(stretch: &[Column], total: f64, tolerance: f64) -> Option<(Fit, Range<usize>)> {
    let mut best: Option<(Fit, Range<usize>)> = None;
    for start in 0..stretch.len() {
        let rest = stretch.get(start..).unwrap_or_default();
        let rows = rest.first().map_or(0, |column| column.numbers.len());
        let mut sums = vec![0.0; rows];
        for (column, length) in rest.iter().zip(1..) {
            sums.iter_mut().zip(&column.numbers).for_each(|(sum, number)| *sum += number);
            let fitting = sums.iter().filter(|&&sum| (sum - total).abs() <= tolerance).count();
            let fit = (fitting, length);
            if length >= 2 && fitting * 2 > rows && best.as_ref().is_none_or(|(best, _)| fit > *best) {
                best = Some((fit, start..start + length));
            }
        }
        // Candidates are not negative in most rows: where most rows fall short to the very end, no later start fits.
        if sums.iter().filter(|&&sum| sum < total - tolerance).count() * 2 > rows {
            break;
        }
    }
    best
}
