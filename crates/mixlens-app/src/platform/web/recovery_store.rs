//! [`RecoveryStore`]: a slot in this browser's storage where a study survives a crash.

use std::path::{Path, PathBuf};

use mixlens_study::{FoundFile, Recovery, SavedStudy, recovery};
use wasm_bindgen_futures::spawn_local;

use super::host::problem_text;
use super::{Host, Platform};
use crate::files::{Inbox, Incoming, Left};

/// The slot that the page has claimed; it is this page's as long as it is open.
pub(crate) struct RecoveryStore(Host);

impl RecoveryStore {
    /// The page's slot; `None` in a page that stores nothing.
    pub fn claim(platform: &Platform) -> Option<Self> {
        platform.host.keeps().then(|| Self(platform.host.clone()))
    }

    /// The backup left by a crash.
    pub fn left(&self) -> Option<Left> {
        let kept = FoundFile::new(self.0.left()?, None);
        let is_left = recovery(None, Some(&kept), None) == Recovery::OfferAutosave;
        is_left.then(|| Left {
            path: None,
            from: self.target(None),
            problem: None,
        })
    }

    /// There is one slot, whatever file a study came from.
    pub fn target(&self, _: Option<&Path>) -> PathBuf {
        PathBuf::from("this browser")
    }

    /// Stores a study.
    pub fn keep(&self, study: SavedStudy, _: Option<&Path>, inbox: &Inbox) {
        let (host, inbox) = (self.0.clone(), inbox.clone());
        spawn_local(async move {
            let kept = host.keep(&study.to_text()).await;
            inbox.send(Incoming::Autosaved(
                kept.map(drop).map_err(|problem| problem_text(&problem)),
            ));
        });
    }

    /// Removes the stored study.
    pub fn forget(&self, _: &Path) {
        self.0.forget();
    }
}
