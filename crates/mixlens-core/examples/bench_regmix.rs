//! Times the parts of the main job on the RegMix tables and prints one JSON object, for
//! `bench/regmix.py`.
//!
//! `cargo run --release --features rayon,simd --example bench_regmix -- FOLDER THREADS [MIXTURES TO SEARCH]`
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark reports to stdout and reads known files"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Executor, RayonExecutor, map_tasks, try_map_tasks};
use mixlens_core::fit::formula::{EffectiveData, Simd, Trees};
use mixlens_core::fit::trees::TreesParams;
use mixlens_core::fit::{Formula, Surrogate, SurrogateParams, SurrogateSet};
use mixlens_core::search::{Objective, SimulationParams, simulate};
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

const SAMPLES: usize = 1_000_000;
const CHUNK: usize = 2048;
const REPEATS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("the folder with the RegMix tables is missing")?;
    let threads: usize = arguments
        .next()
        .ok_or("the number of threads is missing")?
        .parse()?;
    let searched = arguments
        .next()
        .map_or(Ok(SAMPLES as u64), |number| number.parse())?;
    let executor = RayonExecutor::new(Some(threads))?;
    let (names, rows) = read(&Path::new(&folder).join("train_mixture_1m.csv"))?;
    let (_, losses) = read(&Path::new(&folder).join("train_pile_loss_1m.csv"))?;
    let flat = rows.concat();
    let values = |metric: usize| losses.iter().map(|row| row[metric]).collect::<Vec<f64>>();
    let params = TreesParams::default().check()?;
    let (fit_seconds, fitted) = best_of(|| {
        let fit = |metric| params.fit("metric", &flat, &values(metric), &Control::default());
        try_map_tasks(&executor, losses[0].len(), fit)
    });
    let trees = fitted?.swap_remove(8).formula;
    let mut laws = Vec::new();
    for name in ["effective-data", "gp"] {
        let params = SurrogateParams::named(name, &[])?;
        let (seconds, fitted) = best_of(|| {
            let fit = |metric| params.fit("metric", &flat, &values(metric), &Control::default());
            try_map_tasks(&executor, losses[0].len(), fit)
        });
        fitted?;
        laws.push(format!("\"{name}\":{seconds}"));
    }
    let width = names.len();
    let domains = DomainSet::new(names)?;
    let means: Vec<f64> = (0..width)
        .map(|domain| rows.iter().map(|row| row[domain]).sum())
        .collect();
    let (centre, _) = Mixture::from_weights(&domains, &means)?;
    let sampler = Sampler::new(
        &Prior::Dirichlet { concentration: 1.0 },
        &centre,
        Constraints::free(&domains),
        1,
    )?;
    let chunks = SAMPLES.div_ceil(CHUNK);
    let (sample_seconds, samples) = best_of(|| {
        map_tasks(&executor, chunks, |chunk| {
            let mut rows = vec![0.0; CHUNK * width];
            sampler.fill((chunk * CHUNK) as u64, &mut rows);
            rows
        })
    });
    let table = table(&domains, &rows, &losses)?;
    let (all, control) = ((0..losses[0].len()).collect::<Vec<_>>(), Control::default());
    let fitted = |name, metrics: &[usize]| -> Result<SurrogateSet, CoreError> {
        SurrogateSet::fit(
            &table,
            metrics,
            &SurrogateParams::named(name, &[])?,
            &control,
            &executor,
        )
    };
    let (all_laws, one_forest) = (fitted("effective-data", &all)?, fitted("trees", &[8])?);
    let law = law(&all_laws, &centre, &samples, &executor)?;
    let search_laws = search(&all_laws, &sampler, searched, &executor)?;
    let search_trees = search(&one_forest, &sampler, searched, &executor)?;
    let [detected, baseline] =
        [Simd::Detected, Simd::Baseline].map(|simd| predict(&trees, simd, &samples, &executor));
    println!(
        "{{\"threads\":{threads},\"simd\":\"{}\",\"fit_13_seconds\":{fit_seconds},\"fit_13_laws_seconds\":{{{}}},\"sample_1m_seconds\":{sample_seconds},\
         \"predict_1m_seconds\":{{\"detected\":{detected},\"baseline\":{baseline}}},\"leaves\":{},\"law\":{law},\"searched\":{searched},\"search_seconds\":{{\"laws\":{search_laws},\"trees\":{search_trees}}}}}",
        Simd::detected_name(),
        laws.join(","),
        trees.leaf_count()
    );
    Ok(())
}

