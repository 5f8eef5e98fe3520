//! A comparison finds the right surrogate, and a tie where no surrogate is right.

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::{
    Choice, CompareParams, CrossValidation, CrossValidator, SurrogateParams, choose,
};
use mixlens_core::table::{Direction, RunTable};

use super::synthetic::table;

const RIDGE: usize = 0;
const TREES: usize = 1;

/// Ridge, and trees with a number of iterations, on the only metric of `runs`, and the choice.
fn compare(runs: &RunTable, iterations: u32) -> ([CrossValidation; 2], Choice) {
    let validate = |name| {
        let pairs = [
            ("iterations".to_owned(), iterations.to_string()),
            ("learning_rate".to_owned(), "0.1".to_owned()),
        ];
        let pairs = if name == "trees" { &pairs[..] } else { &[] };
        let params = SurrogateParams::named(name, pairs).unwrap();
        let mut validator = CrossValidator::new(runs, &[0], CompareParams::default()).unwrap();
        validator
            .validate(&params, &Control::default(), &Sequential)
            .unwrap()
            .remove(0)
    };
    let results = ["ridge", "trees"].map(validate);
    let choice = choose(&[&results[RIDGE], &results[TREES]]).unwrap();
    (results, choice)
}

fn runs(measure: impl Fn(&[f64], f64) -> f64) -> RunTable {
    table(300, [("loss", Direction::Lower)], |x, noise| {
        [measure(x, noise)]
    })
}

#[test]
fn ridge_wins_where_the_metric_is_linear() {
    let (results, choice) = compare(
        &runs(|x, noise| 3.0 - 0.8 * x[0] + 0.3 * x[1] - 0.1 * x[2] + 0.02 * noise),
        100,
    );
    assert_eq!((choice.chosen, choice.tied), (RIDGE, vec![]));
    // Uniform noise of width w has the standard deviation w / √12.
    let noise = 0.02 / 12.0_f64.sqrt();
    assert!(
        (0.9..1.1).contains(&(results[RIDGE].score.rmse / noise)),
        "{:?}",
        results[RIDGE].score
    );
}

#[test]
fn trees_win_where_the_metric_is_a_step() {
    let (results, choice) = compare(
        &runs(|x, noise| f64::from(u8::from(x[0] > 0.3)) + 0.02 * noise),
        100,
    );
    assert_eq!((choice.chosen, choice.tied), (TREES, vec![]));
    assert!(results[TREES].score.rmse < 0.5 * results[RIDGE].score.rmse);
}

#[test]
fn neither_wins_where_the_metric_is_noise_and_both_are_cautious() {
    let (results, choice) = compare(&runs(|_, noise| noise), 3);
    assert_eq!(choice.tied, [RIDGE + TREES - choice.chosen]);
    for result in results {
        assert!(result.score.r2.unwrap() < 0.05, "{:?}", result.score);
    }
}

#[test]
fn trees_that_learn_the_noise_are_not_called_a_tie() {
    let (results, choice) = compare(&runs(|_, noise| noise), 100);
    assert_eq!((choice.chosen, choice.tied), (RIDGE, vec![]));
    assert!(
        results[TREES].score.r2.unwrap() < -0.2,
        "{:?}",
        results[TREES].score
    );
}
