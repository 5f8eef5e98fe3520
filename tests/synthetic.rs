//! Synthetic run tables from a formula.

use mixlens_core::compute::CounterStream;
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

/// `runs` mixtures drawn evenly from the simplex of four domains, and the metrics of each
/// by `measure`. Arguments of `measure` are the proportions and uniform noise from 0 to 1.
pub fn table<const M: usize>(
    runs: u64,
    metrics: [(&str, Direction); M],
    measure: impl Fn(&[f64], f64) -> [f64; M],
) -> RunTable {
    let domains = DomainSet::new(["web", "code", "books", "wiki"]).unwrap();
    let metrics = metrics.map(|(name, direction)| Metric {
        name: name.to_owned(),
        direction,
    });
    let metrics = MetricSet::new(metrics.to_vec()).unwrap();
    let free = Constraints::free(&domains);
    let sampler = Sampler::new(&Prior::Uniform, &Mixture::uniform(&domains), free, 11).unwrap();
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for run in 0..runs {
        let parts = sampler.sample(run);
        let values = measure(parts.parts(), CounterStream::new(5, run).next_unit());
        builder
            .push(&format!("run {run}"), parts.parts(), &values.map(Some))
            .unwrap();
    }
    builder.finish()
}
