//! Support of runs whose place is known, and what the verdicts are worth on designs of many
//! domains.

use proptest::prelude::*;

use super::*;
use crate::compute::CounterStream;

/// Twenty runs along a line, 0.02 apart, and one far from them.
fn line() -> TrainingSupport {
    let mut rows: Vec<f64> = (0..20)
        .flat_map(|i| [0.1 + 0.02 * f64::from(i), 0.9 - 0.02 * f64::from(i), 0.0])
        .collect();
    rows.extend([0.2, 0.2, 0.6]);
    TrainingSupport::new(&rows, 3).unwrap()
}

/// The points of a square lattice, 0.03 apart over two domains, up to five steps from its centre;
/// the third takes the rest.
fn diamond() -> TrainingSupport {
    let steps = (-5..=5_i32).flat_map(|i| (-5..=5_i32).map(move |j| (i, j)));
    let rows = steps
        .filter(|(i, j)| i.abs() + j.abs() <= 5)
        .flat_map(|(i, j)| place(f64::from(i), f64::from(j)));
    TrainingSupport::new(&rows.collect::<Vec<_>>(), 3).unwrap()
}

/// The mixture so many steps from the centre of [`diamond`].
fn place(i: f64, j: f64) -> [f64; 3] {
    let (a, b) = (0.3 + 0.03 * i, 0.3 + 0.03 * j);
    [a, b, 1.0 - a - b]
}

/// Mixtures of one design: exponential variates to the power of 1.5, scaled, so that few domains
/// take most.
fn mixtures(count: usize, width: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut stream = CounterStream::new(seed, 0);
    let mut mixture = |_| {
        let weights: Vec<f64> = (0..width)
            .map(|_| (-(1.0 - stream.next_unit()).ln()).powf(1.5))
            .collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    };
    (0..count).map(&mut mixture).collect()
}

/// How many mixtures are inside, at the edge and outside.
fn counts(support: &TrainingSupport, mixtures: &[Vec<f64>]) -> [usize; 3] {
    let mut counts = [0; 3];
    for parts in mixtures {
        counts[support.classify(parts).unwrap() as usize] += 1;
    }
    counts
}

#[test]
fn what_is_usual_ignores_the_lonely_run() {
    assert!((line().usual_distance() - 0.02).abs() < 1e-12);
    // Of 21 runs only the ends of the line and the lonely one are out of the hull of the others.
    let end = 0.02 * 2.0_f64.sqrt();
    assert!(
        line().usual_hull_distance() <= end + 1e-12,
        "{}",
        line().usual_hull_distance()
    );
}

#[test]
fn mixtures_are_inside_the_hull_at_the_edge_beside_it_or_outside() {
    let support = diamond();
    assert!(
        support.usual_hull_distance() < 1e-9 && (support.usual_distance() - 0.03).abs() < 1e-12
    );
    assert_eq!(
        support.classify(&place(2.4, -2.5)).unwrap(),
        Support::Inside
    );
    assert_eq!(support.classify(&place(3.0, -3.0)).unwrap(), Support::Edge);
    assert_eq!(
        support.classify(&place(4.5, -4.5)).unwrap(),
        Support::Outside,
        "in range, yet far from everything"
    );
    assert_eq!(
        support.classify(&place(5.1, 0.0)).unwrap(),
        Support::Outside
    );
    assert_eq!(support.beyond_range(&place(5.1, 0.0)).unwrap(), [0, 2]);
    assert_eq!(
        support.classify(&[f64::NAN, 0.5, 0.5]).unwrap(),
        Support::Outside
    );
    assert!(support.classify(&[0.5, 0.5]).is_err());
    // Far from any run, but a mixture of them.
    assert_eq!(
        line().classify(&[0.25, 0.45, 0.3]).unwrap(),
        Support::Inside
    );
}

#[test]
fn a_correlation_of_two_domains_is_not_broken_inside() {
    // Code and maths always rose together: each is in range alone, the combination was never tried.
    let rows: Vec<f64> = (0..30)
        .map(|i| 0.01 * f64::from(i))
        .flat_map(|part| [part, part, 1.0 - 2.0 * part])
        .collect();
    let support = TrainingSupport::new(&rows, 3).unwrap();
    assert_eq!(
        support.classify(&[0.155, 0.155, 0.69]).unwrap(),
        Support::Inside
    );
    assert_eq!(
        support.beyond_range(&[0.25, 0.05, 0.7]).unwrap(),
        [0_usize; 0]
    );
    assert_eq!(
        support.classify(&[0.25, 0.05, 0.7]).unwrap(),
        Support::Outside
    );
}

