//! Simulation: draw mixtures, predict them, keep the best, in memory that does not grow with their
//! number.

use std::ops::Range;
use std::sync::Mutex;

use super::Objective;
use super::objective::RowScratch;
use super::top::Top;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::fit::SurrogateSet;
use crate::simplex::{Mixture, Sampler};
use crate::{CoreError, listed};

/// Mixtures drawn and predicted together, where domains are few.
const CHUNK: u64 = 2048;
/// Maximum proportions drawn together: 8 MB for every thread.
const CHUNK_NUMBERS: u64 = 1 << 20;
/// Minimum mixtures drawn together: the sampler's lanes.
const FEWEST_ROWS: u64 = 64;
/// Maximum mixtures kept: each holds one number per domain.
const MAX_TOP: u64 = 10_000;
/// The range of samples is cut into this many stripes, whatever the number of threads.
pub(super) const STRIPES: u64 = 64;

/// The lowest threshold of any stripe: a sample above it cannot be among the best at the end.
///
/// Which samples are not predicted in full depends on timing. Which are best does not: enough
/// samples are better than any sample above the threshold.
struct SharedThreshold(Mutex<f64>);

impl Default for SharedThreshold {
    fn default() -> Self {
        Self(Mutex::new(f64::INFINITY))
    }
}

impl SharedThreshold {
    fn get(&self) -> f64 {
        self.0.lock().map_or(f64::INFINITY, |threshold| *threshold)
    }

    fn lower_to(&self, to: f64) {
        if let Ok(mut threshold) = self.0.lock() {
            *threshold = threshold.min(to);
        }
    }
}

/// How much to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulationParams {
    /// How many mixtures to draw.
    pub samples: u64,
    /// How many of the best to keep.
    pub top: usize,
}

impl Default for SimulationParams {
    fn default() -> Self {
        Self {
            samples: 1_000_000,
            top: 100,
        }
    }
}

impl SimulationParams {
    /// Checks that the numbers are in range.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`].
    pub fn check(self) -> Result<(), CoreError> {
        let bad = |name, expected, found: u64| {
            Err(CoreError::BadParameter {
                name,
                expected,
                found: found.to_string(),
            })
        };
        match (self.samples, self.top as u64) {
            (0, _) => bad("samples", "at least 1", 0),
            (_, 0) => bad("top", "at least 1", 0),
            (samples, top) if samples.min(top) > MAX_TOP => bad("top", "at most 10000", top),
            _ => Ok(()),
        }
    }
}

/// The best mixtures of a simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// How many mixtures were drawn.
    pub samples: u64,
    /// The best ones with their objectives, best first.
    pub best: Vec<(Mixture, f64)>,
}

impl Simulation {
    /// Joins this simulation with one of later samples and keeps the best `top` of both.
    #[must_use]
    pub fn joined(mut self, later: Self, top: usize) -> Self {
        self.samples += later.samples;
        self.best.extend(later.best);
        // A stable sort: of equal objectives the earlier sample comes first, as in one simulation.
        self.best.sort_by(|a, b| a.1.total_cmp(&b.1));
        self.best.truncate(top);
        self
    }
}

/// Draws `params.samples` mixtures, predicts the objective of each and keeps the best `params.top`.
///
/// Memory is bounded by the chunk size, the number of threads and `params.top`; the result has the
/// same bytes for every executor.
///
/// # Errors
/// [`CoreError::BadParameter`] for parameters out of range, [`CoreError::WrongLength`] when the
/// sampler's domains are not those of the set, [`CoreError::NumericalFailure`] or
/// [`CoreError::Cancelled`].
pub fn simulate(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Simulation, CoreError> {
    simulate_span(
        set,
        objective,
        sampler,
        params,
        0..params.samples,
        control,
        executor,
    )
}

/// [`simulate`] for the samples of `span` alone: [`Simulation::joined`] puts spans together.
///
/// For front ends that must respond between spans.
///
/// # Errors
/// Those of [`simulate`]; a span without samples is a [`CoreError::BadParameter`].
pub fn simulate_span(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    span: Range<u64>,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Simulation, CoreError> {
    let (samples, top) = (span.end.saturating_sub(span.start), params.top);
    SimulationParams { samples, top }.check()?;
    let width = width_of(set, sampler)?;
    let rows_at_once = chunk_rows(width);
    let chunks = samples.div_ceil(rows_at_once);
    let stripes = chunks.min(STRIPES);
    let stage = control.stage("simulating mixtures", samples);
    let shared_threshold = SharedThreshold::default();
    let kept = try_map_tasks(executor, stripes as usize, |stripe| {
        let stripe = stripe as u64;
        let mut rows = vec![0.0; rows_at_once as usize * width];
        let mut objectives = vec![0.0; rows_at_once as usize];
        let mut scratch = RowScratch::default();
        let mut best = Top::new(top);
        for chunk in chunks * stripe / stripes..chunks * (stripe + 1) / stripes {
            let done = chunk * rows_at_once;
            let (first, count) = (span.start + done, rows_at_once.min(samples - done) as usize);
            let rows = rows.get_mut(..count * width).unwrap_or_default();
            let objectives = objectives.get_mut(..count).unwrap_or_default();
            sampler.fill(first, rows);
            let threshold = shared_threshold.get();
            objective.of_rows_below(set, rows, threshold, objectives, &mut scratch);
            best.offer(first, objectives);
            shared_threshold.lower_to(best.threshold());
            stage.advance(count as u64)?;
        }
        Ok(best)
    })?;
    let mut best = Top::new(top);
    for stripe in kept {
        best.merge(stripe);
    }
    simulation_of(best, sampler, samples)
}

/// How many mixtures over `width` domains are drawn and predicted together.
pub(super) fn chunk_rows(width: usize) -> u64 {
    (CHUNK_NUMBERS / width.max(1) as u64).clamp(FEWEST_ROWS, CHUNK)
}

/// The number of domains of the surrogates, which samples must have too.
pub(super) fn width_of(set: &SurrogateSet, sampler: &Sampler) -> Result<usize, CoreError> {
    let (expected, found) = (set.domains().len(), sampler.domains().len());
    if found == expected {
        Ok(expected)
    } else {
        Err(CoreError::WrongLength {
            what: "domains",
            expected,
            found,
        })
    }
}

/// The best of `samples` samples, with their mixtures.
pub(super) fn simulation_of(
    best: Top,
    sampler: &Sampler,
    samples: u64,
) -> Result<Simulation, CoreError> {
    let ranked = best.into_sorted().into_iter();
    let best: Vec<_> = ranked
        .map(|ranked| (sampler.sample(ranked.index), ranked.objective))
        .collect();
    if best.iter().any(|(_, objective)| !objective.is_finite()) {
        return Err(CoreError::NumericalFailure {
            what: "the simulation",
        });
    }
    Ok(Simulation { samples, best })
}

/// The error of a simulation in which every mixture breaks a bound on a metric.
pub(super) fn none_keeps_bounds(objective: &Objective, samples: u64) -> CoreError {
    let broken = listed(
        objective
            .bounds()
            .iter()
            .map(|bound| format!("`{}`", bound.text)),
    );
    CoreError::Infeasible {
        clashes: vec![format!(
            "none of {samples} simulated mixtures keeps {broken}"
        )],
    }
}
