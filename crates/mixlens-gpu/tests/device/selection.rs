//! The best that a device finds, predicted again on the CPU, are the best of the CPU.

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{
    Accelerator, Backend, Objective, ScreeningSpec, Simulation, SimulationParams, Term, simulate,
    simulate_on,
};
use mixlens_core::simplex::{Prior, Sampler};
use mixlens_gpu::Gpu;

use super::runs::{WIDTH, fitted, sampler, tight};

pub const PARAMS: SimulationParams = SimulationParams {
    samples: 200_000,
    top: 128,
};

async fn both(gpu: &Gpu, set: &SurrogateSet, sampler: &Sampler) -> (Simulation, Simulation) {
    let terms = [
        Term {
            metric: 0,
            weight: 1.0,
        },
        Term {
            metric: 1,
            weight: 1.0,
        },
    ];
    let objective = Objective::new(set, &terms).unwrap();
    let control = Control::default();
    let on_cpu = simulate(set, &objective, sampler, PARAMS, &control, &Sequential).unwrap();
    let later = simulate_on(
        Some(gpu),
        set,
        &objective,
        sampler,
        PARAMS,
        &control,
        &Sequential,
    );
    let (on_gpu, ran) = later.await.unwrap();
    assert_eq!(ran, Backend::Device);
    (on_cpu, on_gpu)
}

fn mean(simulation: &Simulation, domain: usize) -> f64 {
    simulation
        .best
        .iter()
        .map(|(mixture, _)| mixture.parts()[domain])
        .sum::<f64>()
        / simulation.best.len() as f64
}

pub async fn the_best_are_those_of_the_cpu(gpu: &Gpu) {
    for (name, constraints) in [
        ("effective-data", None),
        ("exponential", Some(tight())),
        ("trees", None),
    ] {
        let pairs: &[(&str, &str)] = if name == "trees" {
            &[("iterations", "100")]
        } else {
            &[]
        };
        let set = fitted(name, pairs);
        let (on_cpu, on_gpu) = both(gpu, &set, &sampler(&Prior::regmix(), constraints)).await;
        for domain in 0..WIDTH {
            let (cpu, gpu) = (mean(&on_cpu, domain), mean(&on_gpu, domain));
            assert!(
                (cpu - gpu).abs() < 1e-3,
                "{name}, domain {domain}: {cpu} against {gpu}"
            );
        }
        // Near-ties and draws that one precision accepts aside, they are the same to the bit.
        let same = on_cpu
            .best
            .iter()
            .filter(|best| on_gpu.best.contains(best))
            .count();
        assert!(
            same + 1 >= PARAMS.top,
            "{name}: {same} of {} are the same",
            PARAMS.top
        );
    }
}

pub async fn chunks_do_not_change_what_is_found(gpu: &Gpu) {
    let set = fitted("effective-data", &[]);
    let objective = Objective::mean_of_all(&set);
    let sampler = sampler(&Prior::regmix(), None);
    let control = Control::default();
    let whole = ScreeningSpec {
        set: &set,
        objective: &objective,
        sampler: &sampler,
        span: 0..150_000,
        keep: 300,
    };
    let once = gpu.screen(&whole, &control).await.unwrap();
    let mut pieces = Vec::new();
    for span in [0..1, 1..70_000, 70_000..70_100, 70_100..150_000] {
        pieces.extend(
            gpu.screen(
                &ScreeningSpec {
                    span,
                    ..whole.clone()
                },
                &control,
            )
            .await
            .unwrap(),
        );
    }
    pieces.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    pieces.truncate(300);
    assert_eq!(once, pieces);
}

pub async fn indices_beyond_thirty_two_bits_are_distinguished(gpu: &Gpu) {
    let set = fitted("exponential", &[]);
    let objective = Objective::mean_of_all(&set);
    let sampler = sampler(&Prior::regmix(), None);
    let start = (1 << 32) - 500;
    let screening = ScreeningSpec {
        set: &set,
        objective: &objective,
        sampler: &sampler,
        span: start..start + 1000,
        keep: 1000,
    };
    let found = gpu.screen(&screening, &Control::default()).await.unwrap();
    for (index, estimate) in found {
        let exact = objective.of_values(
            &set,
            &set.predict(sampler.sample(index).parts()).unwrap().values,
        );
        assert!(
            (f64::from(estimate) - exact).abs() < 1e-4,
            "sample {index}: {estimate}, {exact}"
        );
    }
}

pub async fn of_equal_samples_the_first_are_kept(gpu: &Gpu) {
    // No split reaches the minimum gain, so every prediction is the same.
    let set = fitted(
        "trees",
        &[("iterations", "3"), ("min_gain_to_split", "1e9")],
    );
    let objective = Objective::mean_of_all(&set);
    let sampler = sampler(&Prior::regmix(), None);
    let screening = ScreeningSpec {
        set: &set,
        objective: &objective,
        sampler: &sampler,
        span: 7..90_000,
        keep: 50,
    };
    let found = gpu.screen(&screening, &Control::default()).await.unwrap();
    assert!(found.into_iter().map(|(index, _)| index).eq(7..57));
}
