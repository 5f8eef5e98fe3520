//! Known minima, and the gap checked against its definition.

use super::*;
use crate::compute::{Control, CounterStream, Status};

fn run(program: &Program<'_>) -> Solution {
    solve(program, SolveOptions::default(), &Control::default())
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    let near = found
        .iter()
        .zip(expected)
        .all(|(f, e)| (f - e).abs() <= tolerance);
    assert!(
        near && found.len() == expected.len(),
        "expected {expected:?}, found {found:?}"
    );
}

fn plain<'a>(lower: &'a [f64], upper: &'a [f64], objective: &'a dyn Smooth) -> Program<'a> {
    Program {
        lower,
        upper,
        rows: &[],
        objective: Some(objective),
        limits: &[],
        slack: Slack::Never,
    }
}

/// Half the squared distance to a point.
fn distance_to(target: Vec<f64>) -> impl Fn(&[f64], &mut [f64]) -> f64 {
    move |x, out| {
        let mut sum = 0.0;
        for ((out, x), target) in out.iter_mut().zip(x).zip(&target) {
            *out = x - target;
            sum += 0.5 * (x - target) * (x - target);
        }
        sum
    }
}

/// c + u^(−g) with u = e + Σ w x^a.
fn power_law(
    floor: f64,
    base: f64,
    coefficients: Vec<f64>,
    a: f64,
    g: f64,
) -> impl Fn(&[f64], &mut [f64]) -> f64 {
    move |x, out| {
        let useful = base
            + coefficients
                .iter()
                .zip(x)
                .map(|(w, x)| w * x.powf(a))
                .sum::<f64>();
        for ((out, x), w) in out.iter_mut().zip(x).zip(&coefficients) {
            *out = -g * useful.powf(-g - 1.0) * w * a * x.max(1e-12).powf(a - 1.0);
        }
        floor + useful.powf(-g)
    }
}

/// The mean of four exponential tasks and 0.05 times the divergence from q (mixing-laws fixture of
/// OLMix's proposer).
fn olmix(x: &[f64], out: &mut [f64]) -> f64 {
    const SLOPES: [[f64; 5]; 4] = [
        [2.061379, -4.833498, -0.372852, -1.851654, -1.678974],
        [-1.323396, -4.029979, -1.347899, -2.297820, 3.984499],
        [-0.661320, -1.528946, -1.421931, -2.002070, -2.582726],
        [-1.586201, -0.277082, -1.357830, 0.436638, -1.299703],
    ];
    let mut sum = 0.0;
    for ((out, x), q) in out.iter_mut().zip(x).zip([0.5, 0.2, 0.15, 0.1, 0.05]) {
        sum += 0.05 * x * (x / q).ln();
        *out = 0.05 * ((x / q).ln() + 1.0);
    }
    for slopes in SLOPES {
        let task = 0.25 * slopes.iter().zip(x).map(|(t, x)| t * x).sum::<f64>().exp();
        sum += task;
        out.iter_mut()
            .zip(slopes)
            .for_each(|(out, t)| *out += task * t);
    }
    sum
}

#[test]
fn the_olmix_proposer_fixture_is_met() {
    let (lower, upper) = ([0.0; 5], [0.6, 0.25, 0.4, 0.3, 0.15]);
    let found = run(&plain(&lower, &upper, &olmix));
    assert_eq!(found.report.status, Status::Optimal);
    close(&found.x, &[0.121905, 0.25, 0.4, 0.172571, 0.055523], 6e-7);
    assert!((found.report.objective.unwrap() - 0.278250).abs() < 6e-7);
    assert!(found.report.gap.unwrap() < 1e-11);
}

#[test]
fn slopes_without_limit_at_zero_do_not_stop_it() {
    for (seed, a) in [(1, 0.05), (2, 0.3), (3, 0.6), (4, 0.95), (5, 1.0)] {
        let mut stream = CounterStream::new(seed, 0);
        let laws: Vec<_> = (0..13)
            .map(|_| {
                let coefficients = (0..17).map(|_| {
                    (-9.0 * stream.next_unit()).exp() * (stream.next_unit() - 0.3).max(0.0)
                });
                power_law(1.0, 0.02, coefficients.collect(), a, 0.4)
            })
            .collect();
        let mean = move |x: &[f64], out: &mut [f64]| {
            let (mut sum, mut one) = (0.0, vec![0.0; x.len()]);
            out.fill(0.0);
            for law in &laws {
                sum += law(x, &mut one) / 13.0;
                out.iter_mut()
                    .zip(&one)
                    .for_each(|(out, one)| *out += one / 13.0);
            }
            sum
        };
        let found = run(&plain(&[0.0; 17], &[1.0; 17], &mean));
        assert_eq!(
            found.report.status,
            Status::Optimal,
            "a = {a}: {:?}",
            found.report
        );
        // The certificate again, from its definition.
        let mut gradient = vec![0.0; 17];
        let value = mean(&found.x, &mut gradient);
        let minimum = gradient.iter().copied().fold(f64::INFINITY, f64::min);
        let gap = gradient
            .iter()
            .zip(&found.x)
            .map(|(g, x)| g * (x - 1.0 / 17.0))
            .sum::<f64>()
            + gradient.iter().sum::<f64>() / 17.0
            - minimum;
        assert!(gap.abs() < 1e-9, "a = {a}: gap {gap}");
        for index in 0..1000 {
            let mut stream = CounterStream::new(99, index);
            let mut other: Vec<f64> = (0..17)
                .map(|_| -stream.next_unit().max(1e-300).ln())
                .collect();
            let sum: f64 = other.iter().sum();
            other.iter_mut().for_each(|part| *part /= sum);
            assert!(mean(&other, &mut gradient) >= value - 1e-9);
        }
    }
}

