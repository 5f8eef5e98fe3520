//! Known truth, gradients, and the doors.

use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::polynomial::Fields;
use crate::fit::formula::{Polynomial, PolynomialDegree};
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Fitted, Surrogate};

const DEGREES: [PolynomialDegree; 3] = [
    PolynomialDegree::Linear,
    PolynomialDegree::Quadratic,
    PolynomialDegree::SpecialCubic,
];

fn mixtures(n: usize) -> Vec<f64> {
    let mut stream = CounterStream::new(3, 0);
    let mut rows: Vec<f64> = (0..n * 4).map(|_| stream.next_unit().powi(2)).collect();
    for row in rows.chunks_exact_mut(4) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

fn truth(degree: PolynomialDegree) -> Polynomial {
    let mut stream = CounterStream::new(8, 1);
    let coefficients = (0..degree.terms(4))
        .map(|_| 2.0 + stream.next_unit())
        .collect();
    Polynomial::from_fields(Fields {
        degree,
        domains: 4,
        coefficients,
    })
    .unwrap()
}

fn fitted(params: ScheffeParams, rows: &[f64], values: &[f64]) -> Fitted<Polynomial> {
    params
        .check()
        .unwrap()
        .fit("loss", rows, values, &Control::default())
        .unwrap()
}

fn fit(params: ScheffeParams, rows: &[f64], values: &[f64]) -> Polynomial {
    fitted(params, rows, values).formula
}

#[test]
fn terms_are_counted_as_published() {
    // Scheffé 1958, table 1; 16 domains: 136 terms of second order.
    assert_eq!(DEGREES.map(|degree| degree.terms(3)), [3, 6, 7]);
    assert_eq!(DEGREES.map(|degree| degree.terms(1)), [1, 1, 1]);
    assert_eq!(PolynomialDegree::Quadratic.terms(16), 136);
}

#[test]
fn the_coefficients_of_noiseless_runs_come_back() {
    let rows = mixtures(80);
    for degree in DEGREES {
        let truth = truth(degree);
        let mut values = vec![0.0; 80];
        truth.predict_rows(&rows, &mut values);
        for (penalty, tolerance) in [(Some(0.0), 1e-9), (None, 1e-6)] {
            let fitted = fit(
                ScheffeParams {
                    degree,
                    penalty,
                    ..ScheffeParams::default()
                },
                &rows,
                &values,
            );
            for (found, expected) in fitted.coefficients().iter().zip(truth.coefficients()) {
                assert!(
                    (found - expected).abs() < tolerance,
                    "{degree:?}: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn gradients_agree_with_central_differences() {
    for degree in DEGREES {
        check_gradient(&truth(degree), &[0.1, 0.2, 0.3, 0.4], 1e-9);
    }
}

#[test]
fn fewer_runs_than_terms_are_fitted_with_the_penalty() {
    let rows = mixtures(9);
    let mut values = vec![0.0; 9];
    truth(PolynomialDegree::Quadratic).predict_rows(&rows, &mut values);
    for penalty in [None, Some(0.0)] {
        let params = ScheffeParams {
            degree: PolynomialDegree::SpecialCubic,
            penalty,
            ..ScheffeParams::default()
        };
        let Fitted {
            formula: fitted,
            report,
            ..
        } = fitted(params, &rows, &values);
        assert!(
            fitted
                .coefficients()
                .iter()
                .all(|coefficient| coefficient.abs() < 20.0),
            "{fitted:?}"
        );
        assert!(report.is_some_and(|own| own.is_underdetermined() && own.free_parameters == 14));
    }
}

#[test]
fn what_cannot_be_fitted_or_loaded_is_refused() {
    let params = ScheffeParams {
        degree: PolynomialDegree::SpecialCubic,
        ..ScheffeParams::default()
    };
    assert!(
        ScheffeParams {
            penalty: Some(-1.0),
            ..params
        }
        .check()
        .is_err()
    );
    let valid = params.check().unwrap();
    let wide = vec![1e-4; 4 * 10_000];
    let problem = valid
        .fit("loss", &wide, &[1.0, 2.0, 3.0, 4.0], &Control::default())
        .unwrap_err();
    assert!(
        matches!(
            problem,
            CoreError::TooManyTerms {
                terms: 166_666_675_000,
                ..
            }
        ),
        "{problem}"
    );
    let rows = mixtures(3);
    assert!(matches!(
        valid.fit("loss", &rows, &[1.0, 2.0, 3.0], &Control::default()),
        Err(CoreError::TooFewRuns { .. })
    ));
    let text = serde_json::to_string(&truth(PolynomialDegree::Quadratic)).unwrap();
    assert_eq!(
        serde_json::from_str::<Polynomial>(&text).unwrap(),
        truth(PolynomialDegree::Quadratic)
    );
    assert!(serde_json::from_str::<Polynomial>(&text.replace("quadratic", "linear")).is_err());
}
