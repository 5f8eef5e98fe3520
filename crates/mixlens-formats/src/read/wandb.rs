//! Weights & Biases exports: leaving out runs that did not finish.

use super::sheet::Sheet;
use crate::Notice;

/// The states that Weights & Biases gives to runs.
const STATES: [&str; 7] = [
    "finished",
    "crashed",
    "failed",
    "killed",
    "running",
    "preempted",
    "preempting",
];

/// Keeps the finished runs of an export; whether `sheet` is one.
///
/// An export has a column `State` in which every filled cell is one of the known states.
pub(crate) fn leave_out_unfinished(sheet: &mut Sheet, notices: &mut Vec<Notice>) -> bool {
    let Some(column) = sheet
        .columns
        .iter()
        .position(|name| name.eq_ignore_ascii_case("state"))
    else {
        return false;
    };
    let state_of = |cell: Option<&str>| cell.unwrap_or_default().trim().to_ascii_lowercase();
    let is_known = |state: &str| state.is_empty() || STATES.contains(&state);
    if !sheet
        .rows()
        .all(|row| is_known(&state_of(row.cell(column))))
    {
        return false;
    }
    let mut states: Vec<(String, usize)> = Vec::new();
    sheet.retain(|row| {
        let state = state_of(row.cell(column));
        let is_kept = state.is_empty() || state == "finished";
        if !is_kept {
            match states.iter_mut().find(|(known, _)| *known == state) {
                Some((_, count)) => *count += 1,
                None => states.push((state, 1)),
            }
        }
        is_kept
    });
    if !states.is_empty() {
        let runs = states.iter().map(|(_, count)| count).sum();
        notices.push(Notice::UnfinishedLeftOut {
            file: sheet.file.clone(),
            runs,
            states,
        });
    }
    true
}
