//! Recognising the domains of a table without affixes by their numbers.

use std::ops::Range;

use mixlens_core::table::RowSums;

use super::cover::Cover;
use super::sheet::Sheet;

/// How far a percent row may be from a hundred and still be named as percent.
pub(crate) const PERCENT_TOLERANCE: f64 = 1.0;

/// The columns that hold proportions by their numbers, among those that `is_open`.
///
/// Candidates are open columns in which more than half of the cells are numbers from 0 to 1. Among
/// ranges of two or more neighbouring candidates, the one is chosen whose sums are 1 within 0.01 in
/// the largest number of rows, which must be more than half; ties go to the longer range, then to
/// the one further left. If there is none, the same is tried for per cent, so that the check of
/// rows can report it.
pub(crate) fn columns_summing_to_one(sheet: &Sheet, is_open: &[bool]) -> Vec<usize> {
    let open = Open::of(sheet, is_open);
    let by_fraction = open.best_range(1.0, RowSums::TOLERANCE);
    let found = by_fraction.or_else(|| open.best_range(100.0, PERCENT_TOLERANCE));
    found
        .and_then(|range| open.columns.get(range))
        .unwrap_or_default()
        .to_vec()
}

/// The numbers of the open columns. A record that lacks a column has a zero there.
struct Open {
    /// Positions in the sheet.
    columns: Vec<usize>,
    /// Row after row, in each by rising index among the open columns; infinite for cells that are
    /// not numbers.
    cells: Vec<(u32, f64)>,
    /// Where the cells of each row end.
    ends: Vec<usize>,
}

/// Ranges with the required sum in one row: those that begin in `from..until` and end in
/// `first..=last`.
struct Ends {
    /// The first range begins here.
    from: u32,
    /// The last range begins before this.
    until: u32,
    first: u32,
    last: u32,
}

impl Open {
    fn of(sheet: &Sheet, is_open: &[bool]) -> Self {
        let columns: Vec<usize> = (0..sheet.columns.len())
            .filter(|&at| is_open.get(at) == Some(&true))
            .collect();
        let mut indices = vec![None; sheet.columns.len()];
        for (index, &column) in (0..).zip(&columns) {
            indices
                .iter_mut()
                .skip(column)
                .take(1)
                .for_each(|slot| *slot = Some(index));
        }
        let (mut cells, mut ends) = (Vec::new(), Vec::with_capacity(sheet.rows().len()));
        let number = |text: &str| {
            text.trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        };
        for row in sheet.rows() {
            let open = row
                .cells()
                .filter_map(|(column, cell)| Some((indices.get(column).copied().flatten()?, cell)));
            cells.extend(open.map(|(index, cell)| (index, number(cell).unwrap_or(f64::INFINITY))));
            ends.push(cells.len());
        }
        Self {
            columns,
            cells,
            ends,
        }
    }

    /// The best range of neighbouring candidates whose rows sum to `total`.
    ///
    /// In a row, the ranges that begin at one index and have the required sum end at neighbouring
    /// indices, since proportions are not negative. So the rows that fit a range are counted with
    /// intervals that are added and removed as `start` moves right.
    fn best_range(&self, total: f64, tolerance: f64) -> Option<Range<usize>> {
        let (rows, width) = (self.ends.len() as i64, self.columns.len());
        let walls = self.walls(total + tolerance);
        let mut coming: Vec<Ends> = self.fitting(total, tolerance);
        coming.sort_unstable_by_key(|ends| ends.from);
        let mut going: Vec<(u32, u32, u32)> = coming
            .iter()
            .map(|ends| (ends.until, ends.first, ends.last))
            .collect();
        going.sort_unstable();
        let (mut coming, mut going) = (coming.into_iter().peekable(), going.into_iter().peekable());
        let mut cover = Cover::new(width);
        let mut best: Option<((i64, usize), Range<usize>)> = None;
        for (start, &wall) in walls.iter().enumerate() {
            while let Some((_, first, last)) = going.next_if(|(until, ..)| *until as usize <= start)
            {
                cover.add(first as usize, last as usize, -1);
            }
            while let Some(ends) = coming.next_if(|ends| ends.from as usize <= start) {
                cover.add(ends.first as usize, ends.last as usize, 1);
            }
            let Some((fitting, end)) = cover.max_over(start + 2, wall) else {
                continue;
            };
            let fit = (fitting, end - start);
            if 2 * fitting > rows && best.as_ref().is_none_or(|(best, _)| fit > *best) {
                best = Some((fit, start..end));
            }
        }
        best.map(|(_, range)| range)
    }

