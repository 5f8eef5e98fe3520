//! Commands that change the mixture under the sliders.

use std::sync::Arc;

use mixlens_core::listed;
use mixlens_core::simplex::{Constraints, Mixture, Redistribution, SUM_TOLERANCE, set_proportion};

use super::{Study, edit_limits, edit_objective, edit_phases, edit_saved};
use crate::{Edit, InferredAs, ResetTo, State, StudyError};

/// How far a mixture may exceed a limit and still count as inside (rounding).
const TOLERANCE: f64 = 1e-9;

impl Study {
    /// The state after `edit`; `base` is the mixture at the start of a drag.
    pub(super) fn edited(&self, base: &Mixture, edit: &Edit) -> Result<State, StudyError> {
        let state = &*self.state;
        let mut next = state.clone();
        match edit {
            Edit::SetProportion { domain, to } => {
                let (locks, how) = (&state.locks, state.redistribution);
                next.current = moved(base, *domain, *to, state, locks, how)?;
            }
            Edit::MovePoints { from, to, points } => {
                let part = state.current.parts().get(*from).copied().unwrap_or(0.0);
                let how = Redistribution::Swap { with: *to };
                next.current = moved(
                    &state.current,
                    *from,
                    part - points,
                    state,
                    &state.locks,
                    how,
                )?;
            }
            Edit::SetShares { corners, shares } => next.current = shared(state, *corners, *shares)?,
            Edit::SetMixture(mixture) => {
                next.current = over_domains(state, mixture)?;
            }
            Edit::Reset(to) => next.current = self.known_mixture(*to)?,
            Edit::ShowRun(row) => next.current = self.run_mixture(*row)?,
            Edit::MoveIntoLimits => next.current = inside_limits(&next)?,
            Edit::SetLock { domain, is_locked } => {
                check_index("domain", state.domains().len(), *domain)?;
                next.locks.set(*domain, *is_locked);
            }
            Edit::UnlockAll => next.locks = mixlens_core::simplex::Locks::none(state.domains()),
            Edit::SetRedistribution(how) => {
                if let Redistribution::Swap { with } = how {
                    check_index("domain", state.domains().len(), *with)?;
                }
                next.redistribution = *how;
            }
            Edit::SetSeed(seed) => next.seed = *seed,
            Edit::UseInferred(InferredAs::Mixture) => {
                next.current = self.needed_inferred_mixture()?.mixture
            }
            Edit::UseInferred(InferredAs::Baseline) => {
                next.baseline = self.needed_inferred_mixture()?
            }
            Edit::SetBaseline(from) => next.baseline = self.baseline_from(*from)?,
            Edit::SaveMixture { name } => edit_saved::save(&mut next, name)?,
            Edit::RenameMixture { index, name } => edit_saved::rename(&mut next, *index, name)?,
            Edit::DeleteMixture(index) => edit_saved::delete(&mut next, *index)?,
            Edit::LoadMixture(index) => edit_saved::load(&mut next, *index)?,
            Edit::CompareMixture { index, is_compared } => {
                edit_saved::compare(&mut next, *index, *is_compared)?;
            }
            Edit::SetLower { domain, to } => {
                edit_limits::set(&mut next, |limits| &mut limits.lower, *domain, *to)?;
            }
            Edit::SetUpper { domain, to } => {
                edit_limits::set(&mut next, |limits| &mut limits.upper, *domain, *to)?;
            }
            Edit::SetUniqueTokens { domain, to } => {
                edit_limits::set(&mut next, |limits| &mut limits.unique_tokens, *domain, *to)?;
            }
            Edit::SetTrainingTokens(to) => edit_limits::set_training_tokens(&mut next, *to)?,
            Edit::SetMaxEpochs(to) => edit_limits::set_max_epochs(&mut next, *to)?,
            Edit::AddConstraint(text) => edit_limits::add_constraint(&mut next, text)?,
            Edit::RemoveConstraint(index) => edit_limits::remove_constraint(&mut next, *index)?,
            Edit::ClearLimits => edit_limits::clear(&mut next)?,
            Edit::AddPhase => edit_phases::add(&mut next),
            Edit::SetPhasePart { index, to } => edit_phases::set_part(&mut next, *index, *to)?,
            Edit::SetPhaseMixture(index) => edit_phases::set_mixture(&mut next, *index)?,
            Edit::RemovePhase(index) => edit_phases::remove(&mut next, *index)?,
            Edit::SetWeight { metric, to } => edit_objective::weigh(&mut next, *metric, *to)?,
            Edit::OptimiseMetric(metric) => edit_objective::optimise(&mut next, *metric)?,
            Edit::SetDirection { metric, to } => {
                edit_objective::metric_at(&mut next, *metric)?.direction = *to;
            }
            Edit::SetScalarisation(kind) => next.goal.aim = *kind,
            Edit::AddBound(text) => edit_objective::add_bound(&mut next, text)?,
            Edit::RemoveBound(index) => edit_objective::remove_bound(&mut next, *index)?,
        }
        Ok(next)
    }

    /// A known mixture of the study.
    pub(super) fn known_mixture(&self, which: ResetTo) -> Result<Mixture, StudyError> {
        let (state, dataset) = (&self.state, self.dataset());
        let missing = |what, advice| StudyError::Missing {
            command: "Reset mixture",
            what,
            advice,
        };
        match which {
            ResetTo::Natural => {
                let by_tokens = state.limits.natural(state.domains());
                let natural = by_tokens.or_else(|| dataset.natural().cloned());
                natural.ok_or_else(|| {
                    missing("the natural mixture", "give unique tokens for every domain")
                })
            }
            ResetTo::Uniform => Ok(Mixture::uniform(state.domains())),
            ResetTo::RunsMean => dataset
                .runs_mean()
                .ok_or_else(|| missing("runs", "import a run table first")),
            ResetTo::Baseline => Ok(state.baseline.mixture.clone()),
            ResetTo::Proposal => {
                let proposal = dataset
                    .work
                    .results
                    .search
                    .as_ref()
                    .map(|search| search.mixture.clone());
                proposal.ok_or_else(|| missing("a proposal", "run a search first"))
            }
        }
    }

