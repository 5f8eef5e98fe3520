//! [`Workers`]: a thread for each job, which shares the cores.

use std::sync::Arc;

use mixlens_core::compute::{Control, Executor, RayonExecutor, Sequential};
use mixlens_study::{JobRequest, JobTask, run_job};

use super::Platform;
use crate::files::{Inbox, Incoming};
use crate::jobs::Reporter;

/// Threads for jobs.
pub(crate) struct Workers {
    executor: Arc<dyn Executor + Send>,
    /// Threads of their own for what the user waits for while dragging, which long work would hold up.
    look_executor: Arc<dyn Executor + Send>,
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
        Self { executor: pool(), look_executor: pool() }
    }

    /// Starts a job.
    pub fn start(&self, request: JobRequest, reporter: Reporter, inbox: Inbox) -> Work {
        let control = Control::reporting_to(move |progress| {
            reporter.report(progress.done as f32 / progress.total.max(1) as f32);
        });
        let is_look = matches!(request.task, JobTask::Look { .. });
        let executor = Arc::clone(if is_look { &self.look_executor } else { &self.executor });
        let work = Work(control.clone());
        std::thread::spawn(move || {
            inbox.send(Incoming::JobDone(run_job(&request, &control, &*executor)));
        });
        work
    }
}
