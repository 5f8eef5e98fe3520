//! Known answers from scikit-learn 1.9.1, and the normal equations as a certificate.

use proptest::prelude::*;

use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::Surrogate;
use crate::fit::formula::{Line, LineTarget};
use crate::fit::surrogate::tests::check_gradient;

/// Eight runs over three domains: Dirichlet(1, 1, 1) draws rounded to three digits,
/// `numpy.random.default_rng(5)`.
const ROWS: [f64; 24] = [
    0.492, 0.186, 0.322, 0.533, 0.03, 0.437, 0.788, 0.141, 0.071, 0.307, 0.335, 0.358, 0.059,
    0.568, 0.373, 0.77, 0.198, 0.032, 0.14, 0.182, 0.678, 0.043, 0.124, 0.833,
];
const LOSS: [f64; 8] = [3.072, 3.316, 3.254, 3.074, 2.748, 3.314, 3.129, 3.108];

fn fit(penalty: f64, target: LineTarget) -> Line {
    RidgeParams { penalty, target }
        .check()
        .unwrap()
        .fit("loss", &ROWS, &LOSS, &Control::default())
        .unwrap()
        .formula
}

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-12,
        "expected {expected}, found {found}"
    );
}

#[test]
fn slopes_agree_with_scikit_learn() {
    let weak = fit(0.1, LineTarget::Loss);
    near(weak.intercept(), 3.0515822129217223);
    for (slope, expected) in weak.slopes().iter().zip([
        0.34946930552216376,
        -0.4422068328892526,
        0.09273752736708973,
    ]) {
        near(*slope, expected);
    }
    let strong = fit(1.0, LineTarget::Loss);
    near(strong.intercept(), 3.103555934255395);
    near(strong.slopes()[1], -0.13601901020000287);
}

#[test]
fn without_a_penalty_it_is_least_squares_of_least_norm() {
    let plain = fit(0.0, LineTarget::Loss);
    near(plain.intercept(), 3.025132333360237);
    for (slope, expected) in plain.slopes().iter().zip([
        0.42692037197992616,
        -0.5984981811213942,
        0.17157780914146803,
    ]) {
        near(*slope, expected);
    }
    near(plain.slopes().iter().sum(), 0.0);
    let vanishing = fit(1e-10, LineTarget::Loss);
    assert!(
        (vanishing.predict_one(&[0.2, 0.3, 0.5]) - plain.predict_one(&[0.2, 0.3, 0.5])).abs()
            < 1e-9
    );
}

#[test]
fn log_loss_fits_the_logarithm() {
    let log = fit(0.1, LineTarget::LogLoss);
    near(log.intercept(), 1.1133319380602729);
    near(log.slopes()[0], 0.1146269164549107);
    assert!((log.predict_one(&[0.2, 0.3, 0.5]) - 3.02971247).abs() < 1e-8);
}

#[test]
fn gradients_agree_with_central_differences() {
    for target in [LineTarget::Loss, LineTarget::LogLoss] {
        check_gradient(&fit(0.01, target), &[0.2, 0.3, 0.5], 1e-9);
    }
}

#[test]
fn tables_that_cannot_be_fitted_are_refused() {
    let ridge = RidgeParams::default().check().unwrap();
    let too_few = ridge
        .fit("loss", &ROWS[..9], &LOSS[..3], &Control::default())
        .unwrap_err();
    assert_eq!(
        too_few.to_string(),
        "metric \"loss\": ridge needs at least 4 runs for an intercept and 3 slopes, found 3; \
         add runs or choose a surrogate with fewer parameters"
    );
    assert!(matches!(
        ridge.fit("loss", &ROWS, &[2.5; 8], &Control::default()),
        Err(CoreError::ConstantMetric { runs: 8, .. })
    ));
    assert!(matches!(
        ridge.fit("loss", &ROWS[1..], &LOSS, &Control::default()),
        Err(CoreError::WrongLength { .. })
    ));
    assert!(matches!(
        ridge.fit("loss", &[], &[], &Control::default()),
        Err(CoreError::TooFewRuns { .. })
    ));
    let mut broken = LOSS;
    broken[3] = f64::NAN;
    assert!(matches!(
        ridge.fit("loss", &ROWS, &broken, &Control::default()),
        Err(CoreError::NumericalFailure { .. })
    ));
    broken[3] = f64::MAX;
    broken[4] = f64::MAX;
    assert!(matches!(
        ridge.fit("loss", &ROWS, &broken, &Control::default()),
        Err(CoreError::NumericalFailure { .. })
    ));
    broken = LOSS;
    broken[3] = 0.0;
    let log = RidgeParams {
        target: LineTarget::LogLoss,
        ..RidgeParams::default()
    }
    .check()
    .unwrap();
    assert!(matches!(
        log.fit("loss", &ROWS, &broken, &Control::default()),
        Err(CoreError::NotPositive { .. })
    ));
}

#[test]
fn runs_of_one_mixture_predict_their_mean() {
    let rows = [0.5, 0.25, 0.25].repeat(8);
    let ridge = RidgeParams::default()
        .check()
        .unwrap()
        .fit("loss", &rows, &LOSS, &Control::default())
        .unwrap();
    near(
        ridge.predict_one(&[1.0, 0.0, 0.0]),
        LOSS.iter().sum::<f64>() / 8.0,
    );
}

