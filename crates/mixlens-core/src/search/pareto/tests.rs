//! Fronts against their definition, against simulation, and against the minima of single metrics.

use super::mesh::{Corner, Mesh};
use super::non_dominated::NonDominated;
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream, Executor, Sequential, Status};
use crate::fit::SurrogateSet;
use crate::search::tests::{fitted, gap};
use crate::search::{MetricBound, Objective, Side, SimulationParams, Term, minimise};
use crate::simplex::{Constraints, Mixture, Prior, Sampler};

fn front_of(set: &SurrogateSet, constraints: &Constraints, count: usize) -> Vec<FrontPoint> {
    pareto_front(
        set,
        &Objective::mean_of_all(set),
        constraints,
        count,
        &Control::default(),
    )
    .unwrap()
}

fn uniform(set: &SurrogateSet, constraints: &Constraints) -> Sampler {
    Sampler::new(
        &Prior::Uniform,
        &Mixture::uniform(set.domains()),
        constraints.clone(),
        5,
    )
    .unwrap()
}

/// Whether `a` is at least as good as `b` in every metric, and better in one.
fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
}

fn nothing_dominates_another(front: &[FrontPoint]) -> bool {
    front
        .iter()
        .all(|a| front.iter().all(|b| !dominates(&a.values, &b.values)))
}

/// The metrics at a point minimise the weighted sum of its certificate, which can be recomputed.
fn is_certified(set: &SurrogateSet, constraints: &Constraints, point: &FrontPoint) -> bool {
    let certificate = point.certificate.as_ref().unwrap();
    let terms = certificate
        .weights
        .iter()
        .enumerate()
        .map(|(metric, &weight)| Term { metric, weight });
    let sum = Objective::new(set, &terms.collect::<Vec<_>>()).unwrap();
    certificate.report.status == Status::Optimal
        && certificate.gap < 1e-9
        && gap(set, &sum, constraints, point.mixture.parts()).abs() < 1e-9
        && constraints.contains(point.mixture.parts(), 1e-12)
        && set.predict(point.mixture.parts()).unwrap().values == point.values
}

#[test]
fn a_front_of_two_metrics_is_ordered_and_cannot_be_beaten() {
    let set = fitted(5, 2, 40, "effective-data");
    let free = Constraints::free(set.domains());
    let front = front_of(&set, &free, 9);
    assert_eq!(front.len(), 9);
    for pair in front.windows(2) {
        assert!(pair[0].values[0] < pair[1].values[0] && pair[0].values[1] > pair[1].values[1]);
    }
    let sampler = uniform(&set, &free);
    for index in 0..3000 {
        let values = set.predict(sampler.sample(index).parts()).unwrap().values;
        assert!(front.iter().all(
            |point| values[0] >= point.values[0] - 1e-9 || values[1] >= point.values[1] - 1e-9
        ));
    }
}

#[test]
fn a_front_of_three_metrics_is_certified_and_never_worse_than_ten_thousand_mixtures() {
    let set = fitted(5, 3, 40, "effective-data");
    let builder = Constraints::builder(set.domains())
        .upper("d1", 0.3)
        .unwrap()
        .lower("d3", 0.05)
        .unwrap();
    for constraints in [Constraints::free(set.domains()), builder.build().unwrap()] {
        let front = front_of(&set, &constraints, 25);
        assert_eq!(front.len(), 25);
        assert!(nothing_dominates_another(&front));
        assert!(
            front
                .iter()
                .all(|point| is_certified(&set, &constraints, point))
        );
        let sampler = uniform(&set, &constraints);
        for index in 0..10_000 {
            let values = set.predict(sampler.sample(index).parts()).unwrap().values;
            for point in &front {
                assert!(
                    values
                        .iter()
                        .zip(&point.values)
                        .any(|(value, lowest)| *value >= lowest - 1e-9)
                );
                let weights = &point.certificate.as_ref().unwrap().weights;
                let sum = |values: &[f64]| {
                    weights
                        .iter()
                        .zip(values)
                        .map(|(w, value)| w * value)
                        .sum::<f64>()
                };
                assert!(sum(&values) >= sum(&point.values) - 1e-9);
            }
        }
    }
}

