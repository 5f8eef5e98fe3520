//! Where simulations run: the CPU, or a graphics processor with the CPU behind it.

use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{Objective, Ran, Screener, Simulation, SimulationParams, simulate_on};
use mixlens_core::simplex::Sampler;
use mixlens_gpu::{Adapters, Gpu};

use crate::args::DeviceName;
use crate::context::Context;

/// The name of the CPU in JSON.
pub const CPU: &str = "cpu";
/// The name of any graphics processor in JSON.
const GPU: &str = "gpu";

/// Mixtures from which on a graphics processor is opened unasked: before, the CPU is done sooner than the device is open.
const WORTH_OPENING: u64 = 4_000_000;

/// Opens the graphics processor that was asked for; where there is none, says so if somebody asked.
pub fn open(name: DeviceName, samples: u64, context: &Context) -> Option<Gpu> {
    let adapters = match name {
        DeviceName::Cpu => return None,
        DeviceName::Auto if samples < WORTH_OPENING => return None,
        DeviceName::Auto => Adapters::Hardware,
        DeviceName::Gpu => Adapters::Any,
    };
    match Gpu::open_now(adapters) {
        Ok(gpu) => {
            if gpu.is_software() {
                context.notice(format!("{} computes on the CPU, more slowly than `--device cpu`", gpu.name()));
            }
            Some(gpu)
        }
        Err(problem) => {
            if name == DeviceName::Gpu {
                context.notice(format!("{problem}; the CPU simulates, with the same result"));
            }
            None
        }
    }
}

/// Simulates where it was asked for, and tells where that was.
///
/// # Errors
/// Those of the core's `simulate`.
pub fn simulate(
    name: DeviceName,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SimulationParams,
    context: &Context,
) -> anyhow::Result<(Simulation, &'static str)> {
    let gpu = open(name, params.samples, context);
    let device = gpu.as_ref().map(|gpu| gpu as &dyn Screener);
    let (control, executor) = (&context.control, &context.executor);
    let (simulation, ran) = simulate_on(device, set, objective, sampler, params, control, executor)?;
    if let (Ran::Fallback(why), Some(gpu)) = (&ran, &gpu) {
        context.notice(format!("{} was not used: {why}; the CPU simulated, with the same result", gpu.name()));
    }
    Ok((simulation, if ran == Ran::Device { GPU } else { CPU }))
}
