//! The calculator without a page.
#![cfg(feature = "fitter")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::WidgetError;
use crate::calculator::Calculator;
use crate::fitter::Fitter;
use crate::wire::{Names, Search, SourceFile, SourceFiles, State, Supply, SupportLevel, Weights};

const RUNS: &str = include_str!("../../../web/demo/runs.csv");

fn calculator() -> Calculator {
    let file = SourceFile {
        name: "runs.csv".to_owned(),
        text: RUNS.to_owned(),
    };
    let mut fitter = Fitter::open(SourceFiles(vec![file])).unwrap();
    while fitter.step().map(|step| step.done < step.total).unwrap() {}
    Calculator::open(&fitter.finish().unwrap()).unwrap()
}

fn weights(pairs: &[(&str, f64)]) -> Weights {
    Weights(
        pairs
            .iter()
            .map(|(name, weight)| ((*name).to_owned(), *weight))
            .collect(),
    )
}

fn parts(calculator: &Calculator) -> Vec<f64> {
    calculator
        .snapshot()
        .unwrap()
        .domains
        .iter()
        .map(|domain| domain.proportion)
        .collect()
}

#[test]
fn dragging_there_and_back_changes_nothing_until_release() {
    let mut calculator = calculator();
    let before = parts(&calculator);
    calculator.drag(0, 1.0).unwrap();
    calculator.drag(0, before[0]).unwrap();
    for (after, before) in parts(&calculator).iter().zip(&before) {
        assert!((after - before).abs() < 1e-12);
    }
    calculator.drag(0, 1.0).unwrap();
    calculator.release();
    calculator.drag(0, 0.0).unwrap();
    assert!(
        parts(&calculator)[1..]
            .iter()
            .all(|part| (part - 0.25).abs() < 1e-12),
        "the ratios are gone at a corner"
    );
}

#[test]
fn a_failed_call_changes_nothing() {
    let mut calculator = calculator();
    let before = (calculator.save(), calculator.snapshot().unwrap());
    assert!(
        calculator
            .set_weights(&weights(&[("nothing", 1.0)]))
            .is_err()
    );
    assert!(calculator.set_weights(&weights(&[("web", -1.0)])).is_err());
    assert!(
        calculator
            .set_locked(&Names(vec!["web".into(), "nothing".into()]))
            .is_err()
    );
    assert!(calculator.set_baseline_named("moon").is_err());
    let tokens = |text: &str| BTreeMap::from([("web".to_owned(), text.to_owned())]);
    let supply = |unique: &str, training: &str| Supply {
        unique_tokens: tokens(unique),
        training_tokens: Some(training.to_owned()),
        max_epochs: None,
    };
    assert!(calculator.set_supply(&supply("many", "1T")).is_err());
    let all =
        ["web", "code", "wiki", "books", "papers"].map(|name| (name.to_owned(), "1B".to_owned()));
    let scarce = Supply {
        unique_tokens: all.into(),
        training_tokens: Some("1T".into()),
        max_epochs: None,
    };
    assert!(
        calculator.set_supply(&scarce).is_err(),
        "caps of 0.4 % each leave no mixture"
    );
    assert!(
        calculator
            .set_objective(&weights(&[("web_loss", -1.0)]))
            .is_err()
    );
    assert!(calculator.drag(0, f64::NAN).is_err() && calculator.drag(99, 0.5).is_err());
    calculator.release();
    let newer = State {
        version: 2,
        ..before.0.clone()
    };
    assert_eq!(
        calculator.restore(&newer),
        Err(WidgetError::NewerState {
            found: 2,
            newest: 1
        })
    );
    assert_eq!((calculator.save(), calculator.snapshot().unwrap()), before);
}

#[test]
fn a_simulation_in_steps_has_the_same_result_as_one_at_once() {
    let mut calculator = calculator();
    let search = Search {
        samples: 5_000,
        seed: 3,
    };
    let mut found = Vec::new();
    for count in [5_000, 700] {
        calculator.reset();
        calculator.begin_search(search).unwrap();
        while calculator.step_search(count).unwrap() < 1.0 {}
        found.push(calculator.finish_search().unwrap());
    }
    assert!(!found[0].is_exact && found[0].samples == 5_000);
    assert_eq!(found[0], found[1]);
    assert!(
        calculator.finish_search().is_err(),
        "a search is over once it has been finished"
    );
}

#[test]
fn corners_of_the_simplex_are_outside_and_name_the_domain() {
    let mut calculator = calculator();
    assert_eq!(calculator.snapshot().unwrap().support, SupportLevel::Inside);
    calculator.set_weights(&weights(&[("code", 1.0)])).unwrap();
    let snapshot = calculator.snapshot().unwrap();
    assert_eq!(snapshot.support, SupportLevel::Outside);
    assert!(
        snapshot.beyond_range.contains(&"code".to_owned()),
        "{:?}",
        snapshot.beyond_range
    );
}

#[test]
fn the_ternary_grid_agrees_with_the_snapshot_at_the_mixture() {
    let mut calculator = calculator();
    calculator
        .set_weights(&weights(&[
            ("web", 2.0),
            ("code", 1.0),
            ("wiki", 1.0),
            ("books", 4.0),
        ]))
        .unwrap();
    let ternary = calculator.ternary([0, 1, 2], 0, 4).unwrap();
    assert_eq!((ternary.values.len(), ternary.shares.len()), (15, 15));
    let is_here = |share: &[f64; 3]| {
        share
            .iter()
            .zip(ternary.here)
            .all(|(a, b)| (a - b).abs() < 1e-12)
    };
    assert!(is_here(&[0.5, 0.25, 0.25]));
    let at = ternary.shares.iter().position(is_here).unwrap();
    assert!((ternary.values[at] - calculator.snapshot().unwrap().metrics[0].value).abs() < 1e-12);
    let traces = calculator.traces(0, 9).unwrap();
    assert!(
        (traces.values[0][2] - ternary.values[at]).abs() < 1e-12,
        "web has a quarter at the third of nine points"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_drags_keep_sum_and_locks_and_a_saved_state_is_restored(
        moves in prop::collection::vec((0..5_usize, 0.0..1.0_f64), 1..12), locked in 0..5_usize,
    ) {
        let mut calculator = calculator();
        let name = calculator.info().domains[locked].clone();
        calculator.set_locked(&Names(vec![name])).unwrap();
        let before = parts(&calculator)[locked];
        for (domain, to) in moves {
            calculator.drag(domain, to).unwrap();
            calculator.release();
        }
        prop_assert!((parts(&calculator).iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert_eq!(parts(&calculator)[locked].to_bits(), before.to_bits());
        let state = calculator.save();
        let snapshot = calculator.snapshot().unwrap();
        calculator.reset();
        calculator.restore(&state).unwrap();
        prop_assert_eq!(calculator.save(), state);
        prop_assert_eq!(calculator.snapshot().unwrap(), snapshot);
    }
}
