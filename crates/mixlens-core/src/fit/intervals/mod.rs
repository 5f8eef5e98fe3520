//! Intervals by cross-conformal prediction: for a metric, and for its difference to a baseline.

mod calibration;
mod local_scale;
mod near;
mod pairs;
#[cfg(test)]
mod tests;

pub(super) use calibration::{Anchor, Calibration};
pub(super) use near::Near;

use serde::{Deserialize, Serialize};

/// The coverage that intervals state (dimensionless): so many of a hundred new runs are to lie
/// inside.
pub const COVERAGE: f64 = 0.9;

/// Fewest runs for which an interval of that coverage exists: one in ten may then lie outside.
pub(super) const FEWEST_FOR_INTERVALS: usize = 9;

/// A range for a number that has not been measured, in the metric's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies inside.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Half of the distance between the ends: the number after ±.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

impl From<[f64; 2]> for Interval {
    fn from([low, high]: [f64; 2]) -> Self {
        Self { low, high }
    }
}

impl From<Interval> for [f64; 2] {
    fn from(interval: Interval) -> Self {
        [interval.low, interval.high]
    }
}
