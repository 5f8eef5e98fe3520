//! Known truth, gradients against central differences, convexity, and the doors.

use proptest::prelude::*;

use super::fit::LawCurve;
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::EffectiveData;
use crate::fit::least_squares::deviation;
use crate::fit::least_squares::tests::check_jacobian;
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Fitted, Surrogate};

/// Random mixtures, about a third of the proportions zero.
fn mixtures(n: usize, d: usize, seed: u64) -> Vec<f64> {
    let mut stream = CounterStream::new(seed, 0);
    let mut rows: Vec<f64> = (0..n * d)
        .map(|_| {
            if stream.next_unit() < 0.3 {
                0.0
            } else {
                stream.next_unit().powi(3) + 1e-4
            }
        })
        .collect();
    for row in rows.chunks_exact_mut(d) {
        row[0] += 1e-3;
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

const COEFFICIENTS: [f64; 4] = [0.02, 0.3, 0.08, 0.9];

/// The law itself, straight from its formula.
fn truth(parts: &[f64], exponents: &[f64]) -> f64 {
    let useful: f64 = parts
        .iter()
        .zip(COEFFICIENTS)
        .zip(exponents)
        .map(|((x, w), a)| w * x.powf(*a))
        .sum();
    1.8 + (0.05 + useful).powf(-0.6)
}

fn noiseless(n: usize, exponents: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let rows = mixtures(n, 4, 7);
    let values = rows
        .chunks_exact(4)
        .map(|parts| truth(parts, exponents))
        .collect();
    (rows, values)
}

fn fitted(params: EffectiveDataParams, rows: &[f64], values: &[f64]) -> Fitted<EffectiveData> {
    params
        .check()
        .unwrap()
        .fit("loss", rows, values, &Control::default())
        .unwrap()
}

fn fit(params: EffectiveDataParams, rows: &[f64], values: &[f64]) -> EffectiveData {
    fitted(params, rows, values).formula
}

#[test]
fn the_parameters_of_noiseless_runs_come_back() {
    for (exponent, exponents) in [
        (Exponent::Shared, [0.5; 4]),
        (Exponent::PerDomain, [0.7, 0.4, 0.55, 0.3]),
    ] {
        let (rows, values) = noiseless(80, &exponents);
        let params = EffectiveDataParams {
            exponent,
            penalty: 0.0,
            ..EffectiveDataParams::default()
        };
        let Fitted {
            formula: law,
            report,
            ..
        } = fitted(params, &rows, &values);
        let found = [law.floor(), law.steepness(), law.base()]
            .into_iter()
            .chain(law.coefficients().iter().copied());
        let expected = [1.8, 0.6, 0.05]
            .into_iter()
            .chain(COEFFICIENTS)
            .chain(exponents);
        for (found, expected) in found.chain(law.exponents()).zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-9, "{law:?}");
        }
        assert_eq!(report.unwrap().reached_best, 3);
    }
}

#[test]
fn the_usual_penalty_moves_parameters_but_hardly_predictions_and_ratios_of_coefficients() {
    let (rows, values) = noiseless(80, &[0.5; 4]);
    let unit = deviation(&values);
    // The bias falls with the square of the penalty.
    for (penalty, share) in [(0.03, 0.02), (0.003, 0.0003)] {
        let params = EffectiveDataParams {
            exponent: Exponent::Shared,
            penalty,
            ..EffectiveDataParams::default()
        };
        let law = fit(params, &rows, &values);
        for parts in mixtures(50, 4, 8).chunks_exact(4) {
            let off = law.predict_one(parts) - truth(parts, &[0.5; 4]);
            assert!(off.abs() < share * unit, "{penalty}: {off} of {unit}");
        }
        for (found, expected) in law.coefficients().iter().zip(COEFFICIENTS) {
            let off = found / law.coefficients()[3] / (expected / COEFFICIENTS[3]) - 1.0;
            assert!(off.abs() < share, "{penalty}: {off}");
        }
    }
    let law = fit(
        EffectiveDataParams {
            exponent: Exponent::Shared,
            ..EffectiveDataParams::default()
        },
        &rows,
        &values,
    );
    assert!(
        law.coefficients()[3] < 0.85 * COEFFICIENTS[3],
        "one coefficient alone is not to be read: {law:?}"
    );
}

