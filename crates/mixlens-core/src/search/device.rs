//! [`Accelerator`]: a device that looks at samples faster than the CPU, which keeps the last word.

use std::ops::Range;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use super::simulate::{simulate, simulation_of, width_of};
use super::top::Top;
use super::{Objective, Simulation, SimulationParams, SurveySpec, Tally};
use crate::CoreError;
use crate::compute::{Control, Executor};
use crate::fit::SurrogateSet;
use crate::simplex::Sampler;

/// Screened besides those asked for, because single precision may put them in another order: so
/// many, …
const SPARE: usize = 128;
/// … and this share of those asked for.
const SPARE_SHARE: usize = 2;
/// How many times as many are screened when those were too few to be sure.
const WIDER: usize = 8;
/// A sample whose objectives differ by more than this, relative to 1 + |objective|, is another
/// mixture in single precision: its draw was accepted there and not here, or the other way round.
const OTHER_MIXTURE: f64 = 1e-4;

/// What a device is to look for: the samples of a span with the lowest objectives.
#[derive(Clone)]
pub struct ScreeningSpec<'a> {
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

/// Where somebody wants simulations to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// A graphics processor where there is one and enough to do for it.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A graphics processor, also one that a driver computes on the CPU.
    Gpu,
}

/// What a device is at, boxed so that devices are interchangeable. Outside browsers it is ready
/// when it is first asked.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Samples by their indices with objectives, lowest first.
pub type Screened = Vec<(u64, f32)>;

/// Draws and predicts samples in single precision and finds the lowest objectives among them.
///
/// The same random numbers as on the CPU, so that a sample is the same mixture up to rounding. An
/// implementation reports progress and checks for cancellation, at least ten times a second.
pub trait Accelerator {
    /// The device, for people; `None` while none is open.
    fn name(&self) -> Option<String>;

    /// The indices of the `keep` samples with the lowest objectives, with those objectives, lowest
    /// first; of equal ones those with the lowest index.
    ///
    /// # Errors
    /// [`DeviceFailure`]; the CPU then does the work.
    fn screen<'a>(
        &'a self,
        screening: &'a ScreeningSpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Screened, DeviceFailure>>;

