//! Distances to hulls against what is known of them by construction, and the bounds that prove each
//! distance.

use proptest::prelude::*;

use super::RANGE_TOLERANCE;
use super::hull::{Gap, Hull, gap};
use crate::compute::CounterStream;

/// Rows of every kind that made trouble somewhere: spread out, on a coarse grid, in a plane, copies
/// of one another.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Spread,
    Grid,
    Flat,
    Copies,
}

fn runs(kind: Kind, count: usize, width: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut stream = CounterStream::new(seed, 0);
    let mut mixture = || {
        scaled(
            (0..width)
                .map(|_| -(stream.next_unit() + 1e-300).ln())
                .collect(),
        )
    };
    let corners = [mixture(), mixture(), mixture()];
    let mut rows: Vec<Vec<f64>> = (0..count).map(|_| mixture()).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        match kind {
            Kind::Spread => {}
            Kind::Grid => row
                .iter_mut()
                .for_each(|part| *part = (*part * 5.0).round() / 5.0),
            Kind::Flat => {
                *row = combined(
                    &corners,
                    &scaled((0..3).map(|_| stream.next_unit()).collect()),
                )
            }
            Kind::Copies => *row = corners[index % 3].clone(),
        }
    }
    rows
}

fn scaled(parts: Vec<f64>) -> Vec<f64> {
    let sum: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / sum).collect()
}

fn combined(rows: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let part = |index: usize| {
        rows.iter()
            .zip(weights)
            .map(|(row, weight)| row[index] * weight)
            .sum()
    };
    (0..rows[0].len()).map(part).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The bounds at the end of the search.
fn settled(rows: &[Vec<f64>], x: &[f64]) -> Gap {
    gap(
        &rows.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        x,
        |_| false,
    )
}

fn design() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let kind = prop_oneof![
        Just(Kind::Spread),
        Just(Kind::Grid),
        Just(Kind::Flat),
        Just(Kind::Copies)
    ];
    (kind, 1..60_usize, 2..20_usize, any::<u64>())
        .prop_map(|(kind, count, width, seed)| runs(kind, count, width, seed))
}

proptest! {
    #[test]
    fn every_combination_of_runs_is_in_the_hull(
        rows in design(),
        seed in any::<u64>(),
        few in 1..6_usize,
    ) {
        let mut stream = CounterStream::new(seed, 0);
        let mut pick = |_| rows[stream.next_below(rows.len())].clone();
        let picked: Vec<Vec<f64>> = (0..few).map(&mut pick).collect();
        let x = combined(&picked, &scaled((0..few).map(|_| stream.next_unit() + 1e-9).collect()));
        prop_assert!(settled(&rows, &x).most < 1e-7, "{:?}", settled(&rows, &x));
        prop_assert!(Hull::new(&rows.concat(), x.len()).is_within(&x, RANGE_TOLERANCE));
    }

    #[test]
    fn a_run_pushed_along_a_direction_that_separates_is_as_far_out_as_pushed(
        rows in design(), seed in any::<u64>(), push in 1e-4..0.5_f64
    ) {
        let mut stream = CounterStream::new(seed, 0);
        let direction: Vec<f64> = rows[0].iter().map(|_| stream.next_unit() - 0.5).collect();
        let length = dot(&direction, &direction).sqrt();
        let along = |row: &Vec<f64>| dot(row, &direction);
        let farthest = rows.iter().max_by(|a, b| along(a).total_cmp(&along(b))).unwrap();
        let pushed = |(part, step): (&f64, &f64)| part + push * step / length;
        let x: Vec<f64> = farthest.iter().zip(&direction).map(pushed).collect();
        let Gap { least, most } = settled(&rows, &x);
        prop_assert!(least <= push + 1e-9 && push <= most + 1e-9 && most - least < 1e-6, "{push}: \
            {least} to {most}");
        let hull = Hull::new(&rows.concat(), x.len());
        prop_assert_eq!(hull.is_within(&x, RANGE_TOLERANCE), push <= RANGE_TOLERANCE, "{}", push);
        prop_assert!((hull.distance(&x) - push).abs() <= 0.01 * push + RANGE_TOLERANCE);
    }

    #[test]
    fn the_two_bounds_meet_wherever_the_mixture_lies(rows in design(), seed in any::<u64>()) {
        let x = &runs(Kind::Spread, 1, rows[0].len(), seed)[0];
        let Gap { least, most } = settled(&rows, x);
        prop_assert!(0.0 <= least && least <= most && most - least < 1e-6, "{least} to {most}");
    }
}

#[test]
fn the_distance_to_a_triangle_is_that_of_geometry() {
    let corners = [
        vec![1.0, 0.0, 0.0],
        vec![0.0, 1.0, 0.0],
        vec![0.5, 0.5, 0.0],
    ];
    let found = settled(&corners, &[0.0, 0.0, 1.0]);
    assert!(
        (found.most - 1.5_f64.sqrt()).abs() < 1e-12 && (found.least - found.most).abs() < 1e-9,
        "{found:?}"
    );
    let found = settled(&corners, &[0.0, 1.5, 0.0]);
    assert!((found.most - 0.5).abs() < 1e-12, "{found:?}");
}

#[test]
fn no_runs_are_infinitely_far_and_one_run_is_a_point() {
    assert_eq!(
        gap(&[], &[0.5, 0.5], |_| true),
        Gap {
            least: 0.0,
            most: f64::INFINITY
        }
    );
    let found = settled(&[vec![1.0, 0.0]], &[0.0, 1.0]);
    assert!(
        (found.most - 2.0_f64.sqrt()).abs() < 1e-12 && (found.least - found.most).abs() < 1e-12,
        "{found:?}"
    );
    assert_eq!(
        settled(&[vec![1.0, 0.0]], &[1.0, 0.0]),
        Gap {
            least: 0.0,
            most: 0.0
        }
    );
}

#[test]
fn a_thousand_domains_are_no_other_case_than_two() {
    let rows = runs(Kind::Spread, 40, 1000, 3);
    let weights = scaled((0..40).map(f64::from).collect());
    assert!(settled(&rows, &combined(&rows, &weights)).most < 1e-7);
    let outside = settled(&rows, &runs(Kind::Spread, 1, 1000, 4)[0]);
    assert!(
        outside.least > 0.01 && outside.most - outside.least < 1e-6,
        "{outside:?}"
    );
}

#[test]
fn a_hull_of_very_many_runs_keeps_the_extreme_ones_and_is_inside_the_whole() {
    let rows = runs(Kind::Spread, 20_000, 4, 5);
    let hull = Hull::new(&rows.concat(), 4);
    let kept: Vec<&[f64]> = hull.points().chunks_exact(4).collect();
    assert!((4096..=4104).contains(&kept.len()), "{}", kept.len());
    for domain in 0..4 {
        let most = |rows: &mut dyn Iterator<Item = f64>| rows.fold(0.0, f64::max);
        let all = most(&mut rows.iter().map(|row| row[domain]));
        assert_eq!(
            most(&mut kept.iter().map(|row| row[domain])).to_bits(),
            all.to_bits()
        );
    }
    assert!(kept.iter().all(|own| rows.iter().any(|row| row == own)));
    assert!(hull.is_within(&[0.25; 4], 1e-6) && !hull.is_within(&[1.0, 0.0, 0.0, 0.0], 1e-3));
}
