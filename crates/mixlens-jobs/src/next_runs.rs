//! Proposing the proxy runs that improve a fit most.

use mixlens_core::compute::Control;
use mixlens_core::search::{Acquisition, NextParams, next_runs as core_next_runs};
use mixlens_core::simplex::{DomainSet, Mixture, Prior, Sampler};
use serde::{Deserialize, Serialize};

use crate::{JobError, Problem, surrogate_name};

/// How many runs, from how large a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NextRunsSettings {
    /// How many runs.
    pub count: usize,
    /// How many candidate mixtures are drawn.
    pub pool: usize,
    /// Proportions are multiples of this.
    pub step: f64,
    /// The distribution that the pool is drawn from.
    pub prior: Prior,
    /// Whether to choose the best predicted mixtures instead of those that improve the fit most.
    pub climb: bool,
}

impl Default for NextRunsSettings {
    fn default() -> Self {
        Self {
            count: 8,
            pool: 2000,
            step: 0.0002,
            prior: Prior::regmix(),
            climb: false,
        }
    }
}

/// Runs to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextRuns {
    /// The settings that they were chosen with.
    pub settings: NextRunsSettings,
    /// The surrogate's name.
    #[serde(default)]
    pub surrogate: String,
    /// The mixtures, in the order of their choice.
    pub mixtures: Vec<Mixture>,
    /// How they were chosen: "variance", "sensitivity", "distance" or "climb".
    pub chosen_by: String,
}

impl NextRuns {
    /// Whether every mixture is over these domains.
    pub(crate) fn is_over(&self, domains: &DomainSet) -> bool {
        self.mixtures
            .iter()
            .all(|mixture| **mixture.domains() == *domains)
    }
}

/// Chooses the runs, by an acquisition that suits the surrogates where `acquisition` is `Auto`.
/// Returns the runs and the name of the acquisition used.
///
/// # Errors
/// Limits and objectives that cannot be read, settings out of range, an acquisition that the
/// surrogates do not support, and cancellation.
pub fn choose_runs(
    problem: &Problem,
    settings: &NextRunsSettings,
    acquisition: Acquisition,
    control: &Control,
) -> Result<(Vec<Mixture>, &'static str), JobError> {
    let set = problem.set();
    let constraints = problem.constraints()?;
    let objective = problem.objective(&set, &constraints, control)?;
    let sampler = Sampler::new(
        &settings.prior,
        &set.centre().mixture,
        constraints,
        problem.seed,
    )?;
    let NextRunsSettings {
        count, pool, step, ..
    } = *settings;
    let params = NextParams {
        count,
        pool,
        step,
        acquisition,
        seed: problem.seed,
    };
    let (mixtures, acquisition) = core_next_runs(&set, &objective, &sampler, params, control)?;
    let chosen_by = match acquisition {
        Acquisition::Variance => "variance",
        Acquisition::DOptimal => "sensitivity",
        Acquisition::Maximin | Acquisition::Auto => "distance",
        Acquisition::Climb => "climb",
    };
    Ok((mixtures, chosen_by))
}

/// [`choose_runs`] as a job.
pub(crate) fn next_runs(
    problem: &Problem,
    settings: &NextRunsSettings,
    control: &Control,
) -> Result<NextRuns, JobError> {
    let acquisition = if settings.climb {
        Acquisition::Climb
    } else {
        Acquisition::Auto
    };
    let (mixtures, chosen_by) = choose_runs(problem, settings, acquisition, control)?;
    Ok(NextRuns {
        settings: settings.clone(),
        surrogate: surrogate_name(&problem.set).to_owned(),
        mixtures,
        chosen_by: chosen_by.to_owned(),
    })
}
