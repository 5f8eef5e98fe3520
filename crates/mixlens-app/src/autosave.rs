//! [`Autosave`]: what would be lost by a crash, kept while the user works.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mixlens_study::{SavedStudy, Study};

use crate::files::{Inbox, Left};
use crate::platform::{Platform, RecoveryStore};

/// How long nothing may change before it is kept, in seconds: a study is large, and a drag goes on.
const QUIET: f64 = 2.0;

/// When the study was last kept for a crash, and where.
pub(crate) struct Autosave {
    shelter: RecoveryStore,
    /// The edits that are kept, or on their way.
    saved_edits: u64,
    /// The edits seen last, and since when, in seconds.
    seen: (u64, f64),
    /// Where something was kept that is not removed yet.
    written: Option<PathBuf>,
    is_writing: bool,
}

impl Autosave {
    /// Claims a place for this window; `None` where nothing can be kept.
    pub fn claim(platform: &Platform) -> Option<Self> {
        let shelter = RecoveryStore::claim(platform)?;
        Some(Self {
            shelter,
            saved_edits: 0,
            seen: (0, 0.0),
            written: None,
            is_writing: false,
        })
    }

    /// What an untitled study left here.
    pub fn left(&self) -> Option<Left> {
        self.shelter.left()
    }

    /// Keeps what changed and has come to rest; removes what is not needed any more. For every
    /// frame.
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
        let target = self.shelter.place(path);
        if self.written.as_ref() != Some(&target) {
            self.remove_kept();
            self.written = Some(target);
        }
        self.shelter.keep(SavedStudy::of(study), path, inbox);
    }

    /// Takes note that writing ended.
    pub fn finished(&mut self) {
        self.is_writing = false;
    }

    /// Removes what was kept for a crash, now that it is saved or given up.
    pub fn remove(&mut self) {
        if !self.is_writing {
            self.remove_kept();
        }
    }

    /// Removes what was left, which nobody wants.
    pub fn discard(&self, left: &Left) {
        self.shelter.forget(&left.from);
    }

    /// What was left in `from` is shown again; it is needed until that is saved.
    pub fn recovered(&mut self, path: Option<&Path>, from: PathBuf) {
        if from == self.shelter.place(path) {
            self.written = Some(from);
        }
    }

    /// Another study is shown: what belongs to the one before is removed.
    pub fn start_anew(&mut self, study: &Study) {
        self.remove();
        self.saved_edits = study.edits();
    }

    fn remove_kept(&mut self) {
        if let Some(place) = self.written.take() {
            self.shelter.forget(&place);
        }
    }
}
