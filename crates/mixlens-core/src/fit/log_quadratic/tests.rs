//! Known truth, gradients, and the doors.

use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::LogQuadratic;
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Fitted, Surrogate};

fn mixtures(n: usize) -> Vec<f64> {
    let mut stream = CounterStream::new(3, 0);
    let mut rows: Vec<f64> = (0..n * 3).map(|_| stream.next_unit().powi(2)).collect();
    for row in rows.chunks_exact_mut(3) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

fn truth(parts: &[f64]) -> f64 {
    let z: Vec<f64> = parts.iter().map(|part| (part + 0.001).ln()).collect();
    3.0 - 0.2 * z[0] + 0.05 * z[1] * z[1] - 0.03 * z[0] * z[2]
}

fn fitted(params: LogQuadraticParams, n: usize) -> Fitted<LogQuadratic> {
    let rows = mixtures(n);
    let values: Vec<f64> = rows.chunks_exact(3).map(truth).collect();
    params
        .check()
        .unwrap()
        .fit("loss", &rows, &values, &Control::default())
        .unwrap()
}

fn fit(params: LogQuadraticParams, n: usize) -> LogQuadratic {
    fitted(params, n).formula
}

#[test]
fn a_noiseless_truth_is_predicted_everywhere() {
    for (penalty, tolerance) in [(Some(0.0), 1e-12), (None, 1e-8)] {
        let fitted = fitted(
            LogQuadraticParams {
                penalty,
                ..LogQuadraticParams::default()
            },
            60,
        );
        let report = fitted.report.unwrap();
        assert_eq!((report.runs, report.free_parameters), (60, 10));
        for parts in mixtures(100).chunks_exact(3) {
            let off = fitted.predict_one(parts) - truth(parts);
            assert!(off.abs() < tolerance, "{penalty:?}: {off}");
        }
    }
}

#[test]
fn gradients_agree_with_central_differences() {
    check_gradient(
        &fit(LogQuadraticParams::default(), 60),
        &[0.2, 0.3, 0.5],
        1e-7,
    );
}

#[test]
fn what_cannot_be_fitted_or_loaded_is_refused() {
    assert!(
        LogQuadraticParams {
            offset: 0.0,
            ..LogQuadraticParams::default()
        }
        .check()
        .is_err()
    );
    assert!(
        LogQuadraticParams {
            penalty: Some(f64::NAN),
            ..LogQuadraticParams::default()
        }
        .check()
        .is_err()
    );
    let valid = LogQuadraticParams::default().check().unwrap();
    let control = Control::default();
    assert!(matches!(
        valid.fit("loss", &mixtures(3), &[1.0, 2.0, 3.0], &control),
        Err(CoreError::TooFewRuns { .. })
    ));
    control.cancel();
    let cancelled = valid.fit("loss", &mixtures(5), &[1.0, 2.0, 3.0, 4.0, 5.0], &control);
    assert!(matches!(cancelled, Err(CoreError::Cancelled)));
    let fitted = fit(LogQuadraticParams::default(), 30);
    let text = serde_json::to_string(&fitted).unwrap();
    assert_eq!(serde_json::from_str::<LogQuadratic>(&text).unwrap(), fitted);
    assert!(
        serde_json::from_str::<LogQuadratic>(&text.replace("\"offset\":", "\"offset\":-")).is_err()
    );
}
