//! Streams and files that fail: a line that cannot be printed costs that line, an output that
//! cannot be written is an error, and nothing is left half-written.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::sandbox::Sandbox;

/// What every command is tried with: its arguments, and the file that it writes, if any.
const COMMANDS: [(&[&str], Option<&str>); 19] = [
    (
        &["fit", "runs.csv", "--surrogate", "ridge", "-o", "out.json"],
        Some("out.json"),
    ),
    (
        &[
            "predict",
            "fit.json",
            "--mixtures",
            "mixtures.csv",
            "-o",
            "out.csv",
        ],
        Some("out.csv"),
    ),
    (&["predict", "fit.json", "--mixtures", "mixtures.csv"], None),
    (&["score", "fit.json", "runs.csv"], None),
    (
        &[
            "compare",
            "runs.csv",
            "--surrogate",
            "ridge",
            "--folds",
            "3",
        ],
        None,
    ),
    (&["propose", "fit.json", "-o", "out.json"], Some("out.json")),
    (&["propose", "fit.json"], None),
    (
        &["survey", "fit.json", "--samples", "1000", "-o", "out.csv"],
        Some("out.csv"),
    ),
    (
        &[
            "pareto",
            "fit.json",
            "--metric",
            "web_val_loss,code_val_loss",
        ],
        None,
    ),
    (&["explain", "fit.json"], None),
    (
        &["design", "--domains", "a,b,c", "-n", "4", "-o", "out.csv"],
        Some("out.csv"),
    ),
    (
        &[
            "plan",
            "mixture.csv",
            "--training-tokens",
            "1B",
            "--export",
            "olmix",
            "-o",
            "out.yaml",
        ],
        Some("out.yaml"),
    ),
    (&["plan", "mixture.csv", "--training-tokens", "1B"], None),
    (
        &[
            "temper",
            "--temperature",
            "2",
            "--unique-tokens",
            "a=1B,b=2B",
            "--training-tokens",
            "1B",
        ],
        None,
    ),
    (
        &[
            "unimax",
            "--unique-tokens",
            "a=1B,b=2B",
            "--training-tokens",
            "2B",
        ],
        None,
    ),
    (
        &[
            "check",
            "mixture.csv",
            "--training-tokens",
            "1B",
            "--unique-tokens",
            "a=1B,b=2B",
        ],
        None,
    ),
    (
        &[
            "count",
            "text.txt",
            "--pretokenizer",
            "gpt2",
            "-o",
            "out.csv",
        ],
        Some("out.csv"),
    ),
    (
        &[
            "infer",
            "tokenizer.json",
            "--pretokenizer",
            "gpt2",
            "--category",
            "a=text.txt",
            "--category",
            "b=other.txt",
        ],
        None,
    ),
    (
        &[
            "proxy",
            "--domain",
            "a=text.txt",
            "--domain",
            "b=other.txt",
            "--runs",
            "4",
            "--training-bytes",
            "4k",
            "--held-out-bytes",
            "1k",
            "-o",
            "out.csv",
        ],
        Some("out.csv"),
    ),
];

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_fit();
    sandbox.write("mixture.csv", "a,b\n0.5,0.5\n");
    sandbox.write(
        "text.txt",
        "the cat sat on the mat and a dog ran after the cat\n".repeat(1000),
    );
    sandbox.write(
        "other.txt",
        "der Hund lief hinter der Katze her und die Katze lief weg\n".repeat(1000),
    );
    let merges = r#"["t h", "th e", "c a", "ca t", "d e", "de r"]"#;
    let letters = [
        "a", "c", "d", "e", "h", "r", "t", "th", "the", "ca", "cat", "de", "der",
    ];
    let vocab: Vec<String> = letters
        .iter()
        .enumerate()
        .map(|(id, letter)| format!("\"{letter}\":{id}"))
        .collect();
    sandbox.write(
        "tokenizer.json",
        format!(
            r#"{{"model":{{"type":"BPE","vocab":{{{}}},"merges":{merges}}}}}"#,
            vocab.join(",")
        ),
    );
    sandbox
}

/// Runs with streams that take nothing where asked; returns the exit code.
fn run(
    sandbox: &Sandbox,
    args: &[&str],
    is_stdout_full: bool,
    is_stderr_full: bool,
) -> Option<i32> {
    let stream = |is_full: bool| -> Stdio {
        let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
        if is_full {
            full().into()
        } else {
            Stdio::null()
        }
    };
    sandbox
        .command(args)
        .stdout(stream(is_stdout_full))
        .stderr(stream(is_stderr_full))
        .status()
        .unwrap()
        .code()
}

#[test]
fn streams_that_fail_change_neither_files_nor_the_exit_code_of_a_job_that_was_done() {
    for (args, output) in COMMANDS {
        let sandbox = sandbox();
        assert_eq!(run(&sandbox, args, false, false), Some(0), "{args:?}");
        let before = sandbox.files();
        let remove = || {
            output
                .iter()
                .for_each(|output| std::fs::remove_file(sandbox.path(output)).unwrap())
        };
        remove();
        assert_eq!(
            run(&sandbox, args, false, true),
            Some(0),
            "{args:?} with a full stderr"
        );
        assert_eq!(sandbox.files(), before, "{args:?} with a full stderr");
        for is_stderr_full in [false, true] {
            remove();
            // Where stdout alone has the result, a job whose result is lost has failed; nothing
            // else is a failure.
            let expected = if output.is_some() { 0 } else { 1 };
            assert_eq!(
                run(&sandbox, args, true, is_stderr_full),
                Some(expected),
                "{args:?} with a full stdout"
            );
            assert_eq!(sandbox.files(), before, "{args:?} with a full stdout");
        }
    }
}

