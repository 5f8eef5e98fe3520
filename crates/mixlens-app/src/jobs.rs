//! [`Jobs`]: work on threads, with progress and cancel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mixlens_core::compute::{Control, Executor, RayonExecutor, Sequential};
use mixlens_study::{JobId, JobRequest, JobTask, run_job};
use mixlens_views::JobProgress;

use crate::files::{Inbox, Incoming};

/// Stands for "no report yet".
const UNKNOWN: u32 = u32::MAX;

/// The jobs that run.
pub(crate) struct Jobs {
    executor: Arc<dyn Executor + Send>,
    /// Threads of their own for what the user waits for while dragging, which long work would hold up.
    look_executor: Arc<dyn Executor + Send>,
    running: Vec<Running>,
}

struct Running {
    id: JobId,
    title: &'static str,
    /// Looking around goes on all the time; a bar for it would flicker.
    is_shown: bool,
    control: Control,
    /// The bits of the fraction done.
    fraction: Arc<AtomicU32>,
}

impl Jobs {
    /// Jobs on all cores; on one when the system grants no threads.
    pub fn new() -> Self {
        let pool = || match RayonExecutor::new(None) {
            Ok(pool) => Arc::new(pool) as Arc<dyn Executor + Send>,
            Err(_) => Arc::new(Sequential),
        };
        Self { executor: pool(), look_executor: pool(), running: Vec::new() }
    }

    /// Starts a job on a thread of its own; its result goes to `inbox`, whose window is woken by progress too.
    pub fn start(&mut self, request: JobRequest, inbox: Inbox) {
        let (id, title) = (request.id, request.task.title());
        let fraction = Arc::new(AtomicU32::new(UNKNOWN));
        let (reported, wake) = (Arc::clone(&fraction), inbox.wake.clone());
        let control = Control::reporting_to(move |progress| {
            let done = (progress.done as f32 / progress.total.max(1) as f32).clamp(0.0, 1.0);
            // Whole per cents are enough to see, and keep the window from repainting all the time.
            let shown = ((done * 100.0).floor() / 100.0).to_bits();
            if reported.swap(shown, Ordering::Relaxed) != shown {
                wake.request_repaint();
            }
        });
        let is_look = matches!(request.task, JobTask::Look { .. });
        self.running.push(Running { id, title, is_shown: !is_look, control: control.clone(), fraction });
        let executor = Arc::clone(if is_look { &self.look_executor } else { &self.executor });
        std::thread::spawn(move || {
            inbox.send(Incoming::JobDone(run_job(&request, &control, &*executor)));
        });
    }

    /// Stops a job.
    pub fn cancel(&mut self, id: JobId) {
        self.running.iter().filter(|job| job.id == id).for_each(|job| job.control.cancel());
        self.finished(id);
    }

    /// Forgets a job that came back.
    pub fn finished(&mut self, id: JobId) {
        self.running.retain(|job| job.id != id);
    }

    /// Whether nothing runs.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// How far every job is that takes long enough to be shown.
    pub fn progress(&self) -> Vec<JobProgress> {
        let shown = self.running.iter().filter(|job| job.is_shown);
        let fraction = |bits: u32| (bits != UNKNOWN).then(|| f32::from_bits(bits));
        shown
            .map(|job| JobProgress {
                id: job.id,
                title: job.title,
                fraction: fraction(job.fraction.load(Ordering::Relaxed)),
            })
            .collect()
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.running.iter().for_each(|job| job.control.cancel());
    }
}
