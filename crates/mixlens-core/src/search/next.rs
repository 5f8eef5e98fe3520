//! [`next_runs`]: the proxy runs that improve a fit the most.
#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the pool and features have one length"
)]

use super::Objective;
use super::design::{Seen, tidied, units};
use super::information::Information;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::{Surrogate, SurrogateSet};
use crate::simplex::{MAX_DESIGN_NUMBERS, Mixture, Sampler};

/// Criterion by which runs are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquisition {
    /// The criterion that suits the surrogates: variance where they predict one, sensitivities
    /// where they have gradients, distance otherwise.
    Auto,
    /// Highest predicted variance, thinned out near runs already chosen.
    Variance,
    /// D-optimality for the sensitivities of laws (see [`next_runs`]).
    DOptimal,
    /// Farthest from the runs and from each other (maximin distance).
    Maximin,
    /// CLIMB's loop: drawn at random from the best predicted mixtures. Source: Diao et al. 2025,
    /// "CLIMB", section 3 (arXiv 2504.13161).
    Climb,
}

/// What to choose from, and how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextParams {
    /// How many runs to choose.
    pub count: usize,
    /// How many mixtures are drawn to choose from.
    pub pool: usize,
    /// Proportions are multiples of this step.
    pub step: f64,
    /// How to choose.
    pub acquisition: Acquisition,
    /// Seed of the draw in [`Acquisition::Climb`].
    pub seed: u64,
}

/// CLIMB draws from the best mixtures: this many times the number of runs.
const CLIMB_BEST: usize = 4;
/// Maximum sensitivities and entries of information matrices; beyond it, distance decides.
const MAX_NUMBERS: usize = 40_000_000;

/// The runs that improve `set` the most, from a pool drawn by `sampler`, in the order chosen, and
/// the criterion used.
///
/// ```text
/// variance      Var(x), relative to its mean over the pool, mean over the metrics,
///               times the distance to the nearest chosen run
/// sensitivity   Σ over metrics of ln(1 + φ' M⁻¹ φ)
///               φⱼ = xⱼ ∂L/∂xⱼ and a constant, M = Σ φφ' over the runs and those chosen
/// distance      total variation distance to the nearest run or chosen mixture
/// ```
/// For the effective-data and exponential laws, xⱼ ∂L/∂xⱼ is the derivative by a parameter of
/// domain j up to a factor, and D-optimality does not depend on factors. The greedy choice
/// maximises the determinant step by step. Source of the criterion: Fedorov 1972, "Theory of
/// optimal experiments", chapter 2; Atkinson, Donev and Tobias 2007, section 11.2.
///
/// # Errors
/// [`CoreError::BadParameter`] for a step that is not 1 divided by a whole number, too few
/// different mixtures in the pool, or a criterion that the surrogates do not support;
/// [`CoreError::Cancelled`].
pub fn next_runs(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: NextParams,
    control: &Control,
) -> Result<(Vec<Mixture>, Acquisition), CoreError> {
    let pool = pool(sampler, params, control)?;
    let acquisition = match params.acquisition {
        Acquisition::Auto => suited(set, &pool),
        chosen => chosen,
    };
    let stage = control.stage("choosing runs", params.count as u64);
    let runs: Vec<&[f64]> = set
        .support()
        .rows()
        .chunks_exact(set.domains().len())
        .collect();
    if acquisition == Acquisition::Climb {
        return Ok((climb(set, objective, pool, params), acquisition));
    }
    let mut scores = match acquisition {
        Acquisition::Variance => {
            Scores::Variance(variances(set, &pool).ok_or_else(|| unsupported("variance"))?)
        }
        Acquisition::DOptimal => {
            let parts: Vec<&[f64]> = pool.iter().map(Mixture::parts).collect();
            let information = Information::new(set, &parts, control)?;
            Scores::Sensitivity(information.ok_or_else(|| unsupported("sensitivity"))?)
        }
        _ => Scores::Distance,
    };
    let near = |mixture: &Mixture, others: &[&[f64]]| -> f64 {
        // ½ Σ |aⱼ − bⱼ|
        let distance = |other: &&[f64]| -> f64 {
            0.5 * mixture
                .parts()
                .iter()
                .zip(*other)
                .map(|(a, b)| (a - b).abs())
                .sum::<f64>()
        };
        others.iter().map(distance).fold(1.0, f64::min)
    };
    // Maximin counts distances to the runs; the variance already accounts for them.
    let known: &[&[f64]] = if acquisition == Acquisition::Maximin {
        &runs
    } else {
        &[]
    };
    let mut distances = Vec::with_capacity(pool.len());
    for mixture in &pool {
        stage.advance(0)?;
        distances.push(near(mixture, known));
    }
    let mut taken: Vec<usize> = Vec::with_capacity(params.count);
    let mut is_left = vec![true; pool.len()];
    while taken.len() < params.count {
        let best = (0..pool.len())
            .filter(|&index| is_left[index])
            .max_by(|&a, &b| {
                scores
                    .of(a, &distances)
                    .total_cmp(&scores.of(b, &distances))
                    .then(b.cmp(&a))
            });
        let Some(best) = best else { break };
        taken.push(best);
        is_left[best] = false;
        stage.advance(1)?;
        for (distance, mixture) in distances.iter_mut().zip(&pool) {
            *distance = distance.min(near(mixture, &[pool[best].parts()]));
        }
        scores.add(best);
    }
    Ok((
        taken.into_iter().map(|index| pool[index].clone()).collect(),
        acquisition,
    ))
}

