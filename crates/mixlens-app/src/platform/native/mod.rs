//! The desktop: threads, files on disk and the dialogs that choose them.

mod canvas;
mod dialogs;
mod open;
mod picture;
mod recent;
mod recovery_store;
mod screenshot;
mod workers;

use std::path::PathBuf;

use egui::DroppedFileHandle;
use mixlens_formats::{SaveOrder, modified, write_atomically};
use mixlens_study::{SavedStudy, open_study, save_study};
use mixlens_views::FigurePage;

pub use dialogs::{Chosen, FileDialogs, NoDialogs};
pub use open::finish_writing;
pub use picture::Picture;
pub(crate) use recovery_store::RecoveryStore;
pub use screenshot::{PictureSettings, screenshot};
pub(crate) use workers::{Work, Workers};

use crate::files::{self, Inbox, Incoming, Left, Purpose, Save};
use crate::{AppError, Choose};
use canvas::Canvas;
use recent::Recent;

/// The desktop that an app runs on.
pub struct Platform {
    dialogs: Box<dyn FileDialogs>,
    folder: Option<PathBuf>,
    recent: Recent,
}

impl Default for Platform {
    /// Every dialog is cancelled, and nothing is stored.
    fn default() -> Self {
        Self::new(Box::new(NoDialogs), None)
    }
}

impl Platform {
    /// A window can close itself.
    pub(crate) const MAY_QUIT: bool = true;

    /// A desktop with dialogs, and a folder for recent files and for backups of unsaved studies.
    pub fn new(dialogs: Box<dyn FileDialogs>, folder: Option<PathBuf>) -> Self {
        let recent = Recent::open(folder.as_deref());
        Self {
            dialogs,
            folder,
            recent,
        }
    }

    /// Opens dropped files.
    pub(crate) fn take(&self, dropped: &[DroppedFileHandle], purpose: Purpose, inbox: &Inbox) {
        inbox.load(
            dropped.iter().map(|file| file.path().to_owned()).collect(),
            purpose,
        );
    }

    /// Lets the user choose files to open.
    pub(crate) fn choose_to_load(&self, what: Choose, inbox: &Inbox) {
        let (inbox, purpose) = (inbox.clone(), what.purpose());
        self.dialogs
            .choose(what, Box::new(move |paths| inbox.load(paths, purpose)));
    }

    /// Lets the user choose where to save the study.
    pub(crate) fn choose_target(&self, name: &str, inbox: &Inbox) {
        let inbox = inbox.clone();
        let chosen = move |paths: Vec<_>| inbox.send(Incoming::SaveTo(paths.into_iter().next()));
        self.dialogs
            .choose(Choose::Target(name.to_owned()), Box::new(chosen));
    }

    /// Saves a study as it is now.
    pub(crate) fn save(&self, study: SavedStudy, path: PathBuf, number: u64, inbox: &Inbox) {
        let order = SaveOrder::now();
        inbox.write_later(move || {
            let outcome = save_study(&study, &path, order).map_err(|problem| problem.to_string());
            Incoming::Saved(Save {
                path,
                number,
                edits: study.edits(),
                outcome,
            })
        });
    }

    /// Lets the user choose a file, writes its content on a thread and reports the result.
    pub(crate) fn export(
        &self,
        name: String,
        content: impl FnOnce() -> Result<Vec<u8>, AppError> + Send + 'static,
        inbox: &Inbox,
    ) {
        let inbox = inbox.clone();
        let save = move |path: PathBuf| -> Result<String, AppError> {
            write_atomically(&path, &content()?)?;
            Ok(format!("saved {}", path.display()))
        };
        let chosen = move |paths: Vec<PathBuf>| {
            let Some(path) = paths.into_iter().next() else {
                return;
            };
            inbox.write_later(move || {
                Incoming::Told(save(path).unwrap_or_else(|problem| problem.to_string()))
            });
        };
        self.dialogs.choose(Choose::Target(name), Box::new(chosen));
    }

    /// The same for a plot as a picture.
    pub(crate) fn export_png(&self, name: String, paper: FigurePage, inbox: &Inbox) {
        self.export(name, move || Canvas::picture_of(paper)?.png(), inbox);
    }

    /// Recovers a backup left by a crash.
    pub(crate) fn recover(&self, left: Left, inbox: &Inbox) {
        inbox.send_later(move || {
            let modified = left.path.as_ref().and_then(modified);
            let study = open_study(&left.from);
            files::recovered(left, modified, study)
        });
    }

    /// Opens a study from its file, whatever backups there are.
    pub(crate) fn open_saved(&self, path: PathBuf, inbox: &Inbox) {
        inbox.send_later(move || open::open_result(path));
    }

    /// Titles of recent files, the latest first.
    pub(crate) fn recent(&self) -> &[String] {
        self.recent.titles()
    }

    /// Opens recent files, by their index in the list.
    pub(crate) fn reopen(&self, index: usize, inbox: &Inbox) {
        inbox.load(
            self.recent.get(index).unwrap_or_default().to_vec(),
            Purpose::Open,
        );
    }

    /// Adds opened files to the recent ones.
    pub(crate) fn remember(&mut self, paths: &[PathBuf]) {
        self.recent.add(paths);
    }

    /// A link to a state: the fragment, which any page of the app opens.
    pub(crate) fn link(&self, fragment: String) -> String {
        fragment
    }

    /// Nothing outside the window follows it.
    pub(crate) fn follow(&mut self, _: impl FnOnce() -> String, _: &Inbox) {}
}
