//! [`Objective`]: the scalar being optimised.

use crate::CoreError;
use crate::fit::{Surrogate, SurrogateSet};

/// One metric's part in an [`Objective`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The metric's position in the surrogate set.
    pub metric: usize,
    /// Its weight, above zero.
    pub weight: f64,
}

/// A weighted sum of metrics, each counted so that lower is better.
///
/// ```text
/// F(x) = Σᵢ wᵢ · σᵢ · Lᵢ(x)      wᵢ weight (the weights are rescaled to sum to one), Lᵢ predicted metric,
///                                σᵢ = +1 where lower is better, −1 where higher is better
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    terms: Vec<Term>,
}

impl Objective {
    /// The given metrics with their weights.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] without terms, [`CoreError::BadParameter`] for a weight that is not above zero,
    /// [`CoreError::DuplicateName`] for a metric given twice.
    pub fn new(set: &SurrogateSet, terms: &[Term]) -> Result<Self, CoreError> {
        if terms.is_empty() {
            return Err(CoreError::NoNames { what: "metrics" });
        }
        for (position, term) in terms.iter().enumerate() {
            if !(term.weight.is_finite() && term.weight > 0.0) {
                let found = term.weight.to_string();
                return Err(CoreError::BadParameter { name: "weight", expected: "a finite number above 0", found });
            }
            let fitted = set.metrics().get(term.metric).ok_or(CoreError::WrongLength {
                what: "metrics",
                expected: term.metric + 1,
                found: set.metrics().len(),
            })?;
            if terms.iter().take(position).any(|earlier| earlier.metric == term.metric) {
                return Err(CoreError::DuplicateName { what: "metric", name: fitted.metric.name.clone() });
            }
        }
        let sum: f64 = terms.iter().map(|term| term.weight).sum();
        let rescaled = |term: &Term| Term { metric: term.metric, weight: term.weight / sum };
        Ok(Self { terms: terms.iter().map(rescaled).collect() })
    }

    /// Every metric of the set with the same weight.
    pub fn mean_of_all(set: &SurrogateSet) -> Self {
        let weight = 1.0 / set.metrics().len() as f64;
        Self { terms: (0..set.metrics().len()).map(|metric| Term { metric, weight }).collect() }
    }

    /// The terms; their weights sum to one.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The objective of metric values in the order of the set.
    pub fn of_values(&self, set: &SurrogateSet, values: &[f64]) -> f64 {
        self.signed(set).filter_map(|(metric, weight)| values.get(metric).map(|value| weight * value)).sum()
    }

    /// The objective of every row of `rows` (n × domains) into `out`; `scratch` is for reuse.
    pub(super) fn of_rows(&self, set: &SurrogateSet, rows: &[f64], out: &mut [f64], scratch: &mut Vec<f64>) {
        scratch.resize(out.len(), 0.0);
        out.fill(0.0);
        for (metric, weight) in self.signed(set) {
            if let Some(fitted) = set.metrics().get(metric) {
                fitted.surrogate.predict_rows(rows, scratch);
                for (out, predicted) in out.iter_mut().zip(scratch.iter()) {
                    *out += weight * predicted;
                }
            }
        }
    }

    /// Metric positions with weights that make lower better.
    fn signed(&self, set: &SurrogateSet) -> impl Iterator<Item = (usize, f64)> {
        let direction =
            |term: &Term| set.metrics().get(term.metric).map_or(1.0, |fitted| fitted.metric.direction.sign());
        self.terms.iter().map(move |term| (term.metric, term.weight * direction(term)))
    }
}
