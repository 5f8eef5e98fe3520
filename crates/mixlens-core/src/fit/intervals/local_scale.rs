//! [`LocalScale`]: how large errors are around a mixture.

use std::sync::Arc;

use super::near::{Near, Neighbours};

/// The mean error of all runs counts as much as this many neighbours.
const PRIOR_NEIGHBOURS: f64 = 4.0;

/// The usual size of a held-out error near a mixture: that of the nearest runs, more where they are
/// far.
///
/// ```text
/// s(x) = ½ (1 + d(x) / d̄) · (4 ē + Σ over the k nearest |eⱼ|) / (4 + k)
/// ```
/// ē mean of |e| over the runs that neighbours are looked for among, d(x) mean distance to the k
/// nearest, d̄ its mean over those runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LocalScale {
    near: Arc<Near>,
    /// |e| of each run that neighbours are looked for among.
    errors: Vec<f64>,
    mean_error: f64,
}

impl LocalScale {
    /// The scale for `errors`, one per run; `None` where all errors are zero.
    pub fn new(near: &Arc<Near>, errors: &[f64]) -> Option<Self> {
        let errors: Vec<f64> = near.of_kept(errors).into_iter().map(f64::abs).collect();
        let mean_error = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
        (mean_error > 0.0 && near.has_neighbours()).then(|| Self {
            near: Arc::clone(near),
            errors,
            mean_error,
        })
    }

    /// s at `parts`.
    pub fn at(&self, parts: &[f64]) -> f64 {
        self.at_near(parts, &mut None)
    }

    /// [`LocalScale::at`] with the neighbours that another scale over the same runs found for the
    /// same `parts`, or for others to use.
    pub fn at_near(&self, parts: &[f64], found: &mut Option<Found>) -> f64 {
        let found = match found {
            Some(found) if Arc::ptr_eq(&found.near, &self.near) => found,
            _ => found.insert(Found {
                near: Arc::clone(&self.near),
                neighbours: self.near.of(parts),
            }),
        };
        self.by_neighbours(&found.neighbours.near, found.neighbours.distance)
    }

    /// s at a run, as the others see it.
    pub fn at_run(&self, run: usize) -> f64 {
        let (near, distance) = self.near.of_run(run);
        self.by_neighbours(near, distance)
    }

    fn by_neighbours(&self, near: &[u16], distance: f64) -> f64 {
        let errors: f64 = near
            .iter()
            .filter_map(|&place| self.errors.get(place as usize))
            .sum();
        let size =
            (PRIOR_NEIGHBOURS * self.mean_error + errors) / (PRIOR_NEIGHBOURS + near.len() as f64);
        let usual = self.near.mean_distance;
        let far = if usual > 0.0 { distance / usual } else { 1.0 };
        size * 0.5 * (1.0 + far)
    }
}

/// What one scale found, for others over the same runs.
pub(in crate::fit) struct Found {
    near: Arc<Near>,
    neighbours: Neighbours,
}
