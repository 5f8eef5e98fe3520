//! The device of simulations: the CPU, or a graphics processor with the CPU as fallback.

use mixlens_core::search::{Accelerator, Backend};
use mixlens_jobs::JobError;

use crate::args::DeviceName;
use crate::context::Context;

#[cfg(feature = "gpu")]
pub use gpu::open;

/// The name of the CPU in JSON.
pub const CPU: &str = "cpu";
/// The name of any graphics processor in JSON.
const GPU: &str = "gpu";

/// Simulates on the requested device: `simulation` gets the device, if any, and returns where it
/// ran. Returns the result and the name of the device in JSON.
///
/// # Errors
/// Those of the simulation.
pub fn simulate<T>(
    name: DeviceName,
    samples: u64,
    context: &Context,
    simulation: impl AsyncFnOnce(Option<&dyn Accelerator>) -> Result<(T, Backend), JobError>,
) -> anyhow::Result<(T, &'static str)> {
    let device = device(name, samples, context);
    let (found, ran) = pollster::block_on(simulation(device.as_deref()))?;
    if let (Backend::Fallback(why), Some(device)) = (&ran, &device) {
        let device = device.name().unwrap_or_default();
        context.notice(format!(
            "{device} was not used: {why}; the CPU was used, with the same result"
        ));
    }
    Ok((found, if ran == Backend::Device { GPU } else { CPU }))
}

#[cfg(feature = "gpu")]
fn device(name: DeviceName, samples: u64, context: &Context) -> Option<Box<dyn Accelerator>> {
    open(name, samples, context).map(|gpu| Box::new(gpu) as Box<dyn Accelerator>)
}

#[cfg(not(feature = "gpu"))]
fn device(name: DeviceName, _: u64, context: &Context) -> Option<Box<dyn Accelerator>> {
    if name == DeviceName::Gpu {
        context.notice("this build only uses the CPU, with the same result");
    }
    None
}

#[cfg(feature = "gpu")]
mod gpu {
    use mixlens_core::search::DeviceChoice;
    use mixlens_gpu::{Adapters, Gpu};

    use super::*;

    /// Opens the requested graphics processor; a missing one is a notice only after an explicit
    /// request.
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
                    context.notice(format!(
                        "{} runs on the CPU, more slowly than `--device cpu`",
                        gpu.name()
                    ));
                }
                Some(gpu)
            }
            Err(problem) => {
                if name == DeviceName::Gpu {
                    context.notice(format!("{problem}; the CPU is used, with the same result"));
                }
                None
            }
        }
    }
}
