//! [`Metric`]: a measured number with its direction.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{CoreError, listed};

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
    /// +1 where lower is better, −1 where higher is better: multiplies a metric into something to
    /// minimise.
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
#[derive(Clone, Debug)]
pub struct MetricSet {
    metrics: Vec<Metric>,
    index: HashMap<String, usize>,
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
        let mut index = HashMap::with_capacity(metrics.len());
        for (position, metric) in metrics.iter().enumerate() {
            if index.insert(metric.name.clone(), position).is_some() {
                return Err(CoreError::DuplicateName {
                    what: "metric",
                    name: metric.name.clone(),
                });
            }
        }
        Ok(Self { metrics, index })
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
        self.index.get(name).copied()
    }

    /// The position of `name`.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`], which lists names there are.
    pub fn require(&self, name: &str) -> Result<usize, CoreError> {
        self.index_of(name).ok_or_else(|| CoreError::UnknownName {
            what: "metric",
            name: name.to_owned(),
            known: listed(self.metrics.iter().map(|metric| &metric.name)),
        })
    }

    /// Sets which way the metric at `index` improves.
    pub fn set_direction(&mut self, index: usize, direction: Direction) {
        if let Some(metric) = self.metrics.get_mut(index) {
            metric.direction = direction;
        }
    }
}

impl PartialEq for MetricSet {
    fn eq(&self, other: &Self) -> bool {
        self.metrics == other.metrics
    }
}

impl Eq for MetricSet {}
