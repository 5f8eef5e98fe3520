//! [`write_atomically`]: the whole file or none of it.
//!
//! A save goes through a *neighbour*: a new file beside the target, under a random name that
//! nothing has, with the target's permissions before the first byte. The neighbour is filled,
//! flushed to disk and renamed over the target. No name is ever freed for another process to take,
//! and nothing is written to a file that was there before.
//!
//! Saves of one file take turns, between threads by a mutex and between processes by a lock on the
//! folder. A lock that cannot be had (a file system without locks, a process that holds it for
//! long) costs the order of the saves, never a whole file.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::WriteError;

/// When a file was last modified, by the clock of the system that keeps it.
pub type FileTime = SystemTime;

/// Which of two states is the newer one: taken together with the state that is to be saved, however
/// long writing takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SaveOrder {
    /// Counts the saves of this process.
    number: u64,
    /// Compares with the saves of other processes; browsers, which have no files, have no such
    /// clock either.
    time: Option<FileTime>,
}

impl SaveOrder {
    /// After every order that was taken before.
    pub fn now() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let time = (!cfg!(target_family = "wasm")).then(SystemTime::now);
        Self {
            number: NUMBER.fetch_add(1, Ordering::SeqCst),
            time,
        }
    }
}

/// How a save ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveOutcome {
    /// The file holds what was to be saved.
    Saved {
        /// When the file that was replaced had been written; `None` for a new file.
        replaced: Option<FileTime>,
        /// When the file was written, by its modification time.
        written: Option<FileTime>,
    },
    /// This process saved a newer state of the same file meanwhile, which stays.
    Superseded,
    /// Another process saved the same file after this state had been taken; that stays.
    SupersededElsewhere,
}

/// Writes `bytes` to `path`: to a new neighbour first, flushed to disk, then renamed over `path`.
///
/// Whoever reads `path` sees the old file or the new one, never a part; where writing fails the old
/// file stays and the new one is removed. Of several saves of one file, the one that began last
/// stays. A link is followed, also one to a file that does not exist yet. Permissions of an
/// existing file are kept, its owner and group where the system allows that; where the group cannot
/// be kept it gets no more rights than everybody has. Other names of the same file (hard links)
/// keep the old content. What is no regular file (`/dev/stdout`) is written directly. Neighbours
/// that killed processes left are removed.
///
/// # Errors
/// [`WriteError`] with the path, the system's reason and what to do.
pub fn write_atomically(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), WriteError> {
    write(path.as_ref(), None, bytes, SaveOrder::now()).map(drop)
}

/// [`write_atomically`], with the file that is replaced kept at `backup` (which is replaced whole,
/// too).
///
/// Whenever the process ends, there is an old or a new file at `path`, and no part of one at
/// `backup`.
///
/// # Errors
/// As [`write_atomically`], also when the backup cannot be made.
pub fn write_with_backup(
    path: impl AsRef<Path>,
    backup: impl AsRef<Path>,
    bytes: &[u8],
) -> Result<SaveOutcome, WriteError> {
    write_in_order(path, Some(backup.as_ref()), bytes, SaveOrder::now())
}

/// [`write_atomically`] or [`write_with_backup`] for a state that was taken at `order`: a newer one
/// that is there already stays.
///
/// # Errors
/// As those.
pub fn write_in_order(
    path: impl AsRef<Path>,
    backup: Option<&Path>,
    bytes: &[u8],
    order: SaveOrder,
) -> Result<SaveOutcome, WriteError> {
    write(path.as_ref(), backup, bytes, order)
}

/// When a file was last written; `None` where there is no file or the system does not report it.
pub fn modified(path: impl AsRef<Path>) -> Option<FileTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// The same in seconds since 1970.
pub fn modified_secs(path: impl AsRef<Path>) -> Option<u64> {
    modified(path)?
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .map(|since| since.as_secs())
}

/// Whether [`write_atomically`] could write to `path` now, to be asked before hours are spent on
/// what to write.
///
/// # Errors
/// The [`WriteError`] that writing would give.
pub fn check_writable(path: impl AsRef<Path>) -> Result<(), WriteError> {
    let path = path.as_ref();
    let check = || {
        let target = target_of(path)?;
        match Existing::at(&target)? {
            Existing::Special => Ok(()),
            Existing::Nothing => Neighbour::create(&target, None).map(drop),
            Existing::Regular(metadata) => Neighbour::create(&target, Some(&metadata)).map(drop),
        }
    };
    check().map_err(|error| write_error(path, &error))
}

