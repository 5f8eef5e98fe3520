//! What arrives from outside of the frame: files, results, answers of dialogs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use mixlens_formats::NamedBytes;
use mixlens_study::{FileKind, JobResult, Study, StudyError};

use crate::remote::Wish;

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

/// What arrives from outside of the frame.
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
    Saved(PathBuf, Result<u64, String>),
    /// The study was kept for a crash.
    Autosaved(Result<(), String>),
    /// Something to tell.
    Told(String),
    /// What the user asks for outside of the window.
    Wished(Wish),
}

/// Where news are sent to, waking the window.
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
}

/// What a file is: a damaged study is still one by its name.
pub(crate) fn kind_of(path: &Path, bytes: &[u8]) -> FileKind {
    let is_called_study = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".mixlens.json"));
    if is_called_study { FileKind::Study } else { FileKind::of(bytes) }
}

/// A study or surrogates when there is one file that holds them, run tables otherwise.
pub(crate) fn sorted(
    paths: Vec<PathBuf>,
    files: Vec<Arc<NamedBytes>>,
    study: impl FnOnce(PathBuf, &NamedBytes) -> Incoming,
) -> Incoming {
    match (&*paths, &*files) {
        ([path], [file]) => match kind_of(path, &file.bytes) {
            FileKind::Study => study(path.clone(), file),
            FileKind::Surrogates => Incoming::Surrogates(String::from_utf8_lossy(&file.bytes).into_owned()),
            FileKind::Runs => Incoming::Files(paths, files),
        },
        _ => Incoming::Files(paths, files),
    }
}

/// A study that was read, or why it could not be.
pub(crate) fn opened(path: PathBuf, study: Result<Study, StudyError>) -> Incoming {
    match study {
        Ok(study) => Incoming::Opened(Opened { study: Box::new(study), path: Some(path) }),
        Err(problem) => Incoming::Told(format!("{problem}; the file was left untouched: \"{}\"", path.display())),
    }
}

/// What a crash left, or why it cannot be brought back.
pub(crate) fn recovered(left: Left, study: Result<Study, StudyError>) -> Incoming {
    match study {
        Ok(study) => Incoming::Recovered(Opened { study: Box::new(study), path: left.path }, left.from),
        Err(problem) => Incoming::Told(problem.to_string()),
    }
}
