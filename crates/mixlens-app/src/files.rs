//! Messages from outside the frame: files, results, answers of dialogs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use mixlens_formats::{FileTime, NamedBytes, SaveOutcome, looks_like_tokenizer};
use mixlens_study::{FileKind, JobResult, SampleFrom, Study, StudyError};

use crate::remote::PageRequest;

/// The purpose of a file dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choose {
    /// Files of a run table.
    Runs,
    /// A saved study.
    Study,
    /// A tokenizer.
    Tokenizer,
    /// Samples of categories.
    Samples(SampleFrom),
    /// The file to save to; the name is a suggestion.
    Target(String),
}

/// The purpose of files that arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Each is opened according to its kind.
    Open,
    /// One of them is a tokenizer, even if it does not look like one.
    Tokenizer,
    /// Files that are neither a tokenizer nor a study are samples.
    Samples,
}

impl Choose {
    /// The purpose of the chosen files.
    pub(crate) fn purpose(&self) -> Purpose {
        match self {
            Self::Tokenizer => Purpose::Tokenizer,
            Self::Samples(_) => Purpose::Samples,
            Self::Runs | Self::Study | Self::Target(_) => Purpose::Open,
        }
    }
}

/// A file, or a folder with all files in it.
pub(crate) struct Item {
    pub path: PathBuf,
    /// When it was last written before it was read; `None` where that is unknown.
    pub modified: Option<FileTime>,
    pub is_folder: bool,
    pub files: Vec<Arc<NamedBytes>>,
}

impl Item {
    /// The only file.
    fn file(&self) -> Option<&Arc<NamedBytes>> {
        self.files.first().filter(|_| !self.is_folder)
    }

    /// The name and the files of a category; `None` for a `.json` file, which is not a list of
    /// documents.
    fn into_sample(self) -> Option<(String, Vec<Arc<NamedBytes>>)> {
        let name = self.path.file_name()?.to_string_lossy().into_owned();
        if !self.is_folder && name.ends_with(".json") {
            return None;
        }
        let stem = name
            .split('.')
            .find(|part| !part.is_empty())
            .filter(|_| !self.is_folder);
        Some((stem.unwrap_or(&name).to_owned(), self.files))
    }
}

/// A study that was read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub study: Box<Study>,
    /// Its file; `None` for a study that has never been saved.
    pub path: Option<PathBuf>,
    /// When that file was last written before it was read; `None` where that is unknown.
    pub modified: Option<FileTime>,
}

/// A finished save of the study.
#[derive(Debug)]
pub(crate) struct Save {
    pub path: PathBuf,
    /// The window's number of the save; see `App::saves`.
    pub number: u64,
    /// The edit count of the state to be saved.
    pub edits: u64,
    pub outcome: Result<SaveOutcome, String>,
}

/// A backup left by a crash, with changes that the study's file lacks.
#[derive(Debug)]
pub(crate) struct Left {
    /// The study's file; `None` for an untitled study.
    pub path: Option<PathBuf>,
    /// The file to recover from.
    pub from: PathBuf,
    /// Why the study's file cannot be read, if so.
    pub problem: Option<String>,
}

/// Messages from outside the frame.
pub(crate) enum Incoming {
    /// A job's result.
    JobDone(JobResult),
    /// Files to be imported.
    Files(Vec<PathBuf>, Vec<Arc<NamedBytes>>),
    /// The next message holds the files named in a link.
    LinkedNext,
    /// The files named in a link cannot be loaded, for this reason.
    NothingLinked(String),
    /// A tokenizer, if there is one, and samples of categories by their names.
    Tokenizer(
        Option<(PathBuf, Arc<NamedBytes>)>,
        Vec<(String, Vec<Arc<NamedBytes>>)>,
    ),
    /// The text of a surrogate file.
    Surrogates(String),
    /// A study.
    Opened(Opened),
    /// A backup left by a crash.
    Left(Left),
    /// A study recovered from this backup.
    Recovered(Opened, PathBuf),
    /// The file to save the study to; `None` if the user cancelled.
    SaveTo(Option<PathBuf>),
    /// The study was saved, or could not be.
    Saved(Save),
    /// A backup of unsaved changes was written, or could not be.
    Autosaved(Result<(), String>),
    /// A message for the status bar.
    Told(String),
    /// A request of the page around the window.
    PageRequested(PageRequest),
}

