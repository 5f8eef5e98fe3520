//! One file per command. Each reads, calls the core, and prints; arithmetic lives in the core.

#[cfg(feature = "gpu")]
mod bench;
mod check;
mod compare;
#[cfg(feature = "tokenizer")]
mod count;
mod demo;
mod design;
mod explain;
mod fit;
#[cfg(feature = "tokenizer")]
mod infer;
mod open;
mod pareto;
mod plan;
mod plan_report;
mod predict;
mod propose;
mod proxy;
mod score;
mod survey;
mod temper;
mod unimax;

use mixlens_core::CoreError;
use mixlens_formats::ImportError;

use crate::args::{Cli, Command};
use crate::context::Context;

/// Runs the requested command.
pub fn run(cli: &Cli) -> anyhow::Result<()> {
    run_command(cli).map_err(|problem| match problem.downcast_ref() {
        // A cancellation while a file is read is reported like any other cancellation.
        Some(ImportError::Core(CoreError::Cancelled)) => CoreError::Cancelled.into(),
        _ => problem,
    })
}

fn run_command(cli: &Cli) -> anyhow::Result<()> {
    let context = Context::new(&cli.global)?;
    match &cli.command {
        Command::Fit(args) => fit::run(args, &context),
        Command::Predict(args) => predict::run(args, &context),
        Command::Score(args) => score::run(args, &context),
        Command::Compare(args) => compare::run(args, &context),
        Command::Propose(args) => propose::run(args, &context),
        Command::Survey(args) => survey::run(args, &context),
        Command::Pareto(args) => pareto::run(args, &context),
        Command::Explain(args) => explain::run(args, &context),
        Command::Design(args) => design::run(args, &context),
        Command::Plan(args) => plan::run(args, &context),
        Command::Temper(args) => temper::run(args, &context),
        Command::Unimax(args) => unimax::run(args, &context),
        Command::Check(args) => check::run(args, &context),
        Command::Proxy(args) => proxy::run(args, &context),
        #[cfg(feature = "tokenizer")]
        Command::Infer(args) => infer::run(args, &context),
        #[cfg(feature = "tokenizer")]
        Command::Count(args) => count::run(args, &context),
        #[cfg(feature = "gpu")]
        Command::Bench(args) => bench::run(args, &context),
        Command::Open(args) => open::run(args),
        Command::Demo => demo::run(&context),
    }
}