/// What there is at a path before it is written to.
enum Existing {
    Nothing,
    Regular(Metadata),
    /// A device or a pipe.
    Special,
}

impl Existing {
    /// Fails for what cannot be replaced: a folder, or a file that is read-only.
    fn at(target: &Path) -> io::Result<Self> {
        match fs::metadata(target) {
            Err(_) => Ok(Self::Nothing),
            Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => Ok(Self::Special),
            Ok(metadata) if metadata.permissions().readonly() => {
                Err(io::ErrorKind::PermissionDenied.into())
            }
            Ok(metadata) => Ok(Self::Regular(metadata)),
        }
    }
}

/// The file that a path means: links followed, the last one also to nothing.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    /// As many links in a row as Linux follows.
    const MAX_LINKS: u32 = 40;
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        if let Ok(file) = fs::canonicalize(&target) {
            return Ok(file);
        }
        match fs::read_link(&target) {
            // A relative link starts at the folder it stands in.
            Ok(link) => target = folder_of(&target).join(link),
            Err(_) => {
                let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
                return Ok(fs::canonicalize(folder_of(&target))?.join(name));
            }
        }
    }
    Err(io::Error::other("too many links in a row"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn write(
    path: &Path,
    backup: Option<&Path>,
    bytes: &[u8],
    order: SaveOrder,
) -> Result<SaveOutcome, WriteError> {
    let written = || {
        let target = target_of(path)?;
        let existing = match Existing::at(&target)? {
            Existing::Nothing => None,
            Existing::Regular(metadata) => Some(metadata),
            Existing::Special => {
                OpenOptions::new()
                    .write(true)
                    .open(&target)?
                    .write_all(bytes)?;
                return Ok(SaveOutcome::Saved {
                    replaced: None,
                    written: None,
                });
            }
        };
        // What takes long is done before the turn: only links and renames are left for it.
        let mut neighbour = Neighbour::create(&target, existing.as_ref())?;
        neighbour.fill(bytes, order.time)?;
        let outcome = in_turn(&target, |last| {
            replace(&target, backup, neighbour, order, last)
        })?;
        sync_folder(&target);
        Ok(outcome)
    };
    written().map_err(|error| write_error(path, &error))
}

/// Puts a filled neighbour in the target's stead, unless a newer state is there. `last` is the last
/// save by this process.
fn replace(
    target: &Path,
    backup: Option<&Path>,
    neighbour: Neighbour,
    order: SaveOrder,
    last: &mut Option<SaveOrder>,
) -> io::Result<SaveOutcome> {
    if last.is_some_and(|last| last > order) {
        return Ok(SaveOutcome::Superseded);
    }
    // A time to come is a clock that went wrong, no newer save.
    let is_newer = |replaced: &FileTime| {
        order
            .time
            .is_some_and(|time| *replaced > time && *replaced <= SystemTime::now())
    };
    let replaced = modified(target);
    if replaced.as_ref().is_some_and(is_newer) {
        return Ok(SaveOutcome::SupersededElsewhere);
    }
    if let (Some(_), Some(backup)) = (replaced, backup) {
        keep_copy(target, backup)?;
    }
    let written = neighbour.rename_over(target)?;
    *last = Some(order);
    Ok(SaveOutcome::Saved { replaced, written })
}

/// Runs `save` while no other save of `target` runs, in this process or in another.
///
/// The first save of a file by a process removes what killed processes left beside it.
fn in_turn<T>(
    target: &Path,
    save: impl FnOnce(&mut Option<SaveOrder>) -> io::Result<T>,
) -> io::Result<T> {
    static FILES: Mutex<BTreeMap<PathBuf, Arc<Mutex<Option<SaveOrder>>>>> =
        Mutex::new(BTreeMap::new());
    // A panic in another save left the map and the order as they were before it.
    let last = {
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(files.entry(target.to_owned()).or_default())
    };
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let _until_saved = lock_folder(folder_of(target));
    if last.is_none() {
        remove_leftovers(target);
    }
    save(&mut last)
}

/// A lock on a folder, which ends with the file returned; `None` where there is none to be had.
fn lock_folder(folder: &Path) -> Option<File> {
    /// A turn takes milliseconds: a process that holds the lock for longer is suspended, or blocks
    /// this one on purpose.
    const PATIENCE: Duration = Duration::from_secs(2);
    const PAUSE: Duration = Duration::from_micros(200);
    let folder = File::open(folder).ok()?;
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        match folder.try_lock() {
            Ok(()) => return Some(folder),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(_)) => return None,
        }
        waited += PAUSE;
    }
    None
}

