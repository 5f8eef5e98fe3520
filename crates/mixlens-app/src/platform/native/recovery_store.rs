//! [`RecoveryStore`]: a folder for one window, where a study survives a crash.

use std::cell::RefCell;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use mixlens_formats::write_atomically;
use mixlens_study::{Recovery, SavedStudy, autosave_path, find_recovery};

use super::Platform;
use crate::files::{Inbox, Incoming, Left};

/// The maximum number of windows with an untitled study.
const MAX_UNTITLED: u32 = 16;

/// A folder that is this window's while it holds the lock in it.
pub(crate) struct RecoveryStore {
    folder: PathBuf,
    _lock: File,
    /// The study whose backup is written beside it, with the lock that makes this window the only
    /// writer; the lock is `None` while another window has it.
    claimed: RefCell<Option<(PathBuf, Option<File>)>>,
}

impl RecoveryStore {
    /// Claims a folder, preferably one with a study to recover; `None` where nothing can be stored.
    pub fn claim(platform: &Platform) -> Option<Self> {
        let folder = platform.folder.as_deref()?;
        let mut free = None;
        for number in 1..=MAX_UNTITLED {
            let slot = folder.join(format!("untitled-{number}"));
            if free.is_some() && !slot.exists() {
                break;
            }
            let Some(lock) = lock(&slot) else { continue };
            let is_left = autosave_path(None, &slot).exists();
            if is_left || free.is_none() {
                free = Some(Self {
                    folder: slot,
                    _lock: lock,
                    claimed: RefCell::default(),
                });
            }
            if is_left {
                break;
            }
        }
        free
    }

    /// The backup of an untitled study, left by a crash.
    pub fn left(&self) -> Option<Left> {
        let is_left = find_recovery(None, &self.folder) == Recovery::OfferAutosave;
        is_left.then(|| Left {
            path: None,
            from: self.target(None),
            problem: None,
        })
    }

    /// The backup file of the study at `path`: beside it, or in this window's folder where another
    /// window shows the same study.
    pub fn target(&self, path: Option<&Path>) -> PathBuf {
        autosave_path(path.filter(|path| self.claims(path)), &self.folder)
    }

    /// Writes a backup of a study, off the frame.
    pub fn keep(&self, study: SavedStudy, path: Option<&Path>, inbox: &Inbox) {
        let target = self.target(path);
        inbox.write_later(move || {
            let kept = write_atomically(&target, study.to_text().as_bytes());
            Incoming::Autosaved(kept.map_err(|problem| problem.to_string()))
        });
    }

    /// Whether this window is the one that writes backups beside a study; decided once, at the
    /// study's first backup.
    fn claims(&self, path: &Path) -> bool {
        let mut claimed = self.claimed.borrow_mut();
        if claimed.as_ref().is_none_or(|(claimed, _)| claimed != path) {
            let mut name = DefaultHasher::new();
            fs::canonicalize(path)
                .unwrap_or_else(|_| path.to_owned())
                .hash(&mut name);
            let folder = self
                .folder
                .with_file_name("shown")
                .join(format!("{:016x}", name.finish()));
            *claimed = Some((path.to_owned(), lock(&folder)));
        }
        claimed.as_ref().is_some_and(|(_, lock)| lock.is_some())
    }

    /// Removes a backup.
    pub fn forget(&self, file: &Path) {
        // A backup that cannot be removed is offered once more than needed.
        let _ = fs::remove_file(file);
    }
}

/// Makes a folder and locks it; `None` while another window has it. The system unlocks it when this
/// process ends.
fn lock(folder: &Path) -> Option<File> {
    fs::create_dir_all(folder).ok()?;
    let lock = File::create(folder.join("lock")).ok()?;
    lock.try_lock().ok().map(|()| lock)
}

#[cfg(test)]
mod tests {
    use mixlens_study::{Study, save_autosave};

    use super::*;

    fn claim(folder: &Path) -> RecoveryStore {
        RecoveryStore::claim(&Platform {
            folder: Some(folder.to_owned()),
            ..Default::default()
        })
        .unwrap()
    }

    #[test]
    fn two_windows_that_show_one_study_keep_their_changes_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.mixlens.json");
        let (first, second) = (claim(folder.path()), claim(folder.path()));
        assert_eq!(
            first.target(Some(&path)),
            autosave_path(Some(&path), folder.path())
        );
        assert_eq!(
            second.target(Some(&path)),
            autosave_path(None, &second.folder)
        );
        assert_eq!(
            first.target(Some(&path)),
            autosave_path(Some(&path), folder.path()),
            "for as long as it is shown"
        );
        drop(first);
        let third = claim(folder.path());
        assert_eq!(
            third.target(Some(&path)),
            autosave_path(Some(&path), folder.path())
        );
    }

    #[test]
    fn two_windows_keep_apart_and_the_next_one_finds_what_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (claim(folder.path()), claim(folder.path()));
        assert_ne!(first.folder, second.folder);
        let study = SavedStudy::of(&Study::demo().unwrap());
        save_autosave(&study, None, &second.folder).unwrap();
        let left_behind = second.folder.clone();
        drop((first, second));
        let next = claim(folder.path());
        assert_eq!(next.folder, left_behind);
        assert_eq!(next.left().unwrap().from, autosave_path(None, &left_behind));
        fs::write(autosave_path(None, &left_behind), "{").unwrap();
        assert!(next.left().is_none(), "a part of a file is not offered");
    }
}
