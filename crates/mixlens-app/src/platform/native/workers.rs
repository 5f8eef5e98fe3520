//! [`Workers`]: a thread for each job, which shares the cores.

use std::sync::Arc;
use std::time::Instant;

use mixlens_core::compute::{Control, Executor, RayonExecutor, Sequential};
use mixlens_core::search::Accelerator;
use mixlens_gpu::SharedGpu;
use mixlens_study::{JobRequest, run_job_on};

use super::Platform;
use crate::files::{Inbox, Incoming};
use crate::jobs::Reporter;

/// Threads for jobs.
pub(crate) struct Workers {
    executor: Arc<dyn Executor + Send>,
    /// Separate threads for jobs that follow a drag, which long jobs would delay.
    look_executor: Arc<dyn Executor + Send>,
    gpu: Arc<SharedGpu>,
}

/// A job on its thread.
pub(crate) struct Work(Control);

impl Work {
    /// Stops it.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

impl Workers {
    /// All cores; one when the system grants no threads.
    pub fn on(_: &Platform) -> Self {
        let pool = || match RayonExecutor::new(None) {
            Ok(pool) => Arc::new(pool) as Arc<dyn Executor + Send>,
            Err(_) => Arc::new(Sequential),
        };
        Self {
            executor: pool(),
            look_executor: pool(),
            gpu: Arc::default(),
        }
    }

    /// Starts a job.
    pub fn start(&self, request: JobRequest, reporter: Reporter, inbox: Inbox) -> Work {
        let control = Control::reporting_to(move |progress| {
            reporter.report(progress.done as f32 / progress.total.max(1) as f32);
        });
        let is_look = request.task.is_interactive();
        let executor = Arc::clone(if is_look {
            &self.look_executor
        } else {
            &self.executor
        });
        let work = Work(control.clone());
        let gpu = Arc::clone(&self.gpu);
        std::thread::spawn(move || {
            let started = Instant::now();
            let wanted = request.task.simulation();
            let device = wanted.and_then(|(choice, samples)| gpu.for_simulation(choice, samples));
            let device = device.as_ref().map(|device| device as &dyn Accelerator);
            let result = pollster::block_on(run_job_on(device, &request, &control, &*executor));
            inbox.send(Incoming::JobDone(
                result.taking(started.elapsed().as_secs_f64()),
            ));
        });
        work
    }
}
