//! [`Calibration`]: what the errors of left-out runs say about a prediction.

use std::sync::Arc;

use super::local_scale::{Found, LocalScale};
use super::near::Near;
use super::pairs::{PairScale, ScaledErrors};
use super::{COVERAGE, Interval};
use crate::fit::{CrossFit, FittedSurrogate, Surrogate};
use crate::simplex::total_variation;

/// The errors of left-out runs, ready to be asked about a mixture.
///
/// ```text
/// C(x) = [ the ⌊(1 − c)(n + 1)⌋-th least of f₋ₖ₍ᵢ₎(x) − rᵢ s(x) ,
///          the ⌈c (n + 1)⌉-th least of f₋ₖ₍ᵢ₎(x) + rᵢ s(x) ]
/// rᵢ = |yᵢ − f₋ₖ₍ᵢ₎(xᵢ)| / s(xᵢ)
/// f₋ₖ the fit without fold k, c coverage, s local scale of errors
/// ```
/// With s = 1 it is CV+, which covers at least 2c − 1 of new runs from the same design and in
/// practice about c. The scale makes intervals wide where held-out errors are large and runs are
/// far; it is made of the same errors, a departure. Source: Barber, Candès, Ramdas and Tibshirani
/// 2021, "Predictive inference with the jackknife+", Annals of Statistics 49, section 3 (arXiv
/// 1905.02928); the scale after Papadopoulos, Vovk and Gammerman 2011, "Regression conformal
/// prediction with nearest neighbours". The interval is stretched to hold the prediction itself
/// where it does not.
///
/// For a difference to a baseline b the fits predict f₋ₖ(x) − f₋ₖ(b), and the errors are those of
/// pairs of runs,
/// |eᵢ − eⱼ| / h(xᵢ, xⱼ) with the scale h of [`PairScale`]. No guarantee is
/// known for it; `compare` measures its coverage.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::fit) struct Calibration {
    fits: Vec<FittedSurrogate>,
    runs: ScaledErrors,
    scale: LocalScale,
    /// Those of the runs that each fit left out, the largest first.
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
    /// From cross-fits to the runs; `None` where there are too few runs for an interval, or no
    /// errors at all.
    pub fn new(cross: &CrossFit, near: &Arc<Near>) -> Option<Self> {
        rank(cross.errors.len())?;
        let scale = LocalScale::new(near, &cross.errors)?;
        let scales = (0..near.len()).map(|run| scale.at_run(run)).collect();
        let (errors, folds) = (cross.errors.clone(), cross.folds.clone());
        let runs = ScaledErrors {
            near: Arc::clone(near),
            errors,
            folds,
            scales,
        };
        let mut scores = vec![Vec::new(); cross.fits.len()];
        for ((error, scale), &fold) in runs.errors.iter().zip(&runs.scales).zip(&runs.folds) {
            scores.get_mut(fold as usize)?.push(error.abs() / scale);
        }
        largest_first(&mut scores);
        Some(Self {
            fits: cross.fits.clone(),
            pairs: PairScale::new(&runs),
            runs,
            scale,
            scores,
        })
    }

    /// The mean prediction of the fits.
    pub fn centre(&self, parts: &[f64]) -> f64 {
        self.fits
            .iter()
            .map(|fit| fit.predict_one(parts))
            .sum::<f64>()
            / self.fits.len() as f64
    }

    /// The interval for the metric at `parts`, around `value`, the prediction of the fit to all
    /// runs.
    pub fn interval(&self, parts: &[f64], value: f64) -> Option<Interval> {
        self.at(parts).interval(value)
    }

    /// What the fits say at `parts`: intervals for the metric and for differences are made of the
    /// same predictions.
    pub fn at<'a>(&'a self, parts: &'a [f64]) -> At<'a> {
        self.at_near(parts, &mut None)
    }

    /// [`Calibration::at`] for one of many metrics: the runs near `parts` are looked for once where
    /// metrics share them.
    pub fn at_near<'a>(&'a self, parts: &'a [f64], found: &mut Option<Found>) -> At<'a> {
        let values = self.fits.iter().map(|fit| fit.predict_one(parts)).collect();
        At {
            own: self,
            parts,
            values,
            scale: self.scale.at_near(parts, found),
        }
    }

    /// The mixture that differences are taken to.
    pub fn anchor(&self, parts: &[f64]) -> Anchor {
        let values = self.fits.iter().map(|fit| fit.predict_one(parts)).collect();
        let scores = self
            .pairs
            .as_ref()
            .map(|pairs| pairs.scores(&self.runs, parts, self.fits.len()));
        let mut scores = scores.unwrap_or_default();
        largest_first(&mut scores);
        Anchor {
            parts: parts.to_vec(),
            values,
            scale: self.scale.at(parts),
            scores,
        }
    }

    /// The interval for the metric at `parts` minus the metric at `anchor`, around `difference` as
    /// the fit to all runs has it.
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
        interval(
            self.values.iter().copied().zip(&self.own.scores),
            self.scale,
            value,
        )
    }

    /// [`Calibration::difference`] from here.
    pub fn difference(&self, anchor: &Anchor, difference: f64) -> Option<Interval> {
        let pairs = self.own.pairs.as_ref()?;
        let scale = pairs.at(
            self.scale,
            anchor.scale,
            total_variation(self.parts, &anchor.parts),
        );
        let centres = self
            .values
            .iter()
            .zip(&anchor.values)
            .map(|(here, there)| here - there);
        interval(centres.zip(&anchor.scores), scale, difference)
    }
}

