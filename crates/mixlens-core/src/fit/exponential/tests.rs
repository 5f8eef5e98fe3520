//! Published fits and optima, known truth up to the gauge, gradients.

use super::fit::LawCurve;
use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::Exponential;
use crate::fit::least_squares::tests::check_jacobian;
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Fitted, Surrogate};

fn fitted(params: ExponentialParams, rows: &[f64], values: &[f64]) -> Fitted<Exponential> {
    params
        .check()
        .unwrap()
        .fit("loss", rows, values, &Control::default())
        .unwrap()
}

fn fit(params: ExponentialParams, rows: &[f64], values: &[f64]) -> Exponential {
    fitted(params, rows, values).formula
}

const PLAIN: ExponentialParams = ExponentialParams {
    floor: Floor::Free,
    penalty: 0.0,
};

fn mixtures(n: usize, d: usize) -> Vec<f64> {
    let mut stream = CounterStream::new(3, 0);
    let mut rows: Vec<f64> = (0..n * d).map(|_| stream.next_unit().powi(2)).collect();
    for row in rows.chunks_exact_mut(d) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

/// Losses at 0.25, 0.375, 0.5, 0.625 and 0.75 of GitHub, rest Pile-CC, 30,000 steps (Ye et al.
/// 2024, loss logs), with the least-squares fit of c + exp(b + t · p) and its largest residual. The
/// fit is from the root of the derivative by t of the least cost over c and b, found by bisection.
const PUBLISHED: [([f64; 5], [f64; 3], f64); 4] = [
    (
        [1.4443, 1.3860, 1.3278, 1.2936, 1.2568],
        [1.1098979, -0.6824217, -1.6424421],
        0.0044,
    ),
    (
        [3.4987, 3.5316, 3.5670, 3.6269, 3.7033],
        [3.4229495, -3.2165519, 2.5939085],
        0.0026,
    ),
    (
        [1.2130, 1.1553, 1.1066, 1.0762, 1.0412],
        [0.9246482, -0.7991244, -1.7816354],
        0.0039,
    ),
    (
        [3.1634, 3.1921, 3.2300, 3.2936, 3.3660],
        [3.0821065, -3.1552848, 2.5336049],
        0.0038,
    ),
];
/// Share of GitHub with the least mean of both losses, and that mean, at 70M and at 160M
/// parameters.
const BEST: [(f64, f64); 2] = [(0.490, 2.4509), (0.464, 2.1708)];

#[test]
fn published_fits_over_two_domains_come_out() {
    let rows = [0.25, 0.75, 0.375, 0.625, 0.5, 0.5, 0.625, 0.375, 0.75, 0.25];
    let laws = PUBLISHED.map(|(values, [c, b, t], largest)| {
        let law = fit(PLAIN, &rows, &values);
        let &[first, second] = law.slopes() else {
            panic!("two domains")
        };
        for (found, expected) in [law.floor(), law.log_scale() + second, first - second]
            .iter()
            .zip([c, b, t])
        {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
        let residuals = rows
            .chunks_exact(2)
            .zip(values)
            .map(|(parts, value)| (law.predict_one(parts) - value).abs());
        assert!((residuals.fold(0.0, f64::max) - largest).abs() < 5e-5);
        law
    });
    for ([github, pile], (share, least)) in laws.as_chunks::<2>().0.iter().zip(BEST) {
        let best = github.two_domain_optimum(pile).unwrap();
        let mean =
            |p: f64| (github.predict_one(&[p, 1.0 - p]) + pile.predict_one(&[p, 1.0 - p])) / 2.0;
        assert!(
            (best - share).abs() < 5e-4 && (mean(best) - least).abs() < 5e-5,
            "{best}: {}",
            mean(best)
        );
    }
}

#[test]
fn published_optima_over_two_domains_come_out() {
    // arXiv c, k, b; StackExchange c, k, b; best share of arXiv and mean loss there and at one half
    // (Chen et al. 2024).
    let published = [
        [
            2.635579, -2.999780, -0.619237, 3.033230, -2.646170, -0.128640, 0.404006, 3.005337,
            3.011556,
        ],
        [
            2.543619, -2.102668, -0.539582, 2.983585, -2.194284, -0.138216, 0.407328, 3.006005,
            3.010837,
        ],
        [
            2.619122, -1.999132, -0.744714, 3.002692, -2.461923, -0.083828, 0.357047, 3.021632,
            3.032558,
        ],
        [
            2.658976, -3.277833, -0.722833, 3.036296, -2.938979, -0.069044, 0.385135, 2.992901,
            3.002111,
        ],
        [
            2.646621, -3.135321, -0.653283, 3.013375, -2.537085, -0.119103, 0.390420, 3.001027,
            3.009083,
        ],
    ];
    for [c1, k1, b1, c2, k2, b2, best, at_best, at_half] in published {
        let arxiv = Exponential::new(c1, b1, &[k1, 0.0]).unwrap();
        let stack = Exponential::new(c2, b2, &[0.0, k2]).unwrap();
        let mean =
            |p: f64| (arxiv.predict_one(&[p, 1.0 - p]) + stack.predict_one(&[p, 1.0 - p])) / 2.0;
        let found = arxiv.two_domain_optimum(&stack).unwrap();
        assert!((found - best).abs() < 6e-7, "{found} {best}");
        assert!((mean(found) - at_best).abs() < 6e-7 && (mean(0.5) - at_half).abs() < 6e-7);
    }
    let falling = Exponential::new(1.0, 0.0, &[-1.0, 0.0]).unwrap();
    assert_eq!(falling.two_domain_optimum(&falling), None);
}

#[test]
fn slopes_cancel_at_the_published_optimum_over_three_domains() {
    let laws = [
        (0.987732_f64, -0.869390, [-3.330697, 0.848647, 0.0]),
        (1.381385, -0.379672, [0.251257, -3.510089, 0.0]),
        (1.134327, -3.661957, [3.695132, 3.987478, 0.0]),
    ];
    let laws = laws.map(|(log_floor, b, t)| Exponential::new(log_floor.exp(), b, &t).unwrap());
    let best = [0.245634, 0.277217, 0.477149];
    let mean = |parts: &[f64]| laws.iter().map(|law| law.predict_one(parts)).sum::<f64>() / 3.0;
    assert!(
        (mean(&best) - 3.491974).abs() < 6e-7 && (mean(&[1.0 / 3.0; 3]) - 3.507092).abs() < 6e-7
    );
    let mut sum = [0.0; 3];
    for law in &laws {
        let mut gradient = [0.0; 3];
        law.gradient_into(&best, &mut gradient).unwrap();
        sum.iter_mut()
            .zip(gradient)
            .for_each(|(sum, slope)| *sum += slope);
    }
    assert!(
        (sum[0] - sum[2]).abs() < 1e-5 && (sum[1] - sum[2]).abs() < 1e-5,
        "{sum:?}"
    );
}

#[test]
fn the_parameters_of_noiseless_runs_come_back_in_the_gauge() {
    let slopes = [-2.0, 0.5, 1.5, -0.4];
    let rows = mixtures(40, 4);
    let truth = Exponential::new(1.7, -0.3, &slopes).unwrap();
    let values: Vec<f64> = rows
        .chunks_exact(4)
        .map(|parts| truth.predict_one(parts))
        .collect();
    let Fitted {
        formula: law,
        report,
        ..
    } = fitted(PLAIN, &rows, &values);
    let parameters = |law: &Exponential| [&[law.floor(), law.log_scale()], law.slopes()].concat();
    let usual = fit(ExponentialParams::default(), &rows, &values);
    for (law, tolerance) in [(&law, 1e-12), (&usual, 1e-3)] {
        for (found, expected) in parameters(law).iter().zip(parameters(&truth)) {
            assert!((found - expected).abs() < tolerance, "{law:?}");
        }
    }
    let report = report.unwrap();
    assert_eq!(
        (report.runs, report.free_parameters, report.reached_best),
        (40, 5, 3)
    );
    let shifted = Exponential::new(1.7, -1.3, &slopes.map(|slope| slope + 1.0)).unwrap();
    assert!((shifted.log_scale() - truth.log_scale()).abs() < 1e-15);
}

#[test]
fn a_floor_of_zero_is_the_log_linear_law() {
    let rows = mixtures(20, 3);
    let values: Vec<f64> = rows
        .chunks_exact(3)
        .map(|x| (0.4 - x[0] + 0.3 * x[1]).exp())
        .collect();
    let Fitted {
        formula: law,
        report,
        ..
    } = fitted(
        ExponentialParams {
            floor: Floor::Zero,
            penalty: 0.0,
        },
        &rows,
        &values,
    );
    let expected = Exponential::new(0.0, 0.4, &[-1.0, 0.3, 0.0]).unwrap();
    for (found, expected) in law.slopes().iter().zip(expected.slopes()) {
        assert!((found - expected).abs() < 1e-12, "{law:?}");
    }
    assert!(
        (law.log_scale() - expected.log_scale()).abs() < 1e-12,
        "{law:?}"
    );
    assert_eq!(law.floor().to_bits(), 0);
    assert_eq!(report.unwrap().free_parameters, 3);
    let negative: Vec<f64> = values.iter().map(|value| value - 1.0).collect();
    let zero = ExponentialParams {
        floor: Floor::Zero,
        penalty: 0.0,
    }
    .check()
    .unwrap();
    assert!(matches!(
        zero.fit("loss", &rows, &negative, &Control::default()),
        Err(CoreError::NotPositive { .. })
    ));
    // With a free floor, negative values are fitted as well.
    assert!((fit(PLAIN, &rows, &negative).floor() + 1.0).abs() < 1e-4);
}

#[test]
fn gradients_agree_with_central_differences() {
    let law = Exponential::new(1.7, -0.3, &[-2.0, 0.5, 1.5]).unwrap();
    check_gradient(&law, &[0.2, 0.3, 0.5], 1e-9);
    assert!(law.is_convex());
    let rows = mixtures(6, 3);
    check_jacobian(
        &LawCurve::new(&rows, 3, true),
        6,
        &[-0.3, -2.0, 0.5, 1.5, 1.7],
    );
    check_jacobian(&LawCurve::new(&rows, 3, false), 6, &[-0.3, -2.0, 0.5, 1.5]);
}

#[test]
fn what_cannot_be_fitted_or_loaded_is_refused() {
    assert!(
        ExponentialParams {
            penalty: -1.0,
            ..PLAIN
        }
        .check()
        .is_err()
    );
    let rows = mixtures(5, 3);
    let law = PLAIN.check().unwrap();
    assert!(matches!(
        law.fit("loss", &rows[..9], &[1.0, 2.0, 3.0], &Control::default()),
        Err(CoreError::TooFewRuns { .. })
    ));
    assert!(matches!(
        law.fit("loss", &rows, &[1.0; 5], &Control::default()),
        Err(CoreError::ConstantMetric { .. })
    ));
    assert!(
        Exponential::new(f64::NAN, 0.0, &[1.0]).is_err()
            && Exponential::new(0.0, 0.0, &[]).is_err()
    );
    let text = serde_json::to_string(&fit(PLAIN, &rows, &[1.0, 2.0, 1.5, 1.2, 1.1])).unwrap();
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<Exponential>(&text).unwrap()).unwrap(),
        text
    );
    assert!(
        serde_json::from_str::<Exponential>(r#"{"floor":1,"log_scale":0,"slopes":[],"clip":null}"#)
            .is_err()
    );
}
