//! [`NonDominated`]: of any number of points, those that no other beats in every metric.

/// A point's metrics, lower is better, and its number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub index: u64,
    pub values: Vec<f64>,
}

/// Keeps the points that no other one is at least as good as in every metric. Of equal ones, the
/// first.
#[derive(Clone, Debug, Default)]
pub(super) struct NonDominated {
    /// How much worse another may be in every metric to be at least as good.
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
        if let Some(place) = self
            .kept
            .iter()
            .position(|kept| is_as_good(&kept.values, values, slack))
        {
            // What beats one point often beats the next.
            self.kept.swap(0, place);
            return;
        }
        self.kept
            .retain(|kept| !is_as_good(values, &kept.values, 0.0));
        self.kept.push(Kept {
            index,
            values: values.to_vec(),
        });
    }

    /// Takes in everything another one kept.
    pub fn merge(&mut self, other: Self) {
        for kept in other.into_sorted() {
            self.offer(kept.index, &kept.values);
        }
    }

    /// Leaves at most `count` points: the best of each metric, then always the one furthest from
    /// those taken, distances counted in the range of each metric.
    pub fn thin(&mut self, count: usize) {
        if self.kept.len() <= count {
            return;
        }
        self.kept.sort_by(order);
        // A point's distance to those taken; infinite for what goes first.
        let mut distances = vec![f64::MAX; self.kept.len()];
        let mut ranges = Vec::new();
        for metric in 0..self.kept.first().map_or(0, |kept| kept.values.len()) {
            let values: Vec<f64> = self
                .kept
                .iter()
                .filter_map(|kept| kept.values.get(metric).copied())
                .collect();
            let place = |best: Option<(usize, &f64)>| best.map_or(0, |(place, _)| place);
            let least = place(values.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)));
            let most = place(values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)));
            let at = |place: usize| values.get(place).copied().unwrap_or_default();
            ranges.push((at(most) - at(least)).max(f64::MIN_POSITIVE));
            distances
                .iter_mut()
                .skip(least)
                .take(1)
                .for_each(|distance| *distance = f64::INFINITY);
        }
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            let furthest = distances
                .iter()
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(b.1))
                .map(|(place, _)| place);
            let Some(chosen) = furthest.and_then(|place| self.kept.get(place)) else {
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