#[test]
fn errors_and_wrong_use_keep_their_exit_codes_without_a_stream() {
    let sandbox = sandbox();
    for (args, code) in [
        (&["fit", "none.csv", "-o", "out.json"][..], 1),
        (&["fit"], 2),
        (&["no-such-command"], 2),
    ] {
        for (is_stdout_full, is_stderr_full) in [(false, true), (true, true)] {
            assert_eq!(
                run(&sandbox, args, is_stdout_full, is_stderr_full),
                Some(code),
                "{args:?}"
            );
        }
    }
}

/// The calls of the system by which a file is written, and what can happen to them.
const FAULTS: [(&str, &str); 12] = [
    ("openat", "EACCES"),
    ("openat", "EMFILE"),
    ("write", "ENOSPC"),
    ("write", "EIO"),
    ("fsync", "EIO"),
    ("rename", "EIO"),
    ("fchmod", "EPERM"),
    ("flock", "EBADF"),
    ("utimensat", "EPERM"),
    ("statx", "EACCES"),
    ("readlink", "EACCES"),
    ("unlink", "EPERM"),
];

/// The command that is tried.
const FIT: [&str; 6] = ["fit", "runs.csv", "--surrogate", "ridge", "-o", "out.json"];

/// Runs the command under strace.
fn strace(sandbox: &Sandbox, options: &[String]) -> (Option<i32>, String) {
    let mut command = Command::new("strace");
    command
        .current_dir(sandbox.path(""))
        .args(["-f", "-qq"])
        .args(options);
    let output = command
        .arg(assert_cmd::cargo::cargo_bin!("mixlens"))
        .args(FIT)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// How often the command makes a call.
fn count_of(sandbox: &Sandbox, call: &str) -> usize {
    let trace = sandbox.path("trace");
    strace(
        sandbox,
        &[
            "-o".to_owned(),
            trace.display().to_string(),
            "-e".to_owned(),
            format!("trace={call}"),
        ],
    );
    let count = std::fs::read_to_string(&trace)
        .unwrap()
        .lines()
        .filter(|line| line.contains(call))
        .count();
    std::fs::remove_file(trace).unwrap();
    count
}

/// Whether strace can be used here, which some containers forbid.
fn has_strace() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    tried.is_ok_and(|output| output.status.success())
}

/// The neighbours of outputs that are in the folder.
fn neighbours(sandbox: &Sandbox) -> Vec<PathBuf> {
    let paths = sandbox.files().into_iter().map(|(path, _)| path);
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "tmp"))
        .collect()
}

#[test]
fn whatever_call_fails_the_old_file_or_the_new_one_is_there_and_the_exit_code_says_which() {
    if !has_strace() {
        eprintln!(
            "SKIPPED: strace is not there or not allowed, so no call of the system is made to fail"
        );
        return;
    }
    let sandbox = sandbox();
    let is_fit = |text: &str| mixlens_core::fit::SurrogateSet::from_json(text).is_ok();
    let (mut done, mut failed, mut killed) = (0, 0, 0);
    for (call, error) in FAULTS {
        let count = count_of(&sandbox, call);
        for (fault, is_kill) in [
            (format!("error={error}"), false),
            ("signal=KILL".to_owned(), true),
        ] {
            for when in 1..=count {
                sandbox.write("out.json", "old");
                let inject = format!("--inject={call}:{fault}:when={when}");
                let (code, stderr) =
                    strace(&sandbox, &["-o".to_owned(), "/dev/null".to_owned(), inject]);
                let text = sandbox.read("out.json");
                let what = format!("{call} {fault}, call {when} of {count}: {code:?} {stderr}");
                assert!(text == "old" || is_fit(&text), "{what}: {text}");
                let left = neighbours(&sandbox);
                match code {
                    Some(0) => {
                        done += 1;
                        assert_ne!(text, "old", "{what}");
                    }
                    Some(1) => {
                        failed += 1;
                        assert!(
                            !is_kill && (stderr.contains("error: ") || call == "write"),
                            "{what}"
                        );
                    }
                    // The system's loader, before any line of ours.
                    Some(127) => assert!(!is_kill, "{what}"),
                    None => {
                        killed += 1;
                        assert!(is_kill, "{what}");
                    }
                    _ => panic!("{what}"),
                }
                // Only what was killed, or could not remove anything, leaves something.
                assert!(
                    left.len() <= usize::from(is_kill || call == "unlink"),
                    "{what}: {left:?}"
                );
                left.iter()
                    .for_each(|path| std::fs::remove_file(path).unwrap());
            }
        }
    }
    assert!(
        done > 20 && failed > 10 && killed > 40,
        "{done} done, {failed} failed, {killed} killed"
    );
}

#[test]
fn what_a_killed_save_left_is_removed_by_the_next_one() {
    if !has_strace() {
        eprintln!(
            "SKIPPED: strace is not there or not allowed, so no process is killed in the middle of \
            a save"
        );
        return;
    }
    let sandbox = sandbox();
    strace(
        &sandbox,
        &[
            "-o".to_owned(),
            "/dev/null".to_owned(),
            "--inject=rename:signal=KILL:when=1".to_owned(),
        ],
    );
    assert_eq!(neighbours(&sandbox).len(), 1);
    sandbox.done(&FIT);
    assert_eq!(neighbours(&sandbox), Vec::<PathBuf>::new());
}