/// The runs as a table.
fn table(
    domains: &Arc<DomainSet>,
    rows: &[Vec<f64>],
    losses: &[Vec<f64>],
) -> Result<RunTable, Box<dyn Error>> {
    let metrics = (0..losses[0].len()).map(|metric| Metric {
        name: metric.to_string(),
        direction: Direction::Lower,
    });
    let mut table = RunTableBuilder::new(
        domains.clone(),
        MetricSet::new(metrics.collect())?,
        RowSums::Rescale,
    );
    for (run, (row, losses)) in rows.iter().zip(losses).enumerate() {
        let losses: Vec<_> = losses.iter().copied().map(Some).collect();
        table.push(&run.to_string(), row, &losses)?;
    }
    Ok(table.finish())
}

/// Seconds to draw and predict that many mixtures and to find the best 128 of them: of many, timed
/// once.
fn search(
    set: &SurrogateSet,
    sampler: &Sampler,
    samples: u64,
    executor: &dyn Executor,
) -> Result<f64, CoreError> {
    let objective = Objective::mean_of_all(set);
    let run = |samples| {
        simulate(
            set,
            &objective,
            sampler,
            SimulationParams { samples, top: 128 },
            &Control::default(),
            executor,
        )
    };
    if samples > SAMPLES as u64 {
        let started = Instant::now();
        run(samples)?;
        return Ok(started.elapsed().as_secs_f64());
    }
    let (seconds, found) = best_of(|| run(samples));
    found.map(|_| seconds)
}

/// The effective-data law of every metric: seconds to predict every sample, its numbers, and its
/// predictions at a mixture.
fn law(
    set: &SurrogateSet,
    at: &Mixture,
    samples: &[Vec<f64>],
    executor: &dyn Executor,
) -> Result<String, CoreError> {
    let (seconds, _) = best_of(|| {
        map_tasks(executor, samples.len(), |chunk| {
            let mut out = vec![0.0; CHUNK];
            let mut sums = vec![0.0; CHUNK];
            for fitted in set.metrics() {
                fitted.surrogate.predict_rows(&samples[chunk], &mut out);
                sums.iter_mut()
                    .zip(&out)
                    .for_each(|(sum, value)| *sum += value);
            }
            sums
        })
    });
    let numbers = set
        .metrics()
        .iter()
        .filter_map(|fitted| match fitted.surrogate.formula() {
            Formula::EffectiveData(law) => Some(numbers(law)),
            _ => None,
        });
    let numbers: Vec<String> = numbers.collect();
    let (at, predicted) = (at.parts(), set.predict(at.parts())?.values);
    Ok(format!(
        "{{\"predict_1m_seconds\":{seconds},\"metrics\":[{}],\"at\":{at:?},\"predicted\":{predicted:?}}}",
        numbers.join(",")
    ))
}

/// The numbers of a law as JSON.
fn numbers(law: &EffectiveData) -> String {
    let (floor, steepness, base) = (law.floor(), law.steepness(), law.base());
    let exponents: Vec<f64> = law.exponents().collect();
    format!(
        "{{\"floor\":{floor:?},\"steepness\":{steepness:?},\"base\":{base:?},\
         \"coefficients\":{:?},\"exponents\":{exponents:?},\"range\":{:?}}}",
        law.coefficients(),
        law.range()
    )
}

/// Seconds to predict every sample, the best of several tries.
fn predict(trees: &Trees, simd: Simd, samples: &[Vec<f64>], executor: &dyn Executor) -> f64 {
    let tried = best_of(|| {
        map_tasks(executor, samples.len(), |chunk| {
            let mut out = vec![0.0; CHUNK];
            trees.predict_rows_with(simd, &samples[chunk], &mut out);
            out
        })
    });
    tried.0
}

/// The least seconds of several tries, and the first result.
fn best_of<T>(job: impl Fn() -> T) -> (f64, T) {
    let timed = || {
        let started = Instant::now();
        let result = job();
        (started.elapsed().as_secs_f64(), result)
    };
    let (first, result) = timed();
    (
        (1..REPEATS).map(|_| timed().0).fold(first, f64::min),
        result,
    )
}

type Table = (Vec<String>, Vec<Vec<f64>>);

/// Header and numbers of a CSV file, without its first column.
fn read(path: &Path) -> Result<Table, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)
        .map_err(|problem| format!("{problem}: {}", path.display()))?;
    let mut lines = text.lines();
    let header = lines
        .next()
        .ok_or("empty file")?
        .split(',')
        .skip(1)
        .map(str::to_owned)
        .collect();
    let rows = lines.map(|line| {
        line.split(',')
            .skip(1)
            .map(str::parse)
            .collect::<Result<_, _>>()
    });
    Ok((header, rows.collect::<Result<_, _>>()?))
}
