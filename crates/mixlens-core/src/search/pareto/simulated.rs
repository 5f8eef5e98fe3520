//! [`simulated_front`]: the front of simulated mixtures, for surrogates that are not convex.

use super::front::{FrontPoint, check_metrics};
use super::non_dominated::{Kept, NonDominated};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::fit::{Surrogate, SurrogateSet};
use crate::search::objective::sign;
use crate::search::simulate::{STRIPES, chunk_rows, none_keeps_bounds, width_of};
use crate::search::{Objective, SimulationParams};
use crate::simplex::Sampler;

/// Number of points beyond which a stripe keeps only the best-spread half.
const MAX_RETAINED: usize = 2048;

/// The points of `params.samples` simulated mixtures that no other of them beats in every metric,
/// in rising order of the first metric. If there are more than `params.top`, the best of each
/// metric and the best-spread ones are kept. The front is not certified: mixtures that were not
/// drawn may be better.
///
/// The metrics are those of the objective's terms, two or three, whatever their weights; mixtures
/// that break one of its bounds are left out. Memory is bounded: when more than 2,048 mixtures of
/// one of the 64 stripes do not beat each other, half of them are dropped. The result has the same
/// bytes for every executor.
///
/// # Errors
/// [`CoreError::BadParameter`] for another number of metrics, fewer points than metrics or no
/// samples, [`CoreError::WrongLength`] when the sampler's domains are not those of the set,
/// [`CoreError::Infeasible`] when every mixture breaks a bound, [`CoreError::Cancelled`].
pub fn simulated_front(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Vec<FrontPoint>, CoreError> {
    let SimulationParams { samples, top } = params;
    params.check()?;
    let metrics = check_metrics(objective, top)?;
    let rows_at_once = chunk_rows(width_of(set, sampler)?);
    let chunks = samples.div_ceil(rows_at_once);
    let stripes = chunks.min(STRIPES);
    let stage = control.stage("simulating mixtures", samples);
    let kept = try_map_tasks(executor, stripes as usize, |stripe| {
        let stripe = stripe as u64;
        let mut chunk = Chunk {
            set,
            objective,
            rows: Vec::new(),
            columns: Vec::new(),
            scratch: Vec::new(),
        };
        let mut kept = NonDominated::default();
        for number in chunks * stripe / stripes..chunks * (stripe + 1) / stripes {
            let first = number * rows_at_once;
            let count = rows_at_once.min(samples - first);
            chunk.offer_to(&mut kept, sampler, first, count as usize)?;
            if kept.len() > MAX_RETAINED {
                kept.thin(MAX_RETAINED / 2);
            }
            stage.advance(count)?;
        }
        Ok(kept)
    })?;
    let mut front = NonDominated::default();
    kept.into_iter().for_each(|kept| front.merge(kept));
    if front.len() == 0 {
        return Err(none_keeps_bounds(objective, samples));
    }
    front.thin(top);
    let point = |kept: Kept| {
        let values = kept
            .values
            .iter()
            .zip(&metrics)
            .map(|(value, &metric)| value * sign(set, metric))
            .collect();
        FrontPoint {
            mixture: sampler.sample(kept.index),
            values,
            certificate: None,
        }
    };
    Ok(front.into_sorted().into_iter().map(point).collect())
}

/// Consecutive samples, with buffers for reuse.
struct Chunk<'a> {
    set: &'a SurrogateSet,
    objective: &'a Objective,
    rows: Vec<f64>,
    /// The terms' metrics, lower is better, one list per term.
    columns: Vec<Vec<f64>>,
    scratch: Vec<f64>,
}

impl Chunk<'_> {
    /// Draws `count` samples and offers those within the bounds.
    fn offer_to(
        &mut self,
        kept: &mut NonDominated,
        sampler: &Sampler,
        first: u64,
        count: usize,
    ) -> Result<(), CoreError> {
        self.rows.resize(count * self.set.domains().len(), 0.0);
        sampler.fill(first, &mut self.rows);
        let mut is_allowed = vec![true; count];
        for bound in self.objective.bounds() {
            self.predict(bound.metric, count);
            let excesses = self
                .scratch
                .iter()
                .map(|&predicted| bound.excess(predicted));
            is_allowed
                .iter_mut()
                .zip(excesses)
                .for_each(|(allowed, excess)| *allowed &= excess <= 0.0);
        }
        self.columns.clear();
        for term in self.objective.terms() {
            self.predict(term.metric, count);
            let sign = sign(self.set, term.metric);
            self.columns
                .push(self.scratch.iter().map(|value| sign * value).collect());
        }
        for ((row, index), _) in (first..)
            .enumerate()
            .zip(is_allowed)
            .filter(|(_, allowed)| *allowed)
        {
            let values: Vec<f64> = self
                .columns
                .iter()
                .filter_map(|column| column.get(row).copied())
                .collect();
            if values.iter().any(|value| !value.is_finite()) {
                return Err(CoreError::NumericalFailure {
                    what: "the simulation",
                });
            }
            kept.offer(index, &values);
        }
        Ok(())
    }

    /// Predicts a metric of every row into the scratch.
    fn predict(&mut self, metric: usize, count: usize) {
        self.scratch.resize(count, 0.0);
        if let Some(fitted) = self.set.metrics().get(metric) {
            fitted.surrogate.predict_rows(&self.rows, &mut self.scratch);
        }
    }
}
