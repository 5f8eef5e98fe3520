//! Why trees are predicted through bit tables: `cargo bench -p mixlens-core --bench trees`.
//!
//! Throughput is mixtures per second on one core for 1,000 trees fitted on 512 runs of 17 domains
//! (made up, seeded).
#![expect(clippy::indexing_slicing, reason = "a benchmark on data of known size")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mixlens_core::compute::Control;
use mixlens_core::fit::Surrogate;
use mixlens_core::fit::formula::{Simd, Trees};
use mixlens_core::fit::trees::TreesParams;
use mixlens_core::simplex::Prior;
use mixlens_core::table::RunTable;
use regmix_shape::{WIDTH, losses, sampler, table};

mod regmix_shape;

const RUNS: usize = 512;
const MIXTURES: usize = 8192;

fn fitted(runs: &RunTable) -> Trees {
    let params = TreesParams::default()
        .check()
        .expect("defaults are in range");
    params
        .fit("loss", runs.parts(), &losses(runs, 0), &Control::default())
        .expect("the table can be fitted")
        .formula
}

fn fit(criterion: &mut Criterion) {
    let runs = table(RUNS, 1);
    let mut group = criterion.benchmark_group("fit_trees");
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("512x17"), |bencher| {
        bencher.iter(|| fitted(&runs))
    });
    group.finish();
}

fn predict(criterion: &mut Criterion) {
    let trees = fitted(&table(RUNS, 1));
    let mut mixtures = vec![0.0; MIXTURES * WIDTH];
    sampler(&Prior::Dirichlet { concentration: 1.0 }, 2).fill(0, &mut mixtures);
    let mut out = vec![0.0; MIXTURES];
    let mut group = criterion.benchmark_group("predict_trees/1000x17");
    group
        .throughput(Throughput::Elements(MIXTURES as u64))
        .sample_size(20);
    group.bench_function("walk", |bencher| {
        bencher.iter(|| {
            for (row, out) in mixtures.chunks_exact(WIDTH).zip(&mut out) {
                *out = trees.predict_one(row);
            }
        });
    });
    for (name, simd) in [
        ("bit_table_baseline", Simd::Baseline),
        ("bit_table_detected", Simd::Detected),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| trees.predict_rows_with(simd, &mixtures, &mut out))
        });
    }
    group.finish();
}

fn sample(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sample/17");
    group
        .throughput(Throughput::Elements(MIXTURES as u64))
        .sample_size(20);
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
