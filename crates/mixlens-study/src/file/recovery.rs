//! Autosave and backup of a saved study, and recovery after a crash.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The extension of saved studies.
const ENDING: &str = ".mixlens.json";

/// The copy of the file that a save has replaced: `runs.mixlens.json.bak`.
pub fn backup_path(study: &Path) -> PathBuf {
    with_ending(study, ".bak")
}

/// The path of the autosave: next to the study's file, or `untitled` in `folder` when it has none.
pub fn autosave_path(study: Option<&Path>, folder: &Path) -> PathBuf {
    match study {
        Some(path) => with_ending(path, ".autosave"),
        None => folder.join(format!("untitled{ENDING}.autosave")),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(ending);
    PathBuf::from(name)
}

/// A file found on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// The content.
    pub text: String,
    /// Time of the last write, in seconds since 1970, where the system reports it.
    pub modified_secs: Option<u64>,
    /// Why the file is no readable study; `None` when it is one.
    pub problem: Option<String>,
}

impl FoundFile {
    /// A file with this text.
    pub fn new(text: impl Into<String>, modified_secs: Option<u64>) -> Self {
        let text = text.into();
        let problem = super::parse_study(&text)
            .err()
            .map(|problem| problem.to_string());
        Self {
            text,
            modified_secs,
            problem,
        }
    }
}

/// What to do when a study is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Open the file as usual; its autosave is older or the same.
    OpenSaved,
    /// Offer the autosave, which holds unsaved changes.
    OfferAutosave,
    /// The file is damaged; offer the backup of the last save.
    OfferBackup {
        /// What is wrong with the file.
        problem: String,
    },
    /// The file is damaged and there is no backup. It is left unchanged.
    Refuse {
        /// What is wrong with the file.
        problem: String,
    },
    /// There is no file at all.
    Nothing,
}

/// Decides between a saved study, its autosave and its backup; each `None` where there is no such
/// file.
///
/// A readable autosave is offered when the study is missing or damaged, or when it differs and was
/// not written before the study (where the system does not report times: when it differs).
pub fn recovery(
    saved: Option<&FoundFile>,
    autosave: Option<&FoundFile>,
    backup: Option<&FoundFile>,
) -> Recovery {
    let readable = |found: &&FoundFile| found.problem.is_none();
    let saved_problem = saved.and_then(|saved| saved.problem.clone());
    let is_newer = |autosave: &FoundFile| match saved {
        Some(saved) if saved.problem.is_none() => {
            let is_older = saved
                .modified_secs
                .zip(autosave.modified_secs)
                .is_some_and(|(saved_secs, autosave_secs)| autosave_secs < saved_secs);
            autosave.text != saved.text && !is_older
        }
        _ => true,
    };
    if autosave.filter(readable).is_some_and(is_newer) {
        return Recovery::OfferAutosave;
    }
    match (saved, saved_problem) {
        (Some(_), None) => Recovery::OpenSaved,
        (_, Some(problem)) if backup.filter(readable).is_some() => {
            Recovery::OfferBackup { problem }
        }
        (_, Some(problem)) => Recovery::Refuse { problem },
        (None, None) => Recovery::Nothing,
    }
}
