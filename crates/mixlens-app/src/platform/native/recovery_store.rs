//! [`RecoveryStore`]: a folder for one window, where a study outlives a crash.

use std::cell::RefCell;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use mixlens_formats::write_atomically;
use mixlens_study::{Recovery, SavedStudy, autosave_path, find_recovery};

use super::Platform;
use crate::files::{Inbox, Incoming, Left};

/// Windows without a file of their own, at most.
const MAX_UNTITLED: u32 = 16;

/// A folder for this window alone, as long as it holds the lock in it.
pub(crate) struct RecoveryStore {
    folder: PathBuf,
    _lock: File,
    /// The study whose autosave stands beside it, with the lock that no other window has; `None`
    /// while another has it.
    claimed: RefCell<Option<(PathBuf, Option<File>)>>,
}

impl RecoveryStore {
    /// Claims a place, one with something to recover before any other; `None` where nothing can be
    /// kept.
    pub fn claim(platform: &Platform) -> Option<Self> {
        let folder = platform.folder.as_deref()?;
        let mut free = None;
        for number in 1..=MAX_UNTITLED {
            let own = folder.join(format!("untitled-{number}"));
            if free.is_some() && !own.exists() {
                break;
            }
            let Some(lock) = lock(&own) else { continue };
            let is_left = autosave_path(None, &own).exists();
            if is_left || free.is_none() {
                free = Some(Self {
                    folder: own,
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

    /// What an untitled study left here.
    pub fn left(&self) -> Option<Left> {
        let is_left = find_recovery(None, &self.folder) == Recovery::OfferAutosave;
        is_left.then(|| Left {
            path: None,
            from: self.place(None),
            problem: None,
        })
    }

    /// Where the study of `path` is kept: beside it, or in this window's folder where another
    /// window shows the same study.
    pub fn place(&self, path: Option<&Path>) -> PathBuf {
        autosave_path(path.filter(|path| self.claims(path)), &self.folder)
    }

    /// Keeps a study, off the frame.
    pub fn keep(&self, study: SavedStudy, path: Option<&Path>, inbox: &Inbox) {
        let place = self.place(path);
        inbox.write_later(move || {
            let kept = write_atomically(&place, study.to_text().as_bytes());
            Incoming::Autosaved(kept.map_err(|problem| problem.to_string()))
        });
    }

    /// Whether this window is the one that keeps changes beside a study; decided once, when the
    /// study is first kept.
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

    /// Removes what is kept at a place.
    pub fn forget(&self, place: &Path) {
        // What cannot be removed is offered once more than needed.
        let _ = fs::remove_file(place);
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
            first.place(Some(&path)),
            autosave_path(Some(&path), folder.path())
        );
        assert_eq!(
            second.place(Some(&path)),
            autosave_path(None, &second.folder)
        );
        assert_eq!(
            first.place(Some(&path)),
            autosave_path(Some(&path), folder.path()),
            "for as long as it is shown"
        );
        drop(first);
        let third = claim(folder.path());
        assert_eq!(
            third.place(Some(&path)),
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
