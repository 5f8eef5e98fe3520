//! [`Estimate`]: a number with its interval, and [`Standing`]: the verdict on a difference.

use mixlens_core::fit::Interval;
use serde::{Deserialize, Serialize};

/// A predicted number, with an interval where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The prediction, in the metric's unit.
    pub value: f64,
    /// The interval around the value; `None` where the surrogate has none.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    /// A number without interval.
    pub fn plain(value: f64) -> Self {
        Self {
            value,
            interval: None,
        }
    }

    /// A number with the interval of a fit.
    pub fn with_interval(value: f64, interval: Option<Interval>) -> Self {
        Self {
            value,
            interval: interval.map(|interval| (interval.low, interval.high)),
        }
    }

    /// Half the width of the interval.
    pub fn error(&self) -> Option<f64> {
        self.interval.map(|(low, high)| 0.5 * (high - low))
    }
}

/// The verdict on a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Better than the baseline by more than the noise.
    Better,
    /// Worse than the baseline by more than the noise.
    Worse,
    /// Within the noise.
    Tied,
    /// There is no value to judge.
    Unknown,
}

impl Standing {
    /// Judges a difference by its interval, or by the noise of predictions where there is none.
    ///
    /// `sign` is +1 where lower is better and −1 where higher is. Without either, only no
    /// difference at all is a tie.
    pub fn of(difference: Estimate, noise: Option<f64>, sign: f64) -> Self {
        if !difference.value.is_finite() {
            return Self::Unknown;
        }
        let is_tied = match (difference.interval, noise) {
            (Some((low, high)), _) => low <= 0.0 && high >= 0.0,
            (None, Some(noise)) => difference.value.abs() <= noise,
            (None, None) => difference.value.abs() <= 0.0,
        };
        match (is_tied, difference.value * sign < 0.0) {
            (true, _) => Self::Tied,
            (false, true) => Self::Better,
            (false, false) => Self::Worse,
        }
    }
}
