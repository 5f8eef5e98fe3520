//! [`TrainingSupport`]: whether a mixture lies where the runs have been.

use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::simplex::total_variation;

/// How far beyond the range of the runs a proportion may go before it counts as outside
/// (dimensionless; the grid of RegMix's proportions is 2e-4, rounding in published tables reaches 5e-4).
pub const RANGE_TOLERANCE: f64 = 1e-3;

/// Where a mixture lies relative to the training runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// As near to a run as the runs are to each other.
    Inside,
    /// Within the range of every domain, but farther from the nearest run than 95 % of the runs are from theirs.
    Edge,
    /// Some proportion is beyond what any run has tried: the prediction is an extrapolation.
    Outside,
}

impl Support {
    /// The name in files: "inside", "edge" or "outside".
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Edge => "edge",
            Self::Outside => "outside",
        }
    }
}

/// A training run near a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearRun {
    /// Row of the run among those the support was made of.
    pub row: usize,
    /// Total variation distance: ½ Σ |pᵢ − qᵢ|, the part of the data that would have to be exchanged.
    pub distance: f64,
}

/// The mixtures a surrogate was fitted on, kept to say how far a new mixture is from them.
///
/// A first measure: ranges per domain and distances to runs. It calls some mixtures inside that lie beyond the convex
/// hull of the runs, which is stricter in many dimensions.
///
/// ```
/// use mixlens_core::fit::{Support, TrainingSupport};
/// let runs = [0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.8, 0.2];
/// let support = TrainingSupport::new(&runs, 2)?;
/// assert_eq!(support.classify(&[0.35, 0.65])?, Support::Inside);
/// assert_eq!(support.classify(&[0.95, 0.05])?, Support::Outside);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SupportFields", into = "SupportFields")]
pub struct TrainingSupport {
    width: usize,
    rows: Vec<f64>,
    ranges: Vec<(f64, f64)>,
    usual_distance: f64,
}

impl TrainingSupport {
    /// The support of `rows` (n × `width` proportions, row after row).
    ///
    /// Compares every run with every other one: n² · d / 2 steps.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`] for rows that are cut short or none, or [`CoreError::NumericalFailure`] for proportions
    /// that are not finite.
    pub fn new(rows: &[f64], width: usize) -> Result<Self, CoreError> {
        if width == 0 || rows.is_empty() || !rows.len().is_multiple_of(width) {
            let expected = rows.len().next_multiple_of(width.max(1)).max(width);
            return Err(CoreError::WrongLength { what: "proportions", expected, found: rows.len() });
        }
        if !rows.iter().all(|part| part.is_finite()) {
            return Err(CoreError::NumericalFailure { what: "the support of the runs" });
        }
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
        for row in rows.chunks_exact(width) {
            for ((least, most), &part) in ranges.iter_mut().zip(row) {
                *least = least.min(part);
                *most = most.max(part);
            }
        }
        let usual_distance = usual_distance(rows, width);
        Ok(Self { width, rows: rows.to_vec(), ranges, usual_distance })
    }

    /// The number of domains.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The proportions of the runs, row after row.
    pub fn rows(&self) -> &[f64] {
        &self.rows
    }

    /// The distance to the nearest other run that 95 % of the runs keep within.
    pub fn usual_distance(&self) -> f64 {
        self.usual_distance
    }

    /// Where `parts` lies.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn classify(&self, parts: &[f64]) -> Result<Support, CoreError> {
        self.check(parts)?;
        let within = parts.iter().zip(&self.ranges).all(|(&part, &(least, most))| {
            part >= least - RANGE_TOLERANCE && part <= most + RANGE_TOLERANCE // false for NaN
        });
        if !within {
            return Ok(Support::Outside);
        }
        let nearest =
            self.rows.chunks_exact(self.width).map(|row| total_variation(row, parts)).fold(f64::INFINITY, f64::min);
        Ok(if nearest <= self.usual_distance + RANGE_TOLERANCE { Support::Inside } else { Support::Edge })
    }

    /// The domains whose proportion in `parts` is beyond the range of the runs.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn beyond_range(&self, parts: &[f64]) -> Result<Vec<usize>, CoreError> {
        self.check(parts)?;
        let beyond = parts.iter().zip(&self.ranges).enumerate().filter(|(_, (part, (least, most)))| {
            !(**part >= least - RANGE_TOLERANCE && **part <= most + RANGE_TOLERANCE)
        });
        Ok(beyond.map(|(index, _)| index).collect())
    }

    /// The `count` runs nearest to `parts`, nearest first; of equally near ones the earlier row.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn nearest(&self, parts: &[f64], count: usize) -> Result<Vec<NearRun>, CoreError> {
        self.check(parts)?;
        let rows = self.rows.chunks_exact(self.width).enumerate();
        let mut runs: Vec<NearRun> =
            rows.map(|(row, run)| NearRun { row, distance: total_variation(run, parts) }).collect();
        runs.sort_by(|a, b| a.distance.total_cmp(&b.distance)); // stable: earlier rows first
        runs.truncate(count);
        Ok(runs)
    }

    fn check(&self, parts: &[f64]) -> Result<(), CoreError> {
        if parts.len() == self.width {
            return Ok(());
        }
        Err(CoreError::WrongLength { what: "proportions", expected: self.width, found: parts.len() })
    }
}

