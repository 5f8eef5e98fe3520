//! Exact searches on fitted laws: certificates recomputed, constraints honoured, never worse than
//! simulation.

use std::sync::Arc;

use super::*;
use crate::compute::{Control, CounterStream, Sequential};
use crate::fit::{Surrogate, SurrogateParams, SurrogateSet};
use crate::optim::Relation;
use crate::simplex::{Constraints, DomainSet, LinearConstraint, Mixture, Prior, Sampler};
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};

/// Runs of hidden effective-data laws over `width` domains, one law a metric; fitted.
pub(super) fn fitted(width: usize, metrics: usize, runs: u64, surrogate: &str) -> SurrogateSet {
    let domains = DomainSet::new((0..width).map(|j| format!("d{j}"))).unwrap();
    let names = (0..metrics).map(|m| Metric {
        name: format!("m{m}"),
        direction: Direction::Lower,
    });
    let sampler = Sampler::new(
        &Prior::regmix(),
        &Mixture::uniform(&domains),
        Constraints::free(&domains),
        1,
    )
    .unwrap();
    let names = MetricSet::new(names.collect()).unwrap();
    let mut table = RunTableBuilder::new(Arc::clone(&domains), names, RowSums::Rescale);
    for run in 0..runs {
        let mixture = sampler.sample(run);
        let value = |metric: usize| {
            let mut stream = CounterStream::new(7, metric as u64);
            let useful: f64 = mixture
                .parts()
                .iter()
                .map(|part| stream.next_unit().powi(3) * part.powf(0.4))
                .sum();
            Some(1.0 + 0.1 * metric as f64 + (0.05 + useful).powf(-0.4))
        };
        let values: Vec<_> = (0..metrics).map(value).collect();
        table
            .push(&run.to_string(), mixture.parts(), &values)
            .unwrap();
    }
    let table = table.finish();
    let params = SurrogateParams::named(surrogate, &[]).unwrap();
    let all: Vec<usize> = (0..metrics).collect();
    SurrogateSet::fit(&table, &all, &params, &Control::default(), &Sequential).unwrap()
}

/// The Frank-Wolfe gap from its definition: slopes at the mixture, and the cheapest mixture within
/// the bounds.
pub(super) fn gap(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    parts: &[f64],
) -> f64 {
    let mut slopes = vec![0.0; parts.len()];
    let mut one = vec![0.0; parts.len()];
    for term in objective.terms() {
        set.metrics()[term.metric]
            .surrogate
            .gradient_into(parts, &mut one)
            .unwrap();
        slopes
            .iter_mut()
            .zip(&one)
            .for_each(|(slope, one)| *slope += term.weight * one);
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| slopes[a].total_cmp(&slopes[b]));
    let mut left = 1.0 - constraints.lower().iter().sum::<f64>();
    let mut minimum: f64 = slopes
        .iter()
        .zip(constraints.lower())
        .map(|(slope, low)| slope * low)
        .sum();
    for domain in order {
        let take = left.min(constraints.upper()[domain] - constraints.lower()[domain]);
        minimum += slopes[domain] * take;
        left -= take;
    }
    slopes
        .iter()
        .zip(parts)
        .map(|(slope, part)| slope * part)
        .sum::<f64>()
        - minimum
}

fn bounded(domains: &Arc<DomainSet>) -> Constraints {
    let builder = Constraints::builder(domains)
        .upper("d1", 0.1)
        .unwrap()
        .upper("d3", 0.2)
        .unwrap();
    builder.lower("d5", 0.05).unwrap().build().unwrap()
}

#[test]
fn the_gap_of_seventeen_domains_and_thirteen_metrics_can_be_recomputed() {
    let set = fitted(17, 13, 64, "effective-data");
    let objective = Objective::mean_of_all(&set);
    for constraints in [Constraints::free(set.domains()), bounded(set.domains())] {
        let best = minimise(&set, &objective, &constraints, &Control::default()).unwrap();
        assert_eq!(best.report.status, Status::Optimal, "{:?}", best.report);
        assert!(best.gap < 1e-9);
        let gap = gap(&set, &objective, &constraints, best.mixture.parts());
        assert!(gap.abs() < 1e-9, "the gap from its definition is {gap}");
        assert!(constraints.contains(best.mixture.parts(), 1e-12));
        let sampler =
            Sampler::new(&Prior::regmix(), &set.centre().mixture, constraints, 5).unwrap();
        let params = SimulationParams {
            samples: 20_000,
            top: 10,
        };
        let simulated = simulate(
            &set,
            &objective,
            &sampler,
            params,
            &Control::default(),
            &Sequential,
        )
        .unwrap();
        assert!(best.objective <= simulated.best[0].1);
    }
}

