//! [`Sandbox`]: a folder with small files in which the command runs.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// What one run of the command left behind.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A temporary folder; it goes away with the value.
pub struct Sandbox(tempfile::TempDir);

impl Sandbox {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With `mixtures.csv` and `losses.csv`, the two files of [`runs`], and `runs.csv`, both in
    /// one.
    pub fn with_runs() -> Self {
        let sandbox = Self::empty();
        let (mut mixtures, mut losses) = ("index".to_owned(), "index".to_owned());
        let mut both = "run".to_owned();
        for domain in DOMAINS {
            write!(mixtures, ",train_{domain}").unwrap();
            write!(both, ",train_{domain}").unwrap();
        }
        for text in [&mut losses, &mut both] {
            *text += ",metric/web_val_loss,metric/code_val_loss";
        }
        for (row, (parts, values)) in runs().into_iter().enumerate() {
            let numbers = |numbers: &[f64]| {
                numbers
                    .iter()
                    .map(|number| format!(",{number}"))
                    .collect::<String>()
            };
            let (parts, values) = (numbers(&parts), numbers(&values));
            write!(mixtures, "\nr{row}{parts}").unwrap();
            write!(losses, "\nr{row}{values}").unwrap();
            write!(both, "\nr{row}{parts}{values}").unwrap();
        }
        sandbox.write("mixtures.csv", mixtures);
        sandbox.write("losses.csv", losses);
        sandbox.write("runs.csv", both);
        sandbox
    }

    /// With the runs, and `fit.json`, ridge fitted to them.
    pub fn with_fit() -> Self {
        let sandbox = Self::with_runs();
        sandbox.done(&[
            "fit",
            "mixtures.csv",
            "losses.csv",
            "--surrogate",
            "ridge",
            "-o",
            "fit.json",
        ]);
        sandbox
    }

    /// With the runs, and `law.json`, effective-data laws fitted to them.
    pub fn with_laws() -> Self {
        let sandbox = Self::with_runs();
        sandbox.done(&[
            "fit",
            "runs.csv",
            "--surrogate",
            "effective-data",
            "-o",
            "law.json",
        ]);
        sandbox
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Every file with its bytes, hidden ones too.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let paths = std::fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = paths
            .map(|path| (path.clone(), std::fs::read(path).unwrap_or_default()))
            .collect();
        files.sort();
        files
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("mixlens"));
        command.current_dir(self.0.path()).args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs what must succeed.
    pub fn done(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        ran
    }

    /// Runs what must succeed with `--json`, and reads the one object on stdout.
    pub fn object(&self, args: &[&str]) -> Value {
        let ran = self.done(&[args, &["--json"]].concat());
        let value: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(
            value.is_object() && ran.stdout.ends_with('\n') && ran.stdout.lines().count() == 1,
            "{}",
            ran.stdout
        );
        value
    }

    /// Runs what must fail with exit code 1, print nothing to stdout and leave every file as it
    /// was. Returns the message.
    pub fn refused(&self, args: &[&str]) -> String {
        let before = self.files();
        let ran = self.run(args);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(1), ""),
            "{args:?}: {}",
            ran.stderr
        );
        assert_eq!(self.files(), before, "{args:?} changed a file");
        let message = ran.stderr.lines().last().unwrap_or_default();
        message
            .strip_prefix("error: ")
            .unwrap_or_else(|| panic!("{args:?}: {}", ran.stderr))
            .to_owned()
    }
}

pub const DOMAINS: [&str; 4] = ["web", "code", "books", "wiki"];

/// 60 runs: proportions of [`DOMAINS`] to four decimals, and two losses that fall with their own
/// domain.
pub fn runs() -> Vec<([f64; 4], [f64; 2])> {
    let mut state = 1_u64;
    let mut draw = move || {
        // Knuth's multiplier; the upper bits are good enough for a table.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let run = |_| {
        let weights: [f64; 4] = std::array::from_fn(|_| -draw().max(1e-6).ln());
        let sum: f64 = weights.iter().sum();
        let mut parts = weights.map(|weight| (1e4 * weight / sum).floor());
        parts[0] += 1e4 - parts.iter().sum::<f64>();
        let parts = parts.map(|part| part / 1e4);
        let [web, code, books, _] = parts;
        let values = [
            3.0 - 0.9 * web.sqrt() - 0.2 * books + 0.01 * draw(),
            2.5 - 1.2 * code.sqrt() + 0.01 * draw(),
        ];
        (parts, values)
    };
    (0..60).map(run).collect()
}

/// `lines` lines of text that differ, as a stand-in for a domain.
pub fn text(lines: usize, line: impl Fn(usize) -> String) -> String {
    (0..lines).map(line).collect()
}
