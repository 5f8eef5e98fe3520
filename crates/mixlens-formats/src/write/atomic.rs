//! [`write_atomically`]: the whole file or none of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::WriteError;

/// Writes `bytes` to `path`: to a temporary neighbour first, flushed to disk, then renamed over `path`.
///
/// Whoever reads `path` sees the old file or the new one, never a part; where writing fails the old file stays and the
/// temporary one is removed. A link is followed, permissions of an existing file are kept. What is no regular file
/// (`/dev/stdout`) is written directly.
///
/// # Errors
/// [`WriteError`] with the path, the system's reason and what to do.
pub fn write_atomically(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), WriteError> {
    let path = path.as_ref();
    write(path, None, bytes).map_err(|error| write_error(path, &error))
}

/// [`write_atomically`], with the file that is replaced kept at `backup` (which is replaced whole, too).
///
/// Whenever the process ends, there is an old or a new file at `path`, and no part of one at `backup`.
///
/// # Errors
/// As [`write_atomically`], also when the backup cannot be made.
pub fn write_with_backup(path: impl AsRef<Path>, backup: impl AsRef<Path>, bytes: &[u8]) -> Result<(), WriteError> {
    let path = path.as_ref();
    write(path, Some(backup.as_ref()), bytes).map_err(|error| write_error(path, &error))
}

