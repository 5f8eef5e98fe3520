//! [`Metric`]: a measured number with its direction.

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// Which way a metric improves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Lower is better, as for losses.
    #[default]
    Lower,
    /// Higher is better, as for accuracies.
    Higher,
}

impl Direction {
    /// +1 where lower is better, −1 where higher is better: multiplies a metric into something to minimise.
    pub fn sign(self) -> f64 {
        match self {
            Self::Lower => 1.0,
            Self::Higher => -1.0,
        }
    }
}

/// A measured number: its name and the direction in which it improves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// The name, unique in its set.
    pub name: String,
    /// Which way it improves.
    pub direction: Direction,
}

/// An ordered list of metrics with unique names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricSet {
    metrics: Vec<Metric>,
}

impl MetricSet {
    /// A set of the given metrics, in that order.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] or [`CoreError::DuplicateName`].
    pub fn new(metrics: Vec<Metric>) -> Result<Self, CoreError> {
        if metrics.is_empty() {
            return Err(CoreError::NoNames { what: "metrics" });
        }
        for (position, metric) in metrics.iter().enumerate() {
            if metrics.iter().take(position).any(|earlier| earlier.name == metric.name) {
                return Err(CoreError::DuplicateName { what: "metric", name: metric.name.clone() });
            }
        }
        Ok(Self { metrics })
    }

    /// How many metrics there are (at least one).
    #[expect(clippy::len_without_is_empty, reason = "a metric set is never empty")]
    pub fn len(&self) -> usize {
        self.metrics.len()
    }

    /// The metrics in order.
    pub fn as_slice(&self) -> &[Metric] {
        &self.metrics
    }

    /// The position of `name`, if it is one of the metrics.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.metrics.iter().position(|metric| metric.name == name)
    }

    /// The position of `name`.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`], which lists the names there are.
    pub fn require(&self, name: &str) -> Result<usize, CoreError> {
        self.index_of(name).ok_or_else(|| CoreError::UnknownName {
            what: "metric",
            name: name.to_owned(),
            known: self.metrics.iter().map(|metric| metric.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// Sets which way the metric at `index` improves.
    pub fn set_direction(&mut self, index: usize, direction: Direction) {
        if let Some(metric) = self.metrics.get_mut(index) {
            metric.direction = direction;
        }
    }
}
