//! Reference values of worst-case and desirability objectives.

use super::{Objective, Scalarisation, minimise};
use crate::CoreError;
use crate::compute::Control;
use crate::fit::SurrogateSet;
use crate::simplex::Constraints;

/// The objective of the worst change from the natural (or mean) mixture.
///
/// # Errors
/// [`CoreError::WrongLength`] never, unless the set is broken.
pub fn minimax(set: &SurrogateSet, objective: Objective) -> Result<Objective, CoreError> {
    let values = set.predict(set.centre().mixture.parts())?.values;
    let reference = objective.term_values(set, &values);
    Ok(objective.aiming_at(Scalarisation::Worst { reference }))
}

/// The objective of desirabilities: 1 at a metric's minimum, 0 at the metric's worst value among
/// the minima of the other metrics and the natural (or mean) mixture.
///
/// # Errors
/// Those of [`minimise`]; every term must be convex.
pub fn desirability(
    set: &SurrogateSet,
    objective: Objective,
    constraints: &Constraints,
    control: &Control,
) -> Result<Objective, CoreError> {
    let centre = set.predict(set.centre().mixture.parts())?.values;
    let mut worst = objective.term_values(set, &centre);
    let mut best = worst.clone();
    for index in 0..objective.terms().len() {
        let best_of_term = minimise(set, &objective.alone(index), constraints, control)?;
        let values = objective.term_values(set, &set.predict(best_of_term.mixture.parts())?.values);
        worst
            .iter_mut()
            .zip(&values)
            .for_each(|(worst, value)| *worst = worst.max(*value));
        best.iter_mut()
            .zip(&values)
            .for_each(|(best, value)| *best = best.min(*value));
    }
    Ok(objective.aiming_at(Scalarisation::Desirability { best, worst }))
}
