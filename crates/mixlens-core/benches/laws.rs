//! Times to fit a law or a Gaussian process to one metric, and of an exact search over fitted laws,
//! on one core: `cargo bench -p mixlens-core --bench laws`.
//!
//! Sizes in the names: runs × domains of a fit, domains × metrics of a search.
#![expect(clippy::indexing_slicing, reason = "a benchmark on data of known size")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::search::{Objective, flat_region, minimise};
use mixlens_core::simplex::Constraints;
use mixlens_core::table::RunTable;

mod regmix_shape;

const METRICS: usize = 13;

fn defaults(surrogate: &str) -> SurrogateParams {
    SurrogateParams::named(surrogate, &[]).expect("the surrogate is known")
}

fn fit(criterion: &mut Criterion) {
    let tables: Vec<RunTable> = [64, 512].map(|runs| regmix_shape::table(runs, 1)).into();
    for surrogate in ["effective-data", "exponential", "power", "scheffe", "gp"] {
        let params = defaults(surrogate);
        let mut group = criterion.benchmark_group(format!("fit_{}", surrogate.replace('-', "_")));
        group.sample_size(10);
        for table in &tables {
            let (rows, losses) = (table.parts(), regmix_shape::losses(table, 0));
            let size = format!("{}x{}", table.len(), regmix_shape::WIDTH);
            group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
                bencher.iter(|| {
                    params
                        .fit("loss", rows, &losses, &Control::default())
                        .expect("the table can be fitted")
                });
            });
        }
        group.finish();
    }
}

fn search(criterion: &mut Criterion) {
    let table = regmix_shape::table(64, METRICS);
    let all: Vec<usize> = (0..METRICS).collect();
    let (params, control) = (defaults("effective-data"), Control::default());
    let set = SurrogateSet::fit(&table, &all, &params, &control, &Sequential)
        .expect("the table can be fitted");
    let (objective, free) = (
        Objective::mean_of_all(&set),
        Constraints::free(set.domains()),
    );
    let run = || minimise(&set, &objective, &free, &control).expect("laws are convex");
    let best = run();
    let region = || {
        flat_region(&set, &objective, &free, &best, 0.01, &control, &Sequential)
            .expect("laws are convex")
    };
    let size = format!("{}x{METRICS}", regmix_shape::WIDTH);
    criterion
        .benchmark_group("search_exact")
        .bench_function(&size, |bencher| bencher.iter(run));
    criterion
        .benchmark_group("flat_region")
        .sample_size(10)
        .bench_function(&size, |bencher| bencher.iter(region));
}

criterion_group!(benches, fit, search);
criterion_main!(benches);
