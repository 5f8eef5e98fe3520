//! The interrupt key stops a long job with exit code 130, and nothing is half-written.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::sandbox::Sandbox;

/// Runs a job that would take hours, interrupts it after a second and returns its exit code and
/// stderr.
fn interrupt(sandbox: &Sandbox, args: &[&str]) -> (Option<i32>, String) {
    // Without a desktop, as in a container: the search for a device must not complain about that.
    let mut command = sandbox.command(args);
    let mut child = command
        .env_remove("XDG_RUNTIME_DIR")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert!(
        child.try_wait().unwrap().is_none(),
        "the job ended before it could be interrupted"
    );
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if asked.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("{args:?} did not stop");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.stdout.is_empty());
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn an_interrupted_search_exits_with_130_and_writes_nothing() {
    let sandbox = Sandbox::with_fit();
    let before = sandbox.files();
    let args = [
        "propose",
        "fit.json",
        "--simulate",
        "--samples",
        "1e10",
        "-o",
        "out.json",
    ];
    assert_eq!(
        interrupt(&sandbox, &args),
        (Some(130), "cancelled; nothing was written\n".to_owned())
    );
    assert_eq!(sandbox.files(), before);
}

#[test]
fn an_interrupted_comparison_exits_with_130_and_an_interrupted_fit_leaves_the_old_one() {
    let sandbox = Sandbox::with_fit();
    let before = sandbox.files();
    let (code, _) = interrupt(
        &sandbox,
        &[
            "compare",
            "runs.csv",
            "--repeats",
            "10000",
            "--param",
            "trees.iterations=100000",
        ],
    );
    assert_eq!(code, Some(130));
    let (code, _) = interrupt(
        &sandbox,
        &[
            &[
                "fit",
                "runs.csv",
                "--surrogate",
                "trees",
                "-o",
                "fit.json",
                "--intervals",
            ][..],
            &[
                "--param",
                "iterations=100000",
                "--param",
                "min_data_in_leaf=1",
            ],
        ]
        .concat(),
    );
    assert_eq!(code, Some(130));
    assert_eq!(sandbox.files(), before);
}

#[test]
fn a_second_interrupt_ends_what_does_not_look_at_the_first() {
    let sandbox = Sandbox::empty();
    // A pipe into which nothing is ever written holds the command in a call of the system.
    let args = [
        "count",
        "/dev/stdin",
        "--pretokenizer",
        "gpt2",
        "-o",
        "out.csv",
    ];
    let mut command = sandbox.command(&args);
    let mut child = command
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let interrupt = |child: &Child| {
        std::thread::sleep(Duration::from_secs(1));
        assert!(
            Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
    };
    interrupt(&child);
    interrupt(&child);
    let asked = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(
            asked.elapsed() < Duration::from_secs(30),
            "two interrupts did not end it"
        );
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(130));
    assert!(sandbox.files().is_empty());
}

#[test]
fn an_interrupted_count_exits_with_130_whatever_the_pattern_does() {
    let sandbox = Sandbox::empty();
    sandbox.write("letters.txt", "a".repeat(30 << 20));
    let before = sandbox.files();
    // Some sixty steps a byte: not too many, but they take a while.
    let args = [
        "count",
        "letters.txt",
        "--pretokenizer",
        "a(?=a{60}b|)",
        "-o",
        "out.csv",
    ];
    assert_eq!(
        interrupt(&sandbox, &args),
        (Some(130), "cancelled; nothing was written\n".to_owned())
    );
    assert_eq!(sandbox.files(), before);
}