/// The rank from above of the upper end among `n`; `None` where that is beyond the last.
fn rank(n: usize) -> Option<usize> {
    let rank = (COVERAGE * (n as f64 + 1.0) - 1e-9).ceil() as usize;
    (1..=n).contains(&rank).then_some(rank)
}

fn largest_first(scores: &mut [Vec<f64>]) {
    scores
        .iter_mut()
        .for_each(|own| own.sort_unstable_by(|a, b| b.total_cmp(a)));
}

/// The interval from centres with their scores, the largest first, at a scale, stretched to hold
/// `value`.
fn interval<'a>(
    centres: impl Iterator<Item = (f64, &'a Vec<f64>)>,
    scale: f64,
    value: f64,
) -> Option<Interval> {
    let centres: Vec<(f64, &[f64])> = centres
        .map(|(centre, scores)| (centre, scores.as_slice()))
        .collect();
    let n: usize = centres.iter().map(|(_, scores)| scores.len()).sum();
    let place = n - rank(n)? + 1;
    let below = centres
        .iter()
        .map(|&(centre, scores)| (-centre, scores))
        .collect();
    let (low, high) = (
        -largest(place, below, scale)?,
        largest(place, centres, scale)?,
    );
    (low.is_finite() && high.is_finite()).then(|| Interval {
        low: low.min(value),
        high: high.max(value),
    })
}

/// The `place`-th largest of all centres plus scaled scores, the largest of each centre first.
///
/// Looks at few of them, however many there are: where every list gives up its first `step` of at
/// most `place` in all, the list whose last of these is the largest gives up none that is smaller
/// than what is looked for.
fn largest(mut place: usize, mut lists: Vec<(f64, &[f64])>, scale: f64) -> Option<f64> {
    let (mut step, mut lasts) = (0, Vec::new());
    loop {
        let share = (place / lists.len().max(1)).max(1);
        let last = |&(centre, scores): &(f64, &[f64])| {
            scores
                .get(share - 1)
                .map_or(f64::NEG_INFINITY, |score| score * scale + centre)
        };
        if step != share {
            step = share;
            lasts = lists.iter().map(last).collect();
        }
        let (mut at, mut value) = (0, f64::NEG_INFINITY);
        for (list, &last) in lasts.iter().enumerate() {
            if last > value {
                (at, value) = (list, last);
            }
        }
        if place == 1 || value == f64::NEG_INFINITY {
            return (value > f64::NEG_INFINITY).then_some(value);
        }
        // All of the `step` are at least as large as the one looked for, but that may be the last
        // of them.
        let dropped = step.min(place - 1);
        let list = lists.get_mut(at)?;
        list.1 = list.1.get(dropped..)?;
        *lasts.get_mut(at)? = last(list);
        place -= dropped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::CounterStream;

    #[test]
    fn the_largest_of_many_lists_are_those_of_one() {
        let mut stream = CounterStream::new(3, 0);
        for lists in 1..12 {
            let mut scores: Vec<Vec<f64>> = (0..lists)
                .map(|list| {
                    (0..list * 7 % 23 + usize::from(list == 0))
                        .map(|_| (stream.next_unit() * 20.0).floor())
                        .collect()
                })
                .collect();
            largest_first(&mut scores);
            let lists: Vec<(f64, &[f64])> = scores
                .iter()
                .map(|own| ((stream.next_unit() * 5.0).floor(), own.as_slice()))
                .collect();
            let mut all: Vec<f64> = lists
                .iter()
                .flat_map(|(centre, own)| own.iter().map(move |score| score * 0.5 + centre))
                .collect();
            all.sort_by(|a, b| b.total_cmp(a));
            for (place, expected) in all.iter().enumerate() {
                assert_eq!(
                    largest(place + 1, lists.clone(), 0.5).unwrap().to_bits(),
                    expected.to_bits(),
                    "{place}"
                );
            }
            assert_eq!(largest(all.len() + 1, lists, 0.5), None);
        }
    }
}
