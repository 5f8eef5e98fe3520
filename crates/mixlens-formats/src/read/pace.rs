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
        Self {
            stage: control.stage("reading runs", PASSES * bytes),
            bytes,
        }
    }

    /// Counts a pass over `records` records.
    pub fn pass(&self, records: usize) -> Pass<'_> {
        Pass {
            stage: &self.stage,
            each: self.bytes / (records as u64).max(1),
            since: 0,
        }
    }

    /// Ends an import that was cancelled.
    ///
    /// # Errors
    /// [`CoreError::Cancelled`].
    pub fn check(&self) -> Result<(), CoreError> {
        self.stage.advance(0)
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::{ImportError, ImportOptions, import_run_table_under};

    fn many_runs() -> NamedBytes {
        let mut text = "run,train_web,train_code,loss_web\n".to_owned();
        for run in 0..5000 {
            text += &format!("run number {run},0.25,0.75,{}\n", 3.0 + f64::from(run % 7));
        }
        NamedBytes::new("runs.csv", text)
    }

    #[test]
    fn an_import_tells_how_far_it_is_and_comes_near_the_end() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let control = Control::reporting_to(move |progress| {
            told.lock()
                .unwrap()
                .push(progress.done as f64 / progress.total as f64);
        });
        import_run_table_under(&[many_runs()], &ImportOptions::default(), &control).unwrap();
        let seen = seen.lock().unwrap();
        assert!(seen.len() > 15 && seen.is_sorted(), "{seen:?}");
        assert!(seen.first().is_some_and(|first| *first < 0.1), "{seen:?}");
        assert!(
            seen.last().is_some_and(|last| (0.85..=1.0).contains(last)),
            "{seen:?}"
        );
    }

    #[test]
    fn an_import_that_is_cancelled_ends() {
        let control = Control::default();
        control.cancel();
        let ended = import_run_table_under(&[many_runs()], &ImportOptions::default(), &control);
        assert!(matches!(
            ended,
            Err(ImportError::Core(CoreError::Cancelled))
        ));
    }
}
