//! Several metrics at once: the Pareto front, and the references of worst-case and desirability aims.

use super::{Aim, Exact, Objective, Term, minimise};
use crate::CoreError;
use crate::compute::Control;
use crate::fit::SurrogateSet;
use crate::simplex::Constraints;

/// Weight of the other metric at the ends of the front, so that ends are not merely weakly efficient (dimensionless).
const END_WEIGHT: f64 = 1e-4;
/// Neighbours nearer than this in both metrics are not split further, in the metrics' units.
const NEAR: f64 = 1e-7;

/// A mixture that no other one beats in both metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPoint {
    /// The weight of the first metric that led here; the second has the rest.
    pub weight: f64,
    /// The predictions of the two metrics.
    pub values: [f64; 2],
    /// The exact minimum of the weighted sum.
    pub exact: Exact,
}

/// Points of the Pareto front of two metrics with convex surrogates, from the best for `first` to the best for `second`.
///
/// Each point minimises a weighted sum, so none can be beaten in both metrics. The weights are not spread evenly: the
/// widest gap between neighbours is split by the weights of its chord, until there are `count` points or no gaps. For convex
/// surrogates every point of the front belongs to some weights.
/// Source: Aneja and Nair 1979, "Bicriteria transportation problem", section 2 (the chord rule).
///
/// # Errors
/// Those of [`minimise`]; [`CoreError::BadParameter`] for fewer than two points.
pub fn pareto_front(
    set: &SurrogateSet,
    metrics: [usize; 2],
    objective: &Objective,
    constraints: &Constraints,
    count: usize,
    control: &Control,
) -> Result<Vec<FrontPoint>, CoreError> {
    if count < 2 {
        return Err(CoreError::BadParameter { name: "points", expected: "at least 2", found: count.to_string() });
    }
    let [first, second] = metrics;
    let point = |weight: f64| -> Result<FrontPoint, CoreError> {
        let terms = [Term { metric: first, weight }, Term { metric: second, weight: 1.0 - weight }];
        let both = Objective::new(set, &terms)?.within(objective.bounds().to_vec());
        let exact = minimise(set, &both, constraints, control)?;
        let predicted = set.predict(exact.mixture.parts())?.values;
        let value = |metric: usize| predicted.get(metric).copied().unwrap_or(f64::NAN);
        Ok(FrontPoint { weight, values: [value(first), value(second)], exact })
    };
    let stage = control.stage("following the front", count as u64);
    let mut front = vec![point(1.0 - END_WEIGHT)?, point(END_WEIGHT)?];
    stage.advance(2)?;
    // Gaps that turned out to hold no other point, by their left weight.
    let mut closed: Vec<f64> = Vec::new();
    while front.len() < count {
        let gaps = front.windows(2).enumerate().filter_map(|(place, pair)| match pair {
            [left, right] if !closed.contains(&left.weight) => Some((place, width(left, right), chord(left, right)?)),
            _ => None,
        });
        let Some((place, _, weight)) = gaps.max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        let between = point(weight)?;
        let is_new = front.windows(2).nth(place).is_some_and(|pair| match pair {
            [left, right] => width(left, &between) > NEAR && width(&between, right) > NEAR,
            _ => false,
        });
        if is_new {
            front.insert(place + 1, between);
            stage.advance(1)?;
        } else {
            closed.extend(front.get(place).map(|left| left.weight));
        }
    }
    Ok(front)
}

fn width(left: &FrontPoint, right: &FrontPoint) -> f64 {
    let [a, b] = left.values;
    let [c, d] = right.values;
    (c - a).hypot(d - b)
}

/// The weight of the first metric for which both points are equally good; `None` between points that are the same.
fn chord(left: &FrontPoint, right: &FrontPoint) -> Option<f64> {
    let rise = right.values[0] - left.values[0];
    let fall = left.values[1] - right.values[1];
    (rise > NEAR && fall > NEAR).then(|| fall / (rise + fall))
}

/// The objective that counts the worst change from the natural (or mean) mixture.
///
/// # Errors
/// [`CoreError::WrongLength`] never, unless the set is broken.
pub fn minimax(set: &SurrogateSet, objective: Objective) -> Result<Objective, CoreError> {
    let values = set.predict(set.centre().mixture.parts())?.values;
    let reference = objective.term_values(set, &values);
    Ok(objective.aiming_at(Aim::Worst { reference }))
}

/// The objective of desirabilities: 1 at a metric's own minimum, 0 at its worst value among the other metrics' minima
/// and the natural (or mean) mixture.
///
/// # Errors
/// Those of [`minimise`]; every term must be convex.
pub fn desirability(
    set: &SurrogateSet,
    objective: Objective,
    constraints: &Constraints,
    control: &Control,
) -> Result<Objective, CoreError> {
    let centre = set.predict(set.centre().mixture.parts())?.values;
    let mut worst = objective.term_values(set, &centre);
    let mut best = worst.clone();
    for place in 0..objective.terms().len() {
        let own = minimise(set, &objective.alone(place), constraints, control)?;
        let values = objective.term_values(set, &set.predict(own.mixture.parts())?.values);
        worst.iter_mut().zip(&values).for_each(|(worst, value)| *worst = worst.max(*value));
        best.iter_mut().zip(&values).for_each(|(best, value)| *best = best.min(*value));
    }
    Ok(objective.aiming_at(Aim::Desirability { best, worst }))
}
