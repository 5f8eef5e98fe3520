//! `mixlens open` starts the app that lies beside it, with the files.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// A copy of the command, alone in a folder.
fn installed(folder: &Path) -> Command {
    let own = folder.join("mixlens");
    std::fs::copy(assert_cmd::cargo::cargo_bin!("mixlens"), &own).unwrap();
    let mut command = Command::new(own);
    command.current_dir(folder).env("PATH", folder);
    command
}

/// Runs `mixlens open` as it is installed in a folder.
fn open(folder: &Path, files: &[&str]) -> Output {
    let mut command = installed(folder);
    command.arg("open").args(files);
    // Another test may have started a process while the copy was written; that one holds it open
    // for a moment.
    loop {
        match command.output() {
            Err(problem) if problem.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::yield_now()
            }
            ran => return ran.unwrap(),
        }
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_app_beside_the_command_gets_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let app = folder.path().join("mixlens-app");
    std::fs::write(&app, "#!/bin/sh\necho \"$#: $1, $2\"\n").unwrap();
    std::fs::set_permissions(&app, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.path().join("a b.csv"), "").unwrap();
    std::fs::write(folder.path().join("c.csv"), "").unwrap();
    let open = |files: &[&str]| open(folder.path(), files);
    let output = open(&["a b.csv", "c.csv"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "2: a b.csv, c.csv\n"
    );
    std::fs::write(&app, "#!/bin/sh\nexit 3\n").unwrap();
    let output = open(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("ended with exit status: 3"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn without_the_app_or_the_file_it_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let open = |files: &[&str]| open(folder.path(), files);
    let output = open(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("cargo install mixlens-app"),
        "{}",
        stderr(&output)
    );
    let output = open(&["none.csv"]);
    assert!(stderr(&output).contains("none.csv"), "{}", stderr(&output));
}
