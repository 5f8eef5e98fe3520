//! Cancellation, lost devices and progress, on threads.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Progress, RayonExecutor, Sequential};
use mixlens_core::search::{
    Accelerator, Backend, DeviceChoice, DeviceFailure, Objective, Screened, ScreeningSpec,
    SimulationParams, simulate, simulate_on,
};
use mixlens_core::simplex::Prior;
use mixlens_gpu::{Adapters, Gpu, SharedGpu};
use pollster::block_on;

use super::runs::{fitted, sampler};
use super::selection::PARAMS;
use super::{gpu, open_gpu};

fn screen(
    gpu: &Gpu,
    screening: &ScreeningSpec<'_>,
    control: &Control,
) -> Result<Screened, DeviceFailure> {
    block_on(Accelerator::screen(gpu, screening, control))
}

#[test]
fn cancelling_ends_a_screening_within_a_tenth_of_a_second() {
    let Some(gpu) = gpu() else { return };
    let set = fitted("gp", &[]);
    let (objective, sampler) = (
        Objective::mean_of_all(&set),
        sampler(&Prior::regmix(), None),
    );
    let control = Control::default();
    let screening = ScreeningSpec {
        set: &set,
        objective: &objective,
        sampler: &sampler,
        span: 0..1 << 40,
        keep: 100,
    };
    // Compiles the kernels first.
    screen(
        gpu,
        &ScreeningSpec {
            span: 0..1000,
            ..screening.clone()
        },
        &control,
    )
    .unwrap();
    let cancelled_at = std::thread::scope(|scope| {
        let other = control.clone();
        let cancelling = scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(1500));
            other.cancel();
            Instant::now()
        });
        assert_eq!(
            screen(gpu, &screening, &control),
            Err(DeviceFailure::Cancelled)
        );
        let ended = Instant::now();
        ended.saturating_duration_since(cancelling.join().unwrap())
    });
    // A software driver shares its cores with the other tests.
    let max_ms = if gpu.is_software() { 500 } else { 100 };
    assert!(
        cancelled_at < Duration::from_millis(max_ms),
        "ended {cancelled_at:?} after it was cancelled"
    );
    let params = SimulationParams {
        samples: 1 << 40,
        top: 10,
    };
    let ended = simulate_on(
        Some(gpu),
        &set,
        &objective,
        &sampler,
        params,
        &control,
        &Sequential,
    );
    assert_eq!(block_on(ended).unwrap_err(), CoreError::Cancelled);
}

#[test]
fn progress_is_reported_to_the_end() {
    let Some(gpu) = gpu() else { return };
    let set = fitted("exponential", &[]);
    let (objective, sampler) = (
        Objective::mean_of_all(&set),
        sampler(&Prior::regmix(), None),
    );
    let reports = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&reports);
    let control =
        Control::reporting_to(move |progress: Progress| sink.lock().unwrap().push(progress));
    let screening = ScreeningSpec {
        set: &set,
        objective: &objective,
        sampler: &sampler,
        span: 0..40_000,
        keep: 10,
    };
    screen(gpu, &screening, &control).unwrap();
    let reports = reports.lock().unwrap();
    assert!(reports.len() > 2 && reports.is_sorted_by_key(|progress| progress.done));
    assert!(reports.iter().all(|progress| progress.total == 40_000));
    assert_eq!(reports.last().unwrap().done, 40_000);
}

#[test]
fn a_device_lost_on_the_way_ends_the_screening() {
    let Some(gpu) = &open_gpu() else { return };
    let set = fitted("exponential", &[]);
    let (objective, sampler) = (
        Objective::mean_of_all(&set),
        sampler(&Prior::regmix(), None),
    );
    let screening = ScreeningSpec {
        set: &set,
        objective: &objective,
        sampler: &sampler,
        span: 0..1 << 40,
        keep: 100,
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(700));
            gpu.lose();
        });
        let ended = screen(gpu, &screening, &Control::default());
        assert!(
            matches!(ended, Err(DeviceFailure::Failed { .. })),
            "{ended:?}"
        );
    });
}

#[test]
fn software_is_not_taken_for_hardware() {
    let Some(any) = gpu() else { return };
    match Gpu::open_now(Adapters::Hardware) {
        Ok(gpu) => assert!(!gpu.is_software()),
        Err(problem) => assert!(
            any.is_software() && problem.to_string().contains("on the CPU"),
            "{problem}"
        ),
    }
}

#[test]
fn threads_do_not_change_what_is_found() {
    let Some(gpu) = gpu() else { return };
    let set = fitted("effective-data", &[]);
    let (objective, sampler) = (
        Objective::mean_of_all(&set),
        sampler(&Prior::regmix(), None),
    );
    let control = Control::default();
    let on = |threads| {
        let executor = RayonExecutor::new(Some(threads)).unwrap();
        let cpu = simulate(&set, &objective, &sampler, PARAMS, &control, &executor).unwrap();
        let later = simulate_on(
            Some(gpu),
            &set,
            &objective,
            &sampler,
            PARAMS,
            &control,
            &executor,
        );
        (cpu, block_on(later).unwrap())
    };
    assert_eq!(on(1), on(8));
}

#[test]
fn jobs_share_a_device_that_is_opened_at_first_use() {
    if gpu().is_none() {
        return;
    }
    let set = fitted("exponential", &[]);
    let (objective, sampler) = (
        Objective::mean_of_all(&set),
        sampler(&Prior::regmix(), None),
    );
    let shared = SharedGpu::default();
    assert!(shared.for_simulation(DeviceChoice::Cpu, u64::MAX).is_none());
    assert!(shared.for_simulation(DeviceChoice::Auto, 1000).is_none());
    let simulated = |choice| {
        let device = shared.for_simulation(choice, u64::MAX).unwrap();
        let params = SimulationParams {
            samples: 2000,
            top: 10,
        };
        let control = Control::default();
        let later = simulate_on(
            Some(&device),
            &set,
            &objective,
            &sampler,
            params,
            &control,
            &Sequential,
        );
        (block_on(later).unwrap().1, device.name())
    };
    let (ran, name) = simulated(DeviceChoice::Gpu);
    assert!(ran == Backend::Device && name.is_some());
    let is_software = gpu().is_some_and(Gpu::is_software);
    match simulated(DeviceChoice::Auto).0 {
        Backend::Fallback(DeviceFailure::Unable { why }) => {
            assert!(is_software && why.contains("on the CPU"), "{why}")
        }
        ran => assert!(ran == Backend::Device && !is_software),
    }
}
