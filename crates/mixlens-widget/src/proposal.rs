//! The search for the best predicted mixture, in steps short enough for a page to stay responsive.

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::search::{
    Simulation, SimulationParams, propose_among, propose_exact, simulate_span,
};
use mixlens_core::simplex::{Constraints, Prior, Sampler};

use crate::WidgetError;
use crate::calculator::Calculator;
use crate::lists::names_from_mixture;
use crate::wire::{Proposed, Search};

/// How many of the best simulated mixtures are averaged.
const TOP: usize = 100;

/// A simulation in progress; `done` is `None` before the first step.
#[derive(Debug)]
pub(crate) struct Searching {
    sampler: Sampler,
    params: SimulationParams,
    done: Option<Simulation>,
}

impl Calculator {
    /// Begins a search within the limits, with locked domains fixed.
    ///
    /// # Errors
    /// Locks and caps that leave no mixture, or no samples.
    pub fn begin_search(&mut self, search: Search) -> Result<(), WidgetError> {
        let params = SimulationParams {
            samples: search.samples.into(),
            top: TOP,
        };
        params.check()?;
        let sampler = Sampler::new(
            &Prior::regmix(),
            &self.set.centre().mixture,
            self.locked_constraints()?,
            search.seed.into(),
        )?;
        self.searching = Some(Searching {
            sampler,
            params,
            done: None,
        });
        Ok(())
    }

    /// Simulates up to `count` more mixtures; returns the completed fraction of the search, from 0
    /// to 1.
    ///
    /// A convex objective needs no simulation; the fraction is then 1 at once.
    ///
    /// # Errors
    /// No search has been started, or those of [`simulate_span`].
    pub fn step_search(&mut self, count: u32) -> Result<f64, WidgetError> {
        let (set, objective) = (&self.set, &self.objective);
        let Some(Searching {
            sampler,
            params,
            done,
        }) = &mut self.searching
        else {
            return Err(no_search());
        };
        if objective.is_convex(set) {
            return Ok(1.0);
        }
        let start = done.as_ref().map_or(0, |simulation| simulation.samples);
        let span = start..params.samples.min(start + u64::from(count.max(1)));
        if !span.is_empty() {
            let later = simulate_span(
                set,
                objective,
                sampler,
                *params,
                span,
                &Control::default(),
                &Sequential,
            )?;
            *done = Some(match done.take() {
                Some(earlier) => earlier.joined(later, params.top),
                None => later,
            });
        }
        let reached = done.as_ref().map_or(0, |simulation| simulation.samples);
        Ok(reached as f64 / params.samples as f64)
    }

    /// Ends the search and sets the current mixture to the best predicted one.
    ///
    /// # Errors
    /// No search has been started, or those of [`propose_exact`] and [`propose_among`].
    pub fn finish_search(&mut self) -> Result<Proposed, WidgetError> {
        let (set, objective, control) = (&self.set, &self.objective, Control::default());
        let Searching { sampler, done, .. } = self.searching.take().ok_or_else(no_search)?;
        let proposal = match done {
            Some(simulation) => propose_among(
                set,
                objective,
                sampler.constraints(),
                &simulation,
                None,
                &control,
                &Sequential,
            )?,
            None => propose_exact(
                set,
                objective,
                sampler.constraints(),
                None,
                &control,
                &Sequential,
            )?,
        };
        self.release();
        self.current = proposal.mixture;
        Ok(Proposed {
            weights: names_from_mixture(&self.current),
            is_exact: proposal.gap.is_some(),
            gap: proposal.gap,
            samples: u32::try_from(proposal.samples).unwrap_or(u32::MAX),
        })
    }

    /// The limits, with locked domains fixed.
    fn locked_constraints(&self) -> Result<Constraints, WidgetError> {
        let mut builder = self
            .limits
            .with_caps(Constraints::builder(self.set.domains()))?;
        for (domain, (name, part)) in self.current.iter().enumerate() {
            if self.locks.is_locked(domain) {
                builder = builder.lower(name, part)?.upper(name, part)?;
            }
        }
        Ok(builder.build()?)
    }
}

fn no_search() -> WidgetError {
    WidgetError::BadValue {
        expected: "a search that has been started",
        found: "none".to_owned(),
    }
}
