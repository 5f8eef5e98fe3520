//! Synthetic runs of 17 domains, surrogates fitted to them, and samplers.

use mixlens_core::compute::{Control, CounterStream, Sequential};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler, Supply};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};

/// The number of domains.
pub const WIDTH: usize = 17;

fn centre() -> Mixture {
    let domains = DomainSet::new((0..WIDTH).map(|domain| format!("d{domain}"))).unwrap();
    let weights: Vec<f64> = (0..WIDTH).map(|domain| 1.0 / (domain + 1) as f64).collect();
    Mixture::from_weights(&domains, &weights).unwrap().0
}

/// One metric that is better when lower and one that is better when higher, by the surrogate
/// `name`.
pub fn fitted(name: &str, pairs: &[(&str, &str)]) -> SurrogateSet {
    let centre = centre();
    let free = Constraints::free(centre.domains());
    let draws = Sampler::new(&Prior::regmix(), &centre, free, 1).unwrap();
    let metric = |name: &str, direction| Metric {
        name: name.to_owned(),
        direction,
    };
    let metrics = vec![
        metric("loss", Direction::Lower),
        metric("accuracy", Direction::Higher),
    ];
    let metrics = MetricSet::new(metrics).unwrap();
    let mut table = RunTableBuilder::new(draws.domains().clone(), metrics, RowSums::Rescale);
    for run in 0..240 {
        let mixture = draws.sample(run);
        let parts = mixture.parts();
        let noise = CounterStream::new(5, run).next_unit();
        let loss = 2.5
            + (0.02 + parts[0] + 0.3 * parts[1] + 0.1 * parts[5].sqrt()).powf(-0.4)
            + 0.05 * noise;
        let accuracy = 0.3 + parts[2] * (1.0 - parts[2]) + 0.05 * noise;
        table
            .push(&run.to_string(), parts, &[Some(loss), Some(accuracy)])
            .unwrap();
    }
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let params = SurrogateParams::named(name, &pairs).unwrap();
    let control = Control::default();
    SurrogateSet::fit(&table.finish(), &[0, 1], &params, &control, &Sequential).unwrap()
}

/// Bounds and caps that reject many samples.
pub fn tight() -> Constraints {
    let centre = centre();
    let builder = Constraints::builder(centre.domains())
        .lower("d3", 0.1)
        .unwrap()
        .upper("d0", 0.3)
        .unwrap();
    let unique_tokens = (0..WIDTH)
        .map(|domain| (domain % 3 == 1).then_some(5e10))
        .collect();
    let supply = Supply {
        unique_tokens,
        training_tokens: 1e12,
        max_epochs: 4.0,
    };
    builder.supply(&supply).unwrap().build().unwrap()
}

/// A locked domain, which no draw hits: every sample is projected.
pub fn locked() -> Constraints {
    let centre = centre();
    let builder = Constraints::builder(centre.domains())
        .lower("d2", 0.2)
        .unwrap()
        .upper("d2", 0.2)
        .unwrap();
    builder.build().unwrap()
}

/// Mixtures from a prior inside constraints, or anywhere.
pub fn sampler(prior: &Prior, constraints: Option<Constraints>) -> Sampler {
    let centre = centre();
    let constraints = constraints.unwrap_or_else(|| Constraints::free(centre.domains()));
    Sampler::new(prior, &centre, constraints, 42).unwrap()
}
