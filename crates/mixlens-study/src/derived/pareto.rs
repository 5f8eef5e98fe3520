//! [`ParetoPlane`]: runs in the plane of two metrics, which of them are dominated, and the
//! predicted front.

use mixlens_core::table::RunTable;

use crate::{ObjectiveSettings, ParetoFront};

/// Space at the ends of an axis, as a fraction of its length.
const SPACE: f64 = 0.04;

/// The plane of two metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct ParetoPlane {
    /// Every run that has both metrics, in file order.
    pub points: Vec<FrontPoint>,
    /// The predictions along the latest front; empty while that front is for other metrics.
    pub front: Vec<[f64; 2]>,
    /// The ranges of the axes: some space beyond the values of runs and front.
    pub ranges: [(f64, f64); 2],
}

/// A run in the plane of two metrics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrontPoint {
    /// The row of the run.
    pub row: usize,
    /// The two metrics as measured.
    pub values: [f64; 2],
    /// Whether another run is at least as good in both and better in one.
    pub is_dominated: bool,
}

/// Puts runs and front into the plane of `metrics`.
pub(crate) fn pareto_plane(
    table: Option<&RunTable>,
    front: Option<&ParetoFront>,
    goal: &ObjectiveSettings,
    metrics: [usize; 2],
) -> ParetoPlane {
    let points = table
        .map(|table| front_points(table, goal, metrics))
        .unwrap_or_default();
    let names = metrics.map(|metric| Some(goal.metrics.get(metric)?.name.as_str()));
    let along = |front: &ParetoFront| {
        let [first, second] = front.metrics.each_ref().map(|name| Some(name.as_str()));
        let is_reversed = names == [second, first];
        let values = front
            .points
            .iter()
            .map(|(_, [a, b])| if is_reversed { [*b, *a] } else { [*a, *b] });
        (is_reversed || names == [first, second]).then(|| values.collect())
    };
    let front: Vec<[f64; 2]> = front.and_then(along).unwrap_or_default();
    let mut ranges = [(f64::INFINITY, f64::NEG_INFINITY); 2];
    for values in points.iter().map(|point| &point.values).chain(&front) {
        for (range, value) in ranges.iter_mut().zip(values) {
            *range = (range.0.min(*value), range.1.max(*value));
        }
    }
    ParetoPlane {
        points,
        front,
        ranges: ranges.map(spaced),
    }
}

/// A range with space at its ends; from 0 to 1 where there is nothing.
fn spaced((low, high): (f64, f64)) -> (f64, f64) {
    if low > high {
        return (0.0, 1.0);
    }
    let space = if high > low {
        SPACE * (high - low)
    } else {
        SPACE * high.abs().max(1.0)
    };
    (low - space, high + space)
}

/// Every run that has both metrics, in file order: O(n log n).
fn front_points(
    table: &RunTable,
    goal: &ObjectiveSettings,
    metrics: [usize; 2],
) -> Vec<FrontPoint> {
    let column = |metric: usize| -> Vec<Option<f64>> {
        let metric_index = goal
            .metrics
            .get(metric)
            .and_then(|metric| table.metrics().index_of(&metric.name));
        metric_index.map_or_else(
            || vec![None; table.len()],
            |index| table.metric_values(index).collect(),
        )
    };
    let [first, second] = metrics.map(column);
    let signs = metrics.map(|metric| {
        goal.metrics
            .get(metric)
            .map_or(1.0, |metric| metric.direction.sign())
    });
    let both = first.into_iter().zip(second).enumerate();
    let mut points: Vec<FrontPoint> = both
        .filter_map(|(row, (a, b))| {
            Some(FrontPoint {
                row,
                values: [a?, b?],
                is_dominated: false,
            })
        })
        .collect();
    // Points are sorted by the first metric, best first, then by the second. A point is dominated
    // when an earlier one is at least as good in the second metric.
    let counted = |point: &FrontPoint| [point.values[0] * signs[0], point.values[1] * signs[1]];
    points.sort_by(|p, q| {
        let ([a, b], [c, d]) = (counted(p), counted(q));
        a.total_cmp(&c).then(b.total_cmp(&d))
    });
    let mut best: Option<[f64; 2]> = None;
    for point in &mut points {
        let value = counted(point);
        let is_same =
            |best: &[f64; 2]| best.iter().zip(&value).all(|(a, b)| a.total_cmp(b).is_eq());
        point.is_dominated = best.is_some_and(|best| best[1] <= value[1] && !is_same(&best));
        if best.is_none_or(|best| value[1] < best[1]) {
            best = Some(value);
        }
    }
    points.sort_by_key(|point| point.row);
    points
}
