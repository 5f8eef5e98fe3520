//! The counts of a device are those of the CPU, except for mixtures on the borders of cells.

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::search::{
    Backend, MetricBound, Objective, Side, Survey, SurveyParams, Tally, Term, survey_on,
};
use mixlens_core::simplex::Prior;
use mixlens_gpu::Gpu;

use super::report;
use super::runs::{fitted, sampler, tight};

const PARAMS: SurveyParams = SurveyParams {
    samples: 50_000,
    cells: 48,
    pair: Some([3, 0]),
    pair_cells: 32,
};

/// At max_moved one in this many samples may move to another cell.
const SAMPLES_PER_MOVE: u64 = 1000;

pub async fn a_survey_counts_as_on_the_cpu(gpu: &Gpu) {
    let set = fitted("exponential", &[]);
    let free = Objective::new(
        &set,
        &[
            Term {
                metric: 0,
                weight: 1.0,
            },
            Term {
                metric: 1,
                weight: 0.5,
            },
        ],
    )
    .unwrap();
    let bound = MetricBound {
        text: "loss <= 4".to_owned(),
        metric: 0,
        side: Side::AtMost,
        value: 4.0,
    };
    let bounded = free.clone().within(vec![bound]);
    for (objective, constraints) in [(&free, None), (&bounded, Some(tight()))] {
        let sampler = sampler(&Prior::regmix(), constraints);
        let control = Control::default();
        let on = async |device| {
            survey_on(
                device,
                &set,
                objective,
                &sampler,
                PARAMS,
                &control,
                &Sequential,
            )
            .await
        };
        let (cpu, ran) = on(None).await.unwrap();
        assert_eq!(ran, Backend::Cpu);
        let (device, ran) = on(Some(gpu)).await.unwrap();
        assert_eq!(ran, Backend::Device);
        assert!(
            cpu.allowed > PARAMS.samples / 100
                && (cpu.allowed < PARAMS.samples) == (objective == &bounded)
        );
        let (cpu_axes, device_axes) = (axes(&cpu), axes(&device));
        assert_eq!(cpu_axes.len(), device_axes.len());
        let mut max_moved = 0;
        for (cpu, device) in cpu_axes.into_iter().zip(device_axes) {
            let moved: u64 = cpu
                .iter()
                .zip(device)
                .map(|(cpu, device)| cpu.count.abs_diff(device.count))
                .sum();
            let good: u64 = cpu
                .iter()
                .zip(device)
                .map(|(cpu, device)| cpu.good.abs_diff(device.good))
                .sum();
            max_moved = max_moved.max(moved);
            assert!(
                moved.max(good) <= PARAMS.samples / SAMPLES_PER_MOVE,
                "{moved} moved, {good} of them good"
            );
            for (cpu, device) in cpu
                .iter()
                .zip(device)
                .filter(|(cpu, device)| cpu.count == device.count)
            {
                let [cpu, device] = [cpu, device].map(|tally| tally.lowest.unwrap_or(0.0));
                assert!(
                    (cpu - device).abs() < 1e-5 * (1.0 + cpu.abs()),
                    "{cpu}, {device}"
                );
            }
        }
        report(&format!(
            "{} of {} allowed; {max_moved} moved along one axis",
            cpu.allowed, PARAMS.samples
        ));
    }
}

fn axes(survey: &Survey) -> Vec<&[Tally]> {
    let domains = survey
        .domains
        .iter()
        .map(|domain| domain.tallies.as_slice());
    let pair = survey.pair.iter().map(|pair| pair.tallies.as_slice());
    domains
        .chain([survey.objective.tallies.as_slice()])
        .chain(pair)
        .collect()
}
