//! Edits of the phases of the plan.

use super::edit::check_index;
use crate::{PlannedPhase, State, StudyError};

/// The fraction of the run that a new phase gets: the length of end-of-training upsampling that was
/// best on average in the publication.
const NEW_PART: f64 = 0.2;
/// The minimum fraction of a phase.
const MIN_PART: f64 = 1e-3;

/// Adds a phase with the current mixture to the end.
pub(super) fn add(next: &mut State) {
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

/// Sets the fraction of a phase; the other phases compensate.
pub(super) fn set_part(next: &mut State, index: usize, to: f64) -> Result<(), StudyError> {
    let count = next.phases.len();
    let phase = phase_at(next, index)?;
    if !to.is_finite() {
        return Err(StudyError::BadValue {
            expected: "a fraction of the run from 0 to 1",
            found: to.to_string(),
        });
    }
    if count > 1 {
        phase.part = to.clamp(MIN_PART, 1.0 - MIN_PART * (count - 1) as f64);
        let others = 1.0 - phase.part;
        scale_others(&mut next.phases, Some(index), others);
    }
    Ok(())
}

/// Sets the mixture of a phase to the current one.
pub(super) fn set_mixture(next: &mut State, index: usize) -> Result<(), StudyError> {
    let mixture = next.current.clone();
    phase_at(next, index)?.mixture = mixture;
    Ok(())
}

/// Removes a phase.
pub(super) fn remove(next: &mut State, index: usize) -> Result<(), StudyError> {
    check_index("phase", next.phases.len(), index)?;
    next.phases.remove(index);
    scale_others(&mut next.phases, None, 1.0);
    Ok(())
}

fn phase_at(next: &mut State, index: usize) -> Result<&mut PlannedPhase, StudyError> {
    let (what, count, found) = ("phase", next.phases.len(), index.saturating_add(1));
    let phase = next.phases.get_mut(index);
    phase.ok_or(StudyError::NoSuchItem { what, count, found })
}

/// Makes all phases but one sum to `total`, in their ratios.
fn scale_others(phases: &mut [PlannedPhase], but: Option<usize>, total: f64) {
    let is_other = |index: usize| Some(index) != but;
    let others = phases
        .iter()
        .enumerate()
        .filter(|(index, _)| is_other(*index));
    // pᵢ ← pᵢ · t / Σⱼ pⱼ over the other phases, with t their total.
    let sum: f64 = others.map(|(_, phase)| phase.part).sum();
    for (index, phase) in phases.iter_mut().enumerate().filter(|_| sum > 0.0) {
        if is_other(index) {
            phase.part *= total / sum;
        }
    }
}
