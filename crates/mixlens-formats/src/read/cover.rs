//! [`Cover`]: how many of the intervals that come and go cover each place.

#![expect(
    clippy::indexing_slicing,
    reason = "nodes of a tree whose size is fixed"
)]

/// Counts of the intervals over the places 0 to `places`, as a tree of maxima: intervals come, go
/// and are asked about in time that grows with the logarithm of the number of places.
pub(super) struct Cover {
    places: usize,
    /// The most intervals over a place below each node, but for those over the whole of a node
    /// above it.
    most: Vec<i64>,
    /// The intervals over the whole of each node.
    whole: Vec<i64>,
}

impl Cover {
    /// No interval over the places 0 to `places`.
    pub fn new(places: usize) -> Self {
        let nodes = 2 * (places + 1).next_power_of_two();
        Self {
            places,
            most: vec![0; nodes],
            whole: vec![0; nodes],
        }
    }

    /// `count` more intervals (or fewer, where it is negative) over the places `first` to `last`.
    pub fn add(&mut self, first: usize, last: usize, count: i64) {
        self.add_below(1, (0, self.last()), (first, last), count);
    }

    /// The most intervals over any of the places `first` to `last`, and the last place with so
    /// many.
    pub fn most(&self, first: usize, last: usize) -> Option<(i64, usize)> {
        let last = last.min(self.places);
        if first <= last {
            self.most_below(1, (0, self.last()), (first, last))
        } else {
            None
        }
    }

    fn last(&self) -> usize {
        self.most.len() / 2 - 1
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
            self.most[node] += count;
            return;
        }
        let middle = (low + high) / 2;
        self.add_below(2 * node, (low, middle), (first, last), count);
        self.add_below(2 * node + 1, (middle + 1, high), (first, last), count);
        self.most[node] = self.whole[node] + self.most[2 * node].max(self.most[2 * node + 1]);
    }

    fn most_below(
        &self,
        node: usize,
        (low, high): (usize, usize),
        (first, last): (usize, usize),
    ) -> Option<(i64, usize)> {
        if last < low || high < first {
            return None;
        }
        if low == high {
            return Some((self.most[node], low));
        }
        let middle = (low + high) / 2;
        if first <= low && high <= last {
            // Down to the last of the places with the most, without looking at the others.
            let is_right = self.most[2 * node + 1] >= self.most[2 * node];
            let (child, half) = if is_right {
                (2 * node + 1, (middle + 1, high))
            } else {
                (2 * node, (low, middle))
            };
            return self
                .most_below(child, half, half)
                .map(|(most, place)| (most + self.whole[node], place));
        }
        let left = self.most_below(2 * node, (low, middle), (first, last));
        let right = self.most_below(2 * node + 1, (middle + 1, high), (first, last));
        let best = match (left, right) {
            (Some(left), Some(right)) => Some(if right.0 >= left.0 { right } else { left }),
            (one, other) => one.or(other),
        };
        best.map(|(most, place)| (most + self.whole[node], place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_counting_place_by_place() {
        let mut state = 7_usize;
        let mut draw = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for places in [0, 1, 2, 7, 8, 9, 30] {
            let (mut cover, mut counts) = (Cover::new(places), vec![0_i64; places + 1]);
            for _ in 0..300 {
                let (a, b) = (draw(places + 1), draw(places + 1));
                let (first, last) = (a.min(b), a.max(b));
                let count = draw(5) as i64 - 2;
                cover.add(first, last, count);
                counts[first..=last]
                    .iter_mut()
                    .for_each(|own| *own += count);
                let (a, b) = (draw(places + 1), draw(places + 1));
                let (first, last) = (a.min(b), a.max(b));
                let most = *counts[first..=last].iter().max().unwrap();
                let place = (first..=last)
                    .rev()
                    .find(|&place| counts[place] == most)
                    .unwrap();
                assert_eq!(cover.most(first, last), Some((most, place)), "{places}");
            }
            assert_eq!(cover.most(places + 1, places + 5), None);
        }
    }
}
