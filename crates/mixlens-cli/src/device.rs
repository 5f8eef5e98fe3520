//! Where simulations run: the CPU, or a graphics processor with the CPU behind it.

use mixlens_core::CoreError;
use mixlens_core::search::{DeviceChoice, Ran, Screener};
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

/// Simulates where it was asked for: `simulation` gets the device, if any, and tells where it ran. Tells where that was.
///
/// # Errors
/// Those of the simulation.
pub fn simulate<T>(
    name: DeviceName,
    samples: u64,
    context: &Context,
    simulation: impl AsyncFnOnce(Option<&dyn Screener>) -> Result<(T, Ran), CoreError>,
) -> anyhow::Result<(T, &'static str)> {
    let gpu = open(name, samples, context);
    let device = gpu.as_ref().map(|gpu| gpu as &dyn Screener);
    let (found, ran) = pollster::block_on(simulation(device))?;
    if let (Ran::Fallback(why), Some(gpu)) = (&ran, &gpu) {
        context.notice(format!("{} was not used: {why}; the CPU simulated, with the same result", gpu.name()));
    }
    Ok((found, if ran == Ran::Device { GPU } else { CPU }))
}
