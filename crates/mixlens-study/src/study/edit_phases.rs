//! Commands that change the phases of the plan.

use super::edit::check_place;
use crate::{Command, Edit, PlannedPhase, State, StudyError};

/// The part of the run that a new phase gets: the length of end-of-training upsampling that did
/// best on average when published.
const NEW_PART: f64 = 0.2;
/// The least part that a phase can be made.
const MIN_PART: f64 = 1e-3;

/// Changes the phases; false for a command that is about something else.
pub(super) fn edit(next: &mut State, command: &Command) -> Result<bool, StudyError> {
    let count = next.phases.len();
    match command {
        Command::Edit(Edit::AddPhase) => {
            let mixture = next.current.clone();
            if next.phases.is_empty() {
                next.phases.push(PlannedPhase {
                    part: 1.0,
                    mixture: mixture.clone(),
                });
            }
            scale_others(&mut next.phases, None, 1.0 - NEW_PART);
            next.phases.push(PlannedPhase {
                part: NEW_PART,
                mixture,
            });
        }
        Command::Edit(Edit::SetPhasePart { place, to }) => {
            check_place("phase", count, *place)?;
            if !to.is_finite() {
                let expected = "a part of the run from 0 to 1";
                return Err(StudyError::BadValue {
                    expected,
                    found: to.to_string(),
                });
            }
            if count > 1 {
                let to = to.clamp(MIN_PART, 1.0 - MIN_PART * (count - 1) as f64);
                next.phases
                    .iter_mut()
                    .skip(*place)
                    .take(1)
                    .for_each(|own| own.part = to);
                scale_others(&mut next.phases, Some(*place), 1.0 - to);
            }
        }
        Command::Edit(Edit::SetPhaseMixture(place)) => {
            check_place("phase", count, *place)?;
            let mixture = next.current.clone();
            next.phases
                .iter_mut()
                .skip(*place)
                .take(1)
                .for_each(|own| own.mixture = mixture.clone());
        }
        Command::Edit(Edit::RemovePhase(place)) => {
            check_place("phase", count, *place)?;
            next.phases.remove(*place);
            scale_others(&mut next.phases, None, 1.0);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Makes all phases but one sum to `total`, in their ratios.
fn scale_others(phases: &mut [PlannedPhase], but: Option<usize>, total: f64) {
    let is_other = |place: usize| Some(place) != but;
    let sum: f64 = phases
        .iter()
        .enumerate()
        .filter(|(place, _)| is_other(*place))
        .map(|(_, own)| own.part)
        .sum();
    for (place, own) in phases.iter_mut().enumerate().filter(|_| sum > 0.0) {
        if is_other(place) {
            own.part *= total / sum;
        }
    }
}
