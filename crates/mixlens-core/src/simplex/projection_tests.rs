//! Certificates of the projection: feasibility, multipliers, and that no random mixture is nearer.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::compute::CounterStream;
use crate::simplex::{DomainSet, Supply};

/// One trillion tokens to train on; 2 trillion, 100 and 20 billion unique; four epochs: caps 1, 0.4
/// and 0.08.
pub(crate) fn toy() -> Constraints {
    let domains = DomainSet::new(["web", "code", "wiki"]).unwrap();
    let unique_tokens = vec![Some(2e12), Some(1e11), Some(2e10)];
    let supply = Supply {
        unique_tokens,
        training_tokens: 1e12,
        max_epochs: 4.0,
    };
    Constraints::builder(&domains)
        .supply(&supply)
        .unwrap()
        .build()
        .unwrap()
}

pub(crate) fn close(found: &[f64], expected: &[f64]) {
    let near = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(f, e)| (f - e).abs() < 1e-12);
    assert!(near, "expected {expected:?}, found {found:?}");
}

fn domains(count: usize) -> Arc<DomainSet> {
    DomainSet::new((0..count).map(|i| format!("d{i}"))).unwrap()
}

/// Feasible constraints over 2 to 12 domains, and a target for them.
pub(crate) fn constrained() -> impl Strategy<Value = (Constraints, Vec<f64>)> {
    let bounds =
        proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64, -2.0..3.0_f64, 0..4_u8), 2..=12);
    (
        bounds,
        0.0..1.0_f64,
        prop_oneof![Just(1.0), Just(1e-6), Just(1e6)],
    )
        .prop_map(|(rows, room, spread)| {
            let domains = domains(rows.len());
            let mut builder = Constraints::builder(&domains);
            // Bounds are set around a mixture, so that at least that one is feasible.
            let inside: f64 = rows.iter().map(|row| row.0).sum::<f64>() + 1e-9;
            for (name, (a, b, _, kind)) in domains.names().iter().zip(&rows) {
                let part = a / inside;
                if kind & 1 == 1 {
                    builder = builder.lower(name, part * room).unwrap();
                }
                if kind & 2 == 2 {
                    builder = builder
                        .upper(name, (part + b * (1.0 - part) * room + 1e-9).min(1.0))
                        .unwrap();
                }
            }
            (
                builder.build().unwrap(),
                rows.iter().map(|row| row.2 * spread).collect(),
            )
        })
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

#[test]
fn the_toy_fixture_moves_as_little_as_possible() {
    close(
        toy().project(&[0.5, 0.3, 0.2]).unwrap().parts(),
        &[0.56, 0.36, 0.08],
    );
}

#[test]
fn a_mixture_that_keeps_the_caps_stays_as_it_is() {
    let parts = [0.80, 0.15, 0.05];
    assert_eq!(toy().project(&parts).unwrap().parts(), parts);
}

#[test]
fn enormous_weights_are_projected_too() {
    let pair = Constraints::free(&domains(2));
    assert_eq!(pair.project(&[1e17, 1e17]).unwrap().parts(), [0.5, 0.5]);
    assert_eq!(
        pair.project(&[f64::MAX, f64::MIN]).unwrap().parts(),
        [1.0, 0.0]
    );
    close(
        toy().project(&[-1e300, 1e300, 1e300]).unwrap().parts(),
        &[0.52, 0.4, 0.08],
    );
}

#[test]
fn wrong_weights_are_refused() {
    assert!(matches!(
        toy().project(&[1.0]),
        Err(CoreError::WrongLength {
            expected: 3,
            found: 1,
            ..
        })
    ));
    assert!(matches!(
        toy().project(&[1.0, f64::NAN, 0.0]),
        Err(CoreError::BadWeight { .. })
    ));
}

#[test]
fn a_thousand_domains_project_within_the_sum_tolerance() {
    let free = Constraints::free(&domains(1000));
    let mut stream = CounterStream::new(3, 0);
    for scale in [1e-3, 1.0, 1e3] {
        let target: Vec<f64> = (0..1000).map(|_| scale * stream.next_unit()).collect();
        assert!(
            (free.project(&target).unwrap().parts().iter().sum::<f64>() - 1.0).abs()
                <= SUM_TOLERANCE
        );
    }
}

proptest! {
    #[test]
    fn a_projection_is_feasible_to_the_bit_and_idempotent((constraints, target) in constrained()) {
        let nearest = constraints.project(&target).unwrap();
        prop_assert!((nearest.parts().iter().sum::<f64>() - 1.0).abs() <= SUM_TOLERANCE);
        for (i, part) in nearest.parts().iter().enumerate() {
            prop_assert!(*part >= constraints.lower()[i] && *part <= constraints.upper()[i]);
        }
        prop_assert_eq!(constraints.project(nearest.parts()).unwrap(), nearest);
    }

    #[test]
    fn both_ways_to_the_multiplier_agree((constraints, target) in constrained()) {
        let bounds = Bounds {
            lower: constraints.lower(),
            upper: constraints.upper(),
        };
        if let Some(newton) = bounds.shift_by_newton(&target) {
            let sorted = bounds.shift_by_corners(&target, &mut Vec::new());
            let slack = 1e-12 * target.iter().fold(1.0, |a: f64, w| a.max(w.abs()));
            for (w, (low, high)) in target.iter().zip(bounds.iter()) {
                let (by_newton, by_corners) =
                    (clip(w - newton, low, high), clip(w - sorted, low, high));
                prop_assert!((by_newton - by_corners).abs() <= slack);
            }
        }
    }

    /// Stationarity wᵢ − pᵢ = ν on the free parts, ≤ ν at a lower bound, ≥ ν at an upper bound.
    #[test]
    fn one_multiplier_certifies_the_projection((constraints, target) in constrained()) {
        let nearest = constraints.project(&target).unwrap();
        let parts = nearest.parts();
        let (lower, upper) = (constraints.lower(), constraints.upper());
        let slack = 1e-11 * target.iter().fold(1.0, |a: f64, w| a.max(w.abs()));
        let (mut lowest, mut highest) = (f64::NEG_INFINITY, f64::INFINITY);
        for i in 0..parts.len() {
            let multiplier = target[i] - parts[i];
            if parts[i] < upper[i] {
                lowest = lowest.max(multiplier);
            }
            if parts[i] > lower[i] {
                highest = highest.min(multiplier);
            }
        }
        prop_assert!(
            lowest <= highest + slack,
            "ν must be at least {lowest} and at most {highest}"
        );
    }

    #[test]
    fn no_feasible_mixture_is_nearer((constraints, target) in constrained(), seed in any::<u64>()) {
        let nearest = constraints.project(&target).unwrap();
        let best = distance(nearest.parts(), &target);
        let mut stream = CounterStream::new(seed, 0);
        for _ in 0..50 {
            let weights: Vec<f64> = target
                .iter()
                .map(|_| -stream.next_unit().max(1e-12).ln())
                .collect();
            let other = constraints.fill(&weights).unwrap();
            prop_assert!(distance(other.parts(), &target) >= best * (1.0 - 1e-12) - 1e-12);
        }
    }
}