    /// Counts samples in the cells of a survey; a tally for every cell.
    ///
    /// # Errors
    /// [`DeviceFailure`]; the CPU then does the work.
    fn survey<'a>(
        &'a self,
        surveying: &'a SurveySpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Vec<Tally>, DeviceFailure>>;
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
pub enum Backend {
    /// On the CPU, as asked.
    Cpu,
    /// On a device, with the last word of the CPU.
    Device,
    /// On the CPU, because the device did not do it.
    Fallback(DeviceFailure),
}

/// [`simulate`](super::simulate), screened by a device where there is one.
///
/// The device finds somewhat more samples than asked for. Those are drawn and predicted anew in
/// double precision, and if the worst of them is not surely worse than the best `params.top`, more
/// are screened. The result is that of the CPU, but for samples whose random draw is accepted in
/// one precision and not in the other, about one in a million. Where the device fails, or single
/// precision cannot tell the best apart, the CPU does the work. The future waits for the device
/// alone: without one it is ready at once.
///
/// # Errors
/// Those of [`simulate`](super::simulate).
pub async fn simulate_on(
    device: Option<&dyn Accelerator>,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<(Simulation, Backend), CoreError> {
    params.check()?;
    let on_cpu = |ran| {
        Ok((
            simulate(set, objective, sampler, params, control, executor)?,
            ran,
        ))
    };
    let Some(device) = device else {
        return on_cpu(Backend::Cpu);
    };
    let SimulationParams { samples, top } = params;
    let whole = |keep| ScreeningSpec {
        set,
        objective,
        sampler,
        span: 0..samples,
        keep,
    };
    let mut keep = top.saturating_add(top / SPARE_SHARE).saturating_add(SPARE);
    for _ in 0..2 {
        let found = match device.screen(&whole(keep), control).await {
            Ok(found) => found,
            Err(DeviceFailure::Cancelled) => return Err(CoreError::Cancelled),
            Err(failure) => return on_cpu(Backend::Fallback(failure)),
        };
        let indices: Vec<u64> = found.iter().map(|(index, _)| *index).collect();
        let (objectives, simulation) = among(set, objective, sampler, params, &indices)?;
        if is_sure(&found, &objectives, params, &simulation) {
            return Ok((simulation, Backend::Device));
        }
        keep = keep.saturating_mul(WIDER);
    }
    on_cpu(Backend::Fallback(DeviceFailure::Unable {
        why: "single precision cannot tell the best mixtures apart".to_owned(),
    }))
}

/// Whether no sample but those found can be among the best.
fn is_sure(
    found: &[(u64, f32)],
    objectives: &[f64],
    params: SimulationParams,
    simulation: &Simulation,
) -> bool {
    let Some(((_, worst_found), (_, worst_kept))) = found.last().zip(simulation.best.last()) else {
        return false;
    };
    let off = |((_, estimate), exact): (&(u64, f32), &f64)| {
        (f64::from(*estimate) - exact).abs() / (1.0 + exact.abs())
    };
    let error = found
        .iter()
        .zip(objectives)
        .map(off)
        .filter(|off| *off < OTHER_MIXTURE)
        .fold(0.0, f64::max);
    let is_beyond = f64::from(*worst_found) >= worst_kept + 2.0 * error * (1.0 + worst_kept.abs());
    // Of samples that are equal, as where predictions are cut off, the first count, and the device
    // knows their order.
    let is_level = || objectives.iter().all(|objective| objective <= worst_kept);
    found.len() as u64 == params.samples || is_beyond || is_level()
}

/// The best `params.top` among the samples with the given indices, as a simulation of
/// `params.samples` samples.
///
/// # Errors
/// [`CoreError::WrongLength`] when the sampler's domains are not those of the set,
/// [`CoreError::NumericalFailure`].
pub fn simulation_among(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    indices: &[u64],
) -> Result<Simulation, CoreError> {
    among(set, objective, sampler, params, indices).map(|(_, simulation)| simulation)
}

/// [`simulation_among`], behind the objectives of all samples.
fn among(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    indices: &[u64],
) -> Result<(Vec<f64>, Simulation), CoreError> {
    let width = width_of(set, sampler)?;
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
    let simulation = simulation_of(best, sampler, params.samples)?;
    if simulation.best.is_empty() {
        return Err(CoreError::NumericalFailure {
            what: "the simulation",
        });
    }
    Ok((objectives, simulation))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::compute::Sequential;
    use crate::fit::formula::Exponential;
    use crate::fit::{FittedMetric, FittedSurrogate};
    use crate::simplex::{Constraints, DomainSet, Mixture, Prior};
    use crate::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};

    /// A device that rounds objectives to so many steps, and fails when it is told to.
    struct Coarse {
        steps: f64,
        failure: Option<DeviceFailure>,
    }

    impl Accelerator for Coarse {
        fn name(&self) -> Option<String> {
            Some("coarse".to_owned())
        }

        fn screen<'a>(
            &'a self,
            screening: &'a ScreeningSpec<'a>,
            _: &'a Control,
        ) -> BoxFuture<'a, Result<Screened, DeviceFailure>> {
            Box::pin(std::future::ready(self.rounded(screening)))
        }

