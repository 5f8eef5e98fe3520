//! Edits of the objective.

use mixlens_formats::parse_metric_bound;

use super::edit::check_index;
use crate::{ObjectiveMetric, State, StudyError};

/// Sets a metric's weight.
pub(super) fn weigh(next: &mut State, metric: usize, to: f64) -> Result<(), StudyError> {
    if !(to.is_finite() && to >= 0.0) {
        return Err(StudyError::BadValue {
            expected: "a finite weight of zero or more",
            found: to.to_string(),
        });
    }
    metric_at(next, metric)?.weight = to;
    Ok(())
}

/// Makes one metric the whole objective.
pub(super) fn optimise(next: &mut State, metric: usize) -> Result<(), StudyError> {
    metric_at(next, metric)?;
    for (index, weighted) in next.goal.metrics.iter_mut().enumerate() {
        weighted.weight = f64::from(u8::from(index == metric));
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
    check_index("metric bound", next.goal.bounds.len(), index)?;
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
    weighted.ok_or(StudyError::NoSuchItem { what, count, found })
}
