//! Commands that change bounds, supply and constraints. The current mixture follows them.

use std::sync::Arc;

use super::edit::{check_place, inside_limits};
use crate::{Command, Edit, Limits, State, StudyError};

/// Changes the limits; false for a command that is about something else.
///
/// A change that leaves no mixture, or none with the locks as they are, is refused with what
/// clashes.
pub(super) fn edit(next: &mut State, command: &Command) -> Result<bool, StudyError> {
    let count = next.domains().len();
    let limits = &mut next.limits;
    let (list, place, to) = match command {
        Command::Edit(Edit::SetLower { domain, to }) => (&mut limits.lower, *domain, *to),
        Command::Edit(Edit::SetUpper { domain, to }) => (&mut limits.upper, *domain, *to),
        Command::Edit(Edit::SetUniqueTokens { domain, to }) => {
            (&mut limits.unique_tokens, *domain, *to)
        }
        Command::Edit(Edit::SetTrainingTokens(to)) => {
            limits.training_tokens = to
                .map(|to| positive("a number of training tokens above zero", to))
                .transpose()?;
            return settle(next);
        }
        Command::Edit(Edit::SetMaxEpochs(to)) => {
            limits.max_epochs = positive("a number of epochs above zero", *to)?;
            return settle(next);
        }
        Command::Edit(Edit::AddConstraint(text)) => {
            limits.linear.push(text.trim().to_owned());
            return settle(next);
        }
        Command::Edit(Edit::RemoveConstraint(place)) => {
            check_place("constraint", limits.linear.len(), *place)?;
            limits.linear.remove(*place);
            return settle(next);
        }
        Command::Edit(Edit::ClearLimits) => {
            next.limits = Limits::none(count);
            return settle(next);
        }
        _ => return Ok(false),
    };
    check_place("domain", count, place)?;
    if let Some(to) = to.filter(|to| !(to.is_finite() && *to >= 0.0)) {
        return Err(StudyError::BadValue {
            expected: "a finite number of zero or more",
            found: to.to_string(),
        });
    }
    list.iter_mut()
        .skip(place)
        .take(1)
        .for_each(|own| *own = to);
    settle(next)
}

/// Checks the new limits and moves the mixture into them.
fn settle(next: &mut State) -> Result<bool, StudyError> {
    let domains = Arc::clone(next.domains());
    next.constraints = next.limits.constraints(&domains)?;
    next.current = inside_limits(next)?;
    Ok(true)
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