#[test]
fn slopes_of_many_domains_satisfy_the_normal_equations() {
    let (n, d) = (400, 150);
    let mut stream = CounterStream::new(9, 0);
    let mut rows: Vec<f64> = (0..n * d)
        .map(|_| -(1.0 - stream.next_unit()).ln())
        .collect();
    for row in rows.chunks_exact_mut(d) {
        // A few domains are much larger than the others.
        row.iter_mut().take(3).for_each(|part| *part *= 50.0);
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    let y: Vec<f64> = rows
        .chunks_exact(d)
        .map(|row| 3.0 - row[0] + 2.0 * row[9] + 0.01 * stream.next_unit())
        .collect();
    for penalty in [1e-6, 0.01, 1.0] {
        let params = RidgeParams {
            penalty,
            ..RidgeParams::default()
        };
        let ridge = params
            .check()
            .unwrap()
            .fit("loss", &rows, &y, &Control::default())
            .unwrap()
            .formula;
        let mut predicted = vec![0.0; n];
        ridge.predict_rows(&rows, &mut predicted);
        let residuals: Vec<f64> = y.iter().zip(&predicted).map(|(y, p)| y - p).collect();
        assert!(residuals.iter().sum::<f64>().abs() < 1e-9);
        for (j, slope) in ridge.slopes().iter().enumerate() {
            let product: f64 = rows
                .iter()
                .skip(j)
                .step_by(d)
                .zip(&residuals)
                .map(|(x, r)| x * r)
                .sum();
            assert!(
                (product - penalty * slope).abs() < 1e-10,
                "{penalty}, {j}: {product} {slope}"
            );
        }
    }
    let cancelled = Control::default();
    cancelled.cancel();
    let stopped = RidgeParams::default()
        .check()
        .unwrap()
        .fit("loss", &rows, &y, &cancelled);
    assert_eq!(stopped, Err(CoreError::Cancelled));
}

#[test]
fn bad_parameters_are_refused() {
    for penalty in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(
            RidgeParams {
                penalty,
                ..RidgeParams::default()
            }
            .check()
            .is_err()
        );
    }
    let parsed: RidgeParams = serde_json::from_str(r#"{"target":"log_loss"}"#).unwrap();
    assert_eq!(
        parsed,
        RidgeParams {
            target: LineTarget::LogLoss,
            ..RidgeParams::default()
        }
    );
    assert!(serde_json::from_str::<RidgeParams>(r#"{"alpha":1}"#).is_err());
}

#[test]
fn a_saved_ridge_loads_back_to_the_same_bits() {
    let ridge = fit(0.01, LineTarget::LogLoss);
    let text = serde_json::to_string(&ridge).unwrap();
    let loaded: Line = serde_json::from_str(&text).unwrap();
    assert_eq!(
        loaded.predict_one(&ROWS[..3]).to_bits(),
        ridge.predict_one(&ROWS[..3]).to_bits()
    );
    assert!(
        serde_json::from_str::<Line>(r#"{"target":"loss","intercept":1.0,"slopes":[]}"#).is_err()
    );
}

proptest! {
    /// Residuals sum to zero, and XᵀR = α w on centred columns: the normal equations.
    #[test]
    fn the_normal_equations_hold(d in 2..9_usize, extra in 1..40_usize, penalty in prop_oneof![Just(0.0), Just(1e-6), 0.0..2.0_f64], seed in any::<u64>()) {
        let n = d + extra;
        let mut stream = CounterStream::new(seed, 0);
        let mut rows: Vec<f64> = (0..n * d).map(|_| stream.next_unit()).collect();
        for row in rows.chunks_exact_mut(d) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|part| *part /= sum);
        }
        let y: Vec<f64> = (0..n).map(|_| 1.0 + stream.next_unit()).collect();
        let params = RidgeParams { penalty, target: LineTarget::Loss };
        let ridge = params.check().unwrap().fit("loss", &rows, &y, &Control::default()).unwrap().formula;
        let mut predicted = vec![0.0; n];
        ridge.predict_rows(&rows, &mut predicted);
        let residuals: Vec<f64> = y.iter().zip(&predicted).map(|(y, p)| y - p).collect();
        // Runs that hardly differ leave steep slopes, and with them larger rounding errors.
        let steepest = ridge.slopes().iter().fold(1.0, |a: f64, slope| a.max(slope.abs()));
        prop_assert!(residuals.iter().sum::<f64>().abs() < 1e-10 * steepest);
        // Rows sum to one: of all equally good slopes, those of least norm sum to zero.
        // Without a penalty, runs that differ by a rounding error or two leave the sum open.
        prop_assert!(penalty <= 0.0 || ridge.slopes().iter().sum::<f64>().abs() < 1e-7 * steepest);
        for j in 0..d {
            // Residuals sum to zero, so centring the column changes nothing.
            let product: f64 = rows.iter().skip(j).step_by(d).zip(&residuals).map(|(x, r)| x * r).sum();
            prop_assert!((product - params.penalty * ridge.slopes()[j]).abs() < 1e-10 * steepest);
        }
    }
}