#[test]
fn rows_make_projections_onto_polytopes() {
    // x₁ ≤ x₂ / 2 from (0.6, 0.3, 0.1): both tight, by hand x = (m, 2m, 1 − 3m) with m = (0.6 + 0.6
    // + 2.7) / 14.
    let goal = distance_to(vec![0.6, 0.3, 0.1]);
    let rows = [Row {
        coefficients: vec![1.0, -0.5, 0.0],
        bound: 0.0,
        relation: Relation::AtMost,
    }];
    let found = run(&Program {
        rows: &rows,
        ..plain(&[0.0; 3], &[1.0; 3], &goal)
    });
    assert_eq!(found.report.status, Status::Optimal);
    let m = (0.6 + 0.6 + 2.7) / 14.0;
    close(&found.x, &[m, 2.0 * m, 1.0 - 3.0 * m], 1e-6);
    assert!(rows[0].excess(&found.x) <= 1e-10);
    let equal = [Row {
        relation: Relation::Equal,
        ..rows[0].clone()
    }];
    let found = run(&Program {
        rows: &equal,
        ..plain(&[0.0; 3], &[1.0; 3], &goal)
    });
    close(&found.x, &[m, 2.0 * m, 1.0 - 3.0 * m], 1e-6);
}

#[test]
fn the_largest_of_several_functions_is_minimised() {
    // max(x₁ + 0.1, 2 x₂) with x₁ + x₂ = 1: x₁ + 0.1 = 2 − 2 x₁.
    let one = |x: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[1.0, 0.0]);
        x[0] + 0.1
    };
    let two = |x: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[0.0, 2.0]);
        2.0 * x[1]
    };
    let limits = [
        Limit {
            function: &one,
            bound: 0.0,
        },
        Limit {
            function: &two,
            bound: 0.0,
        },
    ];
    let (lower, upper) = ([0.0; 2], [1.0; 2]);
    let program = Program {
        lower: &lower,
        upper: &upper,
        rows: &[],
        objective: None,
        limits: &limits,
        slack: Slack::FirstLimits(2),
    };
    let found = run(&program);
    assert_eq!(found.report.status, Status::Optimal, "{:?}", found.report);
    assert!((found.x[0] - 1.9 / 3.0).abs() < 1e-9);
    assert!((found.report.objective.unwrap() - (1.9 / 3.0 + 0.1)).abs() < 1e-9);
}

#[test]
fn the_smallest_violation_proves_a_clash() {
    // x₁ ≥ 0.7 and x₂ ≥ 0.5 miss by 0.1 each at best.
    let row = |domain: usize, bound: f64| {
        let mut coefficients = vec![0.0; 3];
        coefficients[domain] = -1.0;
        Row {
            coefficients,
            bound,
            relation: Relation::AtMost,
        }
    };
    let rows = [row(0, -0.7), row(1, -0.5), row(2, 0.5)];
    let (lower, upper) = ([0.0; 3], [1.0; 3]);
    let program = Program {
        lower: &lower,
        upper: &upper,
        rows: &rows,
        objective: None,
        limits: &[],
        slack: Slack::All,
    };
    let found = run(&program);
    assert!(
        (found.report.objective.unwrap() - 0.1).abs() < 1e-9,
        "{:?}",
        found.report
    );
    assert!(found.report.gap.unwrap() < 1e-9);
    assert!(found.weights[0] > 0.4 && found.weights[1] > 0.4 && found.weights[2] < 1e-6);
}

#[test]
fn bounds_that_leave_one_mixture_or_none_to_move_are_fine() {
    let goal = distance_to(vec![0.0, 0.0, 1.0]);
    for (lower, upper) in [
        ([0.2, 0.3, 0.5], [1.0, 1.0, 1.0]),
        ([0.0, 0.0, 0.0], [0.2, 0.3, 0.5]),
        ([0.2, 0.3, 0.0], [0.2, 0.3, 1.0]),
    ] {
        let found = run(&plain(&lower, &upper, &goal));
        assert_eq!(found.report.status, Status::Optimal, "{:?}", found.report);
        close(&found.x, &[0.2, 0.3, 0.5], 1e-9);
    }
}

#[test]
fn a_limit_holds_and_its_multiplier_enters_the_gap() {
    // The distance to the first corner, with the distance to the second at most 0.2.
    let (first, second) = (
        distance_to(vec![1.0, 0.0, 0.0]),
        distance_to(vec![0.0, 1.0, 0.0]),
    );
    let limits = [Limit {
        function: &second,
        bound: 0.2,
    }];
    let found = run(&Program {
        limits: &limits,
        ..plain(&[0.0; 3], &[1.0; 3], &first)
    });
    assert_eq!(found.report.status, Status::Optimal, "{:?}", found.report);
    assert!((second(&found.x, &mut [0.0; 3]) - 0.2).abs() < 1e-8);
    assert!(found.weights[0] > 0.1 && found.report.gap.unwrap() < 1e-9);
}
