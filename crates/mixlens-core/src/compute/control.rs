//! [`Control`]: progress and cancellation of a long computation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::CoreError;

/// Progress of one stage of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Name of the stage, for a progress bar.
    pub stage: &'static str,
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
}

type Report = dyn Fn(Progress) + Send + Sync;

/// Cancellation and progress of a long computation.
///
/// It is shared by reference, because the workers of an executor check and report concurrently.
///
/// ```
/// use mixlens_core::compute::Control;
/// let control = Control::default();
/// let stage = control.stage("counting", 10);
/// assert!(stage.advance(1).is_ok());
/// control.cancel();
/// assert!(stage.advance(1).is_err());
/// ```
#[derive(Clone, Default)]
pub struct Control {
    cancelled: Arc<AtomicBool>,
    report: Option<Arc<Report>>,
}

impl Control {
    /// A control that reports to `report` (called from any worker, often; the caller throttles).
    pub fn reporting_to(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self {
            cancelled: Arc::default(),
            report: Some(Arc::new(report)),
        }
    }

    /// Cancels the computation; it stops at the next check.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the computation has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Fails if the computation has been cancelled.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`].
    pub fn check(&self) -> Result<(), CoreError> {
        if self.is_cancelled() {
            Err(CoreError::Cancelled)
        } else {
            Ok(())
        }
    }

    /// The same cancellation without progress, for work inside a stage that is already reported.
    #[must_use]
    pub fn without_progress(&self) -> Self {
        Self {
            cancelled: Arc::clone(&self.cancelled),
            report: None,
        }
    }

    /// Starts a stage of `total` units.
    pub fn stage(&self, name: &'static str, total: u64) -> Stage<'_> {
        let stage = Stage {
            control: self,
            name,
            total,
            done: AtomicU64::new(0),
        };
        stage.report(0);
        stage
    }
}

/// A running stage of a [`Control`].
pub struct Stage<'a> {
    control: &'a Control,
    name: &'static str,
    total: u64,
    done: AtomicU64,
}

impl Stage<'_> {
    /// Reports `units` more as done.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`] if the computation has been cancelled.
    pub fn advance(&self, units: u64) -> Result<(), CoreError> {
        self.control.check()?;
        let done = self.done.fetch_add(units, Ordering::Relaxed) + units;
        self.report(done);
        Ok(())
    }

    fn report(&self, done: u64) {
        if let Some(report) = &self.control.report {
            report(Progress {
                stage: self.name,
                done,
                total: self.total,
            });
        }
    }
}
