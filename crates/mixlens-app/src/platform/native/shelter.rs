//! [`Shelter`]: a folder for one window, where a study outlives a crash.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use mixlens_study::{Recovery, SavedStudy, autosave_path, find_recovery, save_autosave};

use super::Platform;
use crate::files::{Inbox, Incoming, Left};

/// Windows without a file of their own, at most.
const MOST_UNTITLED: u32 = 16;

/// A folder for this window alone, as long as it holds the lock in it.
pub(crate) struct Shelter {
    folder: PathBuf,
    _lock: File,
}

impl Shelter {
    /// Claims a place, one with something to recover before any other; `None` where nothing can be kept.
    pub fn claim(platform: &Platform) -> Option<Self> {
        let folder = platform.folder.as_deref()?;
        let mut free = None;
        for number in 1..=MOST_UNTITLED {
            let own = folder.join(format!("untitled-{number}"));
            if free.is_some() && !own.exists() {
                break;
            }
            let Some(lock) = lock(&own) else { continue };
            let is_left = autosave_path(None, &own).exists();
            if is_left || free.is_none() {
                free = Some(Self { folder: own, _lock: lock });
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
        is_left.then(|| Left { path: None, from: self.place(None), problem: None })
    }

    /// Where the study of `path` is kept.
    pub fn place(&self, path: Option<&Path>) -> PathBuf {
        autosave_path(path, &self.folder)
    }

    /// Keeps a study, off the frame.
    pub fn keep(&self, study: SavedStudy, path: Option<&Path>, inbox: &Inbox) {
        let (path, folder) = (path.map(Path::to_owned), self.folder.clone());
        inbox.send_later(move || {
            let kept = save_autosave(&study, path.as_deref(), &folder);
            Incoming::Autosaved(kept.map_err(|problem| problem.to_string()))
        });
    }

    /// Removes what is kept at a place.
    pub fn forget(&self, place: &Path) {
        // What cannot be removed is offered once more than needed.
        let _ = fs::remove_file(place);
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
    use mixlens_study::Study;

    use super::*;

    #[test]
    fn two_windows_keep_apart_and_the_next_one_finds_what_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let claim = || Shelter::claim(&Platform { folder: Some(folder.path().to_owned()), ..Default::default() });
        let (first, second) = (claim().unwrap(), claim().unwrap());
        assert_ne!(first.folder, second.folder);
        let study = SavedStudy::of(&Study::demo().unwrap());
        save_autosave(&study, None, &second.folder).unwrap();
        let left_behind = second.folder.clone();
        drop((first, second));
        let next = claim().unwrap();
        assert_eq!(next.folder, left_behind);
        assert_eq!(next.left().unwrap().from, autosave_path(None, &left_behind));
        fs::write(autosave_path(None, &left_behind), "{").unwrap();
        assert!(next.left().is_none(), "a part of a file is not offered");
    }
}
