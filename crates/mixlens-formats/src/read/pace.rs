//! [`Pace`]: how far an import is.

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Stage};

use super::NamedBytes;

/// Records between two reports.
const RECORDS: u64 = 512;
/// What every byte goes through: it is read, becomes a number, and is joined.
const PASSES: u64 = 3;

/// How far an import is, in bytes of its files: each is counted once a pass.
pub(crate) struct Pace<'a> {
    stage: Stage<'a>,
    bytes: u64,
}

impl<'a> Pace<'a> {
    /// The pace of an import of `files`.
    pub fn of(control: &'a Control, files: &[NamedBytes]) -> Self {
        let bytes = files.iter().map(|file| file.bytes.len() as u64).sum();
        Self { stage: control.stage("reading runs", PASSES * bytes), bytes }
    }

    /// Counts a pass over `records` records.
    pub fn pass(&self, records: usize) -> Pass<'_> {
        Pass { stage: &self.stage, each: self.bytes / (records as u64).max(1), since: 0 }
    }

    /// Counts bytes that were read.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`].
    pub fn read(&self, bytes: u64) -> Result<(), CoreError> {
        self.stage.advance(bytes)
    }
}

/// A pass over the records of the files.
pub(crate) struct Pass<'a> {
    stage: &'a Stage<'a>,
    each: u64,
    since: u64,
}

impl Pass<'_> {
    /// Counts a record; now and then it is reported.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`].
    pub fn step(&mut self) -> Result<(), CoreError> {
        self.since += 1;
        if self.since < RECORDS {
            return Ok(());
        }
        self.since = 0;
        self.stage.advance(RECORDS * self.each)
    }
}
