//! Known truth, gradients, and the doors.

use super::fit::LawCurve;
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::PowerTerms;
use crate::fit::least_squares::tests::check_jacobian;
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Fitted, Surrogate};

fn mixtures(n: usize) -> Vec<f64> {
    let mut stream = CounterStream::new(3, 0);
    let mut rows: Vec<f64> = (0..n * 3).map(|_| stream.next_unit().powi(3)).collect();
    for row in rows.chunks_exact_mut(3) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

fn truth(parts: &[f64]) -> f64 {
    let terms = parts.iter().zip([(0.9_f64, 0.05), (0.4, 0.1), (0.2, 0.03)]);
    1.5 + terms
        .map(|(x, (k, a))| k * (1.0 + x / a).powf(-0.8))
        .sum::<f64>()
}

fn fitted(params: PowerParams, n: usize) -> Fitted<PowerTerms> {
    let rows = mixtures(n);
    let values: Vec<f64> = rows.chunks_exact(3).map(truth).collect();
    params
        .check()
        .unwrap()
        .fit("loss", &rows, &values, &Control::default())
        .unwrap()
}

fn fit(params: PowerParams, n: usize) -> PowerTerms {
    fitted(params, n).formula
}

#[test]
fn the_parameters_of_noiseless_runs_come_back() {
    let Fitted {
        formula: law,
        report,
        ..
    } = fitted(PowerParams { penalty: 0.0 }, 80);
    let found = [law.floor()]
        .into_iter()
        .chain(law.exponents().take(1))
        .chain([law.heights(), law.offsets()].concat());
    for (found, expected) in found.zip([1.5, 0.8, 0.9, 0.4, 0.2, 0.05, 0.1, 0.03]) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{law:?}");
    }
    let report = report.unwrap();
    assert_eq!(
        (report.free_parameters, report.runs, report.reached_best),
        (8, 80, 3)
    );
    // The usual penalty moves single parameters by up to one per cent.
    let law = fit(PowerParams::default(), 80);
    for parts in mixtures(80).chunks_exact(3) {
        assert!(
            (law.predict_one(parts) - truth(parts)).abs() < 1e-3,
            "{law:?}"
        );
    }
}

#[test]
fn gradients_agree_with_central_differences() {
    let law = fit(PowerParams::default(), 40);
    check_gradient(&law, &[0.2, 0.3, 0.5], 1e-7);
    assert!(law.is_convex());
    let rows = mixtures(6);
    let theta = [1.5, -0.2, -0.1, -0.9, -1.6, -3.0, -2.3, -3.5];
    check_jacobian(
        &LawCurve {
            width: 3,
            rows: &rows,
        },
        6,
        &theta,
    );
}

#[test]
fn what_cannot_be_fitted_or_loaded_is_refused() {
    assert!(
        PowerParams {
            penalty: f64::INFINITY
        }
        .check()
        .is_err()
    );
    let valid = PowerParams::default().check().unwrap();
    let control = Control::default();
    assert!(matches!(
        valid.fit("loss", &mixtures(3), &[1.0, 2.0, 3.0], &control),
        Err(CoreError::TooFewRuns { .. })
    ));
    let law = fit(PowerParams::default(), 20);
    let text = serde_json::to_string(&law).unwrap();
    assert_eq!(serde_json::from_str::<PowerTerms>(&text).unwrap(), law);
    assert!(
        serde_json::from_str::<PowerTerms>(&text.replace("\"offsets\":[", "\"offsets\":[-"))
            .is_err()
    );
}
