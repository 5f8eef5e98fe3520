//! [`Screener`]: a device that looks at samples faster than the CPU, which keeps the last word.

use std::ops::Range;

use super::simulate::simulate;
use super::top::Top;
use super::{Objective, Simulation, SimulationParams};
use crate::CoreError;
use crate::compute::{Control, Executor};
use crate::fit::SurrogateSet;
use crate::simplex::Sampler;

/// Screened besides those asked for, because single precision may put them in another order: so many, …
const SPARE: usize = 128;
/// … and this share of those asked for.
const SPARE_SHARE: usize = 2;
/// How many times as many are screened when those were too few to be sure.
const WIDER: usize = 8;

/// What a device is to look for: the samples of a span with the lowest objectives.
#[derive(Clone)]
pub struct Screening<'a> {
    /// The surrogates.
    pub set: &'a SurrogateSet,
    /// What is lowest.
    pub objective: &'a Objective,
    /// Where the samples come from.
    pub sampler: &'a Sampler,
    /// Which samples.
    pub span: Range<u64>,
    /// How many of the lowest.
    pub keep: usize,
}

/// Draws and predicts samples in single precision and finds the lowest objectives among them.
///
/// The same random numbers as on the CPU, so that a sample is the same mixture up to rounding. An implementation reports
/// progress and checks for cancellation, at least ten times a second.
pub trait Screener {
    /// The device, for people.
    fn name(&self) -> &str;

    /// The indices of the `keep` samples with the lowest objectives, with those objectives, lowest first; of equal ones
    /// those with the lowest index.
    ///
    /// # Errors
    /// [`DeviceFailure`]; the CPU then does the work.
    fn screen(&self, screening: &Screening<'_>, control: &Control) -> Result<Vec<(u64, f32)>, DeviceFailure>;
}

/// Why a device did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceFailure {
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// Something is asked for that the device cannot do.
    #[error("{why}")]
    Unable {
        /// What it is.
        why: String,
    },
    /// The device failed at it.
    #[error("the device failed: {why}")]
    Failed {
        /// What it said.
        why: String,
    },
}

/// Where a simulation ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// On the CPU, as asked.
    Cpu,
    /// On a device, with the last word of the CPU.
    Device,
    /// On the CPU, because the device did not do it.
    Fallback(DeviceFailure),
}

/// [`simulate`](super::simulate), screened by a device where there is one.
///
/// The device finds somewhat more samples than asked for. Those are drawn and predicted anew in double precision, and if the
/// worst of them is not surely worse than the best `params.top`, more are screened. The result is that of the CPU, but for
/// samples whose random draw is accepted in one precision and not in the other, about one in a million. Where the device
/// fails, the CPU does the work.
///
/// # Errors
/// Those of [`simulate`](super::simulate).
pub fn simulate_on(
    device: Option<&dyn Screener>,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<(Simulation, Ran), CoreError> {
    params.check()?;
    let on_cpu = |ran| Ok((simulate(set, objective, sampler, params, control, executor)?, ran));
    let Some(device) = device else { return on_cpu(Ran::Cpu) };
    let SimulationParams { samples, top } = params;
    let whole = |keep| Screening { set, objective, sampler, span: 0..samples, keep };
    let mut keep = top.saturating_add(top / SPARE_SHARE).saturating_add(SPARE);
    loop {
        let found = match device.screen(&whole(keep), control) {
            Ok(found) => found,
            Err(DeviceFailure::Cancelled) => return Err(CoreError::Cancelled),
            Err(failure) => return on_cpu(Ran::Fallback(failure)),
        };
        let indices: Vec<u64> = found.iter().map(|(index, _)| *index).collect();
        let (simulation, error) = among(set, objective, sampler, params, &indices, Some(&found))?;
        let worst_kept = simulation.best.last().map_or(f64::INFINITY, |(_, objective)| *objective);
        let is_sure = (found.len() as u64) < (keep as u64).min(samples)
            || found.last().is_none_or(|(_, worst)| f64::from(*worst) >= worst_kept + 2.0 * error);
        // Of many equal ones, as where predictions are cut off, those with the lowest index are right.
        let is_level =
            found.get(top.saturating_sub(1)).zip(found.last()).is_some_and(|(a, b)| a.1.total_cmp(&b.1).is_eq());
        if is_sure || is_level || keep as u64 >= samples || keep > top.saturating_mul(WIDER) + SPARE * WIDER {
            return Ok((simulation, Ran::Device));
        }
        keep = keep.saturating_mul(WIDER);
    }
}

/// The best `params.top` among the samples with the given indices, as a simulation of `params.samples` samples.
///
/// # Errors
/// [`CoreError::WrongLength`] when the sampler's domains are not those of the set, [`CoreError::NumericalFailure`].
pub fn simulation_among(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    indices: &[u64],
) -> Result<Simulation, CoreError> {
    among(set, objective, sampler, params, indices, None).map(|(simulation, _)| simulation)
}

/// [`simulation_among`], and how far the device's objectives of those kept are off at most.
fn among(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    indices: &[u64],
    found: Option<&[(u64, f32)]>,
) -> Result<(Simulation, f64), CoreError> {
    let width = set.domains().len();
    if sampler.domains().len() != width {
        return Err(CoreError::WrongLength { what: "domains", expected: width, found: sampler.domains().len() });
    }
    let mut rows = vec![0.0; indices.len() * width];
    for (row, &index) in rows.chunks_exact_mut(width).zip(indices) {
        sampler.fill(index, row);
    }
    let mut objectives = vec![0.0; indices.len()];
    objective.of_rows(set, &rows, &mut objectives, &mut Vec::new());
    let mut best = Top::new(params.top);
    for (&index, objective) in indices.iter().zip(&objectives) {
        best.offer(index, std::slice::from_ref(objective));
    }
    let off = |((_, estimate), exact): (&(u64, f32), &f64)| (f64::from(*estimate) - exact).abs();
    let error = found.unwrap_or_default().iter().zip(&objectives).map(off).fold(0.0, f64::max);
    let ranked = best.into_sorted().into_iter();
    let best: Vec<_> = ranked.map(|ranked| (sampler.sample(ranked.index), ranked.objective)).collect();
    if best.is_empty() || best.iter().any(|(_, objective)| !objective.is_finite()) {
        return Err(CoreError::NumericalFailure { what: "the simulation" });
    }
    Ok((Simulation { samples: params.samples, best }, error))
}
