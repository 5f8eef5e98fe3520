//! [`Proposal`]: the mixture a search returns, beside the mixtures it is compared with.

use super::{Objective, SimulationParams, simulate};
use crate::CoreError;
use crate::compute::{Control, Executor, Status};
use crate::fit::{Prediction, SurrogateSet};
use crate::simplex::{Mixture, Sampler};

/// A baseline beside a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// "natural", "runs_mean" or "uniform".
    pub name: &'static str,
    /// The baseline.
    pub mixture: Mixture,
    /// Its predictions.
    pub predicted: Prediction,
    /// Its objective, lower is better.
    pub objective: f64,
}

/// A mixture returned by a search, with everything needed to judge it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// How the search ended.
    pub status: Status,
    /// The proposed mixture: the mean of the best sampled ones, which keeps every constraint because those do.
    pub mixture: Mixture,
    /// Its predicted metrics.
    pub predicted: Prediction,
    /// Its objective, lower is better.
    pub objective: f64,
    /// The best single mixture found, and its objective.
    pub best_single: (Mixture, f64),
    /// 5th and 95th percentile of each domain's proportion among the best.
    pub spread: Vec<(f64, f64)>,
    /// The natural (or mean) mixture and the uniform one.
    pub versus: Vec<Comparison>,
    /// How many mixtures were drawn.
    pub samples: u64,
    /// How many of the best were averaged.
    pub top: usize,
}

/// Simulates mixtures and proposes the mean of the best.
///
/// Source: Liu et al. 2024, "RegMix", section 3 (simulate, rank, average the top 100). The mean lies further inside
/// the simplex than any single best mixture; [`Proposal::best_single`] shows how much that costs.
///
/// # Errors
/// Those of [`simulate`].
pub fn propose(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Proposal, CoreError> {
    let simulation = simulate(set, objective, sampler, params, control, executor)?;
    let mut sums = vec![0.0; set.domains().len()];
    for (mixture, _) in &simulation.best {
        for (sum, part) in sums.iter_mut().zip(mixture.parts()) {
            *sum += part;
        }
    }
    let (mixture, _) = Mixture::from_weights(set.domains(), &sums)?;
    let predicted = set.predict(mixture.parts())?;
    let centre = set.centre();
    let uniform = Mixture::uniform(set.domains());
    let versus = [(centre.name, centre.mixture), ("uniform", uniform)].map(|(name, mixture)| {
        let predicted = set.predict(mixture.parts())?;
        let objective = objective.of_values(set, &predicted.values);
        Ok(Comparison { name, mixture, predicted, objective })
    });
    let spread = (0..set.domains().len()).map(|domain| spread(&simulation.best, domain)).collect();
    let best_single = simulation.best.first().cloned().ok_or(CoreError::NumericalFailure { what: "the simulation" })?;
    Ok(Proposal {
        status: Status::BestFound,
        objective: objective.of_values(set, &predicted.values),
        mixture,
        predicted,
        best_single,
        spread,
        versus: versus.into_iter().collect::<Result<_, CoreError>>()?,
        samples: simulation.samples,
        top: simulation.best.len(),
    })
}

/// 5th and 95th percentile (nearest rank) of one domain's proportion.
fn spread(best: &[(Mixture, f64)], domain: usize) -> (f64, f64) {
    let mut parts: Vec<f64> = best.iter().filter_map(|(mixture, _)| mixture.parts().get(domain).copied()).collect();
    parts.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = (share * (parts.len().saturating_sub(1)) as f64).round() as usize;
        parts.get(rank).copied().unwrap_or(0.0)
    };
    (at(0.05), at(0.95))
}
