//! [`Context`]: what every command needs, made once.

use std::io::Write;

use mixlens_core::compute::{Control, RayonExecutor};

use crate::args::Global;
use crate::progress;

/// Executor, control and output of one run of the command.
pub struct Context {
    pub control: Control,
    pub executor: RayonExecutor,
    pub seed: u64,
    pub is_json: bool,
    is_quiet: bool,
}

impl Context {
    pub fn new(global: &Global) -> anyhow::Result<Self> {
        Ok(Self {
            control: progress::control(!global.quiet)?,
            executor: RayonExecutor::new(global.threads.map(usize::from))?,
            seed: global.seed,
            is_json: global.json,
            is_quiet: global.quiet,
        })
    }

    /// Tells the user something beside the result, on stderr.
    pub fn notice(&self, text: impl std::fmt::Display) {
        if !self.is_quiet {
            let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Yellow.into()));
            anstream::eprintln!("{style}notice:{style:#} {text}");
        }
    }

    /// Prints the result: `text` for people, `json` for scripts.
    pub fn finish(&self, text: &str, json: impl FnOnce() -> serde_json::Value) -> anyhow::Result<()> {
        let line;
        let text = if self.is_json {
            line = format!("{}\n", json());
            &line
        } else {
            text
        };
        match anstream::stdout().write_all(text.as_bytes()) {
            // A reader that has seen enough, such as `head`, is no failure.
            Err(problem) if problem.kind() != std::io::ErrorKind::BrokenPipe => Err(problem.into()),
            _ => Ok(()),
        }
    }
}
