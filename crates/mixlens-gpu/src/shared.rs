//! [`SharedGpu`]: one device for all jobs, opened at first use.

use std::sync::{Arc, Mutex, PoisonError};

use mixlens_core::compute::Control;
use mixlens_core::search::{
    Accelerator, BoxFuture, DeviceChoice, DeviceFailure, Screened, ScreeningSpec, SurveySpec, Tally,
};

use crate::{Adapters, Gpu, GpuError};

/// The device of this machine for all jobs: opened by the first simulation that uses it, and again
/// after a loss.
#[derive(Default)]
pub struct SharedGpu(Mutex<Option<Result<Arc<Gpu>, GpuError>>>);

/// A device for one simulation.
pub struct ForSimulation<'a> {
    shared: &'a SharedGpu,
    adapters: Adapters,
}

impl SharedGpu {
    /// The device for a simulation; `None` where the CPU was chosen or finishes sooner.
    pub fn for_simulation(&self, choice: DeviceChoice, samples: u64) -> Option<ForSimulation<'_>> {
        Adapters::for_simulation(choice, samples).map(|adapters| ForSimulation {
            shared: self,
            adapters,
        })
    }

    fn known(&self) -> Option<Result<Arc<Gpu>, GpuError>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn opened(&self, adapters: Adapters) -> Result<Arc<Gpu>, GpuError> {
        let gpu = match self.known() {
            Some(Ok(gpu)) if gpu.fault().is_none() => gpu,
            Some(Err(problem)) => return Err(problem),
            _ => {
                let opened = Gpu::open(Adapters::Any).await.map(Arc::new);
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened.clone());
                opened?
            }
        };
        if adapters == Adapters::Hardware && gpu.is_software() {
            return Err(GpuError::OnlySoftware {
                name: gpu.name().to_owned(),
            });
        }
        Ok(gpu)
    }
}

impl ForSimulation<'_> {
    async fn opened(&self) -> Result<Arc<Gpu>, DeviceFailure> {
        let gpu = self.shared.opened(self.adapters).await;
        gpu.map_err(|problem| DeviceFailure::Unable {
            why: problem.to_string(),
        })
    }
}

impl Accelerator for ForSimulation<'_> {
    fn name(&self) -> Option<String> {
        self.shared
            .known()?
            .ok()
            .and_then(|gpu| Accelerator::name(&*gpu))
    }

    fn screen<'a>(
        &'a self,
        screening: &'a ScreeningSpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Screened, DeviceFailure>> {
        Box::pin(async { self.opened().await?.screen(screening, control).await })
    }

    fn survey<'a>(
        &'a self,
        surveying: &'a SurveySpec<'a>,
        control: &'a Control,
    ) -> BoxFuture<'a, Result<Vec<Tally>, DeviceFailure>> {
        Box::pin(async { self.opened().await?.survey(surveying, control).await })
    }
}
