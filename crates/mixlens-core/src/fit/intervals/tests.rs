//! Intervals hold what they state, and differences vanish where mixtures meet.

use super::*;
use crate::compute::{Control, CounterStream, Sequential};
use crate::fit::cross_fit::{CrossFitter, Keep};
use crate::fit::runs::Runs;
use crate::fit::{CrossFit, SurrogateParams};

fn runs(n: usize, seed: u64, noise: f64) -> Runs {
    let mut stream = CounterStream::new(seed, 0);
    let mut rows: Vec<f64> = (0..n * 4)
        .map(|_| stream.next_unit().powi(2) + 1e-3)
        .collect();
    for row in rows.chunks_exact_mut(4) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    let mut measure = |x: &[f64]| {
        2.0 + 0.6 * (-3.0 * x[0]).exp() + 0.3 * x[1] * x[2] + noise * (stream.next_unit() - 0.5)
    };
    let values = rows.chunks_exact(4).map(&mut measure).collect();
    Runs {
        metric: "loss".to_owned(),
        rows,
        values,
        width: 4,
        groups: (0..n).collect(),
    }
}

fn cross_fit(runs: &Runs, name: &str) -> CrossFit {
    let params = SurrogateParams::named(name, &[]).unwrap();
    let mut fitter =
        CrossFitter::new(vec![runs.clone()], CrossFit::usual_folds, 1, 0, Keep::Fits).unwrap();
    fitter
        .fit(&params, &Control::default(), &Sequential)
        .unwrap();
    fitter.fits(&params)[0][0].clone()
}

fn calibration(runs: &Runs, name: &str) -> Calibration {
    Calibration::new(
        &cross_fit(runs, name),
        &Near::of_all(&runs.rows, runs.width, None),
    )
    .unwrap()
}

/// Shares of new runs and of differences to the first of them that lie inside, over several tables.
fn shares(n: usize, noise: f64, name: &str) -> (f64, f64) {
    let (mut inside, mut differences, mut all) = (0.0, 0.0, 0.0);
    for seed in 0..8 {
        let calibration = calibration(&runs(n, 2 * seed, noise), name);
        let new = runs(300, 2 * seed + 1, noise);
        let anchor = calibration.anchor(new.row(0));
        let there = calibration.centre(new.row(0));
        for (run, measured) in new.values.iter().enumerate().skip(1) {
            let value = calibration.centre(new.row(run));
            all += 1.0;
            inside += f64::from(u8::from(
                calibration
                    .interval(new.row(run), value)
                    .unwrap()
                    .contains(*measured),
            ));
            let difference = calibration
                .difference(new.row(run), &anchor, value - there)
                .unwrap();
            differences += f64::from(u8::from(difference.contains(measured - new.values[0])));
        }
    }
    (inside / all, differences / all)
}

#[test]
fn nine_of_ten_new_runs_lie_inside_whether_noise_or_misfit_makes_the_error() {
    // Ridge cannot follow the truth: misfit. The law can: noise. The share scatters over tables of
    // 30 runs by 0.05.
    for (name, noise) in [("ridge", 0.0), ("effective-data", 0.3)] {
        for n in [30, 100] {
            let (single, _) = shares(n, noise, name);
            assert!(
                (0.86..=0.96).contains(&single),
                "{name}, {n} runs: {single}"
            );
        }
    }
}

#[test]
fn differences_of_noisy_runs_are_covered_too() {
    let (_, differences) = shares(100, 0.3, "effective-data");
    // Each table has one baseline, whose own noise moves all its differences: the share scatters
    // widely.
    assert!((0.8..=0.98).contains(&differences), "{differences}");
}

#[test]
fn the_interval_of_a_difference_closes_as_the_mixtures_meet() {
    let calibration = calibration(&runs(100, 1, 0.0), "ridge");
    let baseline = [0.4, 0.3, 0.2, 0.1];
    let anchor = calibration.anchor(&baseline);
    let width = |moved: f64| {
        let parts = [0.4 + moved, 0.3 - moved, 0.2, 0.1];
        let value = calibration.centre(&parts) - calibration.centre(&baseline);
        calibration
            .difference(&parts, &anchor, value)
            .unwrap()
            .half_width()
    };
    assert!(width(0.0) == 0.0);
    assert!(
        width(0.002) < 0.5 * width(0.2),
        "{} {}",
        width(0.002),
        width(0.2)
    );
}

#[test]
fn intervals_grow_where_held_out_errors_do() {
    // Noise in the half of the simplex with more of the first domain alone.
    let mut table = runs(200, 3, 0.0);
    let mut stream = CounterStream::new(9, 9);
    for run in 0..table.len() {
        if table.row(run)[0] > 0.3 {
            table.values[run] += 0.5 * (stream.next_unit() - 0.5);
        }
    }
    let calibration = calibration(&table, "effective-data");
    let width = |parts: &[f64]| {
        calibration
            .interval(parts, calibration.centre(parts))
            .unwrap()
            .half_width()
    };
    assert!(width(&[0.6, 0.2, 0.1, 0.1]) > 2.0 * width(&[0.05, 0.35, 0.3, 0.3]));
}

#[test]
fn fewer_than_nine_runs_make_no_interval() {
    let table = runs(8, 5, 0.1);
    assert_eq!(
        Calibration::new(
            &cross_fit(&table, "ridge"),
            &Near::of_all(&table.rows, 4, None)
        ),
        None
    );
    let table = runs(9, 5, 0.1);
    assert!(
        Calibration::new(
            &cross_fit(&table, "ridge"),
            &Near::of_all(&table.rows, 4, None)
        )
        .is_some()
    );
}

#[test]
fn replicates_of_a_mixture_are_left_out_together() {
    let mut table = runs(12, 5, 0.1);
    table.rows.extend_from_within(..);
    table.groups.extend_from_within(..);
    table
        .values
        .extend(runs(12, 5, 0.1).values.iter().map(|value| value + 0.01));
    let cross = cross_fit(&table, "ridge");
    assert_eq!(cross.fits.len(), 12);
    assert_eq!(cross.folds[..12], cross.folds[12..]);
}

#[test]
fn an_ensemble_of_equal_weights_is_put_together_from_its_members() {
    let table = runs(40, 6, 0.05);
    let together = cross_fit(&table, "ensemble");
    let params = SurrogateParams::named("ensemble", &[]).unwrap();
    for (fold, fit) in together.fits.iter().enumerate() {
        let train: Vec<usize> = (0..table.len())
            .filter(|&run| together.folds[run] as usize != fold)
            .collect();
        let train = table.pick(&train);
        if fold == 0 {
            assert_eq!(
                *fit,
                params
                    .fit("loss", &train.rows, &train.values, &Control::default())
                    .unwrap()
            );
        }
    }
}
