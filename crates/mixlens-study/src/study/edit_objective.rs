//! Edits of the objective.

use mixlens_formats::parse_metric_bound;

use super::edit::check_place;
use crate::{Command, Edit, ObjectiveMetric, ObjectiveSettings, State, StudyError};

/// Changes the objective; commands that are about something else change nothing.
pub(super) fn edit(next: &mut State, command: &Command) -> Result<(), StudyError> {
    let goal = &mut next.goal;
    match command {
        Command::Edit(Edit::SetWeight { metric, to }) => {
            if !(to.is_finite() && *to >= 0.0) {
                let expected = "a finite weight of zero or more";
                return Err(StudyError::BadValue {
                    expected,
                    found: to.to_string(),
                });
            }
            metric_at(goal, *metric)?.weight = *to;
        }
        Command::Edit(Edit::OptimiseMetric(metric)) => {
            metric_at(goal, *metric)?;
            let weight = |place: usize| f64::from(u8::from(place == *metric));
            goal.metrics
                .iter_mut()
                .enumerate()
                .for_each(|(place, own)| own.weight = weight(place));
        }
        Command::Edit(Edit::SetDirection { metric, to }) => {
            metric_at(goal, *metric)?.direction = *to
        }
        Command::Edit(Edit::SetScalarisation(aim)) => goal.aim = *aim,
        Command::Edit(Edit::AddBound(text)) => {
            let Some(metrics) = goal.metric_set() else {
                let (command, what, advice) =
                    ("Add metric bound", "metrics", "import a run table first");
                return Err(StudyError::Missing {
                    command,
                    what,
                    advice,
                });
            };
            parse_metric_bound(text, &metrics, &vec![0.0; metrics.len()])?;
            goal.bounds.push(text.trim().to_owned());
        }
        Command::Edit(Edit::RemoveBound(place)) => {
            check_place("metric bound", goal.bounds.len(), *place)?;
            goal.bounds.remove(*place);
        }
        _ => {}
    }
    Ok(())
}

/// Adds a bound on a metric.
pub(super) fn add_bound(next: &mut State, text: &str) -> Result<(), StudyError> {
    let missing = StudyError::Missing {
        command: "Add metric bound",
        what: "metrics",
        advice: "import a run table first",
    };
    let metrics = next.goal.metric_set().ok_or(missing)?;
    parse_metric_bound(text, &metrics, &vec![0.0; metrics.len()])?;
    next.goal.bounds.push(text.trim().to_owned());
    Ok(())
}

/// Removes a bound on a metric.
pub(super) fn remove_bound(next: &mut State, index: usize) -> Result<(), StudyError> {
    check_place("metric bound", next.goal.bounds.len(), index)?;
    next.goal.bounds.remove(index);
    Ok(())
}

/// A metric of the objective.
pub(super) fn metric_at(
    next: &mut State,
    metric: usize,
) -> Result<&mut ObjectiveMetric, StudyError> {
    let metrics = &mut next.goal.metrics;
    let (what, count, found) = ("metric", metrics.len(), metric.saturating_add(1));
    let weighted = metrics.get_mut(metric);
    weighted.ok_or(StudyError::NoSuchPlace { what, count, found })
}
