//! [`Proposal`]: the mixture a search returns, with the mixtures it is compared with.

use super::simulate::none_keeps_bounds;
use super::{
    FlatRegion, Objective, Simulation, SimulationParams, descend, flat_among, flat_region,
    minimise, simulate,
};
use crate::CoreError;
use crate::compute::{Control, Executor, Status};
use crate::fit::{Difference, Prediction, SurrogateSet};
use crate::simplex::{Constraints, Mixture, Sampler};

/// A baseline compared with a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// "natural", "runs_mean" or "uniform".
    pub name: &'static str,
    /// The baseline.
    pub mixture: Mixture,
    /// The baseline's predictions.
    pub predicted: Prediction,
    /// The baseline's objective, lower is better.
    pub objective: f64,
    /// Each metric at the proposal minus the same metric at the baseline.
    pub differences: Vec<Difference>,
}

/// A mixture returned by a search, with everything needed to judge it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// How the search ended.
    pub status: Status,
    /// The proposed mixture. After a simulation it is the mean of the best sampled ones, or the
    /// result of a descent from them where that is better; the mean keeps every constraint because
    /// the set is convex. After an exact search it is the minimiser.
    pub mixture: Mixture,
    /// The proposal's predicted metrics.
    pub predicted: Prediction,
    /// The proposal's objective, lower is better.
    pub objective: f64,
    /// Upper bound on how much lower the objective of any allowed mixture can be; `None` after a
    /// simulation.
    pub gap: Option<f64>,
    /// The mixtures that are as good within a tolerance; `None` without a tolerance.
    pub flat: Option<FlatRegion>,
    /// The best single mixture found, with its objective.
    pub best_single: (Mixture, f64),
    /// 5th and 95th percentile of each domain's proportion among the best; after an exact search
    /// the flat region's intervals.
    pub spread: Vec<(f64, f64)>,
    /// The natural (or mean) mixture and the uniform one.
    pub versus: Vec<Comparison>,
    /// How many mixtures were drawn; zero for an exact search.
    pub samples: u64,
    /// How many of the best were averaged; zero when the mixture is not a mean.
    pub top: usize,
}

/// Starts of a descent: this many of the best simulated mixtures, and their mean.
const STARTS: usize = 8;

