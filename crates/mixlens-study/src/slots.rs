//! [`Slots`]: the running jobs, so that late results of replaced jobs are dropped.

use std::collections::BTreeMap;

use crate::dataset::DatasetId;
use crate::{JobId, JobKind};

/// A job that has been requested and has no result yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Running {
    pub id: JobId,
    pub dataset: DatasetId,
    pub title: &'static str,
}

/// The running jobs, at most one of a kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    last: JobId,
    running: BTreeMap<JobKind, Running>,
}

impl Slots {
    /// Starts a job. Returns the generation number, and the number of the job that it replaces, to
    /// be cancelled.
    pub fn start(&mut self, kind: JobKind, dataset: DatasetId) -> (JobId, Option<JobId>) {
        self.last += 1;
        let replaced = self.running.insert(
            kind,
            Running {
                id: self.last,
                dataset,
                title: kind.title(),
            },
        );
        (self.last, replaced.map(|job| job.id))
    }

    /// Ends the job with this number; `None` when it has been replaced or cancelled.
    pub fn finish(&mut self, id: JobId) -> Option<Running> {
        let kind = self
            .running
            .iter()
            .find(|(_, job)| job.id == id)
            .map(|(kind, _)| *kind)?;
        self.running.remove(&kind)
    }

    /// The running job of a kind.
    pub fn of_kind(&self, kind: JobKind) -> Option<Running> {
        self.running.get(&kind).copied()
    }

    /// All running jobs, oldest first.
    pub fn running(&self) -> Vec<Running> {
        let mut all: Vec<Running> = self.running.values().copied().collect();
        all.sort_by_key(|job| job.id);
        all
    }
}