#[test]
fn the_ends_of_a_front_are_the_minima_of_its_metrics() {
    for metrics in [2, 3] {
        let set = fitted(5, metrics, 40, "effective-data");
        let free = Constraints::free(set.domains());
        let front = front_of(&set, &free, 12);
        for metric in 0..metrics {
            let single = Objective::new(
                &set,
                &[Term {
                    metric,
                    weight: 1.0,
                }],
            )
            .unwrap();
            let lowest = minimise(&set, &single, &free, &Control::default())
                .unwrap()
                .objective;
            let values: Vec<f64> = front.iter().map(|point| point.values[metric]).collect();
            let (end, highest) = values
                .iter()
                .fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
            assert!(
                end >= lowest - 1e-9 && end - lowest < 1e-4 * (highest - lowest),
                "{metric}: {end} {lowest} {highest}"
            );
        }
    }
}

#[test]
fn points_of_three_metrics_are_spread_over_the_front() {
    let set = fitted(5, 3, 40, "effective-data");
    let free = Constraints::free(set.domains());
    let widest = |count: usize| -> f64 {
        let front = front_of(&set, &free, count);
        let distance = |a: &[f64], b: &[f64]| {
            a.iter()
                .zip(b)
                .map(|(a, b)| (a - b).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        // How far an unseen minimum of a weighted sum is from the front at most, over a grid of
        // weights.
        let mut furthest: f64 = 0.0;
        for a in 1..8 {
            for b in 1..8 - a {
                let weights = [
                    f64::from(a) / 8.0,
                    f64::from(b) / 8.0,
                    f64::from(8 - a - b) / 8.0,
                ];
                let terms = [0, 1, 2].map(|metric| Term {
                    metric,
                    weight: weights[metric],
                });
                let sum = Objective::new(&set, &terms).unwrap();
                let best = minimise(&set, &sum, &free, &Control::default()).unwrap();
                let values = set.predict(best.mixture.parts()).unwrap().values;
                let nearest = front
                    .iter()
                    .map(|point| distance(&values, &point.values))
                    .fold(f64::MAX, f64::min);
                furthest = furthest.max(nearest);
            }
        }
        furthest
    };
    let (few, many) = (widest(6), widest(40));
    assert!(many < 0.4 * few, "{few} {many}");
}

#[test]
fn a_front_of_planes_has_every_corner_and_little_else() {
    for metrics in [2, 3] {
        let set = fitted(5, metrics, 40, "ridge");
        let free = Constraints::free(set.domains());
        let front = front_of(&set, &free, 60);
        assert!((2..=9).contains(&front.len()), "{}", front.len());
        assert!(nothing_dominates_another(&front));
        for (index, a) in front.iter().enumerate() {
            let is_near = |b: &FrontPoint| {
                a.values
                    .iter()
                    .zip(&b.values)
                    .all(|(a, b)| (a - b).abs() < 5e-6)
            };
            assert!(!front.iter().skip(index + 1).any(is_near), "{front:?}");
        }
        // The front contains every domain that minimises some weighted sum.
        let mut stream = CounterStream::new(2, 0);
        for index in 0..200 {
            let weights: Vec<f64> = (0..metrics).map(|_| 0.01 + stream.next_unit()).collect();
            let sum = |values: &[f64]| {
                weights
                    .iter()
                    .zip(values)
                    .map(|(w, value)| w * value)
                    .sum::<f64>()
            };
            let alone = |domain: usize| {
                let mut parts = [0.0; 5];
                parts[domain] = 1.0;
                sum(&set.predict(&parts).unwrap().values)
            };
            let lowest = (0..5).map(alone).fold(f64::MAX, f64::min);
            let found = front
                .iter()
                .map(|point| sum(&point.values))
                .fold(f64::MAX, f64::min);
            assert!(found - lowest < 1e-3, "{index}: {found} {lowest}");
        }
    }
}

#[test]
fn metrics_with_the_same_best_mixture_have_a_front_of_one_point() {
    let set = fitted(5, 2, 40, "exponential");
    let free = Constraints::free(set.domains());
    let best = |metric: usize| {
        let single = Objective::new(
            &set,
            &[Term {
                metric,
                weight: 1.0,
            }],
        )
        .unwrap();
        minimise(&set, &single, &free, &Control::default())
            .unwrap()
            .mixture
    };
    let values = [0, 1].map(|metric| set.predict(best(metric).parts()).unwrap().values);
    assert!(
        values[0]
            .iter()
            .zip(&values[1])
            .all(|(a, b)| (a - b).abs() < 1e-6)
    );
    assert_eq!(front_of(&set, &free, 9).len(), 1);
}

#[test]
fn fronts_of_one_metric_or_four_and_of_too_few_points_are_refused() {
    let set = fitted(4, 4, 40, "ridge");
    let free = Constraints::free(set.domains());
    let of = |count: usize| {
        let terms: Vec<Term> = (0..count)
            .map(|metric| Term {
                metric,
                weight: 1.0,
            })
            .collect();
        Objective::new(&set, &terms).unwrap()
    };
    for (metrics, points) in [(1, 9), (4, 9), (2, 1), (3, 2)] {
        let exact = pareto_front(&set, &of(metrics), &free, points, &Control::default());
        assert!(
            matches!(exact, Err(CoreError::BadParameter { .. })),
            "{metrics} {points}"
        );
        let params = SimulationParams {
            samples: 100,
            top: points,
        };
        let sampler = uniform(&set, &free);
        let simulated = simulated_front(
            &set,
            &of(metrics),
            &sampler,
            params,
            &Control::default(),
            &Sequential,
        );
        assert!(
            matches!(simulated, Err(CoreError::BadParameter { .. })),
            "{metrics} {points}"
        );
    }
}

fn simulate(
    set: &SurrogateSet,
    objective: &Objective,
    top: usize,
    executor: &dyn Executor,
) -> Vec<FrontPoint> {
    let sampler = uniform(set, &Constraints::free(set.domains()));
    let params = SimulationParams { samples: 5000, top };
    simulated_front(
        set,
        objective,
        &sampler,
        params,
        &Control::default(),
        executor,
    )
    .unwrap()
}

#[test]
fn a_simulated_front_is_what_no_other_mixture_beats_and_claims_no_more() {
    let set = fitted(4, 3, 40, "gp");
    let objective = Objective::mean_of_all(&set);
    assert!(!objective.is_convex(&set));
    let front = simulate(&set, &objective, 5000, &Sequential);
    let sampler = uniform(&set, &Constraints::free(set.domains()));
    let all: Vec<Vec<f64>> = (0..5000)
        .map(|index| set.predict(sampler.sample(index).parts()).unwrap().values)
        .collect();
    let expected = all
        .iter()
        .filter(|a| !all.iter().any(|b| dominates(b, a)))
        .count();
    assert_eq!(front.len(), expected);
    assert!(
        front
            .iter()
            .all(|point| point.certificate.is_none() && all.contains(&point.values))
    );
    assert!(nothing_dominates_another(&front));
    let few = simulate(&set, &objective, 10, &Sequential);
    assert_eq!(few.len(), 10);
    for metric in 0..3 {
        let lowest = |front: &[FrontPoint]| {
            front
                .iter()
                .map(|point| point.values[metric])
                .fold(f64::MAX, f64::min)
        };
        assert!((lowest(&few) - lowest(&front)).abs() < 1e-15);
    }
    assert!(few.iter().all(|point| front.contains(point)));
    #[cfg(feature = "rayon")]
    {
        let executor = crate::compute::RayonExecutor::new(Some(3)).unwrap();
        assert_eq!(simulate(&set, &objective, 10, &executor), few);
    }
}

#[test]
fn a_simulated_front_keeps_bounds_and_says_when_nothing_does() {
    let set = fitted(4, 2, 40, "gp");
    let free = simulate(&set, &Objective::mean_of_all(&set), 50, &Sequential);
    let middle = 0.5 * (free[0].values[0] + free.last().unwrap().values[0]);
    let at_most = |value: f64| {
        let bound = MetricBound {
            text: "m0 <= x".to_owned(),
            metric: 0,
            side: Side::AtMost,
            value,
        };
        Objective::mean_of_all(&set).within(vec![bound])
    };
    let held = simulate(&set, &at_most(middle), 50, &Sequential);
    assert!(!held.is_empty() && held.iter().all(|point| point.values[0] <= middle));
    let sampler = uniform(&set, &Constraints::free(set.domains()));
    let params = SimulationParams {
        samples: 1000,
        top: 5,
    };
    let none = simulated_front(
        &set,
        &at_most(-1.0),
        &sampler,
        params,
        &Control::default(),
        &Sequential,
    );
    assert!(
        none.unwrap_err()
            .to_string()
            .contains("none of 1000 simulated mixtures keeps `m0 <= x`")
    );
}

fn corner(weights: &[f64], values: &[f64]) -> Corner {
    Corner {
        weights: weights.to_vec(),
        values: values.to_vec(),
    }
}

#[test]
fn the_mesh_splits_every_triangle_at_an_edge_and_closes_what_holds_nothing() {
    let ends = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut mesh = Mesh::new(
        ends.iter()
            .map(|weights| corner(weights, &weights.map(|w| 1.0 - w)))
            .collect(),
    );
    let (face, weights) = mesh.widest_open().unwrap();
    assert_eq!(
        (
            face.len(),
            weights
                .iter()
                .filter(|weight| (**weight - 0.5).abs() < 1e-12)
                .count()
        ),
        (2, 2)
    );
    // A point far below the chord: all longer edges are gone before the new, shorter ones are
    // split.
    assert!(mesh.insert(
        &face,
        corner(
            &weights,
            &weights.iter().map(|w| 0.8 * (1.0 - w)).collect::<Vec<_>>()
        )
    ));
    let (again, _) = mesh.widest_open().unwrap();
    assert!(again.len() == 2 && again != face);
    // A corner that exists is not inserted again, and every face ends up closed.
    let mut faces = 0;
    while let Some((face, _)) = mesh.widest_open() {
        assert!(!mesh.insert(&face, corner(&ends[0], &[0.0, 1.0, 1.0])));
        faces += 1;
    }
    // Two triangles: five edges and, where their planes face the right way, themselves.
    assert!((5..=7).contains(&faces), "{faces}");
}

#[test]
fn thinning_keeps_the_ends_and_then_what_is_far_apart() {
    let mut kept = NonDominated::default();
    let mut stream = CounterStream::new(1, 0);
    for index in 0..500 {
        let x = stream.next_unit().powi(4);
        kept.offer(index, &[x, 1.0 / (0.01 + x)]);
    }
    kept.offer(1000, &[0.5, 1e9]);
    assert_eq!(kept.len(), 500);
    let all = kept.clone().into_sorted();
    kept.thin(8);
    let few = kept.into_sorted();
    assert_eq!(few.len(), 8);
    assert_eq!((few.first(), few.last()), (all.first(), all.last()));
    let range = [
        all[499].values[0] - all[0].values[0],
        all[0].values[1] - all[499].values[1],
    ];
    for pair in few.windows(2) {
        let [dx, dy] = [0, 1].map(|m| (pair[0].values[m] - pair[1].values[m]).abs() / range[m]);
        assert!(dx.hypot(dy) > 0.08, "{dx} {dy}");
    }
}
