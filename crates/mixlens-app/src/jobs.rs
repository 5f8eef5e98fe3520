//! [`Jobs`]: work in progress, with its fractions and cancel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mixlens_study::{JobId, JobRequest};
use mixlens_views::JobProgress;

use crate::files::Inbox;
use crate::platform::{Platform, Work, Workers};

/// Stands for "no report yet".
const UNKNOWN: u32 = u32::MAX;

/// The jobs that run.
pub(crate) struct Jobs {
    workers: Workers,
    running: Vec<Running>,
}

struct Running {
    id: JobId,
    title: &'static str,
    /// Looking around goes on all the time; a bar for it would flicker.
    is_shown: bool,
    work: Work,
    reporter: Reporter,
}

/// Where a worker reports how far it is.
#[derive(Clone)]
pub(crate) struct Reporter {
    /// The bits of the fraction done.
    fraction: Arc<AtomicU32>,
    wake: egui::Context,
}

impl Reporter {
    /// Takes note of the fraction done, and wakes the window when there is something new to see.
    pub fn report(&self, fraction: f32) {
        // Whole per cents are enough to see, and keep the window from repainting all the time.
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