impl Incoming {
    /// Whether it holds data from a file.
    pub fn is_of_files(&self) -> bool {
        use Incoming::{Files, Opened, Recovered, Surrogates, Tokenizer};
        matches!(
            self,
            Files(..) | Opened(_) | Recovered(..) | Surrogates(_) | Tokenizer(..)
        )
    }
}

/// Sends messages to the window and wakes it.
#[derive(Clone)]
pub(crate) struct Inbox {
    pub sender: Sender<Incoming>,
    pub wake: egui::Context,
}

impl Inbox {
    /// Sends and wakes.
    pub fn send(&self, incoming: Incoming) {
        // After the window is gone, nothing receives the message.
        let _ = self.sender.send(incoming);
        self.wake.request_repaint();
    }
}

/// The kind of a file; a damaged study is recognised by its name.
pub(crate) fn kind_of(path: &Path, bytes: &[u8]) -> FileKind {
    let is_called_study = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().ends_with(".mixlens.json"));
    if is_called_study {
        FileKind::Study
    } else {
        FileKind::of(bytes)
    }
}

/// A study, surrogates or a tokenizer when there is one file that holds them; a tokenizer with
/// samples when there are folders or one of several files is a tokenizer; run tables otherwise.
pub(crate) fn classify_files(
    items: Vec<Item>,
    purpose: Purpose,
    study: impl FnOnce(&Item, &NamedBytes) -> Incoming,
) -> Incoming {
    if let [item] = &*items
        && let Some(file) = item.file()
    {
        match kind_of(&item.path, &file.bytes) {
            FileKind::Study => return study(item, file),
            FileKind::Surrogates => {
                return Incoming::Surrogates(String::from_utf8_lossy(&file.bytes).into_owned());
            }
            FileKind::Tokenizer | FileKind::Runs => {}
        }
    }
    let is_tokenizer = |item: &Item| {
        item.file()
            .is_some_and(|file| purpose == Purpose::Tokenizer || looks_like_tokenizer(&file.bytes))
    };
    let (tokenizers, others): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_tokenizer);
    if tokenizers.is_empty()
        && purpose == Purpose::Open
        && !others.iter().any(|item| item.is_folder)
    {
        let (paths, files): (_, Vec<_>) = others
            .into_iter()
            .map(|item| (item.path, item.files))
            .unzip();
        return Incoming::Files(paths, files.concat());
    }
    // Several forms of one tokenizer are equivalent, so the first is used.
    let tokenizer = tokenizers
        .into_iter()
        .next()
        .and_then(|item| Some((item.path, item.files.into_iter().next()?)));
    Incoming::Tokenizer(
        tokenizer,
        others.into_iter().filter_map(Item::into_sample).collect(),
    )
}

/// A study that was read, or why it could not be.
pub(crate) fn open_result(
    path: PathBuf,
    modified: Option<FileTime>,
    study: Result<Study, StudyError>,
) -> Incoming {
    match study {
        Ok(study) => Incoming::Opened(Opened {
            study: Box::new(study),
            path: Some(path),
            modified,
        }),
        Err(problem) => Incoming::Told(format!(
            "{problem}; the file was left untouched: \"{}\"",
            path.display()
        )),
    }
}

/// A recovered study, or why it cannot be recovered.
pub(crate) fn recovered(
    left: Left,
    modified: Option<FileTime>,
    study: Result<Study, StudyError>,
) -> Incoming {
    match study {
        Ok(study) => Incoming::Recovered(
            Opened {
                study: Box::new(study),
                path: left.path,
                modified,
            },
            left.from,
        ),
        Err(problem) => Incoming::Told(problem.to_string()),
    }
}
