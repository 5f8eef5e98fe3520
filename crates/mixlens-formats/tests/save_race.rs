//! Several threads and processes save one file while others read it: nobody sees a part, no save
//! fails, the newest stays.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests may unwrap, and a child prints"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

use mixlens_formats::{SaveOrder, SaveOutcome, write_in_order, write_with_backup};

/// Where a child saves; set only for children.
const PATH: &str = "MIXLENS_TEST_RACE";
const PROCESSES: usize = 2;
const THREADS: usize = 2;
/// Saves in all: of the threads of this process and of two other processes.
const SAVES: usize = 100_000;
const SAVES_EACH: usize = SAVES / (PROCESSES + THREADS);
const LETTERS: usize = 2_000;

/// A file that tells whether it is whole, and when its state was taken: digits, then one letter
/// over and over.
fn content(letter: u8, taken: u128) -> Vec<u8> {
    let mut bytes = format!("{taken:040}").into_bytes();
    bytes.resize(bytes.len() + LETTERS, letter);
    bytes
}

/// When the state of a whole file was taken; `None` for a part.
fn taken(bytes: &[u8]) -> Option<u128> {
    let (digits, letters) = bytes.split_at_checked(40)?;
    let is_whole = letters.len() == LETTERS && letters.windows(2).all(|pair| pair[0] == pair[1]);
    std::str::from_utf8(digits)
        .ok()?
        .parse()
        .ok()
        .filter(|_| is_whole)
}

fn now() -> u128 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_nanos()
}

fn backup_of(path: &Path) -> PathBuf {
    path.with_extension("json.bak")
}

/// Saves again and again; fails with the first failed save. Returns the time at which the last
/// state was taken.
fn save_often(path: &Path, letter: u8, saves: usize) -> u128 {
    let mut last = 0;
    for _ in 0..saves {
        last = now();
        write_with_backup(path, backup_of(path), &content(letter, last)).expect("no save fails");
    }
    last
}

/// A folder in memory where there is one, so that the race is about names and not about a disk.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn child(path: &Path, letter: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "savers_and_readers_never_meet_a_part",
            "--nocapture",
        ])
        .env(PATH, format!("{letter} {}", path.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn savers_and_readers_never_meet_a_part() {
    if let Ok(task) = std::env::var(PATH) {
        let (letter, path) = task.split_once(' ').unwrap();
        let last = save_often(
            Path::new(path),
            b'a' + letter.parse::<u8>().unwrap(),
            SAVES_EACH,
        );
        println!("last={last}");
        return;
    }
    let folder = folder();
    let path = folder.path().join("study.mixlens.json");
    std::fs::write(&path, content(b'z', 0)).unwrap();
    let (is_done, reads) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut newest = 0;
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                let saved = std::fs::read(&path).expect("there is always a file");
                assert!(
                    taken(&saved).is_some(),
                    "a part of a study with {} bytes",
                    saved.len()
                );
                if let Ok(kept) = std::fs::read(backup_of(&path)) {
                    assert!(
                        taken(&kept).is_some(),
                        "a part of a backup with {} bytes",
                        kept.len()
                    );
                }
                reads.fetch_add(1, Ordering::Relaxed);
            }
        });
        let children: Vec<Child> = (0..PROCESSES).map(|letter| child(&path, letter)).collect();
        let savers: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn({
                    let path = &path;
                    move || save_often(path, b'm' + thread as u8, SAVES_EACH)
                })
            })
            .collect();
        newest = savers
            .into_iter()
            .map(|saver| saver.join().unwrap())
            .max()
            .unwrap();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "a save of another process failed");
            let text = String::from_utf8(output.stdout).unwrap();
            let last = text
                .lines()
                .find_map(|line| line.strip_prefix("last="))
                .expect("the child ends with its last save");
            newest = newest.max(last.parse().unwrap());
        }
        is_done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    assert!(
        reads.load(Ordering::Relaxed) > 1_000,
        "the reader was there"
    );
    // The state was taken a little before its save began, so two savers may be told apart only by
    // the time between.
    let stays = taken(&std::fs::read(&path).unwrap()).unwrap();
    assert!(
        newest - stays < 10_000_000,
        "the newest state stays: {newest}, found {stays}"
    );
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["study.mixlens.json", "study.mixlens.json.bak"],
        "nothing is left beside them"
    );
}

#[test]
fn the_newer_of_two_states_that_are_saved_at_once_stays() {
    let folder = folder();
    let path = folder.path().join("study.mixlens.json");
    let large = |letter: u8| vec![letter; 1 << 20];
    for _ in 0..200 {
        let (older, newer) = (SaveOrder::now(), SaveOrder::now());
        let save = |letter, order| {
            write_in_order(&path, Some(&backup_of(&path)), &large(letter), order).unwrap()
        };
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(|| save(b'a', older));
            let second = scope.spawn(|| save(b'b', newer));
            (first.join().unwrap(), second.join().unwrap())
        });
        assert!(
            matches!(second, SaveOutcome::Saved { .. }),
            "{first:?} {second:?}"
        );
        assert!(
            std::fs::read(&path).unwrap() == large(b'b'),
            "{first:?} {second:?}"
        );
    }
}
