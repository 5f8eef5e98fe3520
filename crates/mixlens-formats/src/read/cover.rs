//! [`Cover`]: how many intervals of a changing set cover each point.

#![expect(
    clippy::indexing_slicing,
    reason = "nodes of a tree whose size is fixed"
)]

/// Counts of the intervals over the points 0 to `points`, as a tree of maxima: adding, removing and
/// querying take time that grows with the logarithm of the number of points.
pub(super) struct Cover {
    points: usize,
    /// The maximum number of intervals over a point below each node, without those that cover a
    /// whole node above it.
    max: Vec<i64>,
    /// The intervals over the whole of each node.
    whole: Vec<i64>,
}

impl Cover {
    /// No interval over the points 0 to `points`.
    pub fn new(points: usize) -> Self {
        let nodes = 2 * (points + 1).next_power_of_two();
        Self {
            points,
            max: vec![0; nodes],
            whole: vec![0; nodes],
        }
    }

    /// `count` more intervals (or fewer, where it is negative) over the points `first` to `last`.
    pub fn add(&mut self, first: usize, last: usize, count: i64) {
        self.add_below(1, (0, self.last()), (first, last), count);
    }

    /// The maximum number of intervals over any of the points `first` to `last`, and the last point
    /// with that number.
    pub fn max_over(&self, first: usize, last: usize) -> Option<(i64, usize)> {
        let last = last.min(self.points);
        if first <= last {
            self.max_below(1, (0, self.last()), (first, last))
        } else {
            None
        }
    }

    fn last(&self) -> usize {
        self.max.len() / 2 - 1
    }

    fn add_below(
        &mut self,
        node: usize,
        (low, high): (usize, usize),
        (first, last): (usize, usize),
        count: i64,
    ) {
        if last < low || high < first {
            return;
        }
        if first <= low && high <= last {
            self.whole[node] += count;
            self.max[node] += count;
            return;
        }
        let middle = (low + high) / 2;
        self.add_below(2 * node, (low, middle), (first, last), count);
        self.add_below(2 * node + 1, (middle + 1, high), (first, last), count);
        self.max[node] = self.whole[node] + self.max[2 * node].max(self.max[2 * node + 1]);
    }

    fn max_below(
        &self,
        node: usize,
        (low, high): (usize, usize),
        (first, last): (usize, usize),
    ) -> Option<(i64, usize)> {
        if last < low || high < first {
            return None;
        }
        if low == high {
            return Some((self.max[node], low));
        }
        let middle = (low + high) / 2;
        if first <= low && high <= last {
            // Descends to the last point with the maximum without visiting the others.
            let is_right = self.max[2 * node + 1] >= self.max[2 * node];
            let (child, half) = if is_right {
                (2 * node + 1, (middle + 1, high))
            } else {
                (2 * node, (low, middle))
            };
            return self
                .max_below(child, half, half)
                .map(|(max, point)| (max + self.whole[node], point));
        }
        let left = self.max_below(2 * node, (low, middle), (first, last));
        let right = self.max_below(2 * node + 1, (middle + 1, high), (first, last));
        let best = match (left, right) {
            (Some(left), Some(right)) => Some(if right.0 >= left.0 { right } else { left }),
            (one, other) => one.or(other),
        };
        best.map(|(max, point)| (max + self.whole[node], point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_counting_point_by_point() {
        let mut state = 7_usize;
        let mut draw = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for points in [0, 1, 2, 7, 8, 9, 30] {
            let (mut cover, mut counts) = (Cover::new(points), vec![0_i64; points + 1]);
            for _ in 0..300 {
                let (a, b) = (draw(points + 1), draw(points + 1));
                let (first, last) = (a.min(b), a.max(b));
                let count = draw(5) as i64 - 2;
                cover.add(first, last, count);
                counts[first..=last]
                    .iter_mut()
                    .for_each(|slot| *slot += count);
                let (a, b) = (draw(points + 1), draw(points + 1));
                let (first, last) = (a.min(b), a.max(b));
                let max = *counts[first..=last].iter().max().unwrap();
                let point = (first..=last)
                    .rev()
                    .find(|&point| counts[point] == max)
                    .unwrap();
                assert_eq!(cover.max_over(first, last), Some((max, point)), "{points}");
            }
            assert_eq!(cover.max_over(points + 1, points + 5), None);
        }
    }
}
