//! [`MetricBound`]: a bound on a predicted metric.

use crate::fit::{Surrogate, SurrogateSet};
use crate::optim::Smooth;

/// A bound on a predicted metric, as in "general loss at most 2.51".
#[derive(Clone, Debug, PartialEq)]
pub struct MetricBound {
    /// The bound as the user wrote it, for messages.
    pub text: String,
    /// The metric's index in the surrogate set.
    pub metric: usize,
    /// Which side is allowed.
    pub side: Side,
    /// The bound, in the metric's unit.
    pub value: f64,
}

/// Which side of a bound is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The bound and everything below.
    AtMost,
    /// The bound and everything above.
    AtLeast,
}

impl MetricBound {
    /// How far `predicted` is on the wrong side; zero or less where the bound holds.
    pub fn excess(&self, predicted: f64) -> f64 {
        match self.side {
            Side::AtMost => predicted - self.value,
            Side::AtLeast => self.value - predicted,
        }
    }

    pub(super) fn is_upper(&self) -> bool {
        self.side == Side::AtMost
    }
}

/// A metric's prediction as a smooth function.
pub(super) struct SmoothMetric<'a> {
    pub set: &'a SurrogateSet,
    pub metric: usize,
}

impl Smooth for SmoothMetric<'_> {
    fn gradient_into(&self, x: &[f64], out: &mut [f64]) -> f64 {
        let fitted = self.set.metrics().get(self.metric);
        fitted
            .and_then(|fitted| fitted.surrogate.gradient_into(x, out))
            .unwrap_or(f64::NAN)
    }
}
