//! Made-up, seeded runs of the shape of RegMix's: 17 domains, where most proportions of a run are
//! zero, losses with some noise.

use mixlens_core::compute::{Control, CounterStream};
use mixlens_core::search::{DesignParams, design};
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

/// Domains.
pub const WIDTH: usize = 17;

/// Mixtures from a prior around shares that fall from domain to domain.
pub fn sampler(prior: &Prior, seed: u64) -> Sampler {
    let domains =
        DomainSet::new((0..WIDTH).map(|domain| format!("d{domain}"))).expect("names differ");
    let weights: Vec<f64> = (0..WIDTH).map(|domain| 1.0 / (domain + 1) as f64).collect();
    let (centre, _) = Mixture::from_weights(&domains, &weights).expect("weights are positive");
    Sampler::new(prior, &centre, Constraints::free(&domains), seed).expect("the prior is in range")
}

/// Runs designed as RegMix's are, with their losses.
pub fn table(runs: usize, metrics: usize) -> RunTable {
    let sampler = sampler(&Prior::regmix(), 1);
    let params = DesignParams {
        count: runs,
        step: DesignParams::STEP,
    };
    let mixtures =
        design(&sampler, params, &Control::default()).expect("there are enough mixtures");
    let names = (0..metrics).map(|metric| Metric {
        name: format!("loss {metric}"),
        direction: Direction::Lower,
    });
    let names = MetricSet::new(names.collect()).expect("names differ");
    let mut table = RunTableBuilder::new(sampler.domains().clone(), names, RowSums::Rescale);
    for (run, mixture) in mixtures.iter().enumerate() {
        let losses: Vec<_> = (0..metrics)
            .map(|metric| Some(loss(run, metric, mixture.parts())))
            .collect();
        table
            .push(&run.to_string(), mixture.parts(), &losses)
            .expect("run ids differ");
    }
    table.finish()
}

/// In nats: falls with the share of domain `metric` and, less, with those of two others.
fn loss(run: usize, metric: usize, parts: &[f64]) -> f64 {
    let part = |ahead: usize| parts[(metric + ahead) % WIDTH];
    let noise = CounterStream::new(metric as u64, run as u64).next_unit() - 0.5;
    2.5 + (0.02 + part(0) + 0.3 * part(1) + 0.1 * part(5).sqrt()).powf(-0.4) + 0.05 * noise
}

/// The values of one metric, run by run.
pub fn losses(table: &RunTable, metric: usize) -> Vec<f64> {
    table.metric_values(metric).flatten().collect()
}