#[test]
fn auto_takes_one_exponent_for_few_runs_and_one_per_domain_for_many() {
    for (n, expected) in [(31, 1), (32, 4)] {
        assert_eq!(Exponent::Auto.count(n, 4), expected);
    }
    assert_eq!(
        (
            Exponent::Shared.count(999, 4),
            Exponent::PerDomain.count(5, 4)
        ),
        (1, 4)
    );
}

#[test]
fn gradients_agree_with_central_differences() {
    for exponent in [Exponent::Shared, Exponent::PerDomain] {
        let (rows, values) = noiseless(60, &[0.7, 0.4, 0.55, 0.3]);
        let law = fit(
            EffectiveDataParams {
                exponent,
                ..EffectiveDataParams::default()
            },
            &rows,
            &values,
        );
        check_gradient(&law, &[0.1, 0.2, 0.3, 0.4], 1e-6);
        // The rows hold proportions of zero.
        let theta = [
            1.8, -0.5, -3.0, -3.9, -1.2, -2.5, -0.1, 0.8, -0.4, 0.2, -0.8,
        ];
        let exponents = exponent.count(60, 4);
        check_jacobian(
            &LawCurve::new(&rows, 4, exponents),
            60,
            &theta[..7 + exponents],
        );
    }
}

#[test]
fn at_a_corner_slopes_are_steep_but_finite() {
    let (rows, values) = noiseless(60, &[0.5; 4]);
    let law = fit(EffectiveDataParams::default(), &rows, &values);
    let mut gradient = [0.0; 4];
    law.gradient_into(&[1.0, 0.0, 0.0, 0.0], &mut gradient)
        .unwrap();
    assert!(
        gradient
            .iter()
            .all(|slope| slope.is_finite() && *slope < 0.0),
        "{gradient:?}"
    );
    assert!(gradient[3] < -1e3, "{gradient:?}");
}

#[test]
fn predictions_stay_near_the_observed_range() {
    let rows = [0.0, 1.0, 0.2, 0.8, 0.4, 0.6, 0.5, 0.5, 0.8, 0.2];
    let values = [6.0, 3.0, 2.6, 2.5, 2.4];
    let law = fit(
        EffectiveDataParams {
            penalty: 0.0,
            ..EffectiveDataParams::default()
        },
        &rows,
        &values,
    );
    let highest = law.predict_one(&[0.0, 0.0]);
    assert!(highest <= 6.0 + 1.8 + 1e-12, "{highest}");
}

