//! Reading and writing files off the frame, and the dialogs that choose them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use mixlens_formats::{NamedBytes, WriteError};
use mixlens_study::{
    FileKind, JobResult, Recovery, SavedStudy, Study, autosave_path, backup_path, find_recovery, open_study, save_study,
};

use crate::AppError;

/// What a dialog asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choose {
    /// Files of a run table.
    Runs,
    /// A saved study.
    Study,
    /// Where to save; the name is a proposal.
    Target(String),
}

/// What is done with the files chosen, on any thread; none when the user cancels.
pub type Chosen = Box<dyn FnOnce(Vec<PathBuf>) + Send>;

/// Dialogs of the desktop. They must not hold up the frame.
pub trait FileDialogs {
    /// Lets the user choose.
    fn choose(&self, what: Choose, chosen: Chosen);
}

/// Where nobody can choose: every dialog is cancelled.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDialogs;

impl FileDialogs for NoDialogs {
    fn choose(&self, _: Choose, chosen: Chosen) {
        chosen(Vec::new());
    }
}

/// A study that was read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub study: Box<Study>,
    /// Its own file; none for a study that was never saved.
    pub path: Option<PathBuf>,
}

/// What a crash left: a file that holds more than the study's own.
#[derive(Debug)]
pub(crate) struct Left {
    /// The study's own file, where it can be read.
    pub path: Option<PathBuf>,
    /// The file to recover from.
    pub from: PathBuf,
    /// What is wrong with the study's own file.
    pub problem: Option<String>,
}

/// What arrives from threads.
pub(crate) enum Incoming {
    /// A job's result.
    JobDone(JobResult),
    /// Files to be imported.
    Files(Vec<PathBuf>, Vec<Arc<NamedBytes>>),
    /// The text of a surrogate file.
    Surrogates(String),
    /// A study.
    Opened(Opened),
    /// More than a study's own file holds.
    Left(Left),
    /// What was left, brought back from this file.
    Recovered(Opened, PathBuf),
    /// Where the study shall be saved, if anywhere.
    SaveTo(Option<PathBuf>),
    /// The study was saved as it was after so many edits, or could not be.
    Saved(PathBuf, Result<u64, WriteError>),
    /// The study was saved for a crash.
    Autosaved(Result<(), WriteError>),
    /// Something to tell.
    Told(String),
}

/// Where threads send what they have, waking the window.
#[derive(Clone)]
pub(crate) struct Inbox {
    pub sender: Sender<Incoming>,
    pub wake: egui::Context,
}

impl Inbox {
    /// Sends and wakes.
    pub fn send(&self, incoming: Incoming) {
        // A window that is gone wants nothing.
        let _ = self.sender.send(incoming);
        self.wake.request_repaint();
    }

    /// Sends what `work` gives, from a thread.
    pub fn send_later(&self, work: impl FnOnce() -> Incoming + Send + 'static) {
        let inbox = self.clone();
        std::thread::spawn(move || inbox.send(work()));
    }

    /// Opens a study or surrogates, or reads run tables.
    pub fn load(&self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.send_later(move || loaded(paths));
        }
    }

    /// Brings back what a crash left.
    pub fn recover(&self, left: Left) {
        self.send_later(move || match open_study(&left.from) {
            Ok(study) => Incoming::Recovered(Opened { study: Box::new(study), path: left.path }, left.from),
            Err(problem) => Incoming::Told(problem.to_string()),
        });
    }

    /// Opens a study as it was saved, whatever lies beside it.
    pub fn open_saved(&self, path: PathBuf) {
        self.send_later(move || opened(path));
    }

    /// Saves a study.
    pub fn save(&self, study: SavedStudy, path: PathBuf) {
        self.send_later(move || {
            let saved = save_study(&study, &path).map(|()| study.edits());
            Incoming::Saved(path, saved)
        });
    }
}

/// Reads files whole.
///
/// # Errors
/// [`AppError::File`] for the first that cannot be read.
pub(crate) fn read_files(paths: &[PathBuf]) -> Result<Vec<Arc<NamedBytes>>, AppError> {
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|problem| AppError::File { path: path.clone(), problem })?;
        Ok(Arc::new(NamedBytes::new(path.display().to_string(), bytes)))
    };
    paths.iter().map(read).collect()
}

/// Whether a file is called as saved studies are.
fn is_called_study(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".mixlens.json"))
}

/// What a file is: a damaged study is still one by its name.
pub(crate) fn kind_of(path: &Path, bytes: &[u8]) -> FileKind {
    if is_called_study(path) { FileKind::Study } else { FileKind::of(bytes) }
}

/// A study or surrogates when there is one file that holds them, run tables otherwise.
fn loaded(paths: Vec<PathBuf>) -> Incoming {
    let files = match read_files(&paths) {
        Ok(files) => files,
        Err(problem) => return Incoming::Told(problem.to_string()),
    };
    match (&*paths, &*files) {
        ([path], [file]) => match kind_of(path, &file.bytes) {
            FileKind::Study => opened_or_left(path.clone()),
            FileKind::Surrogates => Incoming::Surrogates(String::from_utf8_lossy(&file.bytes).into_owned()),
            FileKind::Runs => Incoming::Files(paths, files),
        },
        _ => Incoming::Files(paths, files),
    }
}

/// A study, unless something beside it holds more.
fn opened_or_left(path: PathBuf) -> Incoming {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    match find_recovery(Some(&path), &folder) {
        Recovery::OfferAutosave => {
            Incoming::Left(Left { from: autosave_path(Some(&path), &folder), path: Some(path), problem: None })
        }
        Recovery::OfferBackup { problem } => {
            Incoming::Left(Left { from: backup_path(&path), path: Some(path), problem: Some(problem) })
        }
        Recovery::OpenSaved | Recovery::Refuse { .. } | Recovery::Nothing => opened(path),
    }
}

fn opened(path: PathBuf) -> Incoming {
    match open_study(&path) {
        Ok(study) => Incoming::Opened(Opened { study: Box::new(study), path: Some(path) }),
        Err(problem) => Incoming::Told(format!("{problem}; the file was left untouched: \"{}\"", path.display())),
    }
}