    /// For every index, the next column at or after it that is not a candidate; no range crosses
    /// it.
    fn walls(&self, max: f64) -> Vec<usize> {
        let mut unfit = vec![0_usize; self.columns.len()];
        for &(index, number) in &self.cells {
            if !(0.0..=max).contains(&number) {
                unfit
                    .iter_mut()
                    .skip(index as usize)
                    .take(1)
                    .for_each(|count| *count += 1);
            }
        }
        let mut wall = unfit.len();
        let mut walls = vec![0; unfit.len()];
        for (index, (unfit, slot)) in unfit.into_iter().zip(&mut walls).enumerate().rev() {
            if 2 * unfit >= self.ends.len() {
                wall = index;
            }
            *slot = wall;
        }
        walls
    }

    /// The fitting ends per row and beginning; ranges that begin between the same two cells share
    /// them.
    fn fitting(&self, total: f64, tolerance: f64) -> Vec<Ends> {
        let mut found = Vec::new();
        let mut begin = 0;
        for &end in &self.ends {
            let row = self.cells.get(begin..end).unwrap_or_default();
            begin = end;
            self.fitting_in(row, total, tolerance, &mut found);
        }
        found
    }

    /// A number that is not a proportion separates the cells left and right of it.
    fn fitting_in(&self, row: &[(u32, f64)], total: f64, tolerance: f64, found: &mut Vec<Ends>) {
        let is_wall = |number: f64| !(0.0..=total + tolerance).contains(&number);
        let mut from = 0;
        let mut begin = 0;
        while begin <= row.len() {
            let rest = row.get(begin..).unwrap_or_default();
            let length = rest
                .iter()
                .position(|cell| is_wall(cell.1))
                .unwrap_or(rest.len());
            let wall = rest
                .get(length)
                .map_or(self.columns.len() as u32, |cell| cell.0);
            let stretch = Stretch {
                cells: rest.get(..length).unwrap_or_default(),
                from,
                wall,
            };
            stretch.fitting(total, tolerance, found);
            from = wall + 1;
            begin += length + 1;
        }
    }
}

/// Neighbouring proportions of a row.
struct Stretch<'a> {
    cells: &'a [(u32, f64)],
    /// Ranges begin here at the earliest.
    from: u32,
    /// Ranges end here at the latest.
    wall: u32,
}

impl Stretch<'_> {
    fn fitting(&self, total: f64, tolerance: f64, found: &mut Vec<Ends>) {
        let mut from = self.from;
        // `min` and `max` reach behind the smallest and the largest number of cells whose sum fits.
        let (mut min, mut max) = (Reach::default(), Reach::default());
        for (first, &(index, number)) in self.cells.iter().enumerate() {
            while total - min.sum > tolerance && min.add(self.cells) {}
            while max
                .next(self.cells)
                .is_some_and(|next| max.sum + next - total <= tolerance)
            {
                max.add(self.cells);
            }
            let is_enough = total - min.sum <= tolerance;
            if let Some(last) = self
                .cells
                .get(min.end.wrapping_sub(1))
                .filter(|_| is_enough && min.end <= max.end)
            {
                let beyond = self.cells.get(max.end).map_or(self.wall, |cell| cell.0);
                found.push(Ends {
                    from,
                    until: index + 1,
                    first: last.0 + 1,
                    last: beyond,
                });
            }
            from = index + 1;
            // The following ranges begin behind this cell.
            min.drop(first, number);
            max.drop(first, number);
        }
    }
}

