//! [`Jobs`]: work in progress, with its fractions and cancel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mixlens_study::{JobId, JobRequest};
use mixlens_views::JobProgress;

use crate::files::Inbox;
use crate::platform::{Platform, Work, Workers};

/// The value of a fraction before the first report.
const UNKNOWN: u32 = u32::MAX;

/// The running jobs.
pub(crate) struct Jobs {
    workers: Workers,
    running: Vec<Running>,
}

struct Running {
    id: JobId,
    title: &'static str,
    /// Jobs that follow every edit are not shown, because their progress bar would flicker.
    is_shown: bool,
    work: Work,
    reporter: Reporter,
}

/// Takes the progress reports of a worker.
#[derive(Clone)]
pub(crate) struct Reporter {
    /// The bits of the fraction done.
    fraction: Arc<AtomicU32>,
    wake: egui::Context,
}

impl Reporter {
    /// Records the fraction done, and wakes the window when the percentage shown changes.
    pub fn report(&self, fraction: f32) {
        // Whole per cents keep the window from repainting all the time.
        let shown = ((fraction.clamp(0.0, 1.0) * 100.0).floor() / 100.0).to_bits();
        if self.fraction.swap(shown, Ordering::Relaxed) != shown {
            self.wake.request_repaint();
        }
    }

    fn fraction(&self) -> Option<f32> {
        let bits = self.fraction.load(Ordering::Relaxed);
        (bits != UNKNOWN).then(|| f32::from_bits(bits))
    }
}

impl Jobs {
    /// Jobs on this machine.
    pub fn on(platform: &Platform) -> Self {
        Self {
            workers: Workers::on(platform),
            running: Vec::new(),
        }
    }

    /// Starts a job off the frame; its result goes to `inbox`.
    pub fn start(&mut self, request: JobRequest, inbox: Inbox) {
        let (id, title) = (request.id, request.task.kind().title());
        let is_shown = !request.task.is_interactive();
        let reporter = Reporter {
            fraction: Arc::new(AtomicU32::new(UNKNOWN)),
            wake: inbox.wake.clone(),
        };
        let work = self.workers.start(request, reporter.clone(), inbox);
        self.running.push(Running {
            id,
            title,
            is_shown,
            work,
            reporter,
        });
    }

    /// Stops a job.
    pub fn cancel(&mut self, id: JobId) {
        self.running
            .iter()
            .filter(|job| job.id == id)
            .for_each(|job| job.work.cancel());
        self.finished(id);
    }

    /// Removes a finished job.
    pub fn finished(&mut self, id: JobId) {
        self.running.retain(|job| job.id != id);
    }

    /// Whether nothing runs.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// The progress of every job that is shown.
    pub fn progress(&self) -> Vec<JobProgress> {
        let shown = self.running.iter().filter(|job| job.is_shown);
        shown
            .map(|job| JobProgress {
                id: job.id,
                title: job.title,
                fraction: job.reporter.fraction(),
            })
            .collect()
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.running.iter().for_each(|job| job.work.cancel());
    }
}
