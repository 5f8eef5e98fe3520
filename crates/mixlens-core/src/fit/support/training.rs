//! [`TrainingSupport`]: the training runs, and how far a mixture is from them.

use serde::{Deserialize, Serialize};

use super::distance::usual_distance;
use super::hull::Hull;
use super::{Assessment, NearRun, RANGE_TOLERANCE, Support};
use crate::CoreError;
use crate::simplex::total_variation;

/// The mixtures a surrogate was fitted on, kept to say how far a new mixture is from them.
///
/// | a mixture is | when |
/// |---|---|
/// | outside | a proportion is beyond the range of the runs, or both distances are unusual |
/// | inside | its distance to the convex hull of the runs is usual |
/// | at the edge | otherwise: out of the hull, as near to a run as runs are to each other |
///
/// What is usual is measured on the runs themselves: the distance from a run to the convex hull of
/// the others, and to the nearest other one, that nine of ten keep within. All of it within
/// [`RANGE_TOLERANCE`].
///
/// With many runs in few dimensions nearly every run is a mixture of the others, the usual distance
/// to their hull is zero, and inside means in the hull. In many dimensions no hull holds even
/// mixtures of the same design (of RegMix's 512 runs over 17 domains, three in a hundred are in the
/// hull of the others), and inside means no more of an extrapolation than a run is from the others.
///
/// ```
/// use mixlens_core::fit::{Support, TrainingSupport};
/// let runs = [0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.8, 0.2];
/// let support = TrainingSupport::new(&runs, 2)?;
/// assert_eq!(support.classify(&[0.35, 0.65])?, Support::Inside);
/// assert_eq!(support.classify(&[0.95, 0.05])?, Support::Outside);
/// let why = support.assess(&[0.95, 0.05])?;
/// assert_eq!((why.beyond_range, why.nearest.row), (vec![0, 1], 3));
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SupportFields", into = "SupportFields")]
pub struct TrainingSupport {
    width: usize,
    rows: Vec<f64>,
    ranges: Vec<(f64, f64)>,
    hull: Hull,
    usual_distance: f64,
    usual_hull_distance: f64,
}

impl TrainingSupport {
    /// The support of `rows` (n × `width` proportions, row after row).
    ///
    /// Compares up to 1,000 runs with every other one, and up to 64 of them with the hull of the
    /// others.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`] for rows that are cut short or none, or
    /// [`CoreError::NumericalFailure`] for proportions that are not finite.
    pub fn new(rows: &[f64], width: usize) -> Result<Self, CoreError> {
        if width == 0 || rows.is_empty() || !rows.len().is_multiple_of(width) {
            let expected = rows.len().next_multiple_of(width.max(1)).max(width);
            return Err(CoreError::WrongLength {
                what: "proportions",
                expected,
                found: rows.len(),
            });
        }
        if !rows.iter().all(|part| part.is_finite()) {
            return Err(CoreError::NumericalFailure {
                what: "the support of the runs",
            });
        }
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
        for row in rows.chunks_exact(width) {
            for ((least, most), &part) in ranges.iter_mut().zip(row) {
                *least = least.min(part);
                *most = most.max(part);
            }
        }
        let hull = Hull::new(rows, width);
        let usual_distance = usual_distance(hull.points(), width);
        let usual_hull_distance = hull.usual_distance();
        Ok(Self {
            width,
            rows: rows.to_vec(),
            ranges,
            hull,
            usual_distance,
            usual_hull_distance,
        })
    }

    /// The number of domains.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The proportions of the runs, row after row.
    pub fn rows(&self) -> &[f64] {
        &self.rows
    }

    /// The total variation distance to the nearest other run that 95 % of the runs keep within.
    pub fn usual_distance(&self) -> f64 {
        self.usual_distance
    }

    /// The Euclidean distance to the convex hull of the other runs that 90 % of the runs keep
    /// within.
    pub fn usual_hull_distance(&self) -> f64 {
        self.usual_hull_distance
    }

    /// Where `parts` lies.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn classify(&self, parts: &[f64]) -> Result<Support, CoreError> {
        if !self.beyond_range(parts)?.is_empty() {
            return Ok(Support::Outside);
        }
        if self
            .hull
            .is_within(parts, self.usual_hull_distance + RANGE_TOLERANCE)
        {
            return Ok(Support::Inside);
        }
        // Every distinct run, or where they are very many those that the usual distance was
        // measured on.
        let mut runs = self.hull.points().chunks_exact(self.width);
        let is_near =
            runs.any(|run| total_variation(run, parts) <= self.usual_distance + RANGE_TOLERANCE);
        Ok(if is_near {
            Support::Edge
        } else {
            Support::Outside
        })
    }

    /// Where `parts` lies, with everything that the verdict follows from.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], or [`CoreError::NumericalFailure`] for proportions that are not
    /// finite.
    pub fn assess(&self, parts: &[f64]) -> Result<Assessment, CoreError> {
        let support = self.classify(parts)?;
        let nearest = self
            .nearest(parts, 1)?
            .pop()
            .filter(|run| run.distance.is_finite());
        let nearest = nearest.ok_or(CoreError::NumericalFailure {
            what: "the support of a mixture",
        })?;
        let (beyond_range, hull_distance) = (self.beyond_range(parts)?, self.hull.distance(parts));
        Ok(Assessment {
            support,
            beyond_range,
            hull_distance,
            nearest,
        })
    }

    /// The domains whose proportion in `parts` is beyond the range of the runs.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn beyond_range(&self, parts: &[f64]) -> Result<Vec<usize>, CoreError> {
        self.check(parts)?;
        let beyond =
            parts
                .iter()
                .zip(&self.ranges)
                .enumerate()
                .filter(|(_, (part, (least, most)))| {
                    // True for NaN.
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
        let mut runs: Vec<NearRun> = self
            .distances(parts)
            .enumerate()
            .map(|(row, distance)| NearRun { row, distance })
            .collect();
        let by_distance =
            |a: &NearRun, b: &NearRun| a.distance.total_cmp(&b.distance).then(a.row.cmp(&b.row));
        if count < runs.len() {
            runs.select_nth_unstable_by(count, by_distance);
            runs.truncate(count);
        }
        runs.sort_unstable_by(by_distance);
        Ok(runs)
    }

    fn distances(&self, parts: &[f64]) -> impl Iterator<Item = f64> {
        self.rows
            .chunks_exact(self.width)
            .map(move |row| total_variation(row, parts))
    }

    fn check(&self, parts: &[f64]) -> Result<(), CoreError> {
        if parts.len() == self.width {
            return Ok(());
        }
        Err(CoreError::WrongLength {
            what: "proportions",
            expected: self.width,
            found: parts.len(),
        })
    }
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
        Self {
            width: support.width,
            rows: support.rows,
        }
    }
}

impl TryFrom<SupportFields> for TrainingSupport {
    type Error = CoreError;

    fn try_from(fields: SupportFields) -> Result<Self, CoreError> {
        Self::new(&fields.rows, fields.width)
    }
}
