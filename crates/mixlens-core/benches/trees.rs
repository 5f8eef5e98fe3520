//! Why trees are predicted through bit tables: `cargo bench -p mixlens-core --bench trees`.
//!
//! Throughput is mixtures per second on one core for 1,000 trees fitted on 512 runs of 17 domains (made up, seeded).
#![expect(clippy::indexing_slicing, reason = "a benchmark on data of known size")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mixlens_core::compute::Control;
use mixlens_core::fit::Surrogate;
use mixlens_core::fit::trees::{Simd, Trees, TreesParams};
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};

const RUNS: usize = 512;
const WIDTH: usize = 17;
const MIXTURES: usize = 8192;

/// Mixtures from a sparse prior, as RegMix's runs are.
fn sampler(prior: &Prior, seed: u64) -> Sampler {
    let domains = DomainSet::new((0..WIDTH).map(|domain| format!("d{domain}"))).expect("names differ");
    let weights: Vec<f64> = (0..WIDTH).map(|domain| 1.0 / (domain + 1) as f64).collect();
    let (centre, _) = Mixture::from_weights(&domains, &weights).expect("weights are positive");
    Sampler::new(prior, &centre, Constraints::free(&domains), seed).expect("the prior is in range")
}

fn rows(prior: &Prior, seed: u64, count: usize) -> Vec<f64> {
    let mut rows = vec![0.0; count * WIDTH];
    sampler(prior, seed).fill(0, &mut rows);
    rows
}

/// Losses that fall with a domain's own share and with a neighbour's.
fn losses(rows: &[f64]) -> Vec<f64> {
    let loss = |row: &[f64]| 3.0 + (0.02 + row[0] + 0.3 * row[1] + 0.1 * row[5].sqrt()).powf(-0.4);
    rows.chunks_exact(WIDTH).map(loss).collect()
}

fn fitted(runs: &[f64]) -> Trees {
    let params = TreesParams::default().check().expect("defaults are in range");
    params.fit("loss", runs, &losses(runs), &Control::default()).expect("the table can be fitted")
}

fn fit(criterion: &mut Criterion) {
    let runs = rows(&Prior::regmix(), 1, RUNS);
    let mut group = criterion.benchmark_group("fit_trees");
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("512x17"), |bencher| bencher.iter(|| fitted(&runs)));
    group.finish();
}

fn predict(criterion: &mut Criterion) {
    let trees = fitted(&rows(&Prior::regmix(), 1, RUNS));
    let mixtures = rows(&Prior::Dirichlet { concentration: 1.0 }, 2, MIXTURES);
    let mut out = vec![0.0; MIXTURES];
    let mut group = criterion.benchmark_group("predict_trees/1000x17");
    group.throughput(Throughput::Elements(MIXTURES as u64)).sample_size(20);
    group.bench_function("walk", |bencher| {
        bencher.iter(|| {
            for (row, out) in mixtures.chunks_exact(WIDTH).zip(&mut out) {
                *out = trees.predict_one(row);
            }
        });
    });
    for (name, simd) in [("bit_table_baseline", Simd::Baseline), ("bit_table_detected", Simd::Detected)] {
        group.bench_function(name, |bencher| bencher.iter(|| trees.predict_rows_with(simd, &mixtures, &mut out)));
    }
    group.finish();
}

fn sample(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sample/17");
    group.throughput(Throughput::Elements(MIXTURES as u64)).sample_size(20);
    let priors = [
        ("dirichlet", Prior::Dirichlet { concentration: 1.0 }),
        ("regmix", Prior::regmix()),
        ("uniform", Prior::Uniform),
        ("low_discrepancy", Prior::LowDiscrepancy),
    ];
    for (name, prior) in priors {
        let sampler = sampler(&prior, 3);
        let mut rows = vec![0.0; MIXTURES * WIDTH];
        group.bench_function(name, |bencher| bencher.iter(|| sampler.fill(0, &mut rows)));
    }
    group.finish();
}

criterion_group!(benches, fit, predict, sample);
criterion_main!(benches);
