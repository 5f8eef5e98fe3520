//! Edits of bounds, supply and constraints. The current mixture is moved into the new limits.
//!
//! An edit that leaves no mixture, or none with the current locks, is refused. The error names the
//! conflicting limits.

use std::sync::Arc;

use super::edit::{check_index, inside_limits};
use crate::{Limits, State, StudyError};

/// Sets or clears a number of one domain, in the list selected by `list`.
pub(super) fn set(
    next: &mut State,
    list: impl FnOnce(&mut Limits) -> &mut Vec<Option<f64>>,
    domain: usize,
    to: Option<f64>,
) -> Result<(), StudyError> {
    check_index("domain", next.domains().len(), domain)?;
    if let Some(to) = to.filter(|to| !(to.is_finite() && *to >= 0.0)) {
        return Err(StudyError::BadValue {
            expected: "a finite number of zero or more",
            found: to.to_string(),
        });
    }
    if let Some(number) = list(&mut next.limits).get_mut(domain) {
        *number = to;
    }
    settle(next)
}

/// Sets or clears the training tokens of the target run.
pub(super) fn set_training_tokens(next: &mut State, to: Option<f64>) -> Result<(), StudyError> {
    let expected = "a number of training tokens above zero";
    next.limits.training_tokens = to.map(|to| positive(expected, to)).transpose()?;
    settle(next)
}

/// Sets the maximum epochs over any domain.
pub(super) fn set_max_epochs(next: &mut State, to: f64) -> Result<(), StudyError> {
    next.limits.max_epochs = positive("a number of epochs above zero", to)?;
    settle(next)
}

/// Adds a constraint.
pub(super) fn add_constraint(next: &mut State, text: &str) -> Result<(), StudyError> {
    next.limits.linear.push(text.trim().to_owned());
    settle(next)
}

/// Removes a constraint.
pub(super) fn remove_constraint(next: &mut State, index: usize) -> Result<(), StudyError> {
    check_index("constraint", next.limits.linear.len(), index)?;
    next.limits.linear.remove(index);
    settle(next)
}

/// Removes all limits.
pub(super) fn clear(next: &mut State) -> Result<(), StudyError> {
    next.limits = Limits::none(next.domains().len());
    settle(next)
}

/// Checks the new limits and moves the mixture into them.
fn settle(next: &mut State) -> Result<(), StudyError> {
    let domains = Arc::clone(next.domains());
    next.constraints = next.limits.constraints(&domains)?;
    next.current = inside_limits(next)?;
    Ok(())
}

fn positive(expected: &'static str, value: f64) -> Result<f64, StudyError> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(StudyError::BadValue {
        expected,
        found: value.to_string(),
    })
}
