//! A process that is killed while it saves leaves the old file or the new one, never a part and
//! never neither.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use mixlens_formats::write_with_backup;

/// Where the child saves; set only for the child.
const PATH: &str = "MIXLENS_TEST_SAVE_TO";
/// Large enough that a kill often lands inside the writing.
const BYTES: usize = 4 << 20;

/// A file that tells whether it is whole: one letter, over and over, and a full stop.
fn content(letter: u8) -> Vec<u8> {
    let mut bytes = vec![letter; BYTES];
    bytes.push(b'.');
    bytes
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some((b'.', [first, rest @ ..])) = bytes.split_last() else {
        return false;
    };
    bytes.len() == BYTES + 1 && rest.iter().all(|byte| byte == first)
}

#[test]
fn a_save_that_is_killed_leaves_the_old_or_the_new_file() {
    if let Some(path) = std::env::var_os(PATH) {
        save_for_ever(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (
        folder.path().join("study.mixlens.json"),
        folder.path().join("study.mixlens.json.bak"),
    );
    std::fs::write(&path, content(b'a')).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..30_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_save_that_is_killed_leaves_the_old_or_the_new_file",
            ])
            .env(PATH, &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Different moments in the run of the child, the same ones every time.
        std::thread::sleep(Duration::from_millis(20 + round * 7 % 60));
        child.kill().unwrap();
        child.wait().unwrap();
        let saved = std::fs::read(&path).expect("there is always a file");
        assert!(
            is_whole(&saved),
            "round {round}: a part of a file with {} bytes",
            saved.len()
        );
        seen.insert(saved[0]);
        if let Ok(kept) = std::fs::read(&backup) {
            assert!(
                is_whole(&kept),
                "round {round}: a part of a backup with {} bytes",
                kept.len()
            );
        }
    }
    assert!(seen.len() > 1, "no save was finished in any round");
}

fn save_for_ever(path: &Path) -> ! {
    let mut backup = path.as_os_str().to_owned();
    backup.push(".bak");
    for letter in (b'b'..=b'z').cycle() {
        write_with_backup(path, &backup, &content(letter)).expect("the folder can be written to");
    }
    unreachable!("the letters never end")
}
