//! Following the Pareto front of two metrics.

use mixlens_core::search::{Objective, SimulationParams, Term, pareto_front, simulated_front};
use mixlens_core::simplex::{DomainSet, Mixture, Prior, Sampler};
use serde::{Deserialize, Serialize};

use crate::{JobContext, JobError, Problem, surrogate_name};

/// Mixtures that a front is picked from where no exact one is possible.
const SAMPLED: u64 = 20_000;

/// Which front to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParetoSettings {
    /// Positions of the two metrics among those of the study.
    pub metrics: [usize; 2],
    /// How many points.
    pub points: usize,
}

impl Default for ParetoSettings {
    fn default() -> Self {
        Self {
            metrics: [0, 1],
            points: 21,
        }
    }
}

/// Mixtures that no other one beats in both metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParetoFront {
    /// Names of the two metrics.
    pub metrics: [String; 2],
    /// The surrogate's name.
    #[serde(default)]
    pub surrogate: String,
    /// From the best for the first metric to the best for the second: mixture and the two
    /// predictions.
    pub points: Vec<(Mixture, [f64; 2])>,
    /// Whether every point is a certified minimum, for these surrogates.
    pub is_exact: bool,
}

impl ParetoFront {
    /// Whether every point is over these domains.
    pub(crate) fn is_over(&self, domains: &DomainSet) -> bool {
        self.points
            .iter()
            .all(|(mixture, _)| **mixture.domains() == *domains)
    }
}

/// Follows the front.
pub(crate) fn front(
    problem: &Problem,
    settings: ParetoSettings,
    context: &JobContext<'_>,
) -> Result<ParetoFront, JobError> {
    let JobContext {
        control, executor, ..
    } = *context;
    let set = problem.set();
    let constraints = problem.constraints()?;
    let names = settings
        .metrics
        .map(|metric| problem.goal.metrics.get(metric).map(|own| own.name.clone()));
    let [Some(first), Some(second)] = names else {
        let (count, found) = (
            problem.goal.metrics.len(),
            settings.metrics.iter().max().map_or(0, |most| most + 1),
        );
        return Err(JobError::NoSuchMetric { count, found });
    };
    let known = set.metric_set();
    let term = |name: &str| {
        Ok::<_, JobError>(Term {
            metric: known.require(name)?,
            weight: 1.0,
        })
    };
    let baseline = set.predict(problem.baseline.parts())?.values;
    // The metrics in the order they were asked for, within the bounds of the study.
    let bounds = problem.goal.bounds_for(&known, &baseline)?;
    let objective = Objective::new(&set, &[term(&first)?, term(&second)?])?.within(bounds);
    let is_exact = objective.is_convex(&set);
    let points = if is_exact {
        pareto_front(&set, &objective, &constraints, settings.points, control)?
    } else {
        let sampler = Sampler::new(
            &Prior::regmix(),
            &set.centre().mixture,
            constraints,
            problem.seed,
        )?;
        let params = SimulationParams {
            samples: SAMPLED,
            top: settings.points,
        };
        simulated_front(&set, &objective, &sampler, params, control, executor)?
    };
    let pair = |values: Vec<f64>| <[f64; 2]>::try_from(values).ok();
    let points = points
        .into_iter()
        .filter_map(|point| Some((point.mixture, pair(point.values)?)))
        .collect();
    Ok(ParetoFront {
        metrics: [first, second],
        surrogate: surrogate_name(&set).to_owned(),
        points,
        is_exact,
    })
}
