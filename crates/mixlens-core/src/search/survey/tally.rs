//! [`Tally`]: the mixtures in a cell, and [`Tallied`]: those along a number.

use serde::{Deserialize, Serialize};

use super::Axis;

/// Counts and the lowest objective of the mixtures in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Number of mixtures.
    pub count: u64,
    /// How many of them are good.
    pub good: u64,
    /// The lowest objective; `None` where there is no mixture.
    pub lowest: Option<f64>,
}

impl Tally {
    pub(super) fn add(&mut self, objective: f64, is_good: bool) {
        self.count += 1;
        self.good += u64::from(is_good);
        self.lowest = Some(
            self.lowest
                .map_or(objective, |lowest| lowest.min(objective)),
        );
    }

    /// Adds the tally of other mixtures in the same cell.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.good += other.good;
        self.lowest = match (self.lowest, other.lowest) {
            (Some(lowest), Some(other)) => Some(lowest.min(other)),
            (lowest, other) => lowest.or(other),
        };
    }
}

/// Mixtures counted along a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tallied {
    /// Where the cells are.
    pub axis: Axis,
    /// One tally per cell.
    pub tallies: Vec<Tally>,
}

/// Share of the good mixtures that lie below their range, and above it.
const TAIL: f64 = 0.05;

impl Tallied {
    /// The range of the middle 90 % of the good mixtures; `None` without good ones.
    pub fn good_range(&self) -> Option<(f64, f64)> {
        let end = |share| self.quantile(|tally| tally.good, share);
        end(TAIL).zip(end(1.0 - TAIL))
    }

    /// The median of the mixtures; `None` without mixtures.
    pub fn median(&self) -> Option<f64> {
        self.quantile(|tally| tally.count, 0.5)
    }

    /// The quantile at `share` of what `count` counts, with counts spread evenly within each cell.
    fn quantile(&self, count: impl Fn(&Tally) -> u64, share: f64) -> Option<f64> {
        let total: u64 = self.tallies.iter().map(&count).sum();
        let wanted = share * total as f64;
        // The first cell whose cumulative count reaches share × total, and the fraction into it.
        let mut below = 0.0;
        for (cell, within) in self.tallies.iter().map(count).enumerate() {
            let within = within as f64;
            if within > 0.0 && below + within >= wanted {
                let (low, high) = self.axis.range(cell);
                return Some(low + (high - low) * ((wanted - below) / within).clamp(0.0, 1.0));
            }
            below += within;
        }
        None
    }
}
