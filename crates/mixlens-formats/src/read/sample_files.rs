//! [`sample_files`]: the files that paths stand for.

use std::path::{Path, PathBuf};

use crate::ImportError;

/// The files at `paths`, and those in folders at any depth, sorted by name; hidden entries of folders are left out.
///
/// # Errors
/// [`ImportError::Unreadable`], and [`ImportError::NoFiles`] where there is no file.
pub fn sample_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        gather(path, &mut files)?;
    }
    if files.is_empty() { Err(ImportError::NoFiles) } else { Ok(files) }
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let unreadable =
        |error: std::io::Error| ImportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    entries.iter().try_for_each(|entry| gather(entry, files))
}
