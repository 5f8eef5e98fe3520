//! Opening files by their paths, on a thread or at once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use mixlens_formats::{NamedBytes, modified, sample_files};
use mixlens_study::{
    Analysis, FileKind, OnRejected, Recovery, TokenizerChange, autosave_path, backup_path,
    find_recovery, open_study, read_study,
};

use crate::files::{self, Inbox, Incoming, Item, Left, Opened, Purpose};
use crate::{App, AppError};

/// The maximum size of files read into memory at once, in bytes.
const MAX_BYTES: u64 = 4 << 30;

impl App {
    /// Opens a study, surrogates or a tokenizer, or shows a preview of run tables; off the frame.
    pub fn open(&mut self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.defer_auto_fit();
        }
        self.inbox.load(paths, Purpose::Open);
    }

    /// Opens a saved study or a tokenizer, or imports run tables without a preview; at once.
    ///
    /// # Errors
    /// A file that cannot be read, or a damaged study.
    pub fn open_now(&mut self, paths: &[PathBuf]) -> Result<(), AppError> {
        let modified = paths.first().and_then(modified);
        let files = read_files(paths)?;
        match (paths, &*files) {
            ([], _) => {}
            ([path], [file]) if files::kind_of(path, &file.bytes) == FileKind::Study => {
                let study = Box::new(read_study(NamedBytes::clone(file))?);
                self.show(Opened {
                    study,
                    path: Some(path.clone()),
                    modified,
                });
            }
            ([path], [file]) if files::kind_of(path, &file.bytes) == FileKind::Tokenizer => {
                self.apply(TokenizerChange::TakeTokenizer(Arc::clone(file)));
            }
            _ => self.apply(Analysis::ImportFiles {
                files,
                options: Default::default(),
                rejected: OnRejected::LeaveOut,
            }),
        }
        Ok(())
    }
}

/// Threads that write files; the program waits for them before it exits.
static WRITERS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Waits until all pending files are written.
pub fn finish_writing() {
    let writers = std::mem::take(&mut *WRITERS.lock().unwrap_or_else(PoisonError::into_inner));
    for writer in writers {
        // A writer that panicked has written nothing more.
        let _ = writer.join();
    }
}

impl Inbox {
    /// Runs `work` on a thread and sends its result.
    pub(super) fn send_later(&self, work: impl FnOnce() -> Incoming + Send + 'static) {
        let inbox = self.clone();
        std::thread::spawn(move || inbox.send(work()));
    }

    /// The same for work that writes a file, which is completed even if the window is closed.
    pub(super) fn write_later(&self, work: impl FnOnce() -> Incoming + Send + 'static) {
        let inbox = self.clone();
        let writer = std::thread::spawn(move || inbox.send(work()));
        let mut writers = WRITERS.lock().unwrap_or_else(PoisonError::into_inner);
        writers.retain(|writer| !writer.is_finished());
        writers.push(writer);
    }

    /// Opens a study, surrogates or a tokenizer, or reads run tables or samples.
    pub(super) fn load(&self, paths: Vec<PathBuf>, purpose: Purpose) {
        if !paths.is_empty() {
            self.send_later(move || match read_items(paths) {
                Ok(items) => files::classify_files(items, purpose, opened_or_left),
                Err(problem) => Incoming::Told(problem.to_string()),
            });
        }
    }
}

/// Reads whole files.
fn read_files(paths: &[PathBuf]) -> Result<Vec<Arc<NamedBytes>>, AppError> {
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|problem| AppError::File {
            path: path.clone(),
            problem,
        })?;
        Ok(Arc::new(NamedBytes::new(path.display().to_string(), bytes)))
    };
    paths.iter().map(read).collect()
}

/// Reads whole files, and all files of folders.
fn read_items(paths: Vec<PathBuf>) -> Result<Vec<Item>, AppError> {
    let mut left = MAX_BYTES;
    let read = |path: PathBuf| {
        let (is_folder, modified) = (path.is_dir(), modified(&path));
        let found = if is_folder {
            sample_files(std::slice::from_ref(&path))?
        } else {
            vec![path.clone()]
        };
        let bytes: u64 = found
            .iter()
            .filter_map(|file| std::fs::metadata(file).ok())
            .map(|metadata| metadata.len())
            .sum();
        left = left.checked_sub(bytes).ok_or_else(|| AppError::TooLarge {
            path: path.clone(),
            max: MAX_BYTES,
        })?;
        Ok(Item {
            files: read_files(&found)?,
            modified,
            is_folder,
            path,
        })
    };
    paths.into_iter().map(read).collect()
}

/// A study, or a backup beside it with changes that it lacks.
fn opened_or_left(item: &Item, file: &NamedBytes) -> Incoming {
    let path = item.path.clone();
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    match find_recovery(Some(&path), &folder) {
        Recovery::OfferAutosave => Incoming::Left(Left {
            from: autosave_path(Some(&path), &folder),
            path: Some(path),
            problem: None,
        }),
        Recovery::OfferBackup { problem } => Incoming::Left(Left {
            from: backup_path(&path),
            path: Some(path),
            problem: Some(problem),
        }),
        Recovery::OpenSaved | Recovery::Refuse { .. } | Recovery::Nothing => {
            files::open_result(path, item.modified, read_study(file.clone()))
        }
    }
}

/// A study from its file, whatever backups there are.
pub(super) fn open_result(path: PathBuf) -> Incoming {
    let modified = modified(&path);
    let study = open_study(&path);
    files::open_result(path, modified, study)
}