#[test]
fn linear_constraints_and_bounds_on_metrics_are_honoured() {
    let set = fitted(6, 3, 40, "effective-data");
    let row = |text: &str, coefficients: [f64; 6], bound: f64| {
        LinearConstraint::new(text, coefficients.to_vec(), Relation::AtMost, bound).unwrap()
    };
    let builder = Constraints::builder(set.domains())
        .upper("d0", 0.5)
        .unwrap();
    let builder = builder
        .linear(row("d0 <= 2*d1", [1.0, -2.0, 0.0, 0.0, 0.0, 0.0], 0.0))
        .unwrap();
    let builder = builder
        .linear(row(
            "d2 + d3 >= 0.5",
            [0.0, 0.0, -1.0, -1.0, 0.0, 0.0],
            -0.5,
        ))
        .unwrap();
    let constraints = builder.build().unwrap();
    let only = |metric: usize| {
        Objective::new(
            &set,
            &[Term {
                metric,
                weight: 1.0,
            }],
        )
        .unwrap()
    };
    let free = minimise(&set, &only(0), &constraints, &Control::default()).unwrap();
    let other = minimise(&set, &only(1), &constraints, &Control::default()).unwrap();
    assert!(constraints.contains(free.mixture.parts(), 1e-9));
    let (there, lowest) = (
        set.predict(free.mixture.parts()).unwrap().values[1],
        other.objective,
    );
    let bound = |value: f64| MetricBound {
        text: "m1 <= x".to_owned(),
        metric: 1,
        side: Side::AtMost,
        value,
    };
    let between = 0.5 * (there + lowest);
    let held = only(0).within(vec![bound(between)]);
    let best = minimise(&set, &held, &constraints, &Control::default()).unwrap();
    assert_eq!(best.report.status, Status::Optimal, "{:?}", best.report);
    assert!(set.predict(best.mixture.parts()).unwrap().values[1] <= between + 1e-9);
    assert!(constraints.contains(best.mixture.parts(), 1e-9));
    assert!(best.objective >= free.objective - 1e-9);
    let impossible = only(0).within(vec![bound(lowest - 0.01)]);
    let message = minimise(&set, &impossible, &constraints, &Control::default())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("`m1 <= x`: every allowed mixture exceeds it by at least 0.0100"),
        "{message}"
    );
}

#[test]
fn the_flat_region_holds_the_best_and_its_ends_are_as_good_as_allowed() {
    let set = fitted(6, 3, 40, "effective-data");
    let objective = Objective::mean_of_all(&set);
    let constraints = bounded(set.domains());
    let proposal = propose_exact(
        &set,
        &objective,
        &constraints,
        Some(0.01),
        &Control::default(),
        &Sequential,
    )
    .unwrap();
    let flat = proposal.flat.unwrap();
    let level = proposal.objective + 0.01;
    let value = |parts: &[f64]| objective.of_values(&set, &set.predict(parts).unwrap().values);
    assert!(
        value(flat.nearest.parts()) <= level + 1e-9
            && constraints.contains(flat.nearest.parts(), 1e-9)
    );
    for (part, (low, high)) in proposal.mixture.parts().iter().zip(&flat.intervals) {
        assert!(low <= part && part <= high);
    }
    // Sampled mixtures that are as good lie within the intervals.
    let sampler = Sampler::new(
        &Prior::Dirichlet {
            concentration: 200.0,
        },
        &proposal.mixture,
        constraints,
        5,
    )
    .unwrap();
    let inside = (0..5000)
        .map(|index| sampler.sample(index))
        .filter(|mixture| value(mixture.parts()) <= level);
    let mut found = 0;
    for mixture in inside {
        found += 1;
        for (part, (low, high)) in mixture.parts().iter().zip(&flat.intervals) {
            assert!(*part >= low - 2e-5 && *part <= high + 2e-5);
        }
    }
    assert!(found > 20, "only {found} mixtures to compare with");
}

#[test]
fn worst_case_and_desirability_are_certified_and_never_worse_than_samples() {
    let set = fitted(5, 3, 40, "effective-data");
    let free = Constraints::free(set.domains());
    let control = Control::default();
    let worst = minimax(&set, Objective::mean_of_all(&set)).unwrap();
    let desirable = desirability(&set, Objective::mean_of_all(&set), &free, &control).unwrap();
    let sampler = Sampler::new(
        &Prior::Uniform,
        &Mixture::uniform(set.domains()),
        free.clone(),
        5,
    )
    .unwrap();
    for objective in [worst, desirable] {
        let best = minimise(&set, &objective, &free, &control).unwrap();
        assert_eq!(
            best.report.status,
            Status::Optimal,
            "{}: {:?}",
            objective.aim().name(),
            best.report
        );
        let value = objective.of_values(&set, &set.predict(best.mixture.parts()).unwrap().values);
        assert!((value - best.objective).abs() < 1e-9);
        for index in 0..3000 {
            let values = set.predict(sampler.sample(index).parts()).unwrap().values;
            assert!(objective.of_values(&set, &values) >= best.objective - 1e-9);
        }
    }
}

