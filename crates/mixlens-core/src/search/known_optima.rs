//! Exact searches against minima known in closed form or published.

use std::sync::Arc;

use super::{Exact, Objective, Status, minimise};
use crate::compute::{Control, CounterStream};
use crate::fit::formula::Exponential;
use crate::fit::{FittedMetric, FittedSurrogate, Surrogate, SurrogateParams, SurrogateSet};
use crate::simplex::{Constraints, DomainSet};
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

/// A table of 80 random mixtures over `width` domains with one metric of the given formula.
fn table(width: usize, formula: impl Fn(&[f64]) -> f64) -> RunTable {
    let domains = DomainSet::new((0..width).map(|j| format!("d{j}"))).unwrap();
    let metric = Metric {
        name: "loss".to_owned(),
        direction: Direction::Lower,
    };
    let mut table = RunTableBuilder::new(
        Arc::clone(&domains),
        MetricSet::new(vec![metric]).unwrap(),
        RowSums::Rescale,
    );
    for run in 0..80 {
        let mut stream = CounterStream::new(3, run);
        let mut parts: Vec<f64> = (0..width)
            .map(|_| stream.next_unit().powi(3) + 1e-4)
            .collect();
        let sum: f64 = parts.iter().sum();
        parts.iter_mut().for_each(|part| *part /= sum);
        table
            .push(&run.to_string(), &parts, &[Some(formula(&parts))])
            .unwrap();
    }
    table.finish()
}

fn fitted(table: &RunTable, name: &str, pairs: &[(&str, &str)]) -> SurrogateSet {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let params = SurrogateParams::named(name, &pairs).unwrap();
    SurrogateSet::fit(
        table,
        &[0],
        &params,
        &Control::default(),
        &crate::compute::Sequential,
    )
    .unwrap()
}

fn least(set: &SurrogateSet) -> Exact {
    let free = Constraints::free(set.domains());
    let best = minimise(
        set,
        &Objective::mean_of_all(set),
        &free,
        &Control::default(),
    )
    .unwrap();
    assert!(
        best.report.status == Status::Optimal && best.gap < 1e-9,
        "{:?}",
        best.report
    );
    best
}

fn close(best: &Exact, expected: &[f64], tolerance: f64) {
    for (found, expected) in best.mixture.parts().iter().zip(expected) {
        assert!(
            (found - expected).abs() < tolerance,
            "{:?} and {expected}",
            best.mixture.parts()
        );
    }
}

#[test]
fn with_one_exponent_the_best_share_is_a_power_of_the_worth() {
    // Slopes w a x^(a−1) are the same in all domains: x ∝ w^(1/(1−a)).
    let hidden = [0.02, 0.3, 0.08, 0.9, 0.15, 0.4];
    let truth = |x: &[f64]| {
        let useful: f64 = x.iter().zip(hidden).map(|(x, w)| w * x.powf(0.6)).sum();
        1.8 + (0.05 + useful).powf(-0.5)
    };
    let set = fitted(
        &table(6, truth),
        "effective-data",
        &[("exponent", "shared"), ("penalty", "0")],
    );
    let powers = hidden.map(|w| w.powf(1.0 / 0.4));
    let expected = powers.map(|power| power / powers.iter().sum::<f64>());
    close(&least(&set), &expected, 1e-6);
}

#[test]
fn the_power_law_leaves_out_what_brings_too_little() {
    // x = max(0, (k a^b b / level)^(1/(1+b)) − a) with the level at which they sum to one.
    let (heights, offsets, b) = ([0.9, 0.4, 0.2, 0.001], [0.05, 0.1, 0.03, 0.2], 0.8);
    let truth = |x: &[f64]| {
        let scales = heights.iter().zip(offsets);
        1.5 + x
            .iter()
            .zip(scales)
            .map(|(x, (k, a))| k * (1.0 + x / a).powf(-b))
            .sum::<f64>()
    };
    let shares = |level: f64| -> [f64; 4] {
        std::array::from_fn(|j| {
            let (k, a) = (heights[j], offsets[j]);
            ((k * a.powf(b) * b / level).powf(1.0 / (1.0 + b)) - a).max(0.0)
        })
    };
    let (mut low, mut high) = (1e-9, 1e3);
    for _ in 0..200 {
        let middle = f64::sqrt(low * high);
        let is_too_low = shares(middle).iter().sum::<f64>() > 1.0;
        *(if is_too_low { &mut low } else { &mut high }) = middle;
    }
    let expected = shares(low);
    assert!(
        expected[3] <= 0.0 && expected[..3].iter().all(|share| *share > 0.1),
        "{expected:?}"
    );
    close(
        &least(&fitted(&table(4, truth), "power", &[("penalty", "0")])),
        &expected,
        1e-6,
    );
}

/// The mean of published exponential laws: c, b and t of each.
fn published(laws: &[(f64, f64, &[f64])]) -> SurrogateSet {
    let table = table(laws[0].2.len(), |x| x[0]);
    let metric = |(place, &(floor, b, slopes)): (usize, &(f64, f64, &[f64]))| FittedMetric {
        metric: Metric {
            name: format!("loss {place}"),
            direction: Direction::Lower,
        },
        runs: 0,
        params: SurrogateParams::named("exponential", &[]).ok(),
        surrogate: FittedSurrogate::new(Exponential::new(floor, b, slopes).unwrap()),
        missing: Vec::new(),
        cross: None,
    };
    SurrogateSet::from_fitted(&table, laws.iter().enumerate().map(metric).collect()).unwrap()
}

#[test]
fn the_published_optima_of_exponential_laws_are_met() {
    // Chen et al. 2024 (arXiv 2411.05735), arXiv and StackExchange, five seeds: c, k, b of each;
    // share of arXiv; mean loss.
    for (arxiv, stack, share, mean) in [
        (
            (2.635579, -2.999780, -0.619237),
            (3.033230, -2.646170, -0.128640),
            0.404006,
            3.005337,
        ),
        (
            (2.543619, -2.102668, -0.539582),
            (2.983585, -2.194284, -0.138216),
            0.407328,
            3.006005,
        ),
        (
            (2.619122, -1.999132, -0.744714),
            (3.002692, -2.461923, -0.083828),
            0.357047,
            3.021632,
        ),
        (
            (2.658976, -3.277833, -0.722833),
            (3.036296, -2.938979, -0.069044),
            0.385135,
            2.992901,
        ),
        (
            (2.646621, -3.135321, -0.653283),
            (3.013375, -2.537085, -0.119103),
            0.390420,
            3.001027,
        ),
    ] {
        let set = published(&[
            (arxiv.0, arxiv.2, &[arxiv.1, 0.0]),
            (stack.0, stack.2, &[0.0, stack.1]),
        ]);
        let best = least(&set);
        close(&best, &[share, 1.0 - share], 6e-7);
        assert!((best.objective - mean).abs() < 6e-7, "{}", best.objective);
    }
    let set = published(&[
        (0.987732_f64.exp(), -0.869390, &[-3.330697, 0.848647, 0.0]),
        (1.381385_f64.exp(), -0.379672, &[0.251257, -3.510089, 0.0]),
        (1.134327_f64.exp(), -3.661957, &[3.695132, 3.987478, 0.0]),
    ]);
    let best = least(&set);
    close(&best, &[0.245634, 0.277217, 0.477149], 6e-7);
    assert!(
        (best.objective - 3.491974).abs() < 6e-7
            && set.metrics().iter().all(|law| law.surrogate.is_convex())
    );
}
