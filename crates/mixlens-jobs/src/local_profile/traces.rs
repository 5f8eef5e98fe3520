//! [`Traces`]: metrics along each domain's Cox direction.

use mixlens_core::search::along_cox;
use mixlens_core::simplex::{Constraints, Mixture};
use serde::{Deserialize, Serialize};

use super::{Shown, value_range};

/// How far a mixture may exceed a limit and still count as inside (rounding).
const TOLERANCE: f64 = 1e-9;

/// Metrics along each domain's Cox direction: its proportion from 0 to 1, the others in their
/// ratios. Source: Cox 1971, "A note on polynomial response functions for mixtures", Biometrika 58.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Traces {
    /// The names of the curves: metrics, or the objective.
    pub names: Vec<String>,
    /// One trace per domain.
    pub domains: Vec<Trace>,
    /// Minimum and maximum value of each curve over all domains, for a common axis.
    pub ranges: Vec<(f64, f64)>,
}

/// Metrics along one domain's Cox direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The domain's proportion at the profiled mixture.
    pub here: f64,
    /// The domain's proportions along the direction.
    pub parts: Vec<f64>,
    /// Whether the mixture there keeps the limits.
    pub is_allowed: Vec<bool>,
    /// The values of each curve (outer) at each proportion (inner).
    pub values: Vec<Vec<f64>>,
    /// The band around each curve, where the surrogate has one.
    pub bands: Vec<Option<Vec<(f64, f64)>>>,
}

/// Samples the traces at `points` evenly spaced proportions and at the mixture itself.
pub(crate) fn traces(
    curves: &[(String, Shown<'_>)],
    at: &Mixture,
    constraints: &Constraints,
    points: usize,
    bands: bool,
) -> Traces {
    let width = at.parts().len();
    let domains: Vec<Trace> = (0..width)
        .map(|domain| trace(curves, at, constraints, domain, (points.max(2), bands)))
        .collect();
    let range = |curve: usize| {
        value_range(
            domains
                .iter()
                .filter_map(|trace| trace.values.get(curve))
                .flatten()
                .copied(),
        )
    };
    let ranges = (0..curves.len()).map(range).collect();
    Traces {
        names: curves.iter().map(|(name, _)| name.clone()).collect(),
        domains,
        ranges,
    }
}

fn trace(
    curves: &[(String, Shown<'_>)],
    at: &Mixture,
    constraints: &Constraints,
    domain: usize,
    (points, has_bands): (usize, bool),
) -> Trace {
    let here = at.parts().get(domain).copied().unwrap_or(0.0);
    let mut parts: Vec<f64> = (0..points)
        .map(|step| step as f64 / (points - 1) as f64)
        .collect();
    let index = parts.partition_point(|&part| part < here);
    if parts
        .get(index)
        .is_none_or(|part| part.total_cmp(&here).is_ne())
    {
        parts.insert(index, here);
    }
    let mixtures: Vec<Vec<f64>> = parts
        .iter()
        .map(|&part| along_cox(at.parts(), domain, part))
        .collect();
    let is_allowed = mixtures
        .iter()
        .map(|mixture| constraints.contains(mixture, TOLERANCE))
        .collect();
    let rows = mixtures.concat();
    let values: Vec<Vec<f64>> = curves
        .iter()
        .map(|(_, shown)| shown.values(&rows))
        .collect();
    let band = |((_, shown), values): (&(String, Shown<'_>), &Vec<f64>)| {
        if has_bands {
            shown.bands(&rows, values)
        } else {
            None
        }
    };
    let bands = curves.iter().zip(&values).map(band).collect();
    Trace {
        here,
        parts,
        is_allowed,
        values,
        bands,
    }
}