/// Proposes the exact minimum of a convex objective, with the flat region around it when a
/// tolerance is given.
///
/// # Errors
/// Those of [`minimise`] and [`flat_region`].
pub fn propose_exact(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    tolerance: Option<f64>,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Proposal, CoreError> {
    let best = minimise(set, objective, constraints, control)?;
    let region = |tolerance| {
        flat_region(
            set,
            objective,
            constraints,
            &best,
            tolerance,
            control,
            executor,
        )
    };
    let flat = tolerance.map(region).transpose()?;
    let minimiser = || {
        best.mixture
            .parts()
            .iter()
            .map(|&part| (part, part))
            .collect()
    };
    Ok(Proposal {
        status: best.report.status,
        predicted: set.predict(best.mixture.parts())?,
        objective: best.objective,
        gap: Some(best.gap),
        spread: flat
            .as_ref()
            .map_or_else(minimiser, |flat| flat.intervals.clone()),
        flat,
        best_single: (best.mixture.clone(), best.objective),
        versus: baselines(set, objective, best.mixture.parts())?,
        mixture: best.mixture,
        samples: 0,
        top: 0,
    })
}

/// The natural (or mean) mixture and the uniform one.
fn baselines(
    set: &SurrogateSet,
    objective: &Objective,
    proposal: &[f64],
) -> Result<Vec<Comparison>, CoreError> {
    let centre = set.centre();
    let all = [
        (centre.name, centre.mixture),
        ("uniform", Mixture::uniform(set.domains())),
    ];
    let compare = |(name, mixture): (&'static str, Mixture)| {
        let predicted = set.predict(mixture.parts())?;
        let objective = objective.of_values(set, &predicted.values);
        let differences = set.against(mixture.parts())?.differences(proposal)?;
        Ok(Comparison {
            name,
            mixture,
            predicted,
            objective,
            differences,
        })
    };
    all.into_iter().map(compare).collect()
}

/// Simulates mixtures and proposes the mean of the best, or the result of a descent from them where
/// that is better.
///
/// The mean lies further inside the simplex than a single best mixture; [`Proposal::best_single`]
/// shows the cost. If every surrogate has a gradient, a descent starts from the best. If the mean
/// breaks a bound on a metric, the best single mixture is proposed instead. Source: Liu et al.
/// 2024, "RegMix", section 3 (simulate, rank, average the top 100).
///
/// # Errors
/// Those of [`simulate`], and [`CoreError::Infeasible`] when every simulated mixture breaks a bound
/// on a metric.
pub fn propose(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    tolerance: Option<f64>,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Proposal, CoreError> {
    let simulation = simulate(set, objective, sampler, params, control, executor)?;
    propose_among(
        set,
        objective,
        sampler.constraints(),
        &simulation,
        tolerance,
        control,
        executor,
    )
}

/// [`propose`] from an existing simulation.
///
/// # Errors
/// Those of [`propose`], except the simulation's.
pub fn propose_among(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    simulation: &Simulation,
    tolerance: Option<f64>,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Proposal, CoreError> {
    let best_single = simulation
        .best
        .first()
        .cloned()
        .ok_or(CoreError::NumericalFailure {
            what: "the simulation",
        })?;
    if objective.is_broken(best_single.1) {
        return Err(none_keeps_bounds(objective, simulation.samples));
    }
    let kept: Vec<&Mixture> = simulation
        .best
        .iter()
        .filter(|(_, value)| !objective.is_broken(*value))
        .map(|(mixture, _)| mixture)
        .collect();
    let mean = mean(set, &kept)?;
    let mut best = (mean.clone(), objective_with_bounds(set, objective, &mean));
    let mut top = kept.len();
    if objective.is_smooth(set) {
        let starts: Vec<Mixture> = [&mean]
            .into_iter()
            .chain(kept.iter().copied().take(STARTS))
            .cloned()
            .collect();
        let found = descend(set, objective, constraints, &starts, control, executor)?;
        if found.1 < best.1 {
            (best, top) = (found, 0);
        }
    }
    if objective.is_broken(best.1) {
        (best, top) = (best_single.clone(), 0);
    }
    let (mixture, _) = best;
    let predicted = set.predict(mixture.parts())?;
    Ok(Proposal {
        status: Status::BestFound,
        objective: objective.of_values(set, &predicted.values),
        versus: baselines(set, objective, mixture.parts())?,
        mixture,
        predicted,
        gap: None,
        flat: tolerance
            .map(|tolerance| flat_among(set, simulation, tolerance))
            .transpose()?
            .flatten(),
        best_single,
        spread: (0..set.domains().len())
            .map(|domain| spread(&simulation.best, domain))
            .collect(),
        samples: simulation.samples,
        top,
    })
}

fn mean(set: &SurrogateSet, mixtures: &[&Mixture]) -> Result<Mixture, CoreError> {
    let mut sums = vec![0.0; set.domains().len()];
    for mixture in mixtures {
        for (sum, part) in sums.iter_mut().zip(mixture.parts()) {
            *sum += part;
        }
    }
    Ok(Mixture::from_weights(set.domains(), &sums)?.0)
}

/// The objective as the simulation counts it.
fn objective_with_bounds(set: &SurrogateSet, objective: &Objective, mixture: &Mixture) -> f64 {
    let mut out = [0.0];
    objective.of_rows(set, mixture.parts(), &mut out, &mut Vec::new());
    out[0]
}

/// 5th and 95th percentile (nearest rank) of one domain's proportion.
fn spread(best: &[(Mixture, f64)], domain: usize) -> (f64, f64) {
    let mut parts: Vec<f64> = best
        .iter()
        .filter_map(|(mixture, _)| mixture.parts().get(domain).copied())
        .collect();
    parts.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = (share * (parts.len().saturating_sub(1)) as f64).round() as usize;
        parts.get(rank).copied().unwrap_or(0.0)
    };
    (at(0.05), at(0.95))
}
