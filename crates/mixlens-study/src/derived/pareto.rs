//! [`FrontPoint`]: runs in the plane of two metrics, and which of them others beat.

use mixlens_core::table::RunTable;

use crate::Goal;

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

/// Every run that has both metrics, in file order: O(n log n).
pub(crate) fn front_points(table: &RunTable, goal: &Goal, metrics: [usize; 2]) -> Vec<FrontPoint> {
    let column = |metric: usize| -> Vec<Option<f64>> {
        let own = goal.metrics.get(metric).and_then(|own| table.metrics().index_of(&own.name));
        own.map_or_else(|| vec![None; table.len()], |place| table.metric_values(place).collect())
    };
    let [first, second] = metrics.map(column);
    let signs = metrics.map(|metric| goal.metrics.get(metric).map_or(1.0, |own| own.direction.sign()));
    let both = first.into_iter().zip(second).enumerate();
    let mut points: Vec<FrontPoint> =
        both.filter_map(|(row, (a, b))| Some(FrontPoint { row, values: [a?, b?], is_dominated: false })).collect();
    // From the best in the first metric on (of equal ones the best in the second first), a point is beaten when an
    // earlier one was at least as good in the second.
    let counted = |point: &FrontPoint| [point.values[0] * signs[0], point.values[1] * signs[1]];
    points.sort_by(|p, q| {
        let ([a, b], [c, d]) = (counted(p), counted(q));
        a.total_cmp(&c).then(b.total_cmp(&d))
    });
    let mut best: Option<[f64; 2]> = None;
    for point in &mut points {
        let own = counted(point);
        let is_same = |best: &[f64; 2]| best.iter().zip(&own).all(|(a, b)| a.total_cmp(b).is_eq());
        point.is_dominated = best.is_some_and(|best| best[1] <= own[1] && !is_same(&best));
        if best.is_none_or(|best| own[1] < best[1]) {
            best = Some(own);
        }
    }
    points.sort_by_key(|point| point.row);
    points
}
