//! Studies on disk. All access goes through the formats crate; in a browser every call fails with a
//! message.

use std::path::Path;

use mixlens_formats::{
    NamedBytes, SaveOrder, SaveOutcome, WriteError, modified_secs, write_atomically, write_in_order,
};

use super::{FoundFile, Recovery, SavedStudy, autosave_path, backup_path, parse_study, recovery};
use crate::{Study, StudyError};

/// Saves a study in its state at `order`, whole or not at all; the replaced file stays as `.bak`. A
/// newer state that has been saved in the meantime stays.
///
/// # Errors
/// [`WriteError`] with the path, the reason and what to do; the file is then unchanged.
pub fn save_study(
    study: &SavedStudy,
    path: &Path,
    order: SaveOrder,
) -> Result<SaveOutcome, WriteError> {
    write_in_order(
        path,
        Some(&backup_path(path)),
        study.to_text().as_bytes(),
        order,
    )
}

/// Saves a study next to its file, or in `folder` when it has none, for recovery after a crash.
///
/// # Errors
/// As [`save_study`].
pub fn save_autosave(
    study: &SavedStudy,
    path: Option<&Path>,
    folder: &Path,
) -> Result<(), WriteError> {
    write_atomically(autosave_path(path, folder), study.to_text().as_bytes())
}

/// Opens a saved study. Nothing on disk is changed.
///
/// # Errors
/// [`StudyError::Import`] when the file cannot be read, else those of [`parse_study`].
pub fn open_study(path: &Path) -> Result<Study, StudyError> {
    read_study(NamedBytes::read(path)?)
}

/// Opens the content of a saved study, from any source.
///
/// # Errors
/// Those of [`parse_study`]; text that is not UTF-8 is no study.
pub fn read_study(file: NamedBytes) -> Result<Study, StudyError> {
    parse_study(&text_of(file)?)
}

/// Decides how to recover the study at `path` (or the untitled one in `folder`), from the files on
/// disk.
pub fn find_recovery(path: Option<&Path>, folder: &Path) -> Recovery {
    let found = |path: &Path| {
        let bytes = NamedBytes::read(path).ok()?;
        let modified = modified_secs(path);
        Some(match text_of(bytes) {
            Ok(text) => FoundFile::new(text, modified),
            Err(problem) => FoundFile {
                text: String::new(),
                modified_secs: modified,
                problem: Some(problem.to_string()),
            },
        })
    };
    let saved = path.and_then(found);
    let autosave = found(&autosave_path(path, folder));
    // Read only where the study itself is damaged: reading a study takes time.
    let is_damaged = saved.as_ref().is_some_and(|saved| saved.problem.is_some());
    let backup = path
        .filter(|_| is_damaged)
        .and_then(|path| found(&backup_path(path)));
    recovery(saved.as_ref(), autosave.as_ref(), backup.as_ref())
}

fn text_of(file: NamedBytes) -> Result<String, StudyError> {
    String::from_utf8(file.bytes).map_err(|problem| StudyError::BadFile {
        problem: problem.to_string(),
    })
}
