//! [`run_table`]: one proxy run for each mixture.

use super::ProxyCorpus;
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::simplex::Mixture;
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

/// Trains one proxy for each of `runs`, which are run ids with mixtures; every domain's held-out
/// loss becomes the metric `<domain>_nats_per_byte`.
///
/// The natural mixture is that of the corpus. The table has the same bits for every executor.
///
/// # Errors
/// [`CoreError::WrongLength`] for a mixture over another number of domains,
/// [`CoreError::DuplicateName`] for an id that occurs twice, or [`CoreError::Cancelled`].
pub fn run_table(
    corpus: &ProxyCorpus,
    runs: &[(String, Mixture)],
    control: &Control,
    executor: &dyn Executor,
) -> Result<RunTable, CoreError> {
    let total = corpus
        .params()
        .training_bytes()
        .saturating_mul(runs.len() as u64);
    let stage = control.stage("training proxies", total);
    let measured = try_map_tasks(executor, runs.len(), |task| match runs.get(task) {
        Some((_, mixture)) => corpus.run_in_stage(mixture, &stage),
        None => Err(CoreError::Cancelled),
    })?;

    let names = corpus.domains().names().iter();
    let metrics = names.map(|name| Metric {
        name: format!("{name}_nats_per_byte"),
        direction: Direction::Lower,
    });
    let metrics = MetricSet::new(metrics.collect())?;
    let mut table = RunTableBuilder::new(corpus.domains().clone(), metrics, RowSums::Rescale);
    for ((id, mixture), run) in runs.iter().zip(&measured) {
        let values: Vec<Option<f64>> = run.losses_nats_per_byte.iter().copied().map(Some).collect();
        table.push(id, mixture.parts(), &values)?;
    }
    let mut table = table.finish();
    table.set_natural(corpus.natural()?);
    Ok(table)
}