    fn run_mixture(&self, row: usize) -> Result<Mixture, StudyError> {
        let count = self.table().map_or(0, |table| table.len());
        check_index("run", count, row)?;
        let run = self.table().and_then(|table| table.runs().nth(row));
        let parts = run.map(|run| run.parts.to_vec()).unwrap_or_default();
        Ok(Mixture::from_weights(self.state.domains(), &parts)?.0)
    }
}

/// Checks that a list of `count` items has the index `found`.
pub(super) fn check_index(
    what: &'static str,
    count: usize,
    found: usize,
) -> Result<(), StudyError> {
    if found < count {
        Ok(())
    } else {
        Err(StudyError::NoSuchItem {
            what,
            count,
            found: found.saturating_add(1),
        })
    }
}

/// `mixture`, if it is over the domains of the study.
fn over_domains(state: &State, mixture: &Mixture) -> Result<Mixture, StudyError> {
    if mixture.domains() != state.domains() {
        let found = listed(mixture.domains().names());
        return Err(StudyError::BadValue {
            expected: "a mixture over the domains of the study",
            found,
        });
    }
    Ok(Mixture::from_proportions(
        state.domains(),
        mixture.parts(),
        SUM_TOLERANCE,
    )?)
}

/// Sets one proportion, as far as locks, bounds and linear constraints allow.
fn moved(
    base: &Mixture,
    domain: usize,
    to: f64,
    state: &State,
    locks: &mixlens_core::simplex::Locks,
    how: Redistribution,
) -> Result<Mixture, StudyError> {
    let target = set_proportion(base, domain, to, locks, Some(&state.constraints), how)?;
    let reach = reach(base.parts(), target.parts(), &state.constraints);
    if reach >= 1.0 {
        return Ok(target);
    }
    // x + r (y − x), with x the base, y the target and r the reach.
    let parts: Vec<f64> = base
        .parts()
        .iter()
        .zip(target.parts())
        .map(|(from, to)| from + reach * (to - from))
        .collect();
    Ok(Mixture::from_proportions(
        state.domains(),
        &parts,
        SUM_TOLERANCE,
    )?)
}

/// How far the line from one mixture to another keeps the linear constraints, from 0 to 1.
///
/// A constraint that is violated at the start may stay violated, but not by more.
fn reach(from: &[f64], to: &[f64], constraints: &Constraints) -> f64 {
    use mixlens_core::optim::Relation;
    let mut reach = 1.0_f64;
    for row in constraints.rows() {
        let (here, there) = (row.excess(from), row.excess(to));
        let (here, there) = match row.relation {
            Relation::Equal => (here.abs(), there.abs()),
            _ => (here, there),
        };
        // The excess is linear along the line, a + r (b − a), and zero at r = a / (a − b).
        if there > TOLERANCE && there > here {
            reach = reach.min(if here < 0.0 {
                here / (here - there)
            } else {
                0.0
            });
        }
    }
    reach
}

/// The mixture nearest to the current one that keeps limits and locks.
pub(super) fn inside_limits(state: &State) -> Result<Mixture, StudyError> {
    if state.constraints.contains(state.current.parts(), TOLERANCE) {
        return Ok(state.current.clone());
    }
    project(state, state.current.parts(), |domain| {
        !state.locks.is_locked(domain)
    })
}

/// Divides the total of three domains among them, as far as locks and limits allow.
fn shared(state: &State, corners: [usize; 3], shares: [f64; 3]) -> Result<Mixture, StudyError> {
    for corner in corners {
        check_index("domain", state.domains().len(), corner)?;
    }
    let sum: f64 = shares.iter().sum();
    if !(sum.is_finite() && sum > 0.0 && shares.iter().all(|share| *share >= 0.0)) {
        let expected = "three shares of zero or more, one of them above zero";
        return Err(StudyError::BadValue {
            expected,
            found: format!("{shares:?}"),
        });
    }
    let parts = state.current.parts();
    let total: f64 = corners.iter().filter_map(|&corner| parts.get(corner)).sum();
    // xᵢ = t · sᵢ / Σⱼ sⱼ at the corners, with t their total and s the shares.
    let mut target = parts.to_vec();
    for (&corner, share) in corners.iter().zip(shares) {
        target
            .iter_mut()
            .skip(corner)
            .take(1)
            .for_each(|part| *part = total * share / sum);
    }
    project(state, &target, |domain| {
        corners.contains(&domain) && !state.locks.is_locked(domain)
    })
}

/// The mixture nearest to `target` inside the limits; domains that are not free keep their
/// proportions to the bit.
fn project(
    state: &State,
    target: &[f64],
    is_free: impl Fn(usize) -> bool,
) -> Result<Mixture, StudyError> {
    let mut limits = state.limits.clone();
    for (domain, &part) in state
        .current
        .parts()
        .iter()
        .enumerate()
        .filter(|(domain, _)| !is_free(*domain))
    {
        for bounds in [&mut limits.lower, &mut limits.upper] {
            bounds
                .iter_mut()
                .skip(domain)
                .take(1)
                .for_each(|bound| *bound = Some(part));
        }
        limits
            .unique_tokens
            .iter_mut()
            .skip(domain)
            .take(1)
            .for_each(|tokens| *tokens = None);
    }
    let domains = Arc::clone(state.domains());
    Ok(limits.constraints(&domains)?.project(target)?)
}
