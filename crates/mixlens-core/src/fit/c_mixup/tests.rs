//! The kernel's published figures, rows inside the runs, no leak into held-out runs, help where
//! there is any to give.

use super::mixing::partners;
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::{Polynomial, PolynomialDegree, Trees};
use crate::fit::scheffe::ScheffeParams;
use crate::fit::trees::TreesParams;
use crate::fit::{Estimator, Fitted, FittedSurrogate, Surrogate, SurrogateParams};

fn mixtures(n: usize, seed: u64) -> Vec<f64> {
    let mut stream = CounterStream::new(seed, 0);
    let mut rows: Vec<f64> = (0..n * 3).map(|_| stream.next_unit()).collect();
    for row in rows.chunks_exact_mut(3) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

fn smooth(x: &[f64]) -> f64 {
    3.0 - x[0] + 0.5 * x[1] * x[2]
}

fn table(n: usize) -> (Vec<f64>, Vec<f64>) {
    let rows = mixtures(n, 1);
    let values = rows.chunks_exact(3).map(smooth).collect();
    (rows, values)
}

#[test]
fn chances_of_partners_are_those_of_the_published_kernel() {
    let labels = [0.0, 1.0, 1.5, 4.0, 10.0];
    let here: [&[f64]; 5] = [&[0.5, 0.5]; 5];
    for (bandwidth, expected) in [
        (0.5, [0.077696, 0.574097, 0.348207, 0.0, 0.0]),
        (1.0, [0.242599, 0.399978, 0.352979, 0.004443, 0.0]),
        (2.0, [0.277827, 0.314820, 0.305134, 0.102207, 0.000013]),
        (5.0, [0.244537, 0.249477, 0.248233, 0.208381, 0.049371]),
    ] {
        for (found, expected) in partners(1, &labels, &here, [bandwidth, f64::INFINITY])
            .iter()
            .zip(expected)
        {
            assert!(
                (found - expected).abs() < 1e-6,
                "{bandwidth}: {found}, expected {expected}"
            );
        }
    }
}

#[test]
fn different_mixtures_of_the_same_loss_are_no_partners() {
    let runs: [&[f64]; 3] = [&[1.0, 0.0], &[0.9, 0.1], &[0.0, 1.0]];
    let by_both = partners(0, &[2.0; 3], &runs, [1.0, 0.1]);
    // |x₀ − x₁|² = 0.02, and exp(−0.02 / (2 · 0.01)) = 1/e.
    assert!(
        (by_both[1] / by_both[0] - (-1.0_f64).exp()).abs() < 1e-12,
        "{by_both:?}"
    );
    assert!(by_both[2] < 1e-40);
    assert!((by_both.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn drawn_rows_are_mixtures_between_runs_and_depend_on_the_seed_alone() {
    let (rows, values) = table(30);
    let mixing = Mixing {
        seed: 5,
        ..Mixing::default()
    };
    let drawn = mixing.draw(&rows, &values);
    assert_eq!(drawn.values.len(), 120);
    for (parts, value) in drawn.parts.chunks_exact(3).zip(&drawn.values) {
        assert!(
            (parts.iter().sum::<f64>() - 1.0).abs() < 1e-12
                && parts.iter().all(|part| *part >= 0.0)
        );
        // Near runs: the chord leaves the surface by less than their distance squared.
        assert!((value - smooth(parts)).abs() < 0.05, "{parts:?} {value}");
    }
    assert_eq!(mixing.draw(&rows, &values), drawn);
    let longer = Mixing {
        rows_per_run: 5,
        ..mixing
    }
    .draw(&rows, &values);
    assert_eq!(longer.values[..120], drawn.values);
    assert_ne!(Mixing { seed: 6, ..mixing }.draw(&rows, &values), drawn);
}

#[test]
fn replicates_of_one_mixture_are_mixed_without_numbers_going_astray() {
    let rows = [0.2, 0.3, 0.5].repeat(8);
    let values: Vec<f64> = (0..8).map(|run| 2.0 + f64::from(run % 2)).collect();
    let drawn = Mixing::default().draw(&rows, &values);
    assert!(drawn.values.iter().all(|value| (2.0..=3.0).contains(value)));
    assert!(drawn.parts.iter().all(|part| part.is_finite()));
}

/// An estimator that remembers how many runs it was given, and how far rows between them are above
/// all of them.
struct Watch<'a> {
    mixup: Mixup,
    seen: &'a std::sync::Mutex<Vec<(usize, f64)>>,
}

/// Predicts zero everywhere.
struct Zero;

impl Surrogate for Zero {
    fn width(&self) -> usize {
        3
    }

    fn predict_rows(&self, _: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }
}

impl Estimator for Watch<'_> {
    type Fitted = Zero;

    fn fit_metric(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Zero, CoreError> {
        let column = crate::fit::column::Column {
            metric,
            rows,
            values,
        };
        let report = self.mixup.decide(column, 0, control, |mixup| Watch {
            mixup,
            seen: self.seen,
        })?;
        let between = rows_between(report, rows, values);
        let highest = |values: &[f64]| values.iter().copied().fold(f64::MIN, f64::max);
        self.seen
            .lock()
            .unwrap()
            .push((values.len(), highest(&between.values) - highest(values)));
        Ok(Zero)
    }
}

#[test]
fn rows_of_a_fold_are_made_from_its_training_runs() {
    let (rows, mut values) = table(12);
    values[7] = 1000.0;
    let seen = std::sync::Mutex::new(Vec::new());
    Watch {
        mixup: Mixup::Auto,
        seen: &seen,
    }
    .fit_metric("loss", &rows, &values, &Control::default())
    .unwrap();
    let seen = seen.into_inner().unwrap();
    // 12 folds without, 12 ways in 5 folds, 12 folds with; and the fit itself.
    assert_eq!(seen.len(), 12 + 60 + 12 + 1);
    for (runs, above) in &seen[..84] {
        assert!(*runs < 12);
        // A row above every training run would know the run that was held out.
        assert!(*above < 1e-9, "{above}");
    }
}

#[test]
fn runs_set_aside_by_trees_are_not_mixed() {
    let params = TreesParams {
        iterations: 20,
        min_data_in_leaf: 2,
        early_stopping_rounds: 20,
        mixup: Mixup::Always(Mixing {
            quantile: 1.0,
            ..Mixing::default()
        }),
        ..TreesParams::default()
    };
    let is_unknown = |outlier: usize| {
        let (rows, mut values) = table(40);
        values[outlier] = 1e6;
        let trees = params
            .fit_metric("loss", &rows, &values, &Control::default())
            .unwrap();
        rows.chunks_exact(3)
            .all(|parts| trees.predict_one(parts) < 10.0)
    };
    assert_eq!((0..40).filter(|&outlier| is_unknown(outlier)).count(), 8);
}

#[test]
fn trees_on_few_runs_of_a_smooth_metric_are_helped_and_say_so() {
    let (rows, values) = table(60);
    let fit = |mixup| -> Fitted<Trees> {
        let params = TreesParams {
            iterations: 200,
            learning_rate: 0.05,
            mixup,
            ..TreesParams::default()
        };
        params
            .check()
            .unwrap()
            .fit("loss", &rows, &values, &Control::default())
            .unwrap()
    };
    let (alone, helped) = (fit(Mixup::Off), fit(Mixup::Auto));
    let report = helped.mixup.unwrap();
    let gain = report.gain.unwrap();
    assert!(
        report.kept.is_some() && gain.mean > gain.standard_error,
        "{report:?}"
    );
    let error = |trees: &Fitted<Trees>| -> f64 {
        mixtures(200, 2)
            .chunks_exact(3)
            .map(|x| (trees.predict_one(x) - smooth(x)).powi(2))
            .sum()
    };
    assert!(
        error(&helped) < 0.9 * error(&alone),
        "{} {}",
        error(&helped),
        error(&alone)
    );
    assert!(alone.mixup.is_none());
    let [alone, helped] = [alone, helped].map(|trees| FittedSurrogate::of_kind("trees", trees));
    let text = serde_json::to_string(&helped).unwrap();
    assert_eq!(
        serde_json::from_str::<FittedSurrogate>(&text).unwrap(),
        helped
    );
    assert!(!serde_json::to_string(&alone).unwrap().contains("mixup"));
}

#[test]
fn rows_are_not_kept_where_the_surrogate_already_has_the_truth() {
    let (rows, values) = table(40);
    let auto = ScheffeParams {
        mixup: Mixup::Auto,
        ..ScheffeParams::default()
    };
    let fitted = auto
        .fit_metric("loss", &rows, &values, &Control::default())
        .unwrap();
    let report = fitted.mixup.unwrap();
    assert!(
        report.kept.is_none() && report.gain.unwrap().mean < 0.0,
        "{report:?}"
    );
    let alone = ScheffeParams::default()
        .fit_metric("loss", &rows, &values, &Control::default())
        .unwrap();
    assert_eq!(fitted.formula, alone.formula);
}

#[test]
fn runs_too_few_to_hold_any_out_are_fitted_alone() {
    let (rows, values) = table(4);
    let auto = ScheffeParams {
        mixup: Mixup::Auto,
        ..ScheffeParams::default()
    };
    let fitted = auto
        .fit_metric("loss", &rows, &values, &Control::default())
        .unwrap();
    assert_eq!(
        fitted.mixup,
        Some(MixupReport {
            kept: None,
            gain: None
        })
    );
}

#[test]
fn penalties_are_chosen_on_the_runs_alone() {
    let (rows, mut values) = table(30);
    let mut stream = CounterStream::new(4, 0);
    values
        .iter_mut()
        .for_each(|value| *value += 0.3 * stream.next_unit());
    let degree = PolynomialDegree::SpecialCubic;
    let fit = |mixup| {
        let params = ScheffeParams {
            degree,
            mixup,
            ..ScheffeParams::default()
        };
        params
            .fit_metric("loss", &rows, &values, &Control::default())
            .unwrap()
    };
    let size = |fitted: &Fitted<Polynomial>| -> f64 {
        fitted.formula.coefficients()[3..]
            .iter()
            .map(|coefficient| coefficient * coefficient)
            .sum()
    };
    // Rows between noisy runs repeat their noise: a penalty that trusted them would let
    // coefficients grow.
    let mixing = Mixing {
        quantile: 0.01,
        rows_per_run: 50,
        ..Mixing::default()
    };
    let (alone, mixed) = (fit(Mixup::Off), fit(Mixup::Always(mixing)));
    assert!(
        size(&mixed) < 2.0 * size(&alone),
        "{} {}",
        size(&mixed),
        size(&alone)
    );
}

#[test]
fn the_parameter_is_a_word_or_a_way_to_mix() {
    let pairs = [("mixup".to_owned(), "auto".to_owned())];
    for name in ["trees", "scheffe", "log-quadratic"] {
        let params = SurrogateParams::named(name, &pairs).unwrap();
        assert!(
            serde_json::to_string(&params)
                .unwrap()
                .contains(r#""mixup":"auto""#)
        );
        let plain = SurrogateParams::named(name, &[]).unwrap();
        assert!(!serde_json::to_string(&plain).unwrap().contains("mixup"));
    }
    assert!(SurrogateParams::named("effective-data", &pairs).is_err());
    let always: ScheffeParams =
        serde_json::from_str(r#"{"mixup":{"always":{"quantile":0.25}}}"#).unwrap();
    assert_eq!(
        always.mixup,
        Mixup::Always(Mixing {
            quantile: 0.25,
            ..Mixing::default()
        })
    );
    for bad in [
        r#"{"quantile":0}"#,
        r#"{"shape":0}"#,
        r#"{"rows_per_run":0}"#,
        r#"{"rows_per_run":101}"#,
    ] {
        let mixup = Mixup::Always(serde_json::from_str(bad).unwrap());
        assert!(
            ScheffeParams {
                mixup,
                ..ScheffeParams::default()
            }
            .check()
            .is_err(),
            "{bad}"
        );
        assert!(
            TreesParams {
                mixup,
                ..TreesParams::default()
            }
            .check()
            .is_err(),
            "{bad}"
        );
    }
}

#[test]
fn files_from_before_rows_between_runs_still_load() {
    let old = r#"{"scheffe":{"degree":"linear","domains":2,"coefficients":[1.0,2.0]}}"#;
    let loaded: FittedSurrogate = serde_json::from_str(old).unwrap();
    assert!((loaded.predict_one(&[0.5, 0.5]) - 1.5).abs() < 1e-15);
    assert_eq!(serde_json::to_string(&loaded).unwrap(), old);
}