/// When a file was last written, in seconds since 1970; `None` where there is no file or the system does not tell.
pub fn modified_secs(path: impl AsRef<Path>) -> Option<u64> {
    let modified = fs::metadata(path).ok()?.modified().ok()?;
    modified.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// Whether [`write_atomically`] could write to `path` now, to be asked before hours are spent on what to write.
///
/// # Errors
/// The [`WriteError`] that writing would give.
pub fn check_writable(path: impl AsRef<Path>) -> Result<(), WriteError> {
    let path = path.as_ref();
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let check = || match kind_of(&target)? {
        Kind::Special => Ok(()),
        Kind::New | Kind::Regular(_) => create_neighbour(&target).and_then(|(temporary, _)| fs::remove_file(temporary)),
    };
    check().map_err(|error| write_error(path, &error))
}

/// What there is at a path before it is written to.
enum Kind {
    New,
    Regular(fs::Metadata),
    /// A device or a pipe.
    Special,
}

/// Fails for what cannot be replaced: a folder, or a file that is read-only.
fn kind_of(target: &Path) -> io::Result<Kind> {
    match fs::metadata(target) {
        Err(_) => Ok(Kind::New),
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => Ok(Kind::Special),
        Ok(metadata) if metadata.permissions().readonly() => Err(io::ErrorKind::PermissionDenied.into()),
        Ok(metadata) => Ok(Kind::Regular(metadata)),
    }
}

fn write(path: &Path, backup: Option<&Path>, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = match kind_of(&target)? {
        Kind::New => None,
        Kind::Regular(metadata) => Some(metadata),
        Kind::Special => return OpenOptions::new().write(true).open(&target)?.write_all(bytes),
    };
    let (temporary, file) = create_neighbour(&target)?;
    let finished = fill(file, bytes)
        .and_then(|()| match (&existing, backup) {
            (Some(_), Some(backup)) => keep_copy(&target, backup),
            _ => Ok(()),
        })
        .and_then(|()| existing.map_or(Ok(()), |metadata| fs::set_permissions(&temporary, metadata.permissions())))
        .and_then(|()| fs::rename(&temporary, &target));
    if finished.is_err() {
        // The reason for the failure is what the user needs; a leftover neighbour is the lesser harm.
        let _ = fs::remove_file(&temporary);
    }
    finished?;
    sync_folder(&target);
    Ok(())
}

/// Writes and flushes to disk; the file is closed on return, as renaming needs on some systems.
fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts a second name, or else a copy, of `target` at `backup`; `target` itself stays where it is.
fn keep_copy(target: &Path, backup: &Path) -> io::Result<()> {
    // The file is closed at once: only its name, which nobody else has, is wanted.
    let (temporary, _) = create_neighbour(backup)?;
    fs::remove_file(&temporary)?;
    // A second name costs nothing and is whole at once; not every file system has them.
    let copied = fs::hard_link(target, &temporary).or_else(|_| {
        fs::copy(target, &temporary)?;
        File::open(&temporary)?.sync_all()
    });
    let finished = copied.and_then(|()| fs::rename(&temporary, backup));
    // Renaming one name of a file over another of the same file leaves both, so there may be something to remove.
    let _ = fs::remove_file(&temporary);
    finished
}

/// A new, empty file beside `target`, under a name that nothing has.
fn create_neighbour(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    for attempt in 0..1000_u32 {
        let neighbour = target.with_file_name(format!(".{name}.{attempt}.tmp"));
        match OpenOptions::new().write(true).create_new(true).open(&neighbour) {
            Ok(file) => return Ok((neighbour, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Asks the system to keep the rename over a power cut, where folders can be flushed.
fn sync_folder(target: &Path) {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        // Not every system can flush a folder; the file itself is complete either way.
        let _ = folder.sync_all();
    }
}

fn write_error(path: &Path, error: &io::Error) -> WriteError {
    WriteError { path: path.to_owned(), reason: error.to_string(), advice: advice_for(path, error) }
}

fn advice_for(path: &Path, error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "create the folder first, or choose another place",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a place that you may write to, or change its permissions"
        }
        io::ErrorKind::IsADirectory => "name a file in the folder instead",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, or choose another place",
        _ if path.file_name().is_none() => "name a file",
        _ => "choose another place",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fit.json");
        write_atomically(&path, b"a longer first version").unwrap();
        write_atomically(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names_in(folder.path()), ["fit.json"]);
    }

    #[test]
    fn what_was_replaced_stays_as_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let (path, backup) = (folder.path().join("a.json"), folder.path().join("a.json.bak"));
        for (written, kept) in [("one", None), ("two", Some("one")), ("three", Some("two")), ("three", Some("three"))] {
            write_with_backup(&path, &backup, written.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), written);
            assert_eq!(fs::read_to_string(&backup).ok().as_deref(), kept);
            assert!(modified_secs(&path).is_some_and(|secs| secs > 1_700_000_000));
        }
        assert_eq!(names_in(folder.path()), ["a.json", "a.json.bak"]);
        assert_eq!(modified_secs(folder.path().join("none")), None);
    }

    #[test]
    fn a_backup_that_cannot_be_made_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "old").unwrap();
        assert!(write_with_backup(&path, folder.path().join("no/a.bak"), b"new").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names_in(folder.path()), ["a.json"]);
    }

    #[test]
    fn unwritable_output_names_the_path_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such/folder/fit.json");
        let message = write_atomically(&missing, b"x").unwrap_err().to_string();
        assert!(message.starts_with("cannot write ") && message.contains("fit.json"), "{message}");
        assert!(message.ends_with("create the folder first, or choose another place"), "{message}");
        let message = write_atomically(folder.path(), b"x").unwrap_err().to_string();
        assert!(message.ends_with("name a file in the folder instead"), "{message}");
        assert_eq!(names_in(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn asking_whether_a_file_can_be_written_tells_what_writing_would_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old.csv");
        fs::write(&old, "old").unwrap();
        for path in [&old, &folder.path().join("new.csv"), &folder.path().join("no/new.csv"), &folder.path().into()] {
            let asked = check_writable(path);
            assert_eq!(names_in(folder.path()), ["old.csv"]);
            assert_eq!(fs::read_to_string(&old).unwrap(), "old");
            assert_eq!(asked, write_atomically(path, b"old"));
            let _ = fs::remove_file(folder.path().join("new.csv"));
        }
    }

    #[test]
    fn a_read_only_file_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.csv");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let message = write_atomically(&path, b"new").unwrap_err().to_string();
        assert!(message.contains("you may write to"), "{message}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names_in(folder.path()), ["kept.csv"]);
    }
}
