//! [`Calibration`]: what the errors of left-out runs say about a prediction.

use super::local_scale::LocalScale;
use super::pairs::{PairScale, ScaledErrors};
use super::{COVERAGE, Interval};
use crate::fit::{CrossFit, FittedSurrogate, Surrogate};
use crate::simplex::total_variation;

/// The errors of left-out runs, ready to be asked about a mixture.
///
/// ```text
/// C(x) = [ the ⌊(1 − c)(n + 1)⌋-th least of f₋ₖ₍ᵢ₎(x) − rᵢ s(x) ,  the ⌈c (n + 1)⌉-th least of f₋ₖ₍ᵢ₎(x) + rᵢ s(x) ]
/// rᵢ = |yᵢ − f₋ₖ₍ᵢ₎(xᵢ)| / s(xᵢ)       f₋ₖ the fit without fold k, c coverage, s local scale of errors
/// ```
/// With s = 1 it is CV+, which covers at least 2c − 1 of new runs from the same design and in practice about c. The scale
/// makes intervals wide where held-out errors are large and runs are far; it is made of the same errors, a departure.
/// Source: Barber, Candès, Ramdas and Tibshirani 2021, "Predictive inference with the jackknife+", Annals of Statistics 49,
/// section 3 (arXiv 1905.02928); the scale after Papadopoulos, Vovk and Gammerman 2011, "Regression conformal prediction
/// with nearest neighbours". The interval is stretched to hold the prediction itself where it does not.
///
/// For a difference to a baseline b the fits predict f₋ₖ(x) − f₋ₖ(b), and the errors are those of pairs of runs,
/// |eᵢ − eⱼ| / h(xᵢ, xⱼ) with the scale h of [`PairScale`]. No guarantee is known for it; `compare` measures its coverage.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::fit) struct Calibration {
    fits: Vec<FittedSurrogate>,
    runs: ScaledErrors,
    scale: LocalScale,
    scores: Vec<Vec<f64>>,
    pairs: Option<PairScale>,
}

/// A mixture that others are compared with, as the fits of a calibration see it.
#[derive(Clone, Debug)]
pub(in crate::fit) struct Anchor {
    parts: Vec<f64>,
    values: Vec<f64>,
    scale: f64,
    scores: Vec<Vec<f64>>,
}

impl Calibration {
    /// From cross-fits to the runs at `rows`; `None` where there are too few runs for an interval, or no errors at all.
    pub fn new(cross: &CrossFit, rows: &[f64], width: usize) -> Option<Self> {
        rank(cross.errors.len())?;
        let scale = LocalScale::new(rows, width, &cross.errors)?;
        let scales = rows.chunks_exact(width).map(|row| scale.at_run(row)).collect();
        let runs = ScaledErrors {
            width,
            rows: rows.to_vec(),
            errors: cross.errors.clone(),
            folds: cross.folds.clone(),
            scales,
        };
        let mut scores = vec![Vec::new(); cross.fits.len()];
        for ((error, scale), &fold) in runs.errors.iter().zip(&runs.scales).zip(&runs.folds) {
            scores.get_mut(fold as usize)?.push(error.abs() / scale);
        }
        Some(Self { fits: cross.fits.clone(), pairs: PairScale::new(&runs), runs, scale, scores })
    }

    /// The mean prediction of the fits.
    pub fn centre(&self, parts: &[f64]) -> f64 {
        self.fits.iter().map(|fit| fit.predict_one(parts)).sum::<f64>() / self.fits.len() as f64
    }

    /// The interval for the metric at `parts`, around `value`, the prediction of the fit to all runs.
    pub fn interval(&self, parts: &[f64], value: f64) -> Option<Interval> {
        self.at(parts).interval(value)
    }

    /// What the fits say at `parts`: intervals for the metric and for differences are made of the same predictions.
    pub fn at<'a>(&'a self, parts: &'a [f64]) -> At<'a> {
        let values = self.fits.iter().map(|fit| fit.predict_one(parts)).collect();
        At { own: self, parts, values, scale: self.scale.at(parts) }
    }

    /// The mixture that differences are taken to.
    pub fn anchor(&self, parts: &[f64]) -> Anchor {
        let values = self.fits.iter().map(|fit| fit.predict_one(parts)).collect();
        let scores = self.pairs.as_ref().map(|pairs| pairs.scores(&self.runs, parts, self.fits.len()));
        Anchor { parts: parts.to_vec(), values, scale: self.scale.at(parts), scores: scores.unwrap_or_default() }
    }

    /// The interval for the metric at `parts` minus the metric at `anchor`, around `difference` as the fit to all runs has it.
    pub fn difference(&self, parts: &[f64], anchor: &Anchor, difference: f64) -> Option<Interval> {
        self.at(parts).difference(anchor, difference)
    }
}

/// What the fits of a calibration say at one mixture.
pub(in crate::fit) struct At<'a> {
    own: &'a Calibration,
    parts: &'a [f64],
    values: Vec<f64>,
    scale: f64,
}

impl At<'_> {
    /// [`Calibration::interval`] here.
    pub fn interval(&self, value: f64) -> Option<Interval> {
        interval(self.values.iter().copied().zip(&self.own.scores), self.scale, value)
    }

    /// [`Calibration::difference`] from here.
    pub fn difference(&self, anchor: &Anchor, difference: f64) -> Option<Interval> {
        let pairs = self.own.pairs.as_ref()?;
        let scale = pairs.at(self.scale, anchor.scale, total_variation(self.parts, &anchor.parts));
        let centres = self.values.iter().zip(&anchor.values).map(|(here, there)| here - there);
        interval(centres.zip(&anchor.scores), scale, difference)
    }
}

/// The rank from above of the upper end among `n`; `None` where that is beyond the last.
fn rank(n: usize) -> Option<usize> {
    let rank = (COVERAGE * (n as f64 + 1.0) - 1e-9).ceil() as usize;
    (1..=n).contains(&rank).then_some(rank)
}

/// The interval from centres with their scores, at a scale, stretched to hold `value`.
fn interval<'a>(centres: impl Iterator<Item = (f64, &'a Vec<f64>)>, scale: f64, value: f64) -> Option<Interval> {
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for (centre, scores) in centres {
        below.extend(scores.iter().map(|score| score * scale - centre));
        above.extend(scores.iter().map(|score| score * scale + centre));
    }
    let rank = rank(above.len())?;
    let end = |values: &mut Vec<f64>| *values.select_nth_unstable_by(rank - 1, f64::total_cmp).1;
    let (low, high) = (-end(&mut below), end(&mut above));
    (low.is_finite() && high.is_finite()).then(|| Interval { low: low.min(value), high: high.max(value) })
}
