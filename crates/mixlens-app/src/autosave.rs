//! [`Autosave`]: a copy of unsaved changes in case of a crash, written while the user works.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mixlens_study::{SavedStudy, Study};

use crate::files::{Inbox, Left};
use crate::platform::{Platform, RecoveryStore};

/// How long the study must stay unchanged before it is written, in seconds: a study is large, and a
/// drag changes it every frame.
const QUIET: f64 = 2.0;

/// The state of automatic backups.
pub(crate) struct Autosave {
    store: RecoveryStore,
    /// The edit count of the state that is written or being written.
    saved_edits: u64,
    /// The edit count seen last, and since when, in seconds.
    seen: (u64, f64),
    /// The file of a backup that has not been removed yet.
    written: Option<PathBuf>,
    is_writing: bool,
}

impl Autosave {
    /// Claims a store for this window; `None` where nothing can be stored.
    pub fn claim(platform: &Platform) -> Option<Self> {
        let store = RecoveryStore::claim(platform)?;
        Some(Self {
            store,
            saved_edits: 0,
            seen: (0, 0.0),
            written: None,
            is_writing: false,
        })
    }

    /// The backup of an untitled study, left by a crash.
    pub fn left(&self) -> Option<Left> {
        self.store.left()
    }

    /// Writes a backup once changes have come to rest, and removes one that is no longer needed.
    /// Called every frame.
    pub fn tick(&mut self, study: &Study, path: Option<&Path>, inbox: &Inbox) {
        if !study.is_modified() {
            return self.remove();
        }
        let (now, edits) = (inbox.wake.input(|input| input.time), study.edits());
        if self.seen.0 != edits {
            self.seen = (edits, now);
        }
        if self.is_writing || self.saved_edits == edits {
            return;
        }
        let wait = self.seen.1 + QUIET - now;
        if wait > 0.0 {
            return inbox
                .wake
                .request_repaint_after(Duration::from_secs_f64(wait));
        }
        self.saved_edits = edits;
        self.is_writing = true;
        let target = self.store.target(path);
        if self.written.as_ref() != Some(&target) {
            self.remove_kept();
            self.written = Some(target);
        }
        self.store.keep(SavedStudy::of(study), path, inbox);
    }

    /// Records that writing has ended.
    pub fn finished(&mut self) {
        self.is_writing = false;
    }

    /// Removes the backup once its changes are saved or discarded.
    pub fn remove(&mut self) {
        if !self.is_writing {
            self.remove_kept();
        }
    }

    /// Removes a backup left by a crash that the user has discarded.
    pub fn discard(&self, left: &Left) {
        self.store.forget(&left.from);
    }

    /// The backup in `from` is shown again; the file is needed until the study is saved.
    pub fn recovered(&mut self, path: Option<&Path>, from: PathBuf) {
        if from == self.store.target(path) {
            self.written = Some(from);
        }
    }

    /// Another study is shown; the backup of the previous one is removed.
    pub fn start_anew(&mut self, study: &Study) {
        self.remove();
        self.saved_edits = study.edits();
    }

    fn remove_kept(&mut self) {
        if let Some(file) = self.written.take() {
            self.store.forget(&file);
        }
    }
}
