//! Gradients against central differences, smooth truths recovered, variances that know where runs
//! are.

use nalgebra::{DMatrix, DVector};

use super::likelihood::{Evidence, Hyper};
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::Surrogate;
use crate::fit::formula::{Gp, Inputs};
use crate::fit::surrogate::tests::check_gradient;

fn mixtures(n: usize, d: usize, seed: u64) -> Vec<f64> {
    let mut stream = CounterStream::new(seed, 0);
    let mut rows: Vec<f64> = (0..n * d)
        .map(|_| stream.next_unit().powi(2) + 1e-3)
        .collect();
    for row in rows.chunks_exact_mut(d) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

fn truth(parts: &[f64]) -> f64 {
    2.0 + 0.5 * (-3.0 * parts[0]).exp() + 0.2 * (parts[1] - 0.3).powi(2) + 0.1 * parts[0] * parts[2]
}

fn table(n: usize) -> (Vec<f64>, Vec<f64>) {
    let rows = mixtures(n, 3, 4);
    let values = rows.chunks_exact(3).map(truth).collect();
    (rows, values)
}

fn fit(params: GpParams, rows: &[f64], values: &[f64]) -> Gp {
    params
        .check()
        .unwrap()
        .fit("loss", rows, values, &Control::default())
        .unwrap()
        .formula
}

#[test]
fn the_gradient_of_the_likelihood_agrees_with_central_differences() {
    let mut stream = CounterStream::new(2, 0);
    let inputs = DMatrix::from_fn(40, 3, |_, _| 3.0 * stream.next_unit());
    let outputs = DVector::from_fn(40, |_, _| stream.next_unit() - 0.5);
    let evidence = Evidence { inputs, outputs };
    let theta = [0.3, -0.2, 0.4, 1.5, -2.0];
    let (_, slope) = evidence.cost(&theta, &Control::default()).unwrap();
    for k in 0..theta.len() {
        let (mut low, mut high) = (theta, theta);
        low[k] -= 1e-5;
        high[k] += 1e-5;
        let difference = (evidence.cost(&high, &Control::default()).unwrap().0
            - evidence.cost(&low, &Control::default()).unwrap().0)
            / 2e-5;
        assert!(
            (slope[k] - difference).abs() < 1e-6 * difference.abs().max(1.0),
            "{k}: {} {difference}",
            slope[k]
        );
    }
    assert_eq!(Hyper::start(3).len(), 5);
}

#[test]
fn mean_and_variance_are_those_of_the_textbook() {
    let (rows, values) = table(15);
    let gp = fit(
        GpParams {
            inputs: GpInputs::Sqrt,
            output: GpOutput::Plain,
            seed: 0,
        },
        &rows,
        &values,
    );
    let saved = serde_json::to_value(&gp).unwrap();
    let [amplitude, noise, centre, unit] =
        ["amplitude", "noise", "centre", "unit"].map(|name| saved[name].as_f64().unwrap());
    let covariance = |a: &[f64], b: &[f64]| {
        let terms = a.iter().zip(b).zip(gp.lengths());
        let r = terms
            .map(|((a, b), length)| ((a.sqrt() - b.sqrt()) / length).powi(2))
            .sum::<f64>()
            .sqrt();
        let s = 5.0_f64.sqrt() * r;
        amplitude * (1.0 + s + 5.0 / 3.0 * r * r) * (-s).exp()
    };
    let run = |n: usize| &rows[3 * n..3 * n + 3];
    let of_runs = DMatrix::from_fn(15, 15, |a, b| {
        covariance(run(a), run(b)) + if a == b { noise } else { 0.0 }
    });
    let inverse = of_runs.try_inverse().unwrap();
    let outputs = DVector::from_fn(15, |n, _| (values[n] - centre) / unit);
    for parts in mixtures(20, 3, 5).chunks_exact(3) {
        let to_runs = DVector::from_fn(15, |n, _| covariance(parts, run(n)));
        let mean = centre + unit * to_runs.dot(&(&inverse * &outputs));
        let variance = unit * unit * (amplitude - to_runs.dot(&(&inverse * &to_runs)));
        assert!((gp.predict_one(parts) - mean).abs() < 1e-7 * unit, "{mean}");
        assert!(
            (gp.variance_at(parts).unwrap() - variance).abs() < 1e-7 * unit * unit,
            "{variance}"
        );
    }
}

#[test]
fn a_smooth_truth_is_predicted_between_the_runs() {
    let (rows, values) = table(60);
    let gp = fit(GpParams::default(), &rows, &values);
    for parts in mixtures(100, 3, 5).chunks_exact(3) {
        assert!(
            (gp.predict_one(parts) - truth(parts)).abs() < 5e-3,
            "{parts:?}"
        );
    }
}

#[test]
fn many_runs_take_the_two_step_search() {
    let (rows, values) = table(200);
    let gp = fit(GpParams::default(), &rows, &values);
    for parts in mixtures(100, 3, 5).chunks_exact(3) {
        assert!(
            (gp.predict_one(parts) - truth(parts)).abs() < 1e-3,
            "{parts:?}"
        );
    }
    assert!(gp.noise() < 1e-3, "{}", gp.noise());
}

#[test]
fn noise_is_told_from_signal() {
    let rows = mixtures(120, 3, 4);
    let mut stream = CounterStream::new(1, 1);
    let values: Vec<f64> = rows
        .chunks_exact(3)
        .map(|parts| truth(parts) + 0.1 * (stream.next_unit() - 0.5))
        .collect();
    let noise = fit(
        GpParams {
            output: GpOutput::Plain,
            ..GpParams::default()
        },
        &rows,
        &values,
    )
    .noise();
    // The standard deviation of a uniform number of width 0.1.
    assert!((noise - 0.0289).abs() < 0.006, "{noise}");
}

#[test]
fn gradients_agree_with_central_differences() {
    let (rows, values) = table(40);
    for inputs in [GpInputs::Log, GpInputs::Sqrt] {
        for output in [GpOutput::Log, GpOutput::Plain] {
            check_gradient(
                &fit(
                    GpParams {
                        inputs,
                        output,
                        seed: 0,
                    },
                    &rows,
                    &values,
                ),
                &[0.2, 0.3, 0.5],
                1e-6,
            );
        }
    }
}

#[test]
fn variance_is_small_at_a_run_and_large_far_from_all() {
    let (mut rows, _) = table(30);
    // No run has more than half of the last domain.
    rows = rows
        .chunks_exact(3)
        .filter(|parts| parts[2] < 0.5)
        .flatten()
        .copied()
        .collect();
    let values: Vec<f64> = rows.chunks_exact(3).map(truth).collect();
    let gp = fit(GpParams::default(), &rows, &values);
    let (near, far) = (
        gp.variance_at(&rows[..3]).unwrap(),
        gp.variance_at(&[0.0, 0.0, 1.0]).unwrap(),
    );
    assert!(near > 0.0 && far > 10.0 * near, "{near} {far}");
    assert!(!gp.is_convex());
}

#[test]
fn the_inputs_are_chosen_by_likelihood() {
    let rows = mixtures(80, 3, 9);
    let of_sqrt: Vec<f64> = rows
        .chunks_exact(3)
        .map(|parts| 3.0 - (4.0 * parts[0].sqrt()).sin())
        .collect();
    assert_eq!(
        fit(GpParams::default(), &rows, &of_sqrt).inputs(),
        Inputs::Sqrt
    );
    let of_log: Vec<f64> = rows
        .chunks_exact(3)
        .map(|parts| 3.0 - (parts[0] + 0.003).ln().sin())
        .collect();
    assert_eq!(
        fit(GpParams::default(), &rows, &of_log).inputs(),
        Inputs::Log
    );
}

#[test]
fn replicate_runs_are_no_obstacle() {
    let (rows, values) = table(12);
    let gp = fit(GpParams::default(), &rows.repeat(3), &values.repeat(3));
    assert!((gp.predict_one(&rows[..3]) - values[0]).abs() < 0.02);
}

#[test]
fn tables_and_parameters_that_cannot_be_fitted_are_refused() {
    let (rows, values) = table(6);
    let gp = GpParams::default().check().unwrap();
    let control = Control::default();
    assert!(matches!(
        gp.fit("loss", &rows[..9], &values[..3], &control),
        Err(CoreError::TooFewRuns { .. })
    ));
    assert!(matches!(
        gp.fit("loss", &rows, &[1.0; 6], &control),
        Err(CoreError::ConstantMetric { .. })
    ));
    let negative: Vec<f64> = values.iter().map(|value| value - 2.2).collect();
    assert!(gp.fit("loss", &rows, &negative, &control).is_ok());
    let log = GpParams {
        output: GpOutput::Log,
        ..GpParams::default()
    }
    .check()
    .unwrap();
    assert!(matches!(
        log.fit("loss", &rows, &negative, &control),
        Err(CoreError::NotPositive { .. })
    ));
    control.cancel();
    assert!(matches!(
        gp.fit("loss", &rows, &values, &control),
        Err(CoreError::Cancelled)
    ));
    assert!(serde_json::from_str::<GpParams>(r#"{"inputs":"raw"}"#).is_err());
}

#[test]
fn a_saved_process_loads_back_to_the_same_bits() {
    let (rows, values) = table(20);
    let gp = fit(GpParams::default(), &rows, &values);
    let text = serde_json::to_string(&gp).unwrap();
    let loaded: Gp = serde_json::from_str(&text).unwrap();
    assert_eq!(loaded, gp);
    let at = [0.2, 0.3, 0.5];
    assert_eq!(
        loaded.predict_one(&at).to_bits(),
        gp.predict_one(&at).to_bits()
    );
    assert_eq!(loaded.variance_at(&at), gp.variance_at(&at));
    assert!(serde_json::from_str::<Gp>(&text.replace("\"unit\":", "\"unit\":-")).is_err());
}