/// How many random names are tried; the second one is needed about never.
const MAX_NAMES: u32 = 100;

/// A new file beside a target, locked while it is in use; removed unless it is renamed.
struct Neighbour {
    path: PathBuf,
    file: File,
    is_renamed: bool,
}

impl Neighbour {
    /// An empty file with the permissions of `existing`, before anything is in it that others
    /// should not read.
    fn create(target: &Path, existing: Option<&Metadata>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        restrict(&mut options, existing);
        for _ in 0..MAX_NAMES {
            let path = neighbour_name(target)?;
            let file = match options.open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                opened => opened?,
            };
            let neighbour = Self {
                path,
                file,
                is_renamed: false,
            };
            // A process that removes leftovers may have found the file before it was locked. Where
            // files cannot be locked, leftovers are not removed either.
            let is_taken = matches!(neighbour.file.try_lock(), Err(TryLockError::WouldBlock));
            if is_taken || !neighbour.path.exists() {
                continue;
            }
            if let Some(existing) = existing {
                keep_access(&neighbour.file, existing)?;
            }
            return Ok(neighbour);
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Writes, dates and flushes to disk.
    fn fill(&mut self, bytes: &[u8], time: Option<FileTime>) -> io::Result<()> {
        self.file.write_all(bytes)?;
        if let Some(time) = time {
            // Not every file system can; other processes then see the time of writing.
            let _ = self.file.set_modified(time);
        }
        self.file.sync_all()
    }

    /// Takes the target's name; returns its modification time.
    fn rename_over(mut self, target: &Path) -> io::Result<Option<FileTime>> {
        fs::rename(&self.path, target)?;
        self.is_renamed = true;
        Ok(self
            .file
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok())
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        if !self.is_renamed {
            // What led here is what the user needs to hear; a leftover is the lesser harm, and the
            // next save removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Has a new file made with no more rights than the target gives, however wide the process's mask
/// is.
#[cfg(unix)]
fn restrict(options: &mut OpenOptions, existing: Option<&Metadata>) {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    if let Some(existing) = existing {
        // Nobody else until owner and group are right.
        options.mode(existing.permissions().mode() & 0o700);
    }
}

#[cfg(not(unix))]
fn restrict(_: &mut OpenOptions, _: Option<&Metadata>) {}

/// Gives a file the owner, group and permissions of `existing`, as far as the system allows.
#[cfg(unix)]
fn keep_access(file: &File, existing: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let new = file.metadata()?;
    let mut mode = existing.mode() & 0o777;
    if new.uid() != existing.uid() {
        // Only an administrator may give a file away; otherwise it belongs to this process's user.
        let _ = fchown(file, Some(existing.uid()), None);
    }
    if new.gid() != existing.gid() && fchown(file, None, Some(existing.gid())).is_err() {
        // The rights of the old group are not for the new one.
        mode = mode & 0o707 | (mode & 0o007) << 3;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_access(file: &File, existing: &Metadata) -> io::Result<()> {
    file.set_permissions(existing.permissions())
}

/// Puts a second name, or else a copy, of `target` at `backup`; `target` itself stays where it is.
fn keep_copy(target: &Path, backup: &Path) -> io::Result<()> {
    for _ in 0..MAX_NAMES {
        let name = neighbour_name(backup)?;
        // A second name costs nothing and is whole at once; not every file system has them.
        match fs::hard_link(target, &name) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(_) => return copy(target, backup),
        }
        let renamed = fs::rename(&name, backup);
        // Renaming one name of a file over another of the same file leaves both, so there may be
        // something to remove.
        let _ = fs::remove_file(&name);
        return renamed;
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn copy(target: &Path, backup: &Path) -> io::Result<()> {
    let mut original = File::open(target)?;
    let metadata = original.metadata()?;
    let mut neighbour = Neighbour::create(backup, Some(&metadata))?;
    io::copy(&mut original, &mut neighbour.file)?;
    neighbour.file.sync_all()?;
    neighbour.rename_over(backup).map(drop)
}

/// What the names of a target's neighbours begin with.
fn neighbour_prefix(target: &Path) -> io::Result<String> {
    /// Names have at most 255 bytes nearly everywhere; the random part has 37.
    const MAX_BYTES: usize = 200;
    let mut name = format!(
        ".{}",
        target
            .file_name()
            .ok_or(io::ErrorKind::InvalidInput)?
            .to_string_lossy()
    );
    name.truncate(name.floor_char_boundary(MAX_BYTES));
    name.push('.');
    Ok(name)
}

/// An unpredictable name beside `target`.
fn neighbour_name(target: &Path) -> io::Result<PathBuf> {
    // Every `RandomState` has separate keys, from the system's source of randomness.
    let random = || RandomState::new().hash_one(0);
    Ok(target.with_file_name(format!(
        "{}{:016x}{:016x}.tmp",
        neighbour_prefix(target)?,
        random(),
        random()
    )))
}

/// Removes neighbours of `target` that no process uses any more.
fn remove_leftovers(target: &Path) {
    let (Ok(prefix), Ok(entries)) = (neighbour_prefix(target), fs::read_dir(folder_of(target)))
    else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        // A number of up to three digits in the names of version 0.1.0, 32 hexadecimal digits
        // since.
        let tag = name
            .to_str()
            .and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".tmp"));
        let is_ours = tag.is_some_and(|tag| {
            let is_number =
                matches!(tag.len(), 1..=3) && tag.bytes().all(|byte| byte.is_ascii_digit());
            is_number || tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_unused(&entry.path());
        }
    }
}

/// Removes a neighbour unless a process that writes it holds its lock.
fn remove_unused(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    if file.try_lock().is_ok() {
        // Under the lock, so that the process that just made the file sees that it is gone.
        let _ = fs::remove_file(path);
    }
}

/// Asks the system to keep the rename over a power cut, where folders can be flushed.
fn sync_folder(target: &Path) {
    if let Ok(folder) = File::open(folder_of(target)) {
        // Not every system can flush a folder; the file itself is complete either way.
        let _ = folder.sync_all();
    }
}

fn write_error(path: &Path, error: &io::Error) -> WriteError {
    WriteError {
        path: path.to_owned(),
        reason: error.to_string(),
        advice: advice_for(path, error),
    }
}

fn advice_for(path: &Path, error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "create the folder first, or choose another path",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a path that you may write to, or change its permissions"
        }
        io::ErrorKind::IsADirectory => "name a file in the folder instead",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or choose another path"
        }
        _ if path.file_name().is_none() => "name a file",
        _ => "choose another path",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
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
        let (path, backup) = (
            folder.path().join("a.json"),
            folder.path().join("a.json.bak"),
        );
        for (written, kept) in [
            ("one", None),
            ("two", Some("one")),
            ("three", Some("two")),
            ("three", Some("three")),
        ] {
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
        assert!(
            message.starts_with("cannot write ") && message.contains("fit.json"),
            "{message}"
        );
        assert!(
            message.ends_with("create the folder first, or choose another path"),
            "{message}"
        );
        let message = write_atomically(folder.path(), b"x")
            .unwrap_err()
            .to_string();
        assert!(
            message.ends_with("name a file in the folder instead"),
            "{message}"
        );
        assert_eq!(names_in(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn asking_whether_a_file_can_be_written_tells_what_writing_would_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old.csv");
        fs::write(&old, "old").unwrap();
        for path in [
            &old,
            &folder.path().join("new.csv"),
            &folder.path().join("no/new.csv"),
            &folder.path().into(),
        ] {
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

    #[test]
    fn of_two_states_the_newer_one_stays_whichever_is_written_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.json");
        let (older, newer) = (SaveOrder::now(), SaveOrder::now());
        let saved = write_in_order(&path, None, b"newer", newer).unwrap();
        assert!(
            matches!(
                saved,
                SaveOutcome::Saved {
                    replaced: None,
                    written: Some(_)
                }
            ),
            "{saved:?}"
        );
        assert_eq!(
            write_in_order(&path, None, b"older", older),
            Ok(SaveOutcome::Superseded)
        );
        assert_eq!(fs::read(&path).unwrap(), b"newer");

        // As another process would have written it, after the order was taken and before the
        // writing.
        let other = folder.path().join("t.json");
        let order = SaveOrder::now();
        fs::write(&other, "from elsewhere").unwrap();
        File::options()
            .write(true)
            .open(&other)
            .unwrap()
            .set_modified(SystemTime::now())
            .unwrap();
        assert_eq!(
            write_in_order(&other, None, b"ours", order),
            Ok(SaveOutcome::SupersededElsewhere)
        );
        assert_eq!(fs::read(&other).unwrap(), b"from elsewhere");

        // A file of the future is a clock that went wrong.
        let future = SystemTime::now() + Duration::from_secs(3600);
        File::options()
            .write(true)
            .open(&other)
            .unwrap()
            .set_modified(future)
            .unwrap();
        write_atomically(&other, b"ours").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"ours");
        assert_eq!(names_in(folder.path()), ["s.json", "t.json"]);
    }

    #[test]
    fn what_killed_savers_left_blocks_nothing_and_is_removed_by_the_next_save() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.json");
        for number in 0..1000 {
            fs::write(folder.path().join(format!(".s.json.{number}.tmp")), "old").unwrap();
        }
        let in_use = folder.path().join(format!(".s.json.{:032x}.tmp", 7));
        let lock = File::create(&in_use).unwrap();
        lock.lock().unwrap();
        for name in [
            format!(".s.json.{:032x}.tmp", 8),
            ".s.json.mine.tmp".to_owned(),
            ".t.json.0.tmp".to_owned(),
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        write_atomically(&path, b"new").unwrap();
        let in_use = in_use.file_name().unwrap().to_str().unwrap();
        assert_eq!(
            names_in(folder.path()),
            [in_use, ".s.json.mine.tmp", ".t.json.0.tmp", "s.json"]
        );
    }

    #[test]
    fn a_long_name_can_be_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ä".repeat(127));
        write_with_backup(&path, folder.path().join("kept"), b"x").unwrap();
        write_with_backup(&path, folder.path().join("kept"), b"y").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"y");
        assert_eq!(names_in(folder.path()).len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_reads_a_private_file_while_it_is_written_and_its_rights_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private.json");
        let mode_of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for mode in [0o600, 0o640, 0o664, 0o700] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let existing = fs::metadata(&path).unwrap();
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            restrict(&mut options, Some(&existing));
            let first = folder.path().join("first");
            drop(options.open(&first).unwrap());
            assert_eq!(
                mode_of(&first),
                mode & 0o700,
                "before the owner and the group are right"
            );
            fs::remove_file(first).unwrap();
            let neighbour = Neighbour::create(&path, Some(&existing)).unwrap();
            assert_eq!(mode_of(&neighbour.path), mode, "before anything is in it");
            drop(neighbour);
            write_atomically(&path, b"new").unwrap();
            assert_eq!(mode_of(&path), mode);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_stay_links() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).unwrap();
        fs::write(at("deep/there"), "old").unwrap();
        symlink("deep/there", at("to-old")).unwrap();
        symlink("deep/new", at("to-nothing")).unwrap();
        symlink("to-nothing", at("twice")).unwrap();
        symlink("circle", at("circle")).unwrap();
        write_atomically(at("to-old"), b"1").unwrap();
        write_atomically(at("twice"), b"2").unwrap();
        assert_eq!(fs::read(at("deep/there")).unwrap(), b"1");
        assert_eq!(fs::read(at("deep/new")).unwrap(), b"2");
        for link in ["to-old", "to-nothing", "twice"] {
            assert!(
                fs::symlink_metadata(at(link)).unwrap().is_symlink(),
                "{link}"
            );
        }
        assert!(write_atomically(at("circle"), b"3").is_err());
    }
}
