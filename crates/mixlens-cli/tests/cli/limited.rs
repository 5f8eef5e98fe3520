//! Runs the command with little memory and little time, as the tests with hostile files do.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::sandbox::{Ran, Sandbox};

/// Address space of the command, as `ulimit -v` takes it.
const MEMORY_KIB: u32 = 2_000_000;
/// The command may take so long.
const MAX_TIME: Duration = Duration::from_secs(20);
/// A message may be so long, however long the text that it is about.
const MAX_MESSAGE_BYTES: usize = 10_000;

impl Sandbox {
    /// Runs the command with 2 GB of address space for 20 seconds at most.
    ///
    /// The exit code must be 0 or 1: an abort for want of memory, a panic, another signal or a
    /// time-out fails the test, as does a message of more than 10 kB.
    pub fn limited(&self, args: &[&str]) -> Ran {
        self.limited_with_input(args, Stdio::null())
    }

    /// The same with something to read on standard input.
    pub fn limited_with_input(&self, args: &[&str], input: Stdio) -> Ran {
        let plain = self.command(args);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"")]);
        command
            .arg(plain.get_program())
            .args(plain.get_args())
            .current_dir(self.path(""))
            .stdin(input);
        // Files take any amount of output without a reader.
        let (mut stdout, mut stderr) =
            (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        command
            .stdout(stdout.try_clone().unwrap())
            .stderr(stderr.try_clone().unwrap());
        let mut child = command.spawn().unwrap();
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > MAX_TIME {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{args:?} took longer than {MAX_TIME:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let ran = Ran {
            code: status.code(),
            stdout: written(&mut stdout),
            stderr: written(&mut stderr),
        };
        let head: String = ran.stderr.chars().take(2_000).collect();
        assert!(
            matches!(ran.code, Some(0 | 1)),
            "{args:?}: {:?}, signal {:?}: {head}",
            ran.code,
            status.signal()
        );
        assert!(
            ran.stderr.len() < MAX_MESSAGE_BYTES,
            "{args:?}: a message of {} bytes: {head}",
            ran.stderr.len()
        );
        ran
    }

    /// Runs what must fail with a message under the limits of [`Sandbox::limited`], and returns the
    /// message.
    pub fn limited_refusal(&self, args: &[&str]) -> String {
        let ran = self.limited(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {}{}", ran.stdout, ran.stderr);
        let message = ran.stderr.lines().last().unwrap_or_default();
        message
            .strip_prefix("error: ")
            .unwrap_or_else(|| panic!("{args:?}: {}", ran.stderr))
            .to_owned()
    }
}

fn written(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_command_that_needs_little_runs_under_the_limits() {
    let sandbox = Sandbox::with_fit();
    assert_eq!(
        sandbox
            .limited(&["predict", "fit.json", "--mixtures", "mixtures.csv"])
            .code,
        Some(0)
    );
    let message = sandbox.limited_refusal(&["predict", "fit.json", "--mixtures", "missing.csv"]);
    assert!(message.contains("missing.csv"), "{message}");
}
