//! [`pareto_front`]: points of the front by exact minimisation of weighted sums.

use super::mesh::{Corner, Mesh, NEAR};
use super::non_dominated::NonDominated;
use crate::CoreError;
use crate::compute::{Control, SolveReport};
use crate::fit::SurrogateSet;
use crate::search::{Objective, Term, minimise};
use crate::simplex::{Constraints, Mixture};

/// Weight of each other metric at the ends of the front, so that the ends are efficient, not only
/// weakly efficient (dimensionless).
const END_WEIGHT: f64 = 1e-4;

/// Maximum points: each is an exact search, and is compared with all others.
const MAX_POINTS: usize = 10_000;

/// A mixture that no other point of its front beats in every metric.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPoint {
    /// The mixture.
    pub mixture: Mixture,
    /// Its predicted metrics, in the order of the objective's terms.
    pub values: Vec<f64>,
    /// Proof that no mixture beats this one in every metric; `None` for the best of a simulation.
    pub certificate: Option<FrontCertificate>,
}

/// Why nothing beats a point: it minimises a weighted sum of the metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontCertificate {
    /// The weights, above zero and with sum one, in the order of the objective's terms.
    pub weights: Vec<f64>,
    /// Upper bound on how much lower the weighted sum of any allowed mixture can be.
    pub gap: f64,
    /// How the solver ended.
    pub report: SolveReport,
}

/// About `count` points of the Pareto front of two or three metrics with convex surrogates, in
/// rising order of the first metric.
///
/// The metrics are those of the objective's terms, whatever their weights, and its bounds hold.
/// Each point minimises a weighted sum, so no mixture beats it in every metric. The weights are not
/// spread evenly: the next point goes between the two neighbours furthest apart, with the weights
/// under which both are equally good. Neighbours are ends of a segment (two metrics) or corners of
/// a triangle (three), in a mesh that starts from the best of each metric. The search ends early
/// when no two neighbours, and no corners of a triangle, have a point between them. For convex
/// surrogates, every point of the front minimises the weighted sum for some weights.
///
/// Source: Aneja and Nair 1979, "Bicriteria transportation problem", section 2 (the chord rule, for
/// two metrics). For three metrics, the chord rule on the edges of the mesh is an extension of this
/// project.
///
/// # Errors
/// Those of [`minimise`]; [`CoreError::BadParameter`] for another number of metrics, or fewer
/// points than metrics.
pub fn pareto_front(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    count: usize,
    control: &Control,
) -> Result<Vec<FrontPoint>, CoreError> {
    let metrics: Vec<usize> = check_metrics(objective, count)?;
    let mut found: Vec<FrontPoint> = Vec::new();
    let solve = |weights: &[f64]| -> Result<(Corner, FrontPoint), CoreError> {
        let terms: Vec<Term> = metrics
            .iter()
            .zip(weights)
            .map(|(&metric, &weight)| Term { metric, weight })
            .collect();
        let sum = Objective::new(set, &terms)?.within(objective.bounds().to_vec());
        let exact = minimise(set, &sum, constraints, control)?;
        let values = objective.term_values(set, &set.predict(exact.mixture.parts())?.values);
        let corner = Corner {
            weights: weights.to_vec(),
            values: values.clone(),
        };
        let certificate = FrontCertificate {
            weights: weights.to_vec(),
            gap: exact.gap,
            report: exact.report,
        };
        Ok((
            corner,
            FrontPoint {
                mixture: exact.mixture,
                values,
                certificate: Some(certificate),
            },
        ))
    };
    let stage = control.stage("following the front", count as u64);
    let mut ends = Vec::new();
    for metric in 0..metrics.len() {
        let others = END_WEIGHT * (metrics.len() - 1) as f64;
        let weight = |other| {
            if other == metric {
                1.0 - others
            } else {
                END_WEIGHT
            }
        };
        let (corner, point) = solve(&(0..metrics.len()).map(weight).collect::<Vec<_>>())?;
        ends.push(corner);
        found.push(point);
        stage.advance(1)?;
    }
    let mut mesh = Mesh::new(ends);
    while found.len() < count
        && let Some((face, weights)) = mesh.widest_open()
    {
        let (corner, point) = solve(&weights)?;
        if mesh.insert(&face, corner) {
            found.push(point);
            stage.advance(1)?;
        }
    }
    let mut kept = NonDominated::within(NEAR);
    for (index, point) in found.iter().enumerate() {
        kept.offer(index as u64, &point.values);
    }
    Ok(kept
        .into_sorted()
        .into_iter()
        .filter_map(|kept| found.get(kept.index as usize).cloned())
        .collect())
}

/// The metrics of the terms: two or three, and no more than points.
pub(super) fn check_metrics(objective: &Objective, count: usize) -> Result<Vec<usize>, CoreError> {
    let metrics: Vec<usize> = objective.terms().iter().map(|term| term.metric).collect();
    if !(2..=3).contains(&metrics.len()) {
        let (expected, found) = ("two or three of them", metrics.len().to_string());
        return Err(CoreError::BadParameter {
            name: "metrics",
            expected,
            found,
        });
    }
    if !(metrics.len()..=MAX_POINTS).contains(&count) {
        let expected = if metrics.len() == 2 {
            "a number from 2 to 10000"
        } else {
            "a number from 3 to 10000"
        };
        return Err(CoreError::BadParameter {
            name: "points",
            expected,
            found: count.to_string(),
        });
    }
    Ok(metrics)
}
