//! Fitting the additive power law by least squares.
#![expect(
    clippy::indexing_slicing,
    reason = "parameters lie at fixed places in a vector of known length"
)]

use super::PowerValidParams;
use crate::CoreError;
use crate::compute::{self, Control};
use crate::fit::formula::PowerTerms;
use crate::fit::formula::clip::Clip;
use crate::fit::formula::power_terms::Fields;
use crate::fit::least_squares::{Curve, LeastSquares, Prior, check_parameters, deviation};
use crate::fit::{Fitted, check_curve};
use crate::stats::pearson;

/// Where ln k beyond ln sd y, ln a and ln b are pulled to.
const USUAL: [f64; 3] = [-1.0, -3.0, -0.7];
/// Starting values: c as a part of the least value, ln a, ln b.
const STARTS: [[f64; 3]; 3] = [[0.6, -3.0, -0.7], [0.2, -2.0, -1.5], [0.85, -4.0, 0.0]];

impl PowerValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// ```text
    /// min  ½ Σₙ ((L(xₙ) − yₙ) / sd y)² + ½ penalty² Σₖ (θₖ − usualₖ)²
    /// θ = (c, ln b, ln k₁ … ln k_d, ln a₁ … ln a_d)       c is not pulled; c ≥ 0 where all values are positive
    /// ```
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooFewRuns`], [`CoreError::ConstantMetric`],
    /// [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<PowerTerms>, CoreError> {
        let d = check_curve("power", metric, rows, values)?;
        let curve = LawCurve { width: d, rows };
        check_parameters("power", metric, curve.parameters(), values.len())?;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let unit = deviation(values);
        let usual_height = compute::ln(unit) + USUAL[0];
        let mut priors = vec![Prior::at_least(
            if least > 0.0 { 0.0 } else { f64::NEG_INFINITY },
            unit,
        )];
        priors.push(Prior::pull(USUAL[2], self.0.penalty));
        priors.resize(2 + d, Prior::pull(usual_height, self.0.penalty));
        priors.resize(2 + 2 * d, Prior::pull(USUAL[1], self.0.penalty));
        let problem = LeastSquares {
            curve: &curve,
            measured: values,
            priors: &priors,
        };
        let start = |[part, offset, exponent]: &[f64; 3]| {
            let floor = if least > 0.0 {
                part * least
            } else {
                least - unit
            };
            let mut theta = vec![floor, *exponent];
            theta.extend((0..d).map(|j| {
                let column: Vec<f64> = rows.iter().skip(j).step_by(d).copied().collect();
                usual_height - 3.0 * pearson(&column, values).unwrap_or(0.0)
            }));
            theta.resize(2 + 2 * d, *offset);
            theta
        };
        let starts: Vec<Vec<f64>> = STARTS.iter().map(start).collect();
        let (theta, report) = problem.fit("the power law", &starts, curve.parameters(), control)?;
        let exps = |part: &[f64]| part.iter().map(|&at| compute::exp(at)).collect::<Vec<_>>();
        let (heights, offsets) = theta[2..].split_at(d);
        let law = PowerTerms::from_fields(Fields {
            floor: theta[0],
            exponents: vec![compute::exp(theta[1])],
            heights: exps(heights),
            offsets: exps(offsets),
            clip: Clip::around(values),
        })?;
        Ok(Fitted::with_report(law, report))
    }
}

/// The law over the runs, as a function of θ.
pub(super) struct LawCurve<'a> {
    pub width: usize,
    pub rows: &'a [f64],
}

impl Curve for LawCurve<'_> {
    fn parameters(&self) -> usize {
        2 + 2 * self.width
    }

    fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
        let (d, p) = (self.width, self.parameters());
        let exponent = compute::exp(theta[1]);
        let (log_heights, log_offsets) = theta[2..].split_at(d);
        let inverses: Vec<f64> = log_offsets.iter().map(|&log| compute::exp(-log)).collect();
        for ((run, value), row) in self
            .rows
            .chunks_exact(d)
            .zip(values)
            .zip(jacobian.chunks_exact_mut(p))
        {
            let (mut sum, mut by_exponent) = (0.0, 0.0);
            let (of_heights, of_offsets) = row[2..].split_at_mut(d);
            for j in 0..d {
                let grown = 1.0 + run[j] * inverses[j];
                let log = compute::ln(grown);
                let term = compute::exp(log_heights[j] - exponent * log);
                sum += term;
                by_exponent -= term * log * exponent;
                of_heights[j] = term;
                // ∂(1 + x/a)/∂ln a = −x/a
                of_offsets[j] = term * exponent * (grown - 1.0) / grown;
            }
            *value = theta[0] + sum;
            (row[0], row[1]) = (1.0, by_exponent);
        }
    }
}