fn unsupported(wanted: &'static str) -> CoreError {
    let expected = "a criterion that the surrogates support; try distance";
    CoreError::BadParameter {
        name: "acquisition",
        expected,
        found: wanted.to_owned(),
    }
}

fn suited(set: &SurrogateSet, pool: &[Mixture]) -> Acquisition {
    let at = &pool[0];
    let mut out = vec![0.0; at.parts().len()];
    let all = |test: &mut dyn FnMut(&dyn Surrogate) -> bool| {
        set.metrics().iter().all(|fitted| test(&fitted.surrogate))
    };
    if all(&mut |surrogate| surrogate.variance_at(at.parts()).is_some()) {
        Acquisition::Variance
    } else if Information::numbers(set, pool.len()) <= MAX_NUMBERS
        && all(&mut |surrogate| surrogate.gradient_into(at.parts(), &mut out).is_some())
    {
        Acquisition::DOptimal
    } else {
        Acquisition::Maximin
    }
}

/// Different mixtures with tidy proportions that keep the constraints.
fn pool(
    sampler: &Sampler,
    params: NextParams,
    control: &Control,
) -> Result<Vec<Mixture>, CoreError> {
    let units = units(params.step)?;
    if params.pool.saturating_mul(sampler.domains().len()) > MAX_DESIGN_NUMBERS {
        let (expected, found) = (
            "at most 5 million proportions in all mixtures",
            params.pool.to_string(),
        );
        return Err(CoreError::BadParameter {
            name: "pool",
            expected,
            found,
        });
    }
    let stage = control.stage("drawing mixtures", params.pool as u64);
    let mut seen = Seen::default();
    let mut pool = Vec::new();
    for index in 0..params.pool as u64 {
        let (mixture, is_new) = tidied(sampler, index, units, &mut seen);
        if is_new {
            pool.push(mixture);
        }
        stage.advance(1)?;
    }
    if params.count == 0 || pool.len() < params.count {
        let expected = "at least 1, and no more than the different mixtures in the pool";
        let found = format!("{} of {}", params.count, pool.len());
        return Err(CoreError::BadParameter {
            name: "next",
            expected,
            found,
        });
    }
    Ok(pool)
}

fn climb(
    set: &SurrogateSet,
    objective: &Objective,
    pool: Vec<Mixture>,
    params: NextParams,
) -> Vec<Mixture> {
    let (mut out, mut scratch) = ([0.0], Vec::new());
    let mut ranked: Vec<(f64, Mixture)> = pool
        .into_iter()
        .map(|mixture| {
            objective.of_rows(set, mixture.parts(), &mut out, &mut scratch);
            (out[0], mixture)
        })
        .collect();
    // A stable sort: ties stay in the order of the pool.
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    ranked.truncate(CLIMB_BEST * params.count);
    CounterStream::new(params.seed, 0).shuffle(&mut ranked);
    ranked
        .into_iter()
        .take(params.count)
        .map(|(_, mixture)| mixture)
        .collect()
}

/// The predicted variance of each mixture: each metric's variance relative to its mean over the
/// pool, then the mean over the metrics.
fn variances(set: &SurrogateSet, pool: &[Mixture]) -> Option<Vec<f64>> {
    let mut sums = vec![0.0; pool.len()];
    for fitted in set.metrics() {
        let variances: Option<Vec<f64>> = pool
            .iter()
            .map(|mixture| fitted.surrogate.variance_at(mixture.parts()))
            .collect();
        let variances = variances?;
        let mean = variances.iter().sum::<f64>() / variances.len() as f64;
        sums.iter_mut()
            .zip(&variances)
            .for_each(|(sum, variance)| *sum += variance / mean.max(f64::MIN_POSITIVE));
    }
    Some(sums)
}

/// How much each mixture of the pool would improve the fit.
enum Scores {
    Variance(Vec<f64>),
    Sensitivity(Information),
    Distance,
}

impl Scores {
    fn of(&self, index: usize, distances: &[f64]) -> f64 {
        match self {
            Self::Variance(variances) => variances[index] * distances[index],
            Self::Sensitivity(information) => information.gain(index),
            Self::Distance => distances[index],
        }
    }

    fn add(&mut self, index: usize) {
        if let Self::Sensitivity(information) = self {
            information.add(index);
        }
    }
}