#[test]
fn tables_and_parameters_that_cannot_be_fitted_are_refused() {
    let (rows, values) = noiseless(8, &[0.5; 4]);
    let law = EffectiveDataParams::default().check().unwrap();
    let control = Control::default();
    let few = law
        .fit("loss", &rows[..12], &values[..3], &control)
        .unwrap_err();
    assert!(few.to_string().contains("needs at least 4 runs"), "{few}");
    assert!(matches!(
        law.fit("loss", &rows, &[2.0; 8], &control),
        Err(CoreError::ConstantMetric { .. })
    ));
    control.cancel();
    assert!(matches!(
        law.fit("loss", &rows, &values, &control),
        Err(CoreError::Cancelled)
    ));
    assert!(
        EffectiveDataParams {
            penalty: f64::NAN,
            ..EffectiveDataParams::default()
        }
        .check()
        .is_err()
    );
    assert!(
        EffectiveDataParams {
            starts: 0,
            ..EffectiveDataParams::default()
        }
        .check()
        .is_err()
    );
    assert!(serde_json::from_str::<EffectiveDataParams>(r#"{"exponent":"none"}"#).is_err());
}

#[test]
fn few_runs_are_reported_as_underdetermined() {
    let (rows, values) = noiseless(9, &[0.5; 4]);
    assert!(
        fitted(EffectiveDataParams::default(), &rows, &values)
            .report
            .unwrap()
            .is_underdetermined()
    );
    let (rows, values) = noiseless(60, &[0.5; 4]);
    let report = fitted(EffectiveDataParams::default(), &rows, &values)
        .report
        .unwrap();
    assert_eq!(
        (report.runs, report.free_parameters, report.starts),
        (60, 11, 3)
    );
    assert!(report.reached_best >= 1 && !report.is_underdetermined());
}

#[test]
fn a_saved_law_loads_back_to_the_same_bits() {
    let (rows, values) = noiseless(20, &[0.5; 4]);
    let law = fit(EffectiveDataParams::default(), &rows, &values);
    let text = serde_json::to_string(&law).unwrap();
    assert_eq!(serde_json::from_str::<EffectiveData>(&text).unwrap(), law);
    assert!(
        serde_json::from_str::<EffectiveData>(&text.replace("\"base\":", "\"base\":-")).is_err()
    );
}

proptest! {
    #[test]
    fn the_law_is_convex_along_every_line(seed in any::<u64>(), share in 0.0..1.0_f64) {
        let (rows, values) = noiseless(24, &[0.5; 4]);
        let law = fit(EffectiveDataParams { seed, starts: 1, ..EffectiveDataParams::default() }, &rows, &values);
        let ends = mixtures(2, 4, seed);
        let between: Vec<f64> = (0..4).map(|j| share * ends[j] + (1.0 - share) * ends[4 + j]).collect();
        let mut out = [0.0; 4];
        let mut value = |parts: &[f64]| law.gradient_into(parts, &mut out).unwrap();
        let chord = share * value(&ends[..4]) + (1.0 - share) * value(&ends[4..]);
        prop_assert!(value(&between) <= chord + 1e-9);
    }
}

#[test]
fn rows_side_by_side_have_the_bits_of_rows_alone() {
    let (rows, values) = noiseless(80, &[0.7, 0.4, 0.55, 0.3]);
    let law = fit(EffectiveDataParams::default(), &rows, &values);
    let mut together = vec![0.0; 80];
    law.predict_rows(&rows, &mut together);
    let alone: Vec<f64> = rows
        .chunks_exact(4)
        .map(|row| law.predict_one(row))
        .collect();
    assert_eq!(together, alone);
}

#[cfg(feature = "simd")]
#[test]
fn estimates_are_nearer_than_they_promise() {
    use crate::fit::Logs;
    let (rows, values) = noiseless(80, &[0.7, 0.4, 0.55, 0.3]);
    for exponent in [Exponent::Shared, Exponent::PerDomain] {
        let law = fit(
            EffectiveDataParams {
                exponent,
                ..EffectiveDataParams::default()
            },
            &rows,
            &values,
        );
        // Also proportions that single precision cannot hold, and no multiple of a block.
        let mut rows = mixtures(700, 4, 3);
        for (place, row) in rows.chunks_exact_mut(4).enumerate() {
            row[1] = (-(place as f64)).exp();
        }
        let (mut exact, mut estimates, mut logs) =
            (vec![0.0; 700], vec![0.0; 700], Logs::default());
        law.predict_rows(&rows, &mut exact);
        logs.load(&rows, 4);
        law.estimate(&logs, &mut estimates);
        let off = exact
            .iter()
            .zip(&estimates)
            .map(|(exact, estimate)| (exact - f64::from(*estimate)).abs());
        let worst = off.fold(0.0, f64::max);
        assert!(
            worst < 0.2 * law.estimate_error() && worst > 0.0,
            "{worst} of {}",
            law.estimate_error()
        );
    }
}
