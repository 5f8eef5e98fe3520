//! [`Autosave`]: what would be lost by a crash, saved while the user works.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use mixlens_study::{Recovery, SavedStudy, Study, autosave_path, find_recovery, save_autosave};

use crate::files::{Inbox, Incoming, Left};

/// How long nothing may change before it is saved, in seconds: a study is large, and a drag goes on.
const QUIET: f64 = 2.0;
/// Windows without a file of their own, at most.
const MOST_UNTITLED: u32 = 16;

/// When the study was last saved for a crash, and where a study without a file goes.
pub(crate) struct Autosave {
    /// A folder for this window alone, as long as it holds the lock in it.
    folder: PathBuf,
    _lock: File,
    /// The edits that are on disk, or on their way.
    saved_edits: u64,
    /// The edits seen last, and since when, in seconds.
    seen: (u64, f64),
    /// Where an autosave was written that is not removed yet.
    written: Option<PathBuf>,
    is_writing: bool,
}

impl Autosave {
    /// Claims a place in `folder`, one with something to recover before any other; `None` where nothing can be kept.
    pub fn claim(folder: &Path) -> Option<Self> {
        let mut free = None;
        for number in 1..=MOST_UNTITLED {
            let own = folder.join(format!("untitled-{number}"));
            if free.is_some() && !own.exists() {
                break;
            }
            let Some(lock) = lock(&own) else { continue };
            let is_left = autosave_path(None, &own).exists();
            if is_left || free.is_none() {
                free = Some((own, lock));
            }
            if is_left {
                break;
            }
        }
        let (folder, lock) = free?;
        Some(Self { folder, _lock: lock, saved_edits: 0, seen: (0, 0.0), written: None, is_writing: false })
    }

    /// What an untitled study left here.
    pub fn left(&self) -> Option<Left> {
        let is_left = find_recovery(None, &self.folder) == Recovery::OfferAutosave;
        is_left.then(|| Left { path: None, from: autosave_path(None, &self.folder), problem: None })
    }

    /// Saves what changed and has come to rest; removes what is not needed any more. For every frame.
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
            return inbox.wake.request_repaint_after(Duration::from_secs_f64(wait));
        }
        self.saved_edits = edits;
        self.is_writing = true;
        let target = autosave_path(path, &self.folder);
        if self.written.as_ref() != Some(&target) {
            self.remove_file();
            self.written = Some(target);
        }
        let (saved, path, folder) = (SavedStudy::of(study), path.map(Path::to_owned), self.folder.clone());
        inbox.send_later(move || Incoming::Autosaved(save_autosave(&saved, path.as_deref(), &folder)));
    }

    /// Takes note that writing ended.
    pub fn finished(&mut self) {
        self.is_writing = false;
    }

    /// Removes what was kept for a crash, now that it is saved or given up.
    pub fn remove(&mut self) {
        if !self.is_writing {
            self.remove_file();
        }
    }

    /// What was left in `from` is shown again; it is needed until that is saved.
    pub fn recovered(&mut self, path: Option<&Path>, from: PathBuf) {
        if from == autosave_path(path, &self.folder) {
            self.written = Some(from);
        }
    }

    /// Another study is shown: what belongs to the one before is removed.
    pub fn start_anew(&mut self, study: &Study) {
        self.remove();
        self.saved_edits = study.edits();
    }

    fn remove_file(&mut self) {
        if let Some(path) = self.written.take() {
            // What cannot be removed is offered once more than needed.
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes a folder and locks it; `None` while another window has it. The system unlocks it when this process ends.
fn lock(folder: &Path) -> Option<File> {
    fs::create_dir_all(folder).ok()?;
    let lock = File::create(folder.join("lock")).ok()?;
    lock.try_lock().ok().map(|()| lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_windows_keep_apart_and_the_next_one_finds_what_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let first = Autosave::claim(folder.path()).unwrap();
        let second = Autosave::claim(folder.path()).unwrap();
        assert_ne!(first.folder, second.folder);
        let study = SavedStudy::of(&Study::demo().unwrap());
        save_autosave(&study, None, &second.folder).unwrap();
        let left_behind = second.folder.clone();
        drop((first, second));
        let next = Autosave::claim(folder.path()).unwrap();
        assert_eq!(next.folder, left_behind);
        assert_eq!(next.left().unwrap().from, autosave_path(None, &left_behind));
        fs::write(autosave_path(None, &left_behind), "{").unwrap();
        assert!(next.left().is_none(), "a part of a file is not offered");
    }
}