#[test]
fn a_descent_is_never_worse_than_the_simulation_and_keeps_constraints() {
    let set = fitted(5, 2, 40, "gp");
    let objective = Objective::mean_of_all(&set);
    assert!(objective.is_smooth(&set) && !objective.is_convex(&set));
    let constraints = bounded_five(set.domains());
    let sampler = Sampler::new(
        &Prior::regmix(),
        &set.centre().mixture,
        constraints.clone(),
        5,
    )
    .unwrap();
    let params = SimulationParams {
        samples: 4000,
        top: 50,
    };
    let control = Control::default();
    let proposal = propose(
        &set,
        &objective,
        &sampler,
        params,
        Some(0.01),
        &control,
        &Sequential,
    )
    .unwrap();
    assert_eq!((proposal.status, proposal.gap), (Status::BestFound, None));
    assert!(proposal.objective <= proposal.best_single.1);
    assert!(constraints.contains(proposal.mixture.parts(), 1e-9));
    assert!(!proposal.flat.unwrap().is_exact);
}

fn bounded_five(domains: &Arc<DomainSet>) -> Constraints {
    let less = vec![1.0, -1.0, 0.0, 0.0, 0.0];
    let less = LinearConstraint::new("d0 <= d1", less, Relation::AtMost, 0.0).unwrap();
    Constraints::builder(domains)
        .upper("d1", 0.2)
        .unwrap()
        .linear(less)
        .unwrap()
        .build()
        .unwrap()
}

#[test]
fn effects_traces_and_left_out_domains_agree_with_predictions() {
    let set = fitted(4, 2, 40, "effective-data");
    let at = Mixture::from_weights(set.domains(), &[4.0, 3.0, 2.0, 1.0])
        .unwrap()
        .0;
    let explained = explain(&set, &at, &Control::default()).unwrap();
    let there = set
        .predict(&[0.41, 0.3 * 0.59 / 0.6, 0.2 * 0.59 / 0.6, 0.1 * 0.59 / 0.6])
        .unwrap()
        .values;
    assert!((explained.effects[1][0].value - (there[1] - explained.values[1])).abs() < 1e-12);
    let alone = set.predict(&[0.0, 0.0, 0.0, 1.0]).unwrap().values;
    assert!((explained.traces[3].values[0].last().unwrap() - alone[0]).abs() < 1e-12);
    let without = set.predict(&[0.5, 0.375, 0.0, 0.125]).unwrap().values;
    let left_out = explained.left_out[2].as_ref().unwrap();
    assert!((left_out.changes[0] - (without[0] - explained.values[0])).abs() < 1e-12);
    let corner = Mixture::from_weights(set.domains(), &[1.0, 0.0, 0.0, 0.0])
        .unwrap()
        .0;
    let explained = explain(&set, &corner, &Control::default()).unwrap();
    assert!(
        explained.left_out[0].is_none()
            && explained.effects[0]
                .iter()
                .all(|effect| effect.value.is_finite())
    );
}

#[test]
fn the_next_runs_differ_from_each_other_and_improve_the_fit_more_than_chance() {
    for (surrogate, expected) in [
        ("effective-data", Acquisition::DOptimal),
        ("gp", Acquisition::Variance),
    ] {
        let set = fitted(4, 2, 24, surrogate);
        let objective = Objective::mean_of_all(&set);
        let constraints = Constraints::builder(set.domains())
            .upper("d0", 0.6)
            .unwrap()
            .build()
            .unwrap();
        let sampler = Sampler::new(
            &Prior::Uniform,
            &set.centre().mixture,
            constraints.clone(),
            9,
        )
        .unwrap();
        for acquisition in [Acquisition::Auto, Acquisition::Maximin, Acquisition::Climb] {
            let params = NextParams {
                count: 6,
                pool: 300,
                step: 0.0002,
                acquisition,
                seed: 1,
            };
            let (runs, how) =
                next_runs(&set, &objective, &sampler, params, &Control::default()).unwrap();
            assert_eq!(
                how,
                if acquisition == Acquisition::Auto {
                    expected
                } else {
                    acquisition
                }
            );
            assert_eq!(runs.len(), 6);
            for (index, run) in runs.iter().enumerate() {
                assert!(constraints.contains(run.parts(), 1e-12));
                assert!(runs.iter().skip(index + 1).all(|other| other != run));
            }
        }
    }
    let set = fitted(4, 2, 24, "gp");
    let sampler = Sampler::new(
        &Prior::Uniform,
        &set.centre().mixture,
        Constraints::free(set.domains()),
        9,
    )
    .unwrap();
    let params = NextParams {
        count: 1,
        pool: 300,
        step: 0.0002,
        acquisition: Acquisition::Variance,
        seed: 1,
    };
    let (runs, _) = next_runs(
        &set,
        &Objective::mean_of_all(&set),
        &sampler,
        params,
        &Control::default(),
    )
    .unwrap();
    let variance = |parts: &[f64]| set.metrics()[0].surrogate.variance_at(parts).unwrap();
    let mean = (0..100)
        .map(|index| variance(sampler.sample(index).parts()))
        .sum::<f64>()
        / 100.0;
    assert!(variance(runs[0].parts()) > 2.0 * mean);
}
