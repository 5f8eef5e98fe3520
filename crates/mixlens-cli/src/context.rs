//! [`Context`]: executor, control and output, shared by all commands.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::AnsiColor;
use anyhow::Context as _;
use mixlens_core::compute::{Control, RayonExecutor};
use mixlens_core::search::Accelerator;
use mixlens_formats::{json_text, write_atomically};
use mixlens_jobs::JobContext;

use crate::args::Global;
use crate::{progress, terminal};

/// Executor, control and output of one run of the command.
pub struct Context {
    pub control: Control,
    pub executor: RayonExecutor,
    pub seed: u64,
    pub is_json: bool,
    is_quiet: bool,
    /// Whether the result is in a file already.
    is_written: AtomicBool,
}

impl Context {
    pub fn new(global: &Global) -> anyhow::Result<Self> {
        Ok(Self {
            control: progress::control(!global.quiet)?,
            executor: RayonExecutor::new(global.threads.map(usize::from))?,
            seed: global.seed,
            is_json: global.json,
            is_quiet: global.quiet,
            is_written: AtomicBool::new(false),
        })
    }

    /// The context of a job.
    pub fn job<'a>(&'a self, device: Option<&'a dyn Accelerator>) -> JobContext<'a> {
        JobContext {
            device,
            control: &self.control,
            executor: &self.executor,
        }
    }

    /// Prints a notice on stderr.
    pub fn notice(&self, text: impl std::fmt::Display) {
        if !self.is_quiet {
            terminal::print_labelled(AnsiColor::Yellow, "notice:", &text.to_string());
        }
    }

    /// Writes a file of the result whole or not at all.
    pub fn write(&self, path: &Path, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
        write_atomically(path, content.as_ref())?;
        self.is_written.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Prints the result: `text` for readers, `json` for scripts. Where a file holds the result, a
    /// failure to print is only a notice.
    pub fn finish(
        &self,
        text: &str,
        json: impl FnOnce() -> serde_json::Value,
    ) -> anyhow::Result<()> {
        let printed = if self.is_json {
            terminal::print(&json_text(&format!("{}\n", json())))
        } else {
            terminal::print_text(text)
        };
        match printed {
            Err(problem) if self.is_written.load(Ordering::Relaxed) => {
                self.notice(format!(
                    "the file has been written; the report could not be printed: {problem}"
                ));
                Ok(())
            }
            printed => printed.context("the result could not be printed"),
        }
    }
}
