//! Where simulations run: the CPU, or a graphics processor with the CPU behind it.

use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{DeviceChoice, Objective, Ran, Screener, Simulation, SimulationParams, simulate_on};
use mixlens_core::simplex::Sampler;
use mixlens_gpu::{Adapters, Gpu};

use crate::args::DeviceName;
use crate::context::Context;

/// The name of the CPU in JSON.
pub const CPU: &str = "cpu";
/// The name of any graphics processor in JSON.
const GPU: &str = "gpu";

/// Opens the graphics processor that was asked for; where there is none, says so if somebody asked.
pub fn open(name: DeviceName, samples: u64, context: &Context) -> Option<Gpu> {
    let choice = match name {
        DeviceName::Auto => DeviceChoice::Auto,
        DeviceName::Cpu => DeviceChoice::Cpu,
        DeviceName::Gpu => DeviceChoice::Gpu,
    };
    let adapters = Adapters::for_simulation(choice, samples)?;
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
    let later = simulate_on(device, set, objective, sampler, params, control, executor);
    let (simulation, ran) = pollster::block_on(later)?;
    if let (Ran::Fallback(why), Some(gpu)) = (&ran, &gpu) {
        context.notice(format!("{} was not used: {why}; the CPU simulated, with the same result", gpu.name()));
    }
    Ok((simulation, if ran == Ran::Device { GPU } else { CPU }))
}
