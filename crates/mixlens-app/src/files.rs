//! Reading files off the frame, and the dialogs that choose them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use mixlens_formats::NamedBytes;
use mixlens_study::{JobResult, Study, open_study};

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

/// What is done with the files chosen, on any thread; not called when the user cancels.
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
    fn choose(&self, _: Choose, _: Chosen) {}
}

/// What arrives from threads.
pub(crate) enum Incoming {
    /// A job's result.
    JobDone(JobResult),
    /// Files to be imported.
    Files(Vec<Arc<NamedBytes>>),
    /// A study that was opened, and where from.
    Opened(PathBuf, Box<Study>),
    /// Where the study shall be saved.
    SaveTo(PathBuf),
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

    /// Opens a study or reads run tables, on a thread.
    pub fn load(&self, paths: Vec<PathBuf>) {
        let inbox = self.clone();
        std::thread::spawn(move || inbox.send(loaded(&paths)));
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

/// Whether a file is a saved study.
pub(crate) fn is_study(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".mixlens.json"))
}

/// A study when there is one file that is called so, run tables otherwise.
fn loaded(paths: &[PathBuf]) -> Incoming {
    match paths {
        [path] if is_study(path) => match open_study(path) {
            Ok(study) => Incoming::Opened(path.clone(), Box::new(study)),
            Err(problem) => Incoming::Told(problem.to_string()),
        },
        paths => read_files(paths).map_or_else(|problem| Incoming::Told(problem.to_string()), Incoming::Files),
    }
}
