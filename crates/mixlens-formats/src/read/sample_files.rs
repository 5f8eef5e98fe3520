//! [`sample_files`]: the files at paths, and in folders at paths.

use std::collections::BTreeSet;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use crate::ImportError;

/// The files at `paths`, and those in folders at any depth, sorted by name; hidden entries of
/// folders are left out.
///
/// Links are followed. A folder that several links lead to is read once for each of `paths`, so
/// that links in a circle end.
///
/// # Errors
/// [`ImportError::Unreadable`], also for a pipe or a device in a folder, which might never end; and
/// [`ImportError::NoFiles`] where there is no file.
pub fn sample_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        let unreadable = |error| unreadable(path, &error);
        if std::fs::metadata(path).map_err(unreadable)?.is_dir() {
            gather(path, &mut BTreeSet::new(), &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        Err(ImportError::NoFiles)
    } else {
        Ok(files)
    }
}

/// Adds the files of a folder that was not `seen` yet.
fn gather(
    folder: &Path,
    seen: &mut BTreeSet<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), ImportError> {
    let in_folder = |error| unreadable(folder, &error);
    if !seen.insert(folder.canonicalize().map_err(in_folder)?) {
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(in_folder)? {
        let entry = entry.map_err(in_folder)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    for entry in entries {
        let kind = std::fs::metadata(&entry)
            .map_err(|error| unreadable(&entry, &error))?
            .file_type();
        if kind.is_dir() {
            gather(&entry, seen, files)?;
        } else if kind.is_file() {
            files.push(entry);
        } else {
            return Err(unreadable(&entry, &no_file(kind)));
        }
    }
    Ok(())
}

fn no_file(kind: FileType) -> io::Error {
    let what = if is_pipe(kind) {
        "a pipe"
    } else {
        "a device or a socket"
    };
    io::Error::other(format!(
        "expected files and folders, found {what}; move it out of the folder, or name it separately"
    ))
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

fn unreadable(path: &Path, error: &io::Error) -> ImportError {
    ImportError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