#[test]
fn an_assessment_says_why() {
    let support = diamond();
    let inside = support.assess(&place(0.2, 0.1)).unwrap();
    assert_eq!(
        (
            inside.support,
            inside.is_in_hull(),
            inside.beyond_range.len()
        ),
        (Support::Inside, true, 0)
    );
    assert_eq!(inside.nearest.row, 30, "the centre");
    assert!((inside.nearest.distance - 0.3 * 0.03).abs() < 1e-12);
    let outside = support.assess(&place(8.0, 0.0)).unwrap();
    assert_eq!(
        (outside.support, outside.is_in_hull(), outside.beyond_range),
        (Support::Outside, false, vec![0, 2])
    );
    assert_eq!(outside.nearest.row, 60, "the corner, three steps away");
    assert!((outside.nearest.distance - 0.09).abs() < 1e-12);
    assert!((outside.hull_distance - 0.09 * 2.0_f64.sqrt()).abs() < 0.01 * outside.hull_distance);
    assert!(support.assess(&[f64::NAN, 0.5, 0.5]).is_err());
}

#[test]
fn every_run_supports_itself() {
    let support = line();
    for (row, parts) in support.rows().chunks_exact(3).enumerate() {
        assert_eq!(support.classify(parts).unwrap(), Support::Inside);
        assert_eq!(
            support.nearest(parts, 1).unwrap(),
            [NearRun { row, distance: 0.0 }]
        );
    }
}

#[test]
fn rounding_in_a_published_table_does_not_put_a_run_at_the_edge() {
    let rows = mixtures(80, 17, 4);
    let support = TrainingSupport::new(&rows.concat(), 17).unwrap();
    for row in rows {
        let rounded: Vec<f64> = row.iter().map(|part| (part * 1e3).round() / 1e3).collect();
        assert_eq!(
            support.classify(&rounded).unwrap(),
            Support::Inside,
            "{rounded:?}"
        );
    }
}

#[test]
fn replicates_change_no_verdict() {
    let (rows, asked) = (mixtures(60, 6, 5), mixtures(200, 6, 6));
    let near: Vec<f64> = rows.concat().iter().map(|part| part + 1e-7).collect();
    let once = TrainingSupport::new(&rows.concat(), 6).unwrap();
    let twice = TrainingSupport::new(&[rows.concat(), rows.concat(), near].concat(), 6).unwrap();
    assert_eq!(counts(&once, &asked), counts(&twice, &asked));
}

#[test]
fn one_mixture_supports_itself_alone() {
    let support = TrainingSupport::new(&[0.25, 0.75, 0.25, 0.75], 2).unwrap();
    assert_eq!(
        (support.usual_distance(), support.usual_hull_distance()),
        (0.0, 0.0)
    );
    assert_eq!(support.classify(&[0.25, 0.75]).unwrap(), Support::Inside);
    assert_eq!(support.classify(&[0.3, 0.7]).unwrap(), Support::Outside);
}

#[test]
fn new_mixtures_of_a_wide_design_are_mostly_inside_and_untried_corners_outside() {
    let width = 17;
    let asked = mixtures(256, width, 9);
    for (runs, most_outside) in [(512, 0.08), (64, 0.35)] {
        let support = TrainingSupport::new(&mixtures(runs, width, 8).concat(), width).unwrap();
        let in_hull = asked
            .iter()
            .filter(|parts| support.assess(parts).unwrap().is_in_hull())
            .count();
        assert!(
            in_hull < asked.len() / 2,
            "{in_hull}: the hull alone would do here"
        );
        let [inside, edge, outside] =
            counts(&support, &asked).map(|count| count as f64 / asked.len() as f64);
        assert!(
            inside > 0.6 && inside > edge && outside < most_outside,
            "{runs}: {inside} {edge} {outside}"
        );
        let corners: Vec<Vec<f64>> = (0..width)
            .map(|at| {
                (0..width)
                    .map(|part| f64::from(u8::from(part == at)))
                    .collect()
            })
            .collect();
        assert_eq!(counts(&support, &corners), [0, 0, width]);
    }
}

