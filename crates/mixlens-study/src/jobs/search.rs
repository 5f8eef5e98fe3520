//! Looking for the best predicted mixture, and for the Pareto front of two metrics.

use mixlens_core::compute::{Control, Executor, Status};
use mixlens_core::search::{
    Accelerator, Backend, DeviceChoice, Objective, Proposal, SimulationParams, Term, pareto_front,
    propose_among, propose_exact, simulate_on, simulated_front,
};
use mixlens_core::simplex::{Mixture, Prior, Sampler};
use serde::{Deserialize, Serialize};

use super::{BackendReport, Problem};
use crate::StudyError;
use crate::dataset::surrogate_name;

/// Mixtures that a front is picked from where no exact one is possible.
const SAMPLED: u64 = 20_000;

/// How to search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchSettings {
    /// How many mixtures to simulate where no exact search is possible.
    pub samples: u64,
    /// How many of the best to average.
    pub top: usize,
    /// Where simulated mixtures come from.
    pub prior: Prior,
    /// Simulate even where an exact search is possible.
    pub simulate_always: bool,
    /// Where to simulate; the result is that of the CPU.
    pub device: DeviceChoice,
    /// How much worse than the best still counts as flat, in the unit of the objective.
    pub tolerance: f64,
    /// Whether locked domains stay as they are.
    pub keep_locks: bool,
}

impl Default for SearchSettings {
    fn default() -> Self {
        let SimulationParams { samples, top } = SimulationParams::default();
        Self {
            samples,
            top,
            prior: Prior::regmix(),
            simulate_always: false,
            device: DeviceChoice::Auto,
            tolerance: 0.001,
            keep_locks: true,
        }
    }
}

/// The best predicted mixture, with what is needed to judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchOutcome {
    /// How it was searched.
    pub settings: SearchSettings,
    /// The surrogate's name.
    pub surrogate: String,
    /// What was aimed at.
    pub objective_name: String,
    /// Seed of the simulation.
    pub seed: u64,
    /// How the search ended.
    pub status: Status,
    /// The proposed mixture.
    pub mixture: Mixture,
    /// Its objective, lower is better.
    pub objective: f64,
    /// How much lower anything allowed can be at most; `None` after a simulation.
    pub gap: Option<f64>,
    /// The proportions of each domain among the best, or over the flat region after an exact
    /// search.
    pub spread: Vec<(f64, f64)>,
    /// Among the mixtures that are as good within the tolerance, the one nearest to natural.
    pub nearest: Option<Mixture>,
    /// The best single mixture and its objective.
    pub best_single: (Mixture, f64),
    /// How many mixtures were simulated; zero for an exact search.
    pub samples: u64,
    /// Where they were simulated.
    #[serde(default)]
    pub ran_on: BackendReport,
    /// The objective of the mixtures it is compared with, by name.
    pub versus: Vec<(String, f64)>,
}

impl SearchOutcome {
    /// Every mixture in it.
    pub(crate) fn mixtures(&self) -> impl Iterator<Item = &Mixture> {
        [&self.mixture, &self.best_single.0]
            .into_iter()
            .chain(&self.nearest)
    }
}

/// Searches, exactly where that is possible.
pub(super) async fn search(
    problem: &Problem,
    settings: &SearchSettings,
    device: Option<&dyn Accelerator>,
    control: &Control,
    executor: &dyn Executor,
) -> Result<SearchOutcome, StudyError> {
    let set = problem.set();
    let constraints = problem.constraints()?;
    let objective = problem.objective(&set, &constraints, control)?;
    let tolerance = Some(settings.tolerance);
    let mut ran = Backend::Cpu;
    let proposal = if objective.is_convex(&set) && !settings.simulate_always {
        propose_exact(&set, &objective, &constraints, tolerance, control, executor)?
    } else {
        let params = SimulationParams {
            samples: settings.samples,
            top: settings.top,
        };
        params.check()?;
        let sampler = Sampler::new(
            &settings.prior,
            &set.centre().mixture,
            constraints,
            problem.seed,
        )?;
        let later = simulate_on(
            device, &set, &objective, &sampler, params, control, executor,
        );
        let (simulation, simulated) = later.await?;
        ran = simulated;
        propose_among(
            &set,
            &objective,
            sampler.constraints(),
            &simulation,
            tolerance,
            control,
            executor,
        )?
    };
    let Proposal {
        status,
        mixture,
        objective,
        gap,
        flat,
        best_single,
        spread,
        versus,
        samples,
        ..
    } = proposal;
    Ok(SearchOutcome {
        settings: settings.clone(),
        surrogate: surrogate_name(&set).to_owned(),
        objective_name: problem.objective_name().to_owned(),
        seed: problem.seed,
        status,
        mixture,
        objective,
        gap,
        spread,
        nearest: flat.map(|flat| flat.nearest),
        best_single,
        samples,
        ran_on: BackendReport::new(settings.device, device, &ran),
        versus: versus
            .into_iter()
            .map(|other| (other.name.to_owned(), other.objective))
            .collect(),
    })
}

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

/// Follows the front.
pub(super) fn front(
    problem: &Problem,
    settings: ParetoSettings,
    control: &Control,
    executor: &dyn Executor,
) -> Result<ParetoFront, StudyError> {
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
        return Err(StudyError::NoSuchPlace {
            what: "metric",
            count,
            found,
        });
    };
    let known = set.metric_set();
    let term = |name: &str| {
        Ok::<_, StudyError>(Term {
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
