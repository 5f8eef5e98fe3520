//! Opening files by their paths, on a thread or at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixlens_formats::NamedBytes;
use mixlens_study::{
    Command, FileKind, OnRejected, Recovery, autosave_path, backup_path, find_recovery, open_study, read_study,
};

use crate::files::{self, Inbox, Incoming, Left, Opened};
use crate::{App, AppError};

impl App {
    /// Opens a study or surrogates, or shows what run tables hold before they are imported; off the frame.
    pub fn open(&mut self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.give_way();
        }
        self.inbox.load(paths);
    }

    /// Opens a saved study, or imports run tables without a preview; at once.
    ///
    /// # Errors
    /// A file that cannot be read, or is no study.
    pub fn open_now(&mut self, paths: &[PathBuf]) -> Result<(), AppError> {
        let files = read_files(paths)?;
        match (paths, &*files) {
            ([], _) => {}
            ([path], [file]) if files::kind_of(path, &file.bytes) == FileKind::Study => {
                self.show(Opened { study: Box::new(read_study(NamedBytes::clone(file))?), path: Some(path.clone()) });
            }
            _ => {
                self.apply(Command::ImportFiles { files, options: Default::default(), rejected: OnRejected::LeaveOut })
            }
        }
        Ok(())
    }
}

impl Inbox {
    /// Sends what `work` gives, from a thread.
    pub(super) fn send_later(&self, work: impl FnOnce() -> Incoming + Send + 'static) {
        let inbox = self.clone();
        std::thread::spawn(move || inbox.send(work()));
    }

    /// Opens a study or surrogates, or reads run tables.
    pub(super) fn load(&self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.send_later(move || match read_files(&paths) {
                Ok(files) => files::sorted(paths, files, opened_or_left),
                Err(problem) => Incoming::Told(problem.to_string()),
            });
        }
    }
}

/// Reads files whole.
fn read_files(paths: &[PathBuf]) -> Result<Vec<Arc<NamedBytes>>, AppError> {
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|problem| AppError::File { path: path.clone(), problem })?;
        Ok(Arc::new(NamedBytes::new(path.display().to_string(), bytes)))
    };
    paths.iter().map(read).collect()
}

/// A study, unless something beside it holds more.
fn opened_or_left(path: PathBuf, file: &NamedBytes) -> Incoming {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    match find_recovery(Some(&path), &folder) {
        Recovery::OfferAutosave => {
            Incoming::Left(Left { from: autosave_path(Some(&path), &folder), path: Some(path), problem: None })
        }
        Recovery::OfferBackup { problem } => {
            Incoming::Left(Left { from: backup_path(&path), path: Some(path), problem: Some(problem) })
        }
        Recovery::OpenSaved | Recovery::Refuse { .. } | Recovery::Nothing => {
            files::opened(path, read_study(file.clone()))
        }
    }
}

/// A study as it was saved.
pub(super) fn opened(path: PathBuf) -> Incoming {
    let study = open_study(&path);
    files::opened(path, study)
}
