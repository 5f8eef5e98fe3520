//! [`Clip`]: how far predictions may leave the observed range.

use serde::{Deserialize, Serialize};

/// The observed range and half of it on either side; predictions beyond are taken to its ends.
///
/// A held-out run without any useful data makes a power law predict losses in the hundreds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fit) struct Clip {
    least: f64,
    most: f64,
}

impl Clip {
    /// The range for a fit to `values` (finite, at least one).
    pub(in crate::fit) fn around(values: &[f64]) -> Self {
        let (least, most) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
                (a.min(*x), b.max(*x))
            });
        let half = (most - least) / 2.0;
        Self {
            least: least - half,
            most: most + half,
        }
    }

    /// The value, or the end of the range that it passed.
    #[inline(always)]
    pub(in crate::fit) fn apply(&self, value: f64) -> f64 {
        value.max(self.least).min(self.most)
    }

    /// Its ends.
    pub(in crate::fit) fn range(&self) -> [f64; 2] {
        [self.least, self.most]
    }

    /// Whether both ends are finite and in order.
    pub(in crate::fit) fn is_valid(&self) -> bool {
        self.least.is_finite() && self.most.is_finite() && self.least <= self.most
    }
}

/// The range of a form that is not clipped.
pub(super) const WIDE: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];
