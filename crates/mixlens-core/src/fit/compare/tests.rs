//! What a comparison concludes, on tables whose truth is known.

use super::*;
use crate::compute::{Control, CounterStream, Sequential};
use crate::fit::{SurrogateParams, SurrogateSet};
use crate::simplex::DomainSet;
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};

fn table(n: usize, measure: impl Fn(&[f64], f64) -> Vec<f64>) -> RunTable {
    let domains = DomainSet::new(["web", "code", "books"]).unwrap();
    let count = measure(&[0.4, 0.3, 0.3], 0.0).len();
    let metric = |place: usize| Metric {
        name: format!("loss {place}"),
        direction: Direction::Lower,
    };
    let metrics = MetricSet::new((0..count).map(metric).collect()).unwrap();
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for run in 0..n {
        let mut stream = CounterStream::new(8, run as u64);
        let mut parts: Vec<f64> = (0..3).map(|_| stream.next_unit() + 1e-3).collect();
        let sum: f64 = parts.iter().sum();
        parts.iter_mut().for_each(|part| *part /= sum);
        let values: Vec<Option<f64>> = measure(&parts, stream.next_unit() - 0.5)
            .into_iter()
            .map(Some)
            .collect();
        builder.push(&run.to_string(), &parts, &values).unwrap();
    }
    builder.finish()
}

fn law(x: &[f64]) -> f64 {
    2.0 + (0.05 + 3.0 * x[0].sqrt() + 1.5 * x[1].sqrt()).powf(-0.5)
}

fn named(names: &[&str]) -> Vec<SurrogateParams> {
    names
        .iter()
        .map(|name| SurrogateParams::named(name, &[]).unwrap())
        .collect()
}

fn compared(table: &RunTable, names: &[&str], depth: Depth) -> Comparison {
    let metrics: Vec<usize> = (0..table.metrics().len()).collect();
    let params = CompareParams::usual(table.len(), 0);
    let mut comparer = Comparer::new(table, &metrics, params, depth).unwrap();
    for surrogate in named(names) {
        comparer
            .add(&surrogate, &Control::default(), &Sequential)
            .unwrap();
    }
    comparer.finish(&Control::default(), &Sequential).unwrap()
}

#[test]
fn auto_takes_the_law_where_the_truth_is_one_and_ridge_where_it_is_a_plane() {
    let runs = table(40, |x, noise| {
        vec![
            law(x) + 0.002 * noise,
            3.0 - x[0] + 0.5 * x[1] + 0.1 * noise,
        ]
    });
    let candidates = named(&["ridge", "effective-data"]);
    let set = SurrogateSet::fit_auto(
        &runs,
        &[0, 1],
        &candidates,
        0,
        &Control::default(),
        &Sequential,
    )
    .unwrap();
    assert_eq!(set.metrics()[0].surrogate.name(), "effective-data");
    assert!(
        set.predict(&[0.4, 0.3, 0.3])
            .unwrap()
            .intervals
            .iter()
            .all(Option::is_some)
    );
    let plane = SurrogateSet::fit_auto(
        &runs,
        &[1],
        &candidates,
        0,
        &Control::default(),
        &Sequential,
    )
    .unwrap();
    assert_eq!(plane.metrics()[0].surrogate.name(), "ridge");
}

#[test]
fn auto_leaves_out_what_needs_more_runs_and_says_so_when_nothing_is_left() {
    let runs = table(12, |x, noise| vec![law(x) + 0.01 * noise]);
    let fit = |names: &[&str]| {
        SurrogateSet::fit_auto(
            &runs,
            &[0],
            &named(names),
            0,
            &Control::default(),
            &Sequential,
        )
    };
    assert_eq!(
        fit(&["trees", "ridge"]).unwrap().metrics()[0]
            .surrogate
            .name(),
        "ridge"
    );
    assert!(
        fit(&["trees"])
            .unwrap_err()
            .to_string()
            .contains("trees needs at least")
    );
}

#[test]
fn few_runs_are_enough_for_a_plane_and_more_would_help_a_law() {
    let plane = table(160, |x, noise| vec![3.0 - x[0] + 0.5 * x[1] + 0.1 * noise]);
    let curve = compared(&plane, &["ridge"], Depth::Full).curve.unwrap();
    assert!(curve.enough().is_some_and(|runs| runs <= 64), "{curve:?}");
    let smooth = table(40, |x, _| vec![law(x) + 0.3 * (9.0 * x[0]).sin()]);
    let curve = compared(&smooth, &["gp"], Depth::Full).curve.unwrap();
    assert_eq!(curve.enough(), None, "{curve:?}");
    assert!(curve.left_by_doubling().unwrap() < 0.9, "{curve:?}");
    assert!(
        curve
            .points
            .windows(2)
            .all(|pair| pair[0].runs < pair[1].runs)
    );
}

#[test]
fn coverage_is_measured_on_runs_that_nothing_has_seen() {
    let runs = table(120, |x, noise| vec![law(x) + 0.2 * noise]);
    let comparison = compared(&runs, &["effective-data", "ridge"], Depth::Full);
    for own in &comparison.surrogates {
        let coverage = own.coverage_of_all();
        assert!(
            coverage.runs >= 100 && coverage.differences >= 300,
            "{coverage:?}"
        );
        assert!(
            (0.82..=0.97).contains(&coverage.share().unwrap()),
            "{coverage:?}"
        );
        assert!(
            (0.8..=0.98).contains(&coverage.difference_share().unwrap()),
            "{coverage:?}"
        );
    }
    let quick = compared(&runs, &["ridge"], Depth::Accuracy);
    assert!(quick.curve.is_none() && quick.surrogates[0].coverage.is_empty());
}

#[test]
fn a_comparison_is_kept_as_text() {
    let comparison = compared(
        &table(30, |x, noise| vec![law(x) + noise]),
        &["ridge"],
        Depth::Full,
    );
    let text = serde_json::to_string(&comparison).unwrap();
    assert_eq!(
        serde_json::from_str::<Comparison>(&text).unwrap(),
        comparison
    );
}
