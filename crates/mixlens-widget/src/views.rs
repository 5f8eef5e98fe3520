//! Numbers behind the drawings: traces and the ternary grid.

use mixlens_core::fit::{FittedSurrogate, Surrogate};
use mixlens_core::search::along_cox;
use mixlens_study::{corner_shares, value_range};

use crate::WidgetError;
use crate::calculator::Calculator;
use crate::wire::{Ternary, Traces};

/// The maximum number of points of a trace, and of steps along a side of the ternary grid.
const MAX_STEPS: u32 = 200;

impl Calculator {
    /// One metric (by index) along the Cox direction of every domain, at `points` proportions from
    /// 0 to 1.
    ///
    /// # Errors
    /// No such metric.
    pub fn traces(&self, metric: usize, points: u32) -> Result<Traces, WidgetError> {
        let surrogate = self.surrogate(metric)?;
        let points = points.clamp(2, MAX_STEPS);
        let parts: Vec<f64> = (0..points)
            .map(|step| f64::from(step) / f64::from(points - 1))
            .collect();
        let trace = |domain: usize| {
            let rows: Vec<f64> = parts
                .iter()
                .flat_map(|&part| along_cox(self.current.parts(), domain, part))
                .collect();
            predicted(surrogate, &rows, parts.len())
        };
        let values: Vec<Vec<f64>> = (0..self.set.domains().len()).map(trace).collect();
        Ok(Traces {
            range: value_range(values.iter().flatten().copied()),
            parts,
            values,
        })
    }

    /// One metric (by index) over three domains that share their total, with `steps` steps a side.
    ///
    /// Where their total is below one hundredth, they share one hundredth taken from the others.
    ///
    /// # Errors
    /// No such metric, or corners that are not three domains.
    pub fn ternary(
        &self,
        corners: [usize; 3],
        metric: usize,
        steps: u32,
    ) -> Result<Ternary, WidgetError> {
        let [a, b, c] = corners;
        let width = self.set.domains().len();
        if a == b || b == c || a == c || corners.iter().any(|corner| *corner >= width) {
            let found = format!("{corners:?}");
            return Err(WidgetError::BadValue {
                expected: "the indices of three different domains",
                found,
            });
        }
        let surrogate = self.surrogate(metric)?;
        let steps = steps.clamp(1, MAX_STEPS);
        let corner_total: f64 = self
            .current
            .iter()
            .enumerate()
            .filter(|(domain, _)| corners.contains(domain))
            .map(|(_, (_, part))| part)
            .sum();
        // The corners share t = max(s, 0.01), with s their sum; the other parts are scaled by
        // (1 − t) / (1 − s), so that the mixture sums to one.
        let total = corner_total.clamp(MIN_TOTAL, 1.0);
        let rest = if corner_total < 1.0 {
            (1.0 - total) / (1.0 - corner_total)
        } else {
            0.0
        };
        let shares: Vec<[f64; 3]> = (0..=steps)
            .flat_map(|first| {
                (0..=steps - first).map(move |second| [first, second, steps - first - second])
            })
            .map(|shares| shares.map(|share| f64::from(share) / f64::from(steps)))
            .collect();
        let row = |shares: &[f64; 3]| {
            let mut parts: Vec<f64> = self
                .current
                .parts()
                .iter()
                .map(|part| part * rest)
                .collect();
            for (corner, share) in corners.iter().zip(shares) {
                parts
                    .iter_mut()
                    .skip(*corner)
                    .take(1)
                    .for_each(|part| *part = share * total);
            }
            parts
        };
        let values = predicted(
            surrogate,
            &shares.iter().flat_map(row).collect::<Vec<_>>(),
            shares.len(),
        );
        Ok(Ternary {
            total,
            range: value_range(values.iter().copied()),
            values,
            shares,
            here: corner_shares(corners, self.current.parts()).unwrap_or([1.0 / 3.0; 3]),
            baseline: corner_shares(corners, self.baseline.mixture.parts()),
        })
    }

    fn surrogate(&self, metric: usize) -> Result<&FittedSurrogate, WidgetError> {
        let fitted = self
            .set
            .metrics()
            .get(metric)
            .map(|fitted| &fitted.surrogate);
        fitted.ok_or_else(|| WidgetError::BadValue {
            expected: "the index of a metric",
            found: metric.to_string(),
        })
    }
}

/// The minimum total of the three domains in the ternary grid, as a proportion.
const MIN_TOTAL: f64 = 0.01;

fn predicted(surrogate: &FittedSurrogate, rows: &[f64], count: usize) -> Vec<f64> {
    let mut values = vec![0.0; count];
    surrogate.predict_rows(rows, &mut values);
    values
}