#[test]
fn errors_of_a_fit_grow_from_inside_to_edge_to_outside() {
    // The runs keep to the middle of what is asked; a straight line through runs errs where a curve
    // leaves it.
    let width = 6;
    let mut rows = mixtures(400, width, 10);
    rows.retain(|row| row.iter().all(|part| *part < 0.45));
    let support = TrainingSupport::new(&rows.concat(), width).unwrap();
    let truth = |row: &[f64]| {
        row.iter()
            .zip(1..)
            .map(|(part, k)| f64::from(k) * (part + 0.02).ln())
            .sum::<f64>()
    };
    let values: Vec<f64> = rows.iter().map(|row| truth(row)).collect();
    let fitted = crate::fit::SurrogateParams::named("scheffe", &[]).unwrap();
    let fitted = fitted
        .fit("m", &rows.concat(), &values, &Default::default())
        .unwrap();
    let mut errors = [(0.0, 0.0); 3];
    for row in mixtures(2000, width, 11) {
        let (sum, count) = &mut errors[support.classify(&row).unwrap() as usize];
        *sum += (crate::fit::Surrogate::predict_one(&fitted, &row) - truth(&row)).abs();
        *count += 1.0;
    }
    let [inside, edge, outside] = errors.map(|(sum, count)| sum / count);
    assert!(
        inside < edge && edge < outside,
        "{inside} {edge} {outside} {errors:?}"
    );
}

proptest! {
    #[test]
    fn the_order_of_the_runs_does_not_matter(
        width in 2..12_usize,
        count in 1..80_usize,
        seed in any::<u64>(),
    ) {
        let mut rows = mixtures(count, width, seed);
        let before = TrainingSupport::new(&rows.concat(), width).unwrap();
        CounterStream::new(seed, 1).shuffle(&mut rows);
        let after = TrainingSupport::new(&rows.concat(), width).unwrap();
        prop_assert_eq!(
            before.usual_hull_distance().to_bits(),
            after.usual_hull_distance().to_bits()
        );
        prop_assert_eq!(before.usual_distance().to_bits(), after.usual_distance().to_bits());
        for parts in mixtures(20, width, seed ^ 1) {
            let (before, after) = (before.assess(&parts).unwrap(), after.assess(&parts).unwrap());
            prop_assert_eq!(before.support, after.support);
            prop_assert_eq!(before.hull_distance.to_bits(), after.hull_distance.to_bits());
        }
    }

    #[test]
    fn an_assessment_agrees_with_itself(
        width in 2..12_usize,
        count in 1..80_usize,
        seed in any::<u64>(),
    ) {
        let support = TrainingSupport::new(&mixtures(count, width, seed).concat(), width).unwrap();
        for parts in mixtures(20, width, seed ^ 1) {
            let found = support.assess(&parts).unwrap();
            prop_assert_eq!(found.support, support.classify(&parts).unwrap());
            if !found.beyond_range.is_empty() {
                prop_assert_eq!(found.support, Support::Outside);
            } else if found.is_in_hull() {
                prop_assert_eq!(found.support, Support::Inside);
            }
            prop_assert!(found.nearest.distance * 2.0_f64 + 1e-12 >= found.hull_distance, "a run \
                is in the hull");
        }
    }
}

#[test]
fn nearest_runs_come_in_order_of_distance() {
    let near = line().nearest(&[0.2, 0.21, 0.59], 3).unwrap();
    assert_eq!((near.len(), near[0].row), (3, 20));
    assert!((near[0].distance - 0.01).abs() < 1e-12);
    assert!(near[1].distance <= near[2].distance);
    assert_eq!(line().nearest(&[0.2, 0.2, 0.6], 100).unwrap().len(), 21);
}

#[test]
fn the_rows_are_all_that_is_saved() {
    let support = line();
    let text = serde_json::to_string(&support).unwrap();
    assert!(text.starts_with(r#"{"width":3,"rows":[0.1,0.9,"#), "{text}");
    assert_eq!(
        serde_json::from_str::<TrainingSupport>(&text).unwrap(),
        support
    );
    for broken in [
        r#"{"width":3,"rows":[0.1]}"#,
        r#"{"width":0,"rows":[]}"#,
        r#"{"width":2,"rows":[]}"#,
    ] {
        assert!(
            serde_json::from_str::<TrainingSupport>(broken).is_err(),
            "{broken}"
        );
    }
}

#[test]
fn sizes_of_one_mixture_count_once() {
    let once = line();
    let thrice = TrainingSupport::new(&[once.rows(); 3].concat(), 3).unwrap();
    assert_eq!(
        thrice.usual_distance().to_bits(),
        once.usual_distance().to_bits()
    );
    assert_eq!(
        thrice.usual_hull_distance().to_bits(),
        once.usual_hull_distance().to_bits()
    );
    for parts in [[0.31, 0.69, 0.0], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]] {
        let of = |support: &TrainingSupport| support.classify(&parts);
        assert_eq!(of(&thrice), of(&once), "{parts:?}");
    }
}
