//! [`NoiseFloor`]: how much a metric varies between runs of the same mixture and conditions.

use serde::{Deserialize, Serialize};

use super::RunTable;
use super::near_duplicates::{NearDuplicate, ProjectedRows};

/// Below this total variation distance two runs count as near replicates
/// (dimensionless: one percent of the data exchanged; a convention of ours, no published figure).
pub const NEAR_REPLICATE_DISTANCE: f64 = 0.01;

/// What a noise floor was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseSource {
    /// Runs of the same mixture and conditions: an unbiased estimate of the variance.
    Replicates,
    /// Runs of nearly the same mixture and the same conditions: an upper bound, because their true
    /// values differ too.
    NearReplicates,
}

/// The standard deviation of a metric between runs of the same mixture: no surrogate predicts
/// single runs better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseFloor {
    /// Standard deviation of one run, in the metric's unit.
    pub sd: f64,
    /// Independent differences that it rests on. The relative error of `sd` is about 1 / √(2 ·
    /// degrees of freedom).
    pub degrees_of_freedom: usize,
    /// What it was measured on.
    pub source: NoiseSource,
}

impl RunTable {
    /// The noise floor of the metric at `metric`; `None` where no two runs that have it are
    /// replicates or near replicates.
    ///
    /// ```text
    /// replicates        sd² = Σ_g Σ_{i∈g} (yᵢ − ȳ_g)² / Σ_g (n_g − 1)
    ///     over groups g of n_g runs
    /// near replicates   sd² = Σ_p (y_p − y′_p)² / (2 · pairs)
    ///     over pairs p that share no run, nearest first
    /// ```
    /// Runs within [`super::NEAR_DUPLICATE_DISTANCE`] are replicates, so that rounding by an
    /// importer does not part them. Runs of different conditions (sizes of one mixture, checkpoints
    /// of one run) are never compared. Without any replicates, runs within
    /// [`NEAR_REPLICATE_DISTANCE`] stand in.
    /// Source: Draper and Smith 1998, "Applied regression analysis", section 2.1 (pure error from
    /// repeated runs); for pairs its case of two runs a group.
    pub fn noise_floor(&self, metric: usize) -> Option<NoiseFloor> {
        let values: Vec<Option<f64>> = self
            .runs()
            .map(|run| run.values.get(metric).copied().flatten())
            .collect();
        self.replicate_noise(&values)
            .or_else(|| self.near_replicate_noise(&values))
    }

    fn replicate_noise(&self, values: &[Option<f64>]) -> Option<NoiseFloor> {
        let mut group: Vec<usize> = (0..values.len()).collect();
        for pair in self.near_duplicates() {
            // Rising in the later row, so the earlier one has its group already.
            let first = group.get(pair.first).copied();
            if let (Some(first), Some(slot)) = (first, group.get_mut(pair.second)) {
                *slot = first;
            }
        }
        let mut members: Vec<Vec<f64>> = vec![Vec::new(); values.len()];
        for (group, value) in group.into_iter().zip(values) {
            if let (Some(members), Some(value)) = (members.get_mut(group), value) {
                members.push(*value);
            }
        }
        let squares: f64 = members
            .iter()
            .map(|values| squares_about_mean(values))
            .sum();
        let degrees_of_freedom: usize = members
            .iter()
            .map(|values| values.len().saturating_sub(1))
            .sum();
        floor(squares, degrees_of_freedom, NoiseSource::Replicates)
    }

    fn near_replicate_noise(&self, values: &[Option<f64>]) -> Option<NoiseFloor> {
        let mut pairs: Vec<NearDuplicate> = Vec::new();
        let rows = ProjectedRows::of(self, |row| values.get(row).copied().flatten().is_some());
        rows.pairs_within(2.0 * NEAR_REPLICATE_DISTANCE, |pair| pairs.push(pair));
        pairs.sort_unstable_by(|a, b| {
            a.distance
                .total_cmp(&b.distance)
                .then((a.first, a.second).cmp(&(b.first, b.second)))
        });
        let mut free = values.to_vec();
        let (mut squares, mut count) = (0.0, 0);
        for pair in pairs {
            let both = free
                .get(pair.first)
                .copied()
                .flatten()
                .zip(free.get(pair.second).copied().flatten());
            if let Some((a, b)) = both {
                squares += 0.5 * (a - b) * (a - b);
                count += 1;
                for row in [pair.first, pair.second] {
                    free.get_mut(row).map(Option::take);
                }
            }
        }
        floor(squares, count, NoiseSource::NearReplicates)
    }
}

fn floor(squares: f64, degrees_of_freedom: usize, source: NoiseSource) -> Option<NoiseFloor> {
    let sd = (squares / degrees_of_freedom as f64).sqrt(); // NaN for none
    sd.is_finite().then_some(NoiseFloor {
        sd,
        degrees_of_freedom,
        source,
    })
}

/// Σ (yᵢ − ȳ)²
fn squares_about_mean(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum()
}
