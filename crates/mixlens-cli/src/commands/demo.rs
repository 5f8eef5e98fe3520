//! `mixlens demo`: all steps of an analysis on the embedded run table.

use std::fmt::Write;

use anyhow::Context as _;
use mixlens_core::fit::{CompareParams, Depth, SurrogateParams, SurrogateSet};
use mixlens_core::search::{Objective, SimulationParams, Term, propose};
use mixlens_core::simplex::{Constraints, Mixture, Prior, Sampler};
use mixlens_core::table::RunTable;
use mixlens_formats::{
    ImportOptions, NamedBytes, find_metric, import_run_table, import_token_counts,
};

use super::compare::{self, OnTooFewRuns, compare};
use super::propose::{to_json, to_text};
use crate::context::Context;
use crate::device::CPU;

const RUNS: &str = include_str!("../../../../assets/demo/runs.csv");
const UNIQUE_BYTES: &str = include_str!("../../../../assets/demo/unique_bytes.json");

/// A linear surrogate, RegMix's trees, the effective-data law, the Gaussian process and the mean of
/// these two: enough to show the use of a comparison.
const COMPARED: [&str; 5] = ["ridge", "trees", "effective-data", "gp", "ensemble"];

pub fn run(context: &Context) -> anyhow::Result<()> {
    let table = embedded_table()?;
    let metrics: Vec<usize> = (0..table.metrics().len()).collect();
    let surrogates: Vec<SurrogateParams> = COMPARED
        .iter()
        .map(|name| SurrogateParams::named(name, &[]))
        .collect::<Result<_, _>>()?;
    let params = CompareParams {
        seed: context.seed,
        ..CompareParams::default()
    };
    let (depth, too_few) = (Depth::Accuracy, OnTooFewRuns::Reject);
    let (comparison, _) = compare(
        &table,
        &metrics,
        &surrogates,
        params,
        depth,
        too_few,
        context,
    )?;
    let best = comparison
        .best()
        .and_then(|best| surrogates.get(best))
        .context("the comparison has surrogates")?;
    let (control, executor) = (&context.control, &context.executor);
    let set =
        SurrogateSet::fit_with_intervals(&table, &metrics, best, context.seed, control, executor)?;
    let objective = code_objective(&set)?;
    let constraints = Constraints::free(set.domains());
    let sampler = Sampler::new(
        &Prior::regmix(),
        &set.centre().mixture,
        constraints,
        context.seed,
    )?;
    let simulation = SimulationParams::default();
    let proposal = propose(
        &set,
        &objective,
        &sampler,
        simulation,
        None,
        &context.control,
        &context.executor,
    )?;

    let mut text = String::new();
    writeln!(text, "1. The run table")?;
    writeln!(
        text,
        "{} n-gram proxies, each trained on a different mixture of {} domains and measured on\n\
         held-out text of every domain (data: assets/demo/README.md, accuracy: docs/proxies.md).\n",
        table.len(),
        table.domains().len()
    )?;
    writeln!(
        text,
        "2. Which surrogate predicts held-out runs best? (mixlens compare)\n{}",
        compare::to_text(&comparison)
    )?;
    writeln!(
        text,
        "3. A mixture for a code model, proposed by the {} surrogate (mixlens propose)\n{}",
        best.name(),
        to_text(&set, &objective, &proposal)?
    )?;
    writeln!(text, "4. Predicted gain for code, in nats per byte")?;
    for comparison in &proposal.versus {
        let gain = comparison.objective - proposal.objective;
        writeln!(
            text,
            "   {:.4} against {:.4} at the {} mixture: {gain:.4} lower",
            proposal.objective, comparison.objective, comparison.name
        )?;
    }
    text += NEXT;
    context.finish(&text, || {
        to_json(&set, &objective, &proposal, context.seed, CPU)
    })
}

const NEXT: &str = "
5. What to do next
   with your runs    mixlens compare mixtures.csv losses.csv
                     mixlens fit mixtures.csv losses.csv -o fit.json
                     mixlens propose fit.json --metric LOSS --unique-tokens web=2T,code=300B \
                     --training-tokens 1T
   without runs      mixlens design --domains web,code,books -n 64 -o mixtures.csv    (then \
   train and measure these mixtures)
   with text only    mixlens proxy --domain web=web.txt --domain code=src/ --runs 240 -o runs.csv
   before you train  train the proposal itself as one more proxy run: a prediction is not a \
   measurement
";

/// The three programming languages with equal weights.
fn code_objective(set: &SurrogateSet) -> anyhow::Result<Objective> {
    let metrics = set.metric_set();
    let term = |name| {
        Ok(Term {
            metric: find_metric(&metrics, name)?,
            weight: 1.0,
        })
    };
    let terms = [
        "python_nats_per_byte",
        "javascript_nats_per_byte",
        "c_nats_per_byte",
    ]
    .map(term);
    Ok(Objective::new(
        set,
        &terms.into_iter().collect::<anyhow::Result<Vec<_>>>()?,
    )?)
}

/// The embedded run table with its natural mixture.
fn embedded_table() -> anyhow::Result<RunTable> {
    let runs = NamedBytes::new("assets/demo/runs.csv", RUNS);
    let mut table = import_run_table(&[runs], &ImportOptions::default())?.table;
    let counts = import_token_counts(&NamedBytes::new(
        "assets/demo/unique_bytes.json",
        UNIQUE_BYTES,
    ))?;
    let bytes = |name: &String| {
        counts
            .iter()
            .find(|(domain, _)| domain == name)
            .map_or(0.0, |(_, bytes)| *bytes as f64)
    };
    let weights: Vec<f64> = table.domains().names().iter().map(bytes).collect();
    let (natural, _) = Mixture::from_weights(table.domains(), &weights)?;
    table.set_natural(natural);
    Ok(table)
}
