//! Fitting the exponential mixing law by least squares.
#![expect(
    clippy::indexing_slicing,
    reason = "parameters lie at fixed places in a vector of known length"
)]

use super::{ExponentialValidParams, Floor};
use crate::CoreError;
use crate::compute::{self, Control};
use crate::fit::formula::Exponential;
use crate::fit::formula::clip::Clip;
use crate::fit::least_squares::{Curve, LeastSquares, Prior, check_parameters, deviation};
use crate::fit::{Fitted, check_curve};
use crate::stats::pearson;

/// Starting levels as a part of the least value, and slope per unit of correlation.
const STARTS: [[f64; 2]; 3] = [[0.6, 1.0], [0.2, 0.5], [0.85, 3.0]];

impl ExponentialValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// ```text
    /// min  ½ Σₙ ((L(xₙ) − yₙ) / sd y)² + ½ penalty² Σⱼ tⱼ²
    /// ```
    /// The gauge Σ tⱼ = 0 is held throughout: the law sees xⱼ − Σx/d. Departs from the authors of
    /// the law, who fit logarithms of losses with Huber's function.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooFewRuns`], [`CoreError::ConstantMetric`],
    /// [`CoreError::NotPositive`] for a floor of zero and values that are not above it,
    /// [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<Exponential>, CoreError> {
        let d = check_curve("exponential", metric, rows, values)?;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let has_floor = self.0.floor == Floor::Free;
        if !has_floor && least <= 0.0 {
            return Err(CoreError::NotPositive {
                metric: metric.to_owned(),
                found: least,
            });
        }
        let curve = LawCurve::new(rows, d, has_floor);
        check_parameters("exponential", metric, curve.parameters(), values.len())?;
        let lowest = if least > 0.0 { 0.0 } else { f64::NEG_INFINITY };
        let mut priors = vec![Prior::pull(0.0, 0.0)];
        priors.resize(1 + d, Prior::pull(0.0, self.0.penalty));
        priors.extend(has_floor.then(|| Prior::at_least(lowest, deviation(values))));
        let problem = LeastSquares {
            curve: &curve,
            measured: values,
            priors: &priors,
        };
        let starts = starts(rows, values, d, has_floor);
        let free = d + usize::from(has_floor);
        let (theta, report) = problem.fit("the exponential law", &starts, free, control)?;
        let floor = if has_floor { theta[d + 1] } else { 0.0 };
        let law = Exponential::fitted(floor, theta[0], &theta[1..=d], Clip::around(values))?;
        Ok(Fitted::with_report(law, report))
    }
}

/// θ = (b, t₁ … t_d, c); without c where the floor is zero.
fn starts(rows: &[f64], values: &[f64], d: usize, has_floor: bool) -> Vec<Vec<f64>> {
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
            (a.min(*x), b.max(*x))
        });
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let correlation = |j: usize| {
        let column: Vec<f64> = rows.iter().skip(j).step_by(d).copied().collect();
        pearson(&column, values).unwrap_or(0.0)
    };
    let correlations: Vec<f64> = (0..d).map(correlation).collect();
    let start = |[part, steepness]: &[f64; 2]| {
        // Below the least value also where values are negative.
        let floor = if least > 0.0 {
            part * least
        } else {
            least - (1.0 - part) * (most - least)
        };
        let height = if has_floor { mean - floor } else { mean };
        let mut theta = vec![compute::ln(height.max(f64::MIN_POSITIVE))];
        theta.extend(correlations.iter().map(|r| steepness * r));
        theta.extend(has_floor.then_some(floor));
        theta
    };
    STARTS.iter().map(start).collect()
}

/// The law over the runs, as a function of θ.
pub(super) struct LawCurve {
    width: usize,
    has_floor: bool,
    /// xⱼ − Σx/d, run after run.
    centred: Vec<f64>,
}

impl LawCurve {
    pub(super) fn new(rows: &[f64], width: usize, has_floor: bool) -> Self {
        let mut centred = rows.to_vec();
        for row in centred.chunks_exact_mut(width) {
            let mean = row.iter().sum::<f64>() / width as f64;
            row.iter_mut().for_each(|part| *part -= mean);
        }
        Self {
            width,
            has_floor,
            centred,
        }
    }
}

impl Curve for LawCurve {
    fn parameters(&self) -> usize {
        1 + self.width + usize::from(self.has_floor)
    }

    fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
        let (d, p) = (self.width, self.parameters());
        let floor = if self.has_floor { theta[d + 1] } else { 0.0 };
        for ((run, value), row) in self
            .centred
            .chunks_exact(d)
            .zip(values)
            .zip(jacobian.chunks_exact_mut(p))
        {
            let line: f64 = theta[0] + run.iter().zip(&theta[1..]).map(|(x, t)| x * t).sum::<f64>();
            let height = compute::exp(line);
            *value = floor + height;
            row[0] = height;
            row[1..]
                .iter_mut()
                .zip(run)
                .for_each(|(slope, x)| *slope = height * x);
            if self.has_floor {
                row[d + 1] = 1.0;
            }
        }
    }
}