        fn survey<'a>(
            &'a self,
            _: &'a SurveySpec<'a>,
            _: &'a Control,
        ) -> BoxFuture<'a, Result<Vec<Tally>, DeviceFailure>> {
            Box::pin(std::future::ready(Err(DeviceFailure::Unable {
                why: "not tested with it".to_owned(),
            })))
        }
    }

    impl Coarse {
        fn rounded(&self, screening: &ScreeningSpec<'_>) -> Result<Screened, DeviceFailure> {
            if let Some(failure) = &self.failure {
                return Err(failure.clone());
            }
            let ScreeningSpec {
                set,
                objective,
                sampler,
                span,
                keep,
            } = screening.clone();
            let rounded = |index| {
                let values = set.predict(sampler.sample(index).parts()).unwrap().values;
                (
                    index,
                    ((objective.of_values(set, &values) * self.steps).round() / self.steps) as f32,
                )
            };
            let mut all: Vec<_> = span.map(rounded).collect();
            all.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            all.truncate(keep);
            Ok(all)
        }
    }

    /// One exponential law over three domains.
    fn law(slopes: [f64; 3]) -> SurrogateSet {
        let domains = DomainSet::new(["a", "b", "c"]).unwrap();
        let metric = Metric {
            name: "loss".to_owned(),
            direction: Direction::Lower,
        };
        let metrics = MetricSet::new(vec![metric.clone()]).unwrap();
        let mut table = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
        table.push("r", &[0.2, 0.3, 0.5], &[Some(2.0)]).unwrap();
        let surrogate = FittedSurrogate::new(Exponential::new(2.0, 0.0, &slopes).unwrap());
        let fitted = FittedMetric {
            metric,
            runs: 1,
            params: None,
            surrogate,
            missing: Vec::new(),
            cross: None,
        };
        SurrogateSet::from_fitted(&table.finish(), vec![fitted]).unwrap()
    }

    fn beside_the_cpu(set: &SurrogateSet, device: &Coarse) -> (Simulation, Simulation, Backend) {
        let free = Constraints::free(set.domains());
        let sampler =
            Sampler::new(&Prior::Uniform, &Mixture::uniform(set.domains()), free, 3).unwrap();
        let (objective, params) = (
            Objective::mean_of_all(set),
            SimulationParams {
                samples: 5000,
                top: 40,
            },
        );
        let control = Control::default();
        let on_cpu = simulate(set, &objective, &sampler, params, &control, &Sequential).unwrap();
        let later = simulate_on(
            Some(device),
            set,
            &objective,
            &sampler,
            params,
            &control,
            &Sequential,
        );
        let Poll::Ready(Ok((found, ran))) =
            pin!(later).poll(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("a device that does not wait is ready at once")
        };
        (on_cpu, found, ran)
    }

    #[test]
    fn what_a_device_finds_is_that_of_the_cpu_or_left_to_it() {
        for (scale, steps, ran_on_device) in
            [(1.0, 1e7, true), (1.0, 5e3, true), (1e-6, 1e4, false)]
        {
            let set = law([-1.0, 0.4, 0.3].map(|slope| scale * slope));
            let (on_cpu, found, ran) = beside_the_cpu(
                &set,
                &Coarse {
                    steps,
                    failure: None,
                },
            );
            assert_eq!(found, on_cpu, "{scale}, {steps}");
            assert_eq!(
                ran == Backend::Device,
                ran_on_device,
                "{scale}, {steps}: {ran:?}"
            );
        }
    }

    #[test]
    fn equal_samples_are_taken_in_order() {
        let (on_cpu, found, ran) = beside_the_cpu(
            &law([0.0; 3]),
            &Coarse {
                steps: 1e6,
                failure: None,
            },
        );
        assert_eq!((found, ran), (on_cpu, Backend::Device));
    }

    #[test]
    fn a_device_that_fails_leaves_the_work_to_the_cpu() {
        let failure = DeviceFailure::Failed {
            why: "unplugged".to_owned(),
        };
        let device = Coarse {
            steps: 1e6,
            failure: Some(failure.clone()),
        };
        let (on_cpu, found, ran) = beside_the_cpu(&law([-1.0, 0.4, 0.3]), &device);
        assert_eq!((found, ran), (on_cpu, Backend::Fallback(failure)));
    }
}
