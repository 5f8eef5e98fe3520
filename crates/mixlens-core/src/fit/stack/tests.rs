//! What a law cannot express is added, what it can is not; gradients, and the doors.

use super::*;
use crate::CoreError;
use crate::compute::{Control, CounterStream};
use crate::fit::formula::Stack;
use crate::fit::surrogate::tests::check_gradient;
use crate::fit::{Surrogate, SurrogateParams};

fn mixtures(n: usize, seed: u64) -> Vec<f64> {
    let mut stream = CounterStream::new(seed, 0);
    let mut rows: Vec<f64> = (0..n * 3).map(|_| stream.next_unit().powi(2)).collect();
    for row in rows.chunks_exact_mut(3) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|part| *part /= sum);
    }
    rows
}

/// The third domain does harm beyond taking room away.
fn harmful(x: &[f64]) -> f64 {
    2.0 + (0.1 + x[0] + 0.5 * x[1]).powf(-0.4) + 0.5 * (6.0 * x[2]).sin()
}

fn fit(params: &StackParams, rows: &[f64], values: &[f64]) -> Stack {
    params
        .check()
        .unwrap()
        .fit("loss", rows, values, &Control::default())
        .unwrap()
        .formula
}

#[test]
fn harm_is_left_to_the_rest() {
    let rows = mixtures(60, 1);
    let values: Vec<f64> = rows.chunks_exact(3).map(harmful).collect();
    let stack = fit(&StackParams::default(), &rows, &values);
    assert_eq!(stack.rest().unwrap().name(), "gp");
    let error = |surrogate: &dyn Surrogate| -> f64 {
        mixtures(50, 2)
            .chunks_exact(3)
            .map(|x| (surrogate.predict_one(x) - harmful(x)).abs())
            .sum()
    };
    assert!(
        error(&stack) < 0.2 * error(stack.law()),
        "{} {}",
        error(&stack),
        error(stack.law())
    );
    assert!(!stack.is_convex() && stack.variance_at(&[0.2, 0.3, 0.5]).is_some());
}

#[test]
fn noise_is_not_modelled() {
    let rows = mixtures(40, 1);
    let mut stream = CounterStream::new(5, 0);
    let truth = |x: &[f64]| 2.0 + (0.1 + x[0] + 0.5 * x[1] + 0.2 * x[2]).powf(-0.4);
    let values: Vec<f64> = rows
        .chunks_exact(3)
        .map(|x| truth(x) + 0.2 * stream.next_unit())
        .collect();
    let trees = SurrogateParams::named("trees", &[("min_data_in_leaf".to_owned(), "3".to_owned())])
        .unwrap();
    let params = StackParams {
        residual: Box::new(trees),
        ..StackParams::default()
    };
    let stack = fit(&params, &rows, &values);
    assert!(stack.rest().is_none() && stack.is_convex());
}

#[test]
fn gradients_agree_with_central_differences() {
    let rows = mixtures(40, 1);
    let values: Vec<f64> = rows.chunks_exact(3).map(harmful).collect();
    let stack = fit(
        &StackParams {
            when: StackWhen::Always,
            ..StackParams::default()
        },
        &rows,
        &values,
    );
    check_gradient(&stack, &[0.2, 0.3, 0.5], 1e-6);
}

#[test]
fn parts_are_written_by_name_or_in_full_and_saved() {
    let params: StackParams =
        serde_json::from_str(r#"{"law":"exponential","residual":{"gp":{}}}"#).unwrap();
    assert_eq!(
        (params.law.name(), params.residual.name()),
        ("exponential", "gp")
    );
    assert!(serde_json::from_str::<StackParams>(r#"{"law":"forest"}"#).is_err());
    let nested = StackParams {
        law: Box::new(SurrogateParams::Stack(params.clone())),
        ..params.clone()
    };
    assert!(matches!(
        nested.check(),
        Err(CoreError::BadParameter { .. })
    ));
    let rows = mixtures(20, 1);
    let values: Vec<f64> = rows.chunks_exact(3).map(harmful).collect();
    let stack = fit(
        &StackParams {
            when: StackWhen::Always,
            ..params
        },
        &rows,
        &values,
    );
    let text = serde_json::to_string(&stack).unwrap();
    assert_eq!(serde_json::from_str::<Stack>(&text).unwrap(), stack);
}
