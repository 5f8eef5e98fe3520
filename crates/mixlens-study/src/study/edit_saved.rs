//! Commands that keep, name and compare mixtures, and the baseline.

use super::Study;
use super::edit::check_index;
use crate::state::MAX_COMPARED;
use crate::{BaselineFrom, NamedMixture, ResetTo, State, StudyError};

/// Keeps the current mixture under a name, the next free one when empty.
pub(super) fn save(next: &mut State, name: &str) -> Result<(), StudyError> {
    let name = if name.trim().is_empty() {
        free_name(&next.saved)
    } else {
        unused(&next.saved, name, None)?
    };
    next.saved.push(NamedMixture {
        name,
        mixture: next.current.clone(),
    });
    Ok(())
}

/// Renames a kept mixture.
pub(super) fn rename(next: &mut State, index: usize, name: &str) -> Result<(), StudyError> {
    check_index("kept mixture", next.saved.len(), index)?;
    let name = unused(&next.saved, name, Some(index))?;
    kept_at(next, index)?.name = name;
    Ok(())
}

/// Removes a kept mixture.
pub(super) fn delete(next: &mut State, index: usize) -> Result<(), StudyError> {
    check_index("kept mixture", next.saved.len(), index)?;
    next.saved.remove(index);
    next.compared.retain(|compared| *compared != index);
    for compared in &mut next.compared {
        if *compared > index {
            *compared -= 1;
        }
    }
    Ok(())
}

/// Shows a kept mixture.
pub(super) fn load(next: &mut State, index: usize) -> Result<(), StudyError> {
    next.current = kept_at(next, index)?.mixture.clone();
    Ok(())
}

fn kept_at(next: &mut State, index: usize) -> Result<&mut NamedMixture, StudyError> {
    let (what, count, found) = ("kept mixture", next.saved.len(), index.saturating_add(1));
    let kept = next.saved.get_mut(index);
    kept.ok_or(StudyError::NoSuchItem { what, count, found })
}

impl Study {
    /// A mixture to compare with, and its name.
    pub(super) fn baseline_from(&self, from: BaselineFrom) -> Result<NamedMixture, StudyError> {
        let named = |name: &str, mixture| NamedMixture {
            name: name.to_owned(),
            mixture,
        };
        Ok(match from {
            BaselineFrom::Current => named("earlier mixture", self.state.current.clone()),
            BaselineFrom::Natural => named("natural", self.known_mixture(ResetTo::Natural)?),
            BaselineFrom::Uniform => named("uniform", self.known_mixture(ResetTo::Uniform)?),
            BaselineFrom::RunsMean => {
                named("mean of the runs", self.known_mixture(ResetTo::RunsMean)?)
            }
            BaselineFrom::Saved(index) => {
                let (what, count, found) = (
                    "kept mixture",
                    self.state.saved.len(),
                    index.saturating_add(1),
                );
                self.state
                    .saved
                    .get(index)
                    .cloned()
                    .ok_or(StudyError::NoSuchItem { what, count, found })?
            }
        })
    }
}

/// Compares a kept mixture with others, or no longer.
pub(super) fn compare(next: &mut State, index: usize, is_compared: bool) -> Result<(), StudyError> {
    check_index("kept mixture", next.saved.len(), index)?;
    next.compared.retain(|compared| *compared != index);
    if is_compared {
        if next.compared.len() >= MAX_COMPARED {
            let expected = "at most 8 compared mixtures; remove one first";
            return Err(StudyError::BadValue {
                expected,
                found: format!("{} and one more", next.compared.len()),
            });
        }
        next.compared.push(index);
    }
    Ok(())
}

/// The first unused name of "mixture 1", "mixture 2", ….
fn free_name(saved: &[NamedMixture]) -> String {
    let is_free = |name: &String| saved.iter().all(|kept| kept.name != *name);
    (1_usize..)
        .map(|number| format!("mixture {number}"))
        .find(is_free)
        .unwrap_or_default()
}

/// `name` without surrounding blanks, if no other kept mixture has this name.
fn unused(
    saved: &[NamedMixture],
    name: &str,
    renamed: Option<usize>,
) -> Result<String, StudyError> {
    let name = name.trim();
    let is_taken = saved
        .iter()
        .enumerate()
        .any(|(index, other)| Some(index) != renamed && other.name == name);
    if is_taken || name.is_empty() {
        let expected = "a name that is not used by another kept mixture";
        return Err(StudyError::BadValue {
            expected,
            found: name.to_owned(),
        });
    }
    Ok(name.to_owned())
}
