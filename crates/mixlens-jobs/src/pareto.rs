//! The Pareto front of two metrics.

use mixlens_core::search::{
    FrontPoint, Objective, SimulationParams, Term, pareto_front, simulated_front,
};
use mixlens_core::simplex::{DomainSet, Mixture, Prior, Sampler};
use serde::{Deserialize, Serialize};

use crate::{JobContext, JobError, Problem, surrogate_name};

/// Number of mixtures that a front is picked from where no exact front is possible.
const SAMPLED: u64 = 20_000;

/// Settings of a Pareto front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParetoSettings {
    /// Indices of the two metrics among those of the study.
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

/// Mixtures that no other mixture beats in both metrics.
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

/// Parameters of the search for a front.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontSearch {
    /// Names of the metrics.
    pub metrics: Vec<String>,
    /// How many points.
    pub points: usize,
    /// How many mixtures to simulate where no exact front is possible.
    pub samples: u64,
    /// The distribution that simulated mixtures are drawn from.
    pub prior: Prior,
    /// Simulate even where an exact front is possible.
    pub simulate_always: bool,
}

/// The points of a front within the bounds of the problem, and whether the search was exact.
///
/// # Errors
/// Unknown metrics, limits and bounds that cannot be read, settings out of range, those of the
/// search, and cancellation.
pub fn front_points(
    problem: &Problem,
    search: &FrontSearch,
    context: &JobContext<'_>,
) -> Result<(Vec<FrontPoint>, bool), JobError> {
    let JobContext {
        control, executor, ..
    } = *context;
    let set = problem.set();
    let constraints = problem.constraints()?;
    let known = set.metric_set();
    let term = |name: &String| {
        Ok::<_, JobError>(Term {
            metric: known.require(name)?,
            weight: 1.0,
        })
    };
    let baseline = set.predict(problem.baseline.parts())?.values;
    // The metrics in the order of the search: `problem.goal` may weigh others.
    let terms: Vec<Term> = search.metrics.iter().map(term).collect::<Result<_, _>>()?;
    let bounds = problem.goal.bounds_for(&known, &baseline)?;
    let objective = Objective::new(&set, &terms)?.within(bounds);
    let is_exact = objective.is_convex(&set) && !search.simulate_always;
    let points = if is_exact {
        pareto_front(&set, &objective, &constraints, search.points, control)?
    } else {
        let sampler = Sampler::new(
            &search.prior,
            &set.centre().mixture,
            constraints,
            problem.seed,
        )?;
        let params = SimulationParams {
            samples: search.samples,
            top: search.points,
        };
        simulated_front(&set, &objective, &sampler, params, control, executor)?
    };
    Ok((points, is_exact))
}

/// [`front_points`] of two metrics as a job.
pub(crate) fn front(
    problem: &Problem,
    settings: ParetoSettings,
    context: &JobContext<'_>,
) -> Result<ParetoFront, JobError> {
    let metrics = settings
        .metrics
        .map(|index| problem.goal.metrics.get(index));
    let names = metrics.map(|metric| Some(metric?.name.clone()));
    let [Some(first), Some(second)] = names else {
        let (count, found) = (
            problem.goal.metrics.len(),
            settings.metrics.iter().max().map_or(0, |index| index + 1),
        );
        return Err(JobError::NoSuchMetric { count, found });
    };
    let search = FrontSearch {
        metrics: vec![first.clone(), second.clone()],
        points: settings.points,
        samples: SAMPLED,
        prior: Prior::regmix(),
        simulate_always: false,
    };
    let (points, is_exact) = front_points(problem, &search, context)?;
    let pair = |values: Vec<f64>| <[f64; 2]>::try_from(values).ok();
    let points = points
        .into_iter()
        .filter_map(|point| Some((point.mixture, pair(point.values)?)))
        .collect();
    Ok(ParetoFront {
        metrics: [first, second],
        surrogate: surrogate_name(&problem.set).to_owned(),
        points,
        is_exact,
    })
}
