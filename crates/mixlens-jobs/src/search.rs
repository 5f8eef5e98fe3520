//! The search for the best predicted mixture.

use std::borrow::Cow;

use mixlens_core::compute::Status;
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{
    Backend, DeviceChoice, Objective, Proposal, Simulation, SimulationParams, propose_among,
    propose_exact, simulate_on, simulate_span,
};
use mixlens_core::simplex::{DomainSet, Mixture, Prior};
use serde::{Deserialize, Serialize};

use crate::problem::SampledProblem;
use crate::{BackendReport, JobContext, JobError, Problem, surrogate_name};

/// Settings of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchSettings {
    /// How many mixtures to simulate where no exact search is possible.
    pub samples: u64,
    /// How many of the best to average.
    pub top: usize,
    /// The distribution that simulated mixtures are drawn from.
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

/// The best predicted mixture, with the figures needed to judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchOutcome {
    /// The settings of the search.
    pub settings: SearchSettings,
    /// The surrogate's name.
    pub surrogate: String,
    /// The name of the objective.
    pub objective_name: String,
    /// Seed of the simulation.
    pub seed: u64,
    /// How the search ended.
    pub status: Status,
    /// The proposed mixture.
    pub mixture: Mixture,
    /// Its objective, lower is better.
    pub objective: f64,
    /// Upper bound on how much lower the objective of any allowed mixture can be; `None` after a
    /// simulation.
    pub gap: Option<f64>,
    /// The proportions of each domain among the best, or over the flat region after an exact
    /// search.
    pub spread: Vec<(f64, f64)>,
    /// The mixture nearest to the natural one among those that are as good within the tolerance.
    pub nearest: Option<Mixture>,
    /// The best single mixture and its objective.
    pub best_single: (Mixture, f64),
    /// How many mixtures were simulated; zero for an exact search.
    pub samples: u64,
    /// The device that they were simulated on.
    #[serde(default)]
    pub ran_on: BackendReport,
    /// The objective of the mixtures that the proposal is compared with, by name.
    pub versus: Vec<(String, f64)>,
}

impl SearchOutcome {
    /// Whether every mixture of the outcome is over these domains.
    pub(crate) fn is_over(&self, domains: &DomainSet) -> bool {
        [&self.mixture, &self.best_single.0]
            .into_iter()
            .chain(&self.nearest)
            .all(|mixture| **mixture.domains() == *domains)
    }
}

/// A proposal, with the surrogates and the objective that it was searched with.
#[derive(Debug)]
pub struct Proposed<'a> {
    /// The surrogates, with the natural mixture of the problem.
    pub set: Cow<'a, SurrogateSet>,
    /// The objective, within the bounds on metrics.
    pub objective: Objective,
    /// The proposal.
    pub proposal: Proposal,
    /// Where mixtures were simulated; the CPU where none were.
    pub backend: Backend,
}

/// Searches, exactly where that is possible.
///
/// # Errors
/// Limits and objectives that cannot be read, settings out of range, those of the search, and
/// cancellation.
pub async fn propose<'a>(
    problem: &'a Problem,
    settings: &SearchSettings,
    context: &JobContext<'_>,
) -> Result<Proposed<'a>, JobError> {
    let JobContext {
        device,
        control,
        executor,
    } = *context;
    let set = problem.set();
    let constraints = problem.constraints()?;
    let objective = problem.objective(&set, &constraints, control)?;
    let params = simulation_params(settings);
    params.check()?;
    if objective.is_convex(&set) && !settings.simulate_always {
        let tolerance = Some(settings.tolerance);
        let proposal = propose_exact(&set, &objective, &constraints, tolerance, control, executor)?;
        return Ok(Proposed {
            set,
            objective,
            proposal,
            backend: Backend::Cpu,
        });
    }
    let sampled = problem.sampled(&settings.prior, control)?;
    let SampledProblem {
        set,
        objective,
        sampler,
    } = &sampled;
    let (simulation, backend) =
        simulate_on(device, set, objective, sampler, params, control, executor).await?;
    proposed_among(sampled, &simulation, settings, backend, context)
}

fn simulation_params(settings: &SearchSettings) -> SimulationParams {
    SimulationParams {
        samples: settings.samples,
        top: settings.top,
    }
}

/// The proposal among the best of a simulation.
fn proposed_among<'a>(
    sampled: SampledProblem<'a>,
    simulation: &Simulation,
    settings: &SearchSettings,
    backend: Backend,
    context: &JobContext<'_>,
) -> Result<Proposed<'a>, JobError> {
    let proposal = propose_among(
        &sampled.set,
        &sampled.objective,
        sampled.sampler.constraints(),
        simulation,
        Some(settings.tolerance),
        context.control,
        context.executor,
    )?;
    Ok(Proposed {
        set: sampled.set,
        objective: sampled.objective,
        proposal,
        backend,
    })
}

/// The best mixtures of a span of samples, best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulatedSpan {
    /// How many mixtures were drawn.
    pub samples: u64,
    /// The best ones with their objectives.
    pub best: Vec<(Mixture, f64)>,
}

/// Simulates the samples of `span` alone, on the CPU.
pub(crate) fn part(
    problem: &Problem,
    settings: &SearchSettings,
    (start, end): (u64, u64),
    context: &JobContext<'_>,
) -> Result<SimulatedSpan, JobError> {
    let sampled = problem.sampled(&settings.prior, context.control)?;
    let simulation = simulate_span(
        &sampled.set,
        &sampled.objective,
        &sampled.sampler,
        simulation_params(settings),
        start..end,
        context.control,
        context.executor,
    )?;
    let Simulation { samples, best } = simulation;
    Ok(SimulatedSpan { samples, best })
}

/// The search whose spans were simulated apart, in the order of their samples.
pub(crate) fn of_parts(
    problem: &Problem,
    settings: &SearchSettings,
    parts: Vec<SimulatedSpan>,
    context: &JobContext<'_>,
) -> Result<SearchOutcome, JobError> {
    let none = Simulation {
        samples: 0,
        best: Vec::new(),
    };
    let simulation = parts.into_iter().fold(none, |all, part| {
        let SimulatedSpan { samples, best } = part;
        all.joined(Simulation { samples, best }, settings.top)
    });
    let sampled = problem.sampled(&settings.prior, context.control)?;
    let found = proposed_among(sampled, &simulation, settings, Backend::Cpu, context)?;
    Ok(outcome(problem, settings, found, context))
}

/// Whether a search simulates, rather than solves a convex program.
pub(crate) fn simulates(
    problem: &Problem,
    settings: &SearchSettings,
    context: &JobContext<'_>,
) -> Result<bool, JobError> {
    let set = problem.set();
    let objective = problem.objective(&set, &problem.constraints()?, context.control)?;
    Ok(settings.simulate_always || !objective.is_convex(&set))
}

/// [`propose`] as a job.
pub(crate) async fn search(
    problem: &Problem,
    settings: &SearchSettings,
    context: &JobContext<'_>,
) -> Result<SearchOutcome, JobError> {
    let found = propose(problem, settings, context).await?;
    Ok(outcome(problem, settings, found, context))
}

fn outcome(
    problem: &Problem,
    settings: &SearchSettings,
    found: Proposed<'_>,
    context: &JobContext<'_>,
) -> SearchOutcome {
    let Proposed {
        set,
        proposal,
        backend,
        ..
    } = found;
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
    SearchOutcome {
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
        ran_on: BackendReport::new(settings.device, context.device, &backend),
        versus: versus
            .into_iter()
            .map(|other| (other.name.to_owned(), other.objective))
            .collect(),
    }
}
