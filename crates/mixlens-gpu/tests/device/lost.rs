//! Where a device fails, the CPU gives the same result.

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{
    Backend, DeviceFailure, Objective, SimulationParams, simulate, simulate_on,
};
use mixlens_core::simplex::{Prior, Sampler};
use mixlens_gpu::{Adapters, Gpu};

use super::runs::{fitted, sampler};

const PARAMS: SimulationParams = SimulationParams {
    samples: 50_000,
    top: 64,
};

async fn on(gpu: &Gpu, set: &SurrogateSet, sampler: &Sampler) -> (Vec<f64>, Backend) {
    let (objective, control) = (Objective::mean_of_all(set), Control::default());
    let found = simulate_on(
        Some(gpu),
        set,
        &objective,
        sampler,
        PARAMS,
        &control,
        &Sequential,
    )
    .await
    .unwrap();
    (
        found
            .0
            .best
            .into_iter()
            .map(|(_, objective)| objective)
            .collect(),
        found.1,
    )
}

fn on_cpu(set: &SurrogateSet, sampler: &Sampler) -> Vec<f64> {
    let objective = Objective::mean_of_all(set);
    let found = simulate(
        set,
        &objective,
        sampler,
        PARAMS,
        &Control::default(),
        &Sequential,
    )
    .unwrap();
    found
        .best
        .into_iter()
        .map(|(_, objective)| objective)
        .collect()
}

pub async fn after_a_lost_device_the_cpu_gives_the_same_result(_: &Gpu) {
    // A device that no other test shares.
    let gpu = Gpu::open(Adapters::Any).await.unwrap();
    let set = fitted("effective-data", &[]);
    let sampler = sampler(&Prior::regmix(), None);
    assert_eq!(
        on(&gpu, &set, &sampler).await,
        (on_cpu(&set, &sampler), Backend::Device)
    );
    gpu.lose();
    let (found, ran) = on(&gpu, &set, &sampler).await;
    assert_eq!(found, on_cpu(&set, &sampler));
    assert!(
        matches!(&ran, Backend::Fallback(DeviceFailure::Failed { why }) if why.contains("lost")),
        "{ran:?}"
    );
}

pub async fn the_cpu_takes_over_where_the_device_is_unable(gpu: &Gpu) {
    let set = fitted("exponential", &[]);
    let sobol = sampler(&Prior::LowDiscrepancy, None);
    let (found, ran) = on(gpu, &set, &sobol).await;
    assert_eq!(found, on_cpu(&set, &sobol));
    assert!(
        matches!(
            &ran,
            Backend::Fallback(DeviceFailure::Unable { why }) if why.contains("low-discrepancy")
        ),
        "{ran:?}"
    );
}
