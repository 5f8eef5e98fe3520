//! [`Slots`]: which jobs run, so that late results of replaced ones are dropped.

use std::collections::BTreeMap;

use super::JobId;
use crate::dataset::DatasetId;

/// Jobs of one slot replace each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JobSlot {
    Preview,
    Import,
    Fit,
    Compare,
    Examine,
    Search,
    Survey,
    ParetoFront,
    SampledMixtures,
    NextRuns,
    Infer,
    LocalProfile,
}

/// A job that was asked for and has not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Running {
    pub id: JobId,
    pub dataset: DatasetId,
    pub title: &'static str,
}

/// The running jobs, at most one per slot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    last: JobId,
    running: BTreeMap<JobSlot, Running>,
}

impl Slots {
    /// Starts a job and gives its generation number; a job that it replaces comes back to be
    /// cancelled.
    pub fn start(
        &mut self,
        slot: JobSlot,
        dataset: DatasetId,
        title: &'static str,
    ) -> (JobId, Option<JobId>) {
        self.last += 1;
        let replaced = self.running.insert(
            slot,
            Running {
                id: self.last,
                dataset,
                title,
            },
        );
        (self.last, replaced.map(|job| job.id))
    }

    /// Ends the job of that number; `None` when it was replaced or cancelled.
    pub fn finish(&mut self, id: JobId) -> Option<Running> {
        let slot = self
            .running
            .iter()
            .find(|(_, job)| job.id == id)
            .map(|(slot, _)| *slot)?;
        self.running.remove(&slot)
    }

    /// The job that runs in a slot.
    pub fn in_slot(&self, slot: JobSlot) -> Option<Running> {
        self.running.get(&slot).copied()
    }

    /// All running jobs, oldest first.
    pub fn running(&self) -> Vec<Running> {
        let mut all: Vec<Running> = self.running.values().copied().collect();
        all.sort_by_key(|job| job.id);
        all
    }
}
