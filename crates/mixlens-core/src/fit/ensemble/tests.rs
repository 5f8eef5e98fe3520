//! Weights against a search, gradients, and the doors.

use super::fit::best_weights;
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::Mean;
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Surrogate, SurrogateParams};

fn table(n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut stream = CounterStream::new(3, 0);
    let mut rows: Vec<f64> = (0..n * 3).map(|_| stream.next_unit().powi(2)).collect();
    for row in rows.chunks_exact_mut(3) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    let values = rows
        .chunks_exact(3)
        .map(|x| 2.0 + (0.1 + x[0] + 0.3 * x[1].sqrt()).powf(-0.4))
        .collect();
    (rows, values)
}

fn fit(params: &EnsembleParams, rows: &[f64], values: &[f64]) -> Mean {
    params
        .check()
        .unwrap()
        .fit("loss", rows, values, &Control::default())
        .unwrap()
        .formula
}

#[test]
fn the_prediction_is_the_mean_of_law_and_process() {
    let (rows, values) = table(30);
    let ensemble = fit(&EnsembleParams::default(), &rows, &values);
    let at = [0.2, 0.3, 0.5];
    let each: Vec<f64> = ensemble
        .members()
        .map(|(_, member)| member.predict_one(&at))
        .collect();
    assert_eq!(each.len(), 2);
    assert!((ensemble.predict_one(&at) - (each[0] + each[1]) / 2.0).abs() < 1e-15);
}

#[test]
fn gradients_agree_with_central_differences() {
    let (rows, values) = table(30);
    let ensemble = fit(&EnsembleParams::default(), &rows, &values);
    check_gradient(&ensemble, &[0.2, 0.3, 0.5], 1e-6);
    assert!(!ensemble.is_convex());
}

#[test]
fn the_best_weights_cannot_be_improved_upon() {
    let mut stream = CounterStream::new(9, 0);
    let values: Vec<f64> = (0..40).map(|_| stream.next_unit()).collect();
    let mut noisy = |size: f64| {
        values
            .iter()
            .map(|y| y + size * (stream.next_unit() - 0.5))
            .collect::<Vec<_>>()
    };
    let predictions = vec![noisy(0.2), noisy(0.4), noisy(2.0)];
    let cost = |weights: &[f64]| -> f64 {
        let mixed = (0..40).map(|n| {
            weights
                .iter()
                .zip(&predictions)
                .map(|(w, p)| w * p[n])
                .sum::<f64>()
        });
        mixed.zip(&values).map(|(p, y)| (p - y).powi(2)).sum()
    };
    let found = best_weights(&predictions, &values);
    assert!(
        (found.iter().sum::<f64>() - 1.0).abs() < 1e-12 && found[0] > found[1],
        "{found:?}"
    );
    for a in 0..=50 {
        for b in 0..=50 - a {
            let other = [
                f64::from(a) / 50.0,
                f64::from(b) / 50.0,
                f64::from(50 - a - b) / 50.0,
            ];
            assert!(cost(&found) <= cost(&other) * 1.05, "{found:?} {other:?}");
        }
    }
}

#[test]
fn cross_validated_weights_prefer_the_member_that_fits() {
    let (rows, values) = table(40);
    let params: EnsembleParams =
        serde_json::from_str(r#"{"members":"ridge+effective-data","weights":"cross_validated"}"#)
            .unwrap();
    let ensemble = fit(&params, &rows, &values);
    let weights: Vec<f64> = ensemble.members().map(|(weight, _)| weight).collect();
    assert!(weights[1] > 0.9, "{weights:?}");
    let written = serde_json::to_string(&params).unwrap();
    assert_eq!(
        serde_json::from_str::<EnsembleParams>(&written).unwrap(),
        params
    );
}

#[test]
fn what_cannot_be_fitted_or_loaded_is_refused() {
    let nested = EnsembleParams {
        members: Members(vec![SurrogateParams::named("ensemble", &[]).unwrap()]),
        ..EnsembleParams::default()
    };
    assert!(matches!(
        nested.check(),
        Err(CoreError::BadParameter {
            name: "members",
            ..
        })
    ));
    assert!(
        EnsembleParams {
            folds: 1,
            ..EnsembleParams::default()
        }
        .check()
        .is_err()
    );
    assert!(serde_json::from_str::<EnsembleParams>(r#"{"members":"gp+forest"}"#).is_err());
    let (rows, values) = table(12);
    let ensemble = fit(&EnsembleParams::default(), &rows, &values);
    let text = serde_json::to_string(&ensemble).unwrap();
    assert_eq!(serde_json::from_str::<Mean>(&text).unwrap(), ensemble);
    assert!(serde_json::from_str::<Mean>(&text.replace("[0.5,0.5]", "[0.5,0.6]")).is_err());
}
