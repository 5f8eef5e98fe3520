//! The `mixlens` command: from a run table to a trusted mixture.

mod args;
mod commands;
mod context;
mod device;
mod files;
mod output;
mod plan_args;
mod plans;
mod progress;
mod tables;

use std::process::ExitCode;

use clap::Parser;
use mixlens_core::CoreError;

/// Exit code of a job that failed; clap exits with 2 on wrong use.
const FAILED: u8 = 1;
/// Exit code after an interrupt.
const CANCELLED: u8 = 130;

fn main() -> ExitCode {
    mixlens_gpu::expect_no_desktop();
    let cli = args::Cli::parse();
    match commands::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) if matches!(problem.downcast_ref(), Some(CoreError::Cancelled)) => {
            anstream::eprintln!("cancelled; nothing was written");
            ExitCode::from(CANCELLED)
        }
        Err(problem) => {
            let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
            anstream::eprintln!("{style}error:{style:#} {problem:#}");
            ExitCode::from(FAILED)
        }
    }
}