/// The 95th percentile (nearest rank) of the distances from each run to the nearest other one; 0 for a single run.
fn usual_distance(rows: &[f64], width: usize) -> f64 {
    let runs: Vec<&[f64]> = rows.chunks_exact(width).collect();
    let mut nearest = vec![f64::INFINITY; runs.len()];
    for (first, a) in runs.iter().enumerate() {
        for (second, b) in runs.iter().enumerate().skip(first + 1) {
            let distance = total_variation(a, b);
            for index in [first, second] {
                if let Some(least) = nearest.get_mut(index) {
                    *least = least.min(distance);
                }
            }
        }
    }
    nearest.sort_unstable_by(f64::total_cmp);
    let rank = (runs.len() * 95).div_ceil(100).saturating_sub(1);
    nearest.get(rank).copied().filter(|distance| distance.is_finite()).unwrap_or(0.0)
}

/// What is saved: the rows; the rest follows from them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SupportFields {
    width: usize,
    rows: Vec<f64>,
}

impl From<TrainingSupport> for SupportFields {
    fn from(support: TrainingSupport) -> Self {
        Self { width: support.width, rows: support.rows }
    }
}

impl TryFrom<SupportFields> for TrainingSupport {
    type Error = CoreError;

    fn try_from(fields: SupportFields) -> Result<Self, CoreError> {
        Self::new(&fields.rows, fields.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty runs along a line, 0.02 apart, and one far from them.
    fn line() -> TrainingSupport {
        let mut rows: Vec<f64> =
            (0..20).flat_map(|i| [0.1 + 0.02 * f64::from(i), 0.9 - 0.02 * f64::from(i), 0.0]).collect();
        rows.extend([0.2, 0.2, 0.6]);
        TrainingSupport::new(&rows, 3).unwrap()
    }

    #[test]
    fn the_usual_distance_ignores_the_lonely_five_percent() {
        assert!((line().usual_distance() - 0.02).abs() < 1e-12);
    }

    #[test]
    fn mixtures_are_inside_at_the_edge_or_outside() {
        let support = line();
        assert_eq!(support.classify(&[0.31, 0.69, 0.0]).unwrap(), Support::Inside);
        assert_eq!(support.classify(&[0.3, 0.5, 0.2]).unwrap(), Support::Edge);
        assert_eq!(support.classify(&[0.6, 0.4, 0.0]).unwrap(), Support::Outside);
        assert_eq!(support.beyond_range(&[0.6, 0.4, 0.0]).unwrap(), [0]);
        assert_eq!(support.classify(&[f64::NAN, 0.5, 0.5]).unwrap(), Support::Outside);
        assert!(support.classify(&[0.5, 0.5]).is_err());
    }

    #[test]
    fn every_run_supports_itself() {
        let support = line();
        for (row, parts) in support.rows().chunks_exact(3).enumerate() {
            assert_eq!(support.classify(parts).unwrap(), Support::Inside);
            assert_eq!(support.nearest(parts, 1).unwrap(), [NearRun { row, distance: 0.0 }]);
        }
    }

    #[test]
    fn nearest_runs_come_in_order_of_distance() {
        let near = line().nearest(&[0.2, 0.21, 0.59], 3).unwrap();
        assert_eq!((near.len(), near[0].row), (3, 20));
        assert!((near[0].distance - 0.01).abs() < 1e-12);
        assert!(near[1].distance <= near[2].distance);
        assert_eq!(line().nearest(&[0.2, 0.2, 0.6], 100).unwrap().len(), 21);
    }

    #[test]
    fn the_rows_are_all_that_is_saved() {
        let support = line();
        let text = serde_json::to_string(&support).unwrap();
        assert!(text.starts_with(r#"{"width":3,"rows":[0.1,0.9,"#), "{text}");
        assert_eq!(serde_json::from_str::<TrainingSupport>(&text).unwrap(), support);
        for broken in [r#"{"width":3,"rows":[0.1]}"#, r#"{"width":0,"rows":[]}"#, r#"{"width":2,"rows":[]}"#] {
            assert!(serde_json::from_str::<TrainingSupport>(broken).is_err(), "{broken}");
        }
    }
}
