//! Cancelled, lost, or asked for what it cannot do.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Progress, Sequential};
use mixlens_core::fit::SurrogateSet;
use mixlens_core::search::{
    DeviceFailure, Objective, Ran, Screener, Screening, SimulationParams, simulate, simulate_on,
};
use mixlens_core::simplex::{Prior, Sampler};
use mixlens_gpu::{Adapters, Gpu};

use super::runs::{fitted, sampler};
use super::{gpu, own_gpu};

const PARAMS: SimulationParams = SimulationParams { samples: 50_000, top: 64 };

fn on(gpu: &Gpu, set: &SurrogateSet, sampler: &Sampler, samples: u64) -> (Vec<f64>, Ran) {
    let params = SimulationParams { samples, ..PARAMS };
    let objective = Objective::mean_of_all(set);
    let found = simulate_on(Some(gpu), set, &objective, sampler, params, &Control::default(), &Sequential).unwrap();
    (found.0.best.into_iter().map(|(_, objective)| objective).collect(), found.1)
}

fn on_cpu(set: &SurrogateSet, sampler: &Sampler, samples: u64) -> Vec<f64> {
    let params = SimulationParams { samples, ..PARAMS };
    let objective = Objective::mean_of_all(set);
    let found = simulate(set, &objective, sampler, params, &Control::default(), &Sequential).unwrap();
    found.best.into_iter().map(|(_, objective)| objective).collect()
}

#[test]
fn cancelling_ends_a_screening_within_a_tenth_of_a_second() {
    let Some(gpu) = gpu() else { return };
    let set = fitted("gp", &[]);
    let (objective, sampler) = (Objective::mean_of_all(&set), sampler(&Prior::regmix(), None));
    let control = Control::default();
    let screening = Screening { set: &set, objective: &objective, sampler: &sampler, span: 0..1 << 40, keep: 100 };
    // Compiled before.
    gpu.screen(&Screening { span: 0..1000, ..screening.clone() }, &control).unwrap();
    let cancelled_at = std::thread::scope(|scope| {
        let other = control.clone();
        let cancelling = scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(1500));
            other.cancel();
            Instant::now()
        });
        assert_eq!(gpu.screen(&screening, &control), Err(DeviceFailure::Cancelled));
        let ended = Instant::now();
        ended.saturating_duration_since(cancelling.join().unwrap())
    });
    // A software driver shares its cores with the other tests.
    let most = if gpu.is_software() { 500 } else { 100 };
    assert!(cancelled_at < Duration::from_millis(most), "ended {cancelled_at:?} after it was cancelled");
    let params = SimulationParams { samples: 1 << 40, top: 10 };
    let ended = simulate_on(Some(gpu), &set, &objective, &sampler, params, &control, &Sequential);
    assert_eq!(ended.unwrap_err(), CoreError::Cancelled);
}

#[test]
fn progress_is_told_to_the_end() {
    let Some(gpu) = gpu() else { return };
    let set = fitted("exponential", &[]);
    let (objective, sampler) = (Objective::mean_of_all(&set), sampler(&Prior::regmix(), None));
    let told = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&told);
    let control = Control::reporting_to(move |progress: Progress| own.lock().unwrap().push(progress));
    let screening = Screening { set: &set, objective: &objective, sampler: &sampler, span: 0..40_000, keep: 10 };
    gpu.screen(&screening, &control).unwrap();
    let told = told.lock().unwrap();
    assert!(told.len() > 2 && told.is_sorted_by_key(|progress| progress.done));
    assert!(told.iter().all(|progress| progress.total == 40_000));
    assert_eq!(told.last().unwrap().done, 40_000);
}

#[test]
fn after_a_lost_device_the_cpu_gives_the_same_result() {
    let Some(gpu) = own_gpu() else { return };
    let set = fitted("effective-data", &[]);
    let sampler = sampler(&Prior::regmix(), None);
    assert_eq!(on(&gpu, &set, &sampler, PARAMS.samples), (on_cpu(&set, &sampler, PARAMS.samples), Ran::Device));
    gpu.lose();
    let (found, ran) = on(&gpu, &set, &sampler, PARAMS.samples);
    assert_eq!(found, on_cpu(&set, &sampler, PARAMS.samples));
    assert!(matches!(&ran, Ran::Fallback(DeviceFailure::Failed { why }) if why.contains("lost")), "{ran:?}");
}

#[test]
fn a_device_lost_on_the_way_ends_the_screening() {
    let Some(gpu) = own_gpu() else { return };
    let set = fitted("exponential", &[]);
    let (objective, sampler) = (Objective::mean_of_all(&set), sampler(&Prior::regmix(), None));
    let screening = Screening { set: &set, objective: &objective, sampler: &sampler, span: 0..1 << 40, keep: 100 };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(700));
            gpu.lose();
        });
        let ended = gpu.screen(&screening, &Control::default());
        assert!(matches!(ended, Err(DeviceFailure::Failed { .. })), "{ended:?}");
    });
}

#[test]
fn what_the_device_cannot_do_the_cpu_does() {
    let Some(gpu) = gpu() else { return };
    let set = fitted("exponential", &[]);
    let sobol = sampler(&Prior::LowDiscrepancy, None);
    let (found, ran) = on(gpu, &set, &sobol, 3000);
    assert_eq!(found, on_cpu(&set, &sobol, 3000));
    assert!(matches!(&ran, Ran::Fallback(DeviceFailure::Unable { why }) if why.contains("low-discrepancy")), "{ran:?}");
}

#[test]
fn software_is_not_taken_for_hardware() {
    let Some(any) = gpu() else { return };
    match Gpu::open_now(Adapters::Hardware) {
        Ok(gpu) => assert!(!gpu.is_software()),
        Err(problem) => assert!(any.is_software() && problem.to_string().contains("on the CPU"), "{problem}"),
    }
}
