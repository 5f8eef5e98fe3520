//! [`Estimates`]: objectives in single precision, which spare most samples of a simulation from
//! being predicted in full.

use super::Objective;
use super::objective::sign;
use crate::fit::{Formula, Logs, SurrogateSet};

/// Estimated objectives of some rows, and how far they may be off.
#[derive(Default)]
pub(super) struct Estimates {
    logs: Logs,
    one: Vec<f32>,
    sums: Vec<f32>,
    error: f64,
    /// Rows that may be below the bar.
    rows: Vec<f64>,
    places: Vec<usize>,
    objectives: Vec<f64>,
}

impl Estimates {
    /// Estimates the weighted sum of metrics of every row; `false`, without work, where a term's
    /// surrogate cannot be estimated.
    pub fn fill(&mut self, objective: &Objective, set: &SurrogateSet, rows: &[f64]) -> bool {
        let law = |metric: usize| match set.metrics().get(metric)?.surrogate.formula() {
            Formula::EffectiveData(law) if law.has_estimate() => Some(law),
            _ => None,
        };
        let terms = objective.terms();
        if !terms.iter().all(|term| law(term.metric).is_some()) {
            return false;
        }
        let width = set.domains().len();
        let count = rows.len() / width.max(1);
        self.logs.load(rows, width);
        self.one.resize(count, 0.0);
        self.sums.clear();
        self.sums.resize(count, 0.0);
        self.error = 0.0;
        for (law, term) in terms
            .iter()
            .filter_map(|term| Some((law(term.metric)?, term)))
        {
            law.estimate(&self.logs, &mut self.one);
            let weight = (term.weight * sign(set, term.metric)) as f32;
            self.sums
                .iter_mut()
                .zip(&self.one)
                .for_each(|(sum, one)| *sum += weight * one);
            self.error += term.weight * law.estimate_error();
        }
        true
    }

    /// The objectives of rows that may be at or below the bar, and infinity for the others.
    pub fn of_rows_below(
        &mut self,
        objective: &Objective,
        set: &SurrogateSet,
        rows: &[f64],
        threshold: f64,
        out: &mut [f64],
        scratch: &mut Vec<f64>,
    ) {
        out.fill(f64::INFINITY);
        let width = set.domains().len();
        self.places.clear();
        self.rows.clear();
        for ((place, &estimate), row) in self.sums.iter().enumerate().zip(rows.chunks_exact(width))
        {
            // An estimate that is no number is no reason to leave a sample out.
            let is_above = f64::from(estimate) > threshold + self.error;
            if !is_above {
                self.places.push(place);
                self.rows.extend_from_slice(row);
            }
        }
        self.objectives.resize(self.places.len(), 0.0);
        objective.of_rows(set, &self.rows, &mut self.objectives, scratch);
        for (&place, &value) in self.places.iter().zip(&self.objectives) {
            if let Some(out) = out.get_mut(place) {
                *out = value;
            }
        }
    }
}
