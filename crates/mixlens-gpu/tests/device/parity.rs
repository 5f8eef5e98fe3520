//! Every sample that the device draws and predicts, beside the CPU.

use mixlens_core::compute::Control;
use mixlens_core::convex::Relation;
use mixlens_core::fit::{Formula, SurrogateSet};
use mixlens_core::search::{
    Accelerator, MetricBound, Objective, Scalarisation, ScreeningSpec, Side, Term,
};
use mixlens_core::simplex::{Constraints, LinearConstraint, Prior, Sampler};
use mixlens_gpu::Gpu;

use super::runs::{WIDTH, fitted, locked, sampler, tight};
use super::told;

const SAMPLES: u64 = 6000;
/// Largest relative difference of an objective.
const TOLERANCE: f64 = 1e-5;

/// The objectives of all samples on the device, by index.
async fn on_device(
    gpu: &Gpu,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
) -> Vec<f32> {
    let keep = SAMPLES as usize;
    let screening = ScreeningSpec {
        set,
        objective,
        sampler,
        span: 0..SAMPLES,
        keep,
    };
    let mut found = gpu.screen(&screening, &Control::default()).await.unwrap();
    assert_eq!(found.len(), keep, "every sample has an objective");
    assert!(found.is_sorted_by(|a, b| (a.1, a.0) <= (b.1, b.0)));
    found.sort_by_key(|(index, _)| *index);
    assert!(found.iter().map(|(index, _)| *index).eq(0..SAMPLES));
    found.into_iter().map(|(_, objective)| objective).collect()
}

/// The objective of one sample on the CPU, and the sample.
fn on_cpu(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    index: u64,
) -> (f64, Vec<f64>) {
    let parts = sampler.sample(index).parts().to_vec();
    (
        objective.of_values(set, &set.predict(&parts).unwrap().values),
        parts,
    )
}

/// The samples that differ by more than the tolerance, and the largest difference of the others.
async fn differing(
    gpu: &Gpu,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
) -> (Vec<(u64, f64)>, f64) {
    let found = on_device(gpu, set, objective, sampler).await;
    let difference = |(index, &estimate): (u64, &f32)| {
        let exact = on_cpu(set, objective, sampler, index).0;
        (index, (f64::from(estimate) - exact).abs() / exact.abs())
    };
    let all: Vec<(u64, f64)> = (0..).zip(&found).map(difference).collect();
    let (far, near): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(_, difference)| *difference > TOLERANCE);
    (
        far,
        near.iter()
            .map(|(_, difference)| *difference)
            .fold(0.0, f64::max),
    )
}

fn one(set: &SurrogateSet) -> Objective {
    Objective::new(
        set,
        &[Term {
            metric: 0,
            weight: 1.0,
        }],
    )
    .unwrap()
}

pub async fn smooth_surrogates_agree_with_double_precision(gpu: &Gpu) {
    let kinds: [(&str, &[(&str, &str)]); 10] = [
        ("ridge", &[]),
        ("ridge", &[("target", "log_loss")]),
        ("effective-data", &[]),
        ("exponential", &[]),
        ("power", &[]),
        ("scheffe", &[]),
        ("scheffe", &[("degree", "special_cubic")]),
        ("log-quadratic", &[]),
        ("gp", &[]),
        ("ensemble", &[]),
    ];
    let sampler = sampler(&Prior::regmix(), None);
    for (name, pairs) in kinds {
        let set = fitted(name, pairs);
        let (far, worst) = differing(gpu, &set, &one(&set), &sampler).await;
        told(&format!(
            "{name} {pairs:?}: largest relative difference {worst:.1e}, {} samples beyond",
            far.len()
        ));
        // A draw that one precision accepts and the other does not gives another mixture.
        assert!(
            far.len() <= 1,
            "{name} {pairs:?}: {:?} are beyond",
            far.iter().map(|(_, by)| by).max_by(|a, b| a.total_cmp(b))
        );
    }
}

pub async fn every_prior_and_constraint_gives_the_mixtures_of_the_cpu(gpu: &Gpu) {
    let set = fitted("effective-data", &[]);
    let objective = one(&set);
    let dirichlet = |concentration| Prior::Dirichlet { concentration };
    let domains = set.domains();
    let mut coefficients = vec![0.0; WIDTH];
    coefficients[..2].copy_from_slice(&[1.0, -1.0]);
    let row = LinearConstraint::new("d0 <= d1", coefficients, Relation::AtMost, 0.0).unwrap();
    let linear = Constraints::builder(domains)
        .upper("d1", 0.3)
        .unwrap()
        .linear(row)
        .unwrap()
        .build()
        .unwrap();
    let cases = [
        (Prior::Uniform, None),
        (dirichlet(0.05), None),
        (dirichlet(1.0), None),
        (dirichlet(300.0), None),
        (Prior::regmix(), Some(tight())),
        (Prior::Uniform, Some(tight())),
        (Prior::regmix(), Some(locked())),
        (Prior::regmix(), Some(linear)),
    ];
    for (prior, constraints) in cases {
        let is_free = constraints.is_none();
        let (far, worst) = differing(gpu, &set, &objective, &sampler(&prior, constraints)).await;
        told(&format!(
            "{prior:?}, free {is_free}: largest relative difference {worst:.1e}, {} samples beyond",
            far.len()
        ));
        // A pulled sample ends on the border, where rounding decides what is left of the smallest
        // proportions.
        assert!(
            far.len() <= 10,
            "{prior:?}, free {is_free}: {:?}",
            far.iter().take(10).collect::<Vec<_>>()
        );
    }
}