/// The cells up to `end`, and their sum.
#[derive(Default)]
struct Reach {
    end: usize,
    sum: f64,
}

impl Reach {
    fn next(&self, cells: &[(u32, f64)]) -> Option<f64> {
        cells.get(self.end).map(|cell| cell.1)
    }

    /// Adds one more cell, if there is one.
    fn add(&mut self, cells: &[(u32, f64)]) -> bool {
        let next = self.next(cells);
        self.sum += next.unwrap_or(0.0);
        self.end += usize::from(next.is_some());
        next.is_some()
    }

    /// Removes cell `first`, which holds `number`.
    fn drop(&mut self, first: usize, number: f64) {
        if self.end > first {
            self.sum -= number;
        } else {
            self.end = first + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best range by adding up every range of every row.
    fn by_force(
        rows: &[Vec<f64>],
        width: usize,
        total: f64,
        tolerance: f64,
    ) -> Option<Range<usize>> {
        let is_fit = |number: f64| (0.0..=total + tolerance).contains(&number);
        let is_candidate =
            |column: usize| 2 * rows.iter().filter(|row| is_fit(row[column])).count() > rows.len();
        let mut best: Option<((usize, usize), Range<usize>)> = None;
        for start in 0..width {
            for end in start + 2..=width {
                let fits = |row: &&Vec<f64>| {
                    let numbers = &row[start..end];
                    numbers.iter().all(|&number| is_fit(number))
                        && (numbers.iter().sum::<f64>() - total).abs() <= tolerance
                };
                let fit = (rows.iter().filter(fits).count(), end - start);
                let is_allowed = (start..end).all(is_candidate) && 2 * fit.0 > rows.len();
                if is_allowed && best.as_ref().is_none_or(|(best, _)| fit > *best) {
                    best = Some((fit, start..end));
                }
            }
        }
        best.map(|(_, range)| range)
    }

    #[test]
    fn the_range_is_that_of_trying_all() {
        let mut state = 3_u64;
        let mut draw = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut found = 0;
        for case in 0..400 {
            let (width, count) = (2 + draw(9) as usize, 1 + draw(6) as usize);
            // Eighths add up exactly; a few cells are no proportions, and zeros may be left out of
            // a record.
            let row = |draw: &mut dyn FnMut(u64) -> u64| -> Vec<f64> {
                let number = |draw: &mut dyn FnMut(u64) -> u64| match draw(20) {
                    0 => -0.5,
                    1 => f64::INFINITY,
                    2..9 => 0.0,
                    other => (other % 5) as f64 / 8.0,
                };
                (0..width).map(|_| number(draw)).collect()
            };
            let pattern = row(&mut draw);
            let is_alike = draw(2) == 0;
            let rows: Vec<Vec<f64>> = (0..count)
                .map(|_| {
                    if is_alike && draw(4) > 0 {
                        pattern.clone()
                    } else {
                        row(&mut draw)
                    }
                })
                .collect();
            let mut open = Open {
                columns: (0..width).collect(),
                cells: Vec::new(),
                ends: Vec::new(),
            };
            for row in &rows {
                let present = (0..)
                    .zip(row)
                    .filter(|(_, number)| **number != 0.0 || draw(2) == 0);
                open.cells
                    .extend(present.map(|(index, &number)| (index, number)));
                open.ends.push(open.cells.len());
            }
            let expected = by_force(&rows, width, 1.0, 0.01);
            assert_eq!(open.best_range(1.0, 0.01), expected, "{case}: {rows:?}");
            found += usize::from(expected.is_some());
        }
        assert!(found > 40, "{found}");
    }
}
