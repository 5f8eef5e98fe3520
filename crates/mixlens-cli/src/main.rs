//! The `mixlens` command: from a run table to a trusted mixture.

mod args;
mod commands;
mod context;
mod device;
mod files;
mod output;
mod plan_args;
mod plans;
mod problem;
mod progress;
mod run_groups;
mod tables;
mod terminal;

use std::borrow::Cow;
use std::process::ExitCode;

use anstyle::AnsiColor;
use clap::Parser;
use mixlens_core::CoreError;
use mixlens_formats::terminal_text;
use mixlens_jobs::JobError;

/// Exit code of a job that failed; clap exits with 2 on wrong use.
const FAILED: u8 = 1;
/// Exit code after an interrupt.
const CANCELLED: u8 = 130;

fn main() -> ExitCode {
    #[cfg(feature = "gpu")]
    mixlens_gpu::expect_no_desktop();
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(problem) => return wrong_use(&problem),
    };
    match commands::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) if is_cancelled(&problem) => {
            terminal::print_plain("cancelled; nothing was written");
            ExitCode::from(CANCELLED)
        }
        Err(problem) => {
            terminal::print_labelled(AnsiColor::Red, "error:", &format!("{problem:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Prints help, the version, or what is wrong with the arguments, which may hold anything.
fn wrong_use(problem: &clap::Error) -> ExitCode {
    let text = problem.render();
    let plain = text.to_string();
    match terminal_text(&plain) {
        Cow::Borrowed(_) => {
            // Where it cannot be printed the exit code still tells.
            let _ = problem.print();
        }
        Cow::Owned(shown) => terminal::print_plain(&shown),
    }
    ExitCode::from(u8::try_from(problem.exit_code()).unwrap_or(FAILED))
}

/// Whether the interrupt key ended the work.
fn is_cancelled(problem: &anyhow::Error) -> bool {
    matches!(problem.downcast_ref(), Some(CoreError::Cancelled))
        || matches!(
            problem.downcast_ref(),
            Some(JobError::Core(CoreError::Cancelled))
        )
}
