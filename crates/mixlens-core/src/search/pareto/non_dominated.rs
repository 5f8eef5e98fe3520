//! [`NonDominated`]: the points that no other point beats in every metric.

/// A point's metrics, lower is better, and its number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub index: u64,
    pub values: Vec<f64>,
}

/// Keeps each point unless another is at least as good in every metric. Of equal points the first
/// is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct NonDominated {
    /// Slack in every metric: another point counts as at least as good if it is worse by no more
    /// than this.
    slack: f64,
    kept: Vec<Kept>,
}

impl NonDominated {
    pub fn within(slack: f64) -> Self {
        Self {
            slack,
            kept: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Offers a point.
    pub fn offer(&mut self, index: u64, values: &[f64]) {
        let slack = self.slack;
        if let Some(index) = self
            .kept
            .iter()
            .position(|kept| is_as_good(&kept.values, values, slack))
        {
            // A point that beats one candidate often beats the next.
            self.kept.swap(0, index);
            return;
        }
        self.kept
            .retain(|kept| !is_as_good(values, &kept.values, 0.0));
        self.kept.push(Kept {
            index,
            values: values.to_vec(),
        });
    }

    /// Offers all points that `other` kept.
    pub fn merge(&mut self, other: Self) {
        for kept in other.into_sorted() {
            self.offer(kept.index, &kept.values);
        }
    }

    /// Keeps at most `count` points: the best of each metric, then repeatedly the point furthest
    /// from those taken. Distances are relative to the range of each metric.
    pub fn thin(&mut self, count: usize) {
        if self.kept.len() <= count {
            return;
        }
        self.kept.sort_by(order);
        // A point's squared distance to the nearest point taken; infinite for the best of each
        // metric, which goes first.
        let mut distances = vec![f64::MAX; self.kept.len()];
        let mut ranges = Vec::new();
        for metric in 0..self.kept.first().map_or(0, |kept| kept.values.len()) {
            let values: Vec<f64> = self
                .kept
                .iter()
                .filter_map(|kept| kept.values.get(metric).copied())
                .collect();
            let index_of = |best: Option<(usize, &f64)>| best.map_or(0, |(index, _)| index);
            let lowest = index_of(values.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)));
            let highest = index_of(values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)));
            let at = |index: usize| values.get(index).copied().unwrap_or_default();
            ranges.push((at(highest) - at(lowest)).max(f64::MIN_POSITIVE));
            distances
                .iter_mut()
                .skip(lowest)
                .take(1)
                .for_each(|distance| *distance = f64::INFINITY);
        }
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            let furthest = distances
                .iter()
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(b.1))
                .map(|(index, _)| index);
            let Some(chosen) = furthest.and_then(|index| self.kept.get(index)) else {
                break;
            };
            for (distance, other) in distances.iter_mut().zip(&self.kept) {
                let parts = chosen.values.iter().zip(&other.values).zip(&ranges);
                let here: f64 = parts.map(|((a, b), range)| ((a - b) / range).powi(2)).sum();
                if distance.is_finite() || here <= 0.0 {
                    *distance = distance.min(here);
                }
            }
            taken.push(chosen.clone());
        }
        self.kept = taken;
    }

    /// The kept points, in rising order of the first metric.
    pub fn into_sorted(mut self) -> Vec<Kept> {
        self.kept.sort_by(order);
        self.kept
    }
}

/// By the metrics in turn, then by number.
fn order(a: &Kept, b: &Kept) -> std::cmp::Ordering {
    let by_values = a
        .values
        .iter()
        .zip(&b.values)
        .map(|(a, b)| a.total_cmp(b))
        .find(|order| order.is_ne());
    by_values.unwrap_or_else(|| a.index.cmp(&b.index))
}

fn is_as_good(a: &[f64], b: &[f64], slack: f64) -> bool {
    a.iter().zip(b).all(|(a, b)| *a <= b + slack)
}
