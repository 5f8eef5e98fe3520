//! Time of one frame of a drag, for every kind of surrogate: 512 runs, 17 domains, 13 metrics.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark on data of known size"
)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use mixlens_core::compute::{Control, CounterStream, RayonExecutor};
use mixlens_core::fit::SurrogateParams;
use mixlens_core::simplex::{DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};
use mixlens_study::{Analysis, Command, Edit, Event, Panel, Study, ViewChange, run_job};

const RUNS: u64 = 512;
const DOMAINS: usize = 17;
const METRICS: usize = 13;

fn table() -> RunTable {
    let domains = DomainSet::new((0..DOMAINS).map(|i| format!("domain {i}"))).unwrap();
    let metric = |i| Metric {
        name: format!("loss {i}"),
        direction: Direction::Lower,
    };
    let metrics = MetricSet::new((0..METRICS).map(metric).collect()).unwrap();
    let centre = Mixture::uniform(&domains);
    let free = mixlens_core::simplex::Constraints::free(&domains);
    let sampler = Sampler::new(&Prior::regmix(), &centre, free, 1).unwrap();
    let mut noise = CounterStream::new(2, 0);
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for run in 0..RUNS {
        let mixture = sampler.sample(run);
        let loss = |metric: usize| {
            let domain = mixture.parts()[metric];
            let neighbour = mixture.parts()[metric + 1];
            Some(2.0 + 0.5 / (0.05 + domain + 0.3 * neighbour) + 0.01 * noise.next_unit())
        };
        let losses: Vec<_> = (0..METRICS).map(loss).collect();
        builder
            .push(&run.to_string(), mixture.parts(), &losses)
            .unwrap();
    }
    builder.finish()
}

fn do_now(study: &mut Study, command: Command, executor: &RayonExecutor) {
    for event in study.apply(command).unwrap() {
        if let Event::JobRequested(request) = event {
            let result = run_job(&request, &Control::default(), executor);
            study.apply(Analysis::JobFinished(result)).unwrap();
        }
    }
}

fn drags(criterion: &mut Criterion) {
    let table = Arc::new(table());
    let executor = RayonExecutor::new(None).unwrap();
    for &name in SurrogateParams::NAMES {
        let mut study = Study::of_table("bench", Arc::clone(&table));
        let params = SurrogateParams::named(name, &[]).unwrap();
        do_now(
            &mut study,
            Command::Analysis(Analysis::Fit(params)),
            &executor,
        );
        assert!(study.predictions().is_some(), "{name}");
        let mut step = 0;
        criterion.bench_function(&format!("drag_frame/{name}/512x17x13"), |bench| {
            bench.iter(|| {
                step += 1;
                let to = 0.05 + 0.001 * f64::from(step % 200);
                study
                    .apply(Edit::SetProportion {
                        domain: step as usize % DOMAINS,
                        to,
                    })
                    .unwrap();
                black_box((study.predictions(), study.domain_rows()));
            });
        });
        study
            .apply(ViewChange::ShowPanel {
                panel: Panel::Traces,
                is_shown: true,
            })
            .unwrap();
        criterion.bench_function(&format!("look_around/{name}/512x17x13"), |bench| {
            bench.iter(|| {
                step += 1;
                let to = 0.05 + 0.001 * f64::from(step % 200);
                study
                    .apply(Edit::SetProportion {
                        domain: step as usize % DOMAINS,
                        to,
                    })
                    .unwrap();
                do_now(
                    &mut study,
                    Command::Analysis(Analysis::UpdateProfile),
                    &executor,
                );
                black_box(study.look());
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .measurement_time(std::time::Duration::from_secs(2))
        .warm_up_time(std::time::Duration::from_millis(300));
    targets = drags
}
criterion_main!(benches);