pub async fn trees_end_in_the_same_leaves_except_at_thresholds(gpu: &Gpu) {
    let sampler = sampler(&Prior::regmix(), None);
    for (name, leaves) in [("trees", "31"), ("trees", "60"), ("stack", "")] {
        // 31 leaves fit into a mask; trees of 60 are walked.
        let pairs = [
            ("iterations", "120"),
            ("leaves", leaves),
            ("min_data_in_leaf", "2"),
        ];
        let set = fitted(name, if name == "trees" { &pairs } else { &[] });
        let objective = one(&set);
        let (far, worst) = differing(gpu, &set, &objective, &sampler).await;
        told(&format!(
            "{name} {leaves}: largest relative difference {worst:.1e}, {} near-ties",
            far.len()
        ));
        let formula = set.metrics()[0].surrogate.formula();
        if let Formula::Trees(trees) = formula {
            assert!(
                trees
                    .nodes()
                    .iter()
                    .all(|tree| tree.values.len().to_string() == leaves),
                "trees of {leaves} leaves"
            );
        }
        for (index, difference) in far {
            let parts = on_cpu(&set, &objective, &sampler, index).1;
            assert!(
                is_at_threshold(formula, &parts),
                "{name}: sample {index} differs by {difference}"
            );
        }
    }
}

/// Whether a proportion is within single precision of a threshold.
fn is_at_threshold(formula: &Formula, parts: &[f64]) -> bool {
    match formula {
        Formula::Trees(trees) => trees
            .nodes()
            .iter()
            .flat_map(|tree| &tree.nodes)
            .any(|node| {
                let part = parts[node.domain];
                (part - node.threshold).abs() < 2e-6 * part
            }),
        sum => sum
            .parts()
            .iter()
            .any(|(_, part)| is_at_threshold(part.formula(), parts)),
    }
}

pub async fn every_aim_and_bound_counts_as_on_the_cpu(gpu: &Gpu) {
    let set = fitted("exponential", &[]);
    let sampler = sampler(&Prior::regmix(), None);
    let both = Objective::new(
        &set,
        &[
            Term {
                metric: 0,
                weight: 1.0,
            },
            Term {
                metric: 1,
                weight: 3.0,
            },
        ],
    )
    .unwrap();
    let aims = [
        Scalarisation::Mean,
        Scalarisation::Worst {
            reference: vec![3.0, -0.2],
        },
        Scalarisation::Desirability {
            best: vec![3.0, -0.6],
            worst: vec![6.0, -0.1],
        },
    ];
    for aim in aims {
        let objective = both.clone().aiming_at(aim.clone());
        let found = on_device(gpu, &set, &objective, &sampler).await;
        for (index, estimate) in (0..).zip(found) {
            let exact = on_cpu(&set, &objective, &sampler, index).0;
            let off = (f64::from(estimate) - exact).abs();
            assert!(
                off < 2.0 * TOLERANCE * (1.0 + exact.abs()),
                "{aim:?}, sample {index}: {estimate}, {exact}"
            );
        }
    }
    let loss = |index| set.predict(sampler.sample(index).parts()).unwrap().values[0];
    let mut losses: Vec<f64> = (0..SAMPLES).map(loss).collect();
    losses.sort_by(f64::total_cmp);
    let value = losses[SAMPLES as usize / 3];
    let bound = MetricBound {
        text: format!("loss <= {value}"),
        metric: 0,
        side: Side::AtMost,
        value,
    };
    let objective = Objective::new(
        &set,
        &[Term {
            metric: 1,
            weight: 1.0,
        }],
    )
    .unwrap()
    .within(vec![bound]);
    let found = on_device(gpu, &set, &objective, &sampler).await;
    let (mut kept, mut broken) = (0, 0);
    for (index, estimate) in (0..).zip(found) {
        let loss = loss(index);
        if (loss - value).abs() > 1e-4 {
            assert_eq!(
                estimate > 1e8,
                loss > value,
                "sample {index}: loss {loss}, objective {estimate}"
            );
            if loss > value { broken += 1 } else { kept += 1 }
        }
    }
    assert!(
        kept > 100 && broken > 100,
        "{kept} keep the bound, {broken} break it"
    );
}
