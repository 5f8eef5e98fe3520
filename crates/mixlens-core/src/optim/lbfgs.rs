//! Limited-memory BFGS for smooth functions of a few dozen parameters.

use crate::CoreError;
use crate::compute::Control;

/// Pairs of step and change of slope that are remembered.
const MEMORY: usize = 10;
/// Longest step in any one parameter (all are logarithms here).
const LONGEST_STEP: f64 = 1.5;
/// Part of the decrease that the slope promises which a step must bring (Armijo).
const SUFFICIENT: f64 = 1e-4;

/// When a minimisation ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Most evaluations.
    pub evaluations: u32,
    /// Decrease of the function in two steps running below which it is at rest.
    pub decrease: f64,
}

/// The lowest point found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Minimum {
    pub at: Vec<f64>,
    pub value: f64,
    pub evaluations: u32,
}

/// Minimises `function`, which returns its value and gradient, or `None` where it is not defined.
///
/// Two-loop recursion with a backtracking line search (Nocedal and Wright 2006, "Numerical
/// optimization", algorithms 7.4 and 3.1). A pair without positive curvature is not remembered,
/// which stands in for the curvature condition.
///
/// # Errors
/// [`CoreError::NumericalFailure`] when the function is not defined at the start,
/// [`CoreError::Cancelled`].
pub(crate) fn minimise(
    what: &'static str,
    start: Vec<f64>,
    limits: Limits,
    control: &Control,
    mut function: impl FnMut(&[f64]) -> Option<(f64, Vec<f64>)>,
) -> Result<Minimum, CoreError> {
    let mut at = start;
    let first = function(&at);
    control.check()?;
    let (mut value, mut slope) = first.ok_or(CoreError::NumericalFailure { what })?;
    let mut memory: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    let (mut evaluations, mut idle) = (1, 0);
    while evaluations < limits.evaluations && idle < 2 {
        let mut direction = descent(&slope, &memory);
        let longest = direction
            .iter()
            .fold(0.0, |most: f64, step| most.max(step.abs()));
        if longest > LONGEST_STEP {
            direction
                .iter_mut()
                .for_each(|step| *step *= LONGEST_STEP / longest);
        }
        let promised = dot(&direction, &slope);
        let mut share = 1.0;
        let found = loop {
            control.check()?;
            if evaluations >= limits.evaluations || share < 1e-6 {
                break None;
            }
            let trial: Vec<f64> = at
                .iter()
                .zip(&direction)
                .map(|(at, step)| at + share * step)
                .collect();
            evaluations += 1;
            match function(&trial) {
                Some((new, new_slope)) if new <= value + SUFFICIENT * share * promised => {
                    break Some((trial, new, new_slope));
                }
                // The lowest point of the parabola through what is known, kept away from both ends.
                Some((new, _)) if new.is_finite() => {
                    let parabola =
                        -promised * share * share / (2.0 * (new - value - promised * share));
                    share = parabola.clamp(0.1 * share, 0.5 * share);
                }
                _ => share *= 0.2,
            }
        };
        let Some((trial, new, new_slope)) = found else {
            if memory.is_empty() {
                break;
            }
            memory.clear();
            continue;
        };
        idle = if value - new <= limits.decrease {
            idle + 1
        } else {
            0
        };
        let step: Vec<f64> = trial.iter().zip(&at).map(|(new, old)| new - old).collect();
        let change: Vec<f64> = new_slope
            .iter()
            .zip(&slope)
            .map(|(new, old)| new - old)
            .collect();
        if dot(&step, &change) > 1e-10 * dot(&change, &change) {
            memory.push((step, change));
        }
        if memory.len() > MEMORY {
            memory.remove(0);
        }
        (at, value, slope) = (trial, new, new_slope);
    }
    Ok(Minimum {
        at,
        value,
        evaluations,
    })
}

/// −H g, with H from the remembered pairs.
fn descent(slope: &[f64], memory: &[(Vec<f64>, Vec<f64>)]) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|slope| -slope).collect();
    let Some((step, change)) = memory.last() else {
        let norm = dot(slope, slope).sqrt().max(f64::MIN_POSITIVE);
        direction.iter_mut().for_each(|part| *part /= norm.max(1.0));
        return direction;
    };
    let mut factors = Vec::with_capacity(memory.len());
    for (step, change) in memory.iter().rev() {
        let factor = dot(step, &direction) / dot(step, change);
        add(&mut direction, change, -factor);
        factors.push(factor);
    }
    let scale = dot(step, change) / dot(change, change);
    direction.iter_mut().for_each(|part| *part *= scale);
    for ((step, change), factor) in memory.iter().zip(factors.into_iter().rev()) {
        let correction = factor - dot(change, &direction) / dot(step, change);
        add(&mut direction, step, correction);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], what: &[f64], factor: f64) {
    to.iter_mut()
        .zip(what)
        .for_each(|(to, what)| *to += factor * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_rosenbrocks_valley_is_found() {
        let rosenbrock = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            Some((
                a * a + 100.0 * b * b,
                vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b],
            ))
        };
        let limits = Limits {
            evaluations: 200,
            decrease: 1e-14,
        };
        let found = minimise(
            "test",
            vec![-1.2, 1.0],
            limits,
            &Control::default(),
            rosenbrock,
        )
        .unwrap();
        assert!(
            (found.at[0] - 1.0).abs() < 1e-5 && (found.at[1] - 1.0).abs() < 1e-5,
            "{found:?}"
        );
        assert!(found.evaluations < 100, "{found:?}");
    }

    #[test]
    fn steps_into_the_undefined_are_shortened() {
        let function = |x: &[f64]| (x[0] > 0.0).then(|| (x[0] - x[0].ln(), vec![1.0 - 1.0 / x[0]]));
        let limits = Limits {
            evaluations: 60,
            decrease: 1e-12,
        };
        let found = minimise("test", vec![5.0], limits, &Control::default(), function).unwrap();
        assert!((found.at[0] - 1.0).abs() < 1e-4, "{found:?}");
        let nowhere = minimise("test", vec![-5.0], limits, &Control::default(), function);
        assert!(matches!(nowhere, Err(CoreError::NumericalFailure { .. })));
    }
}
