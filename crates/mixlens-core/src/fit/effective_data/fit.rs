//! Fitting the effective-data law by least squares.
#![expect(
    clippy::indexing_slicing,
    reason = "parameters lie at fixed places in a vector of known length"
)]

use super::EffectiveDataValidParams;
use crate::CoreError;
use crate::compute::{self, Control, CounterStream};
use crate::fit::formula::EffectiveData;
use crate::fit::formula::clip::Clip;
use crate::fit::formula::effective_data::Fields;
use crate::fit::least_squares::{Curve, LeastSquares, Prior, check_parameters, deviation};
use crate::fit::{Fitted, check_curve};
use crate::stats::pearson;

/// Where ln g, ln e, ln w and logit a are pulled to.
const USUAL: [f64; 4] = [-1.0, -4.0, -3.0, 0.0];
/// Starting values: c as a part of the least value, ln g, ln e, logit a.
const STARTS: [[f64; 4]; 3] = [
    [0.6, -1.0, -4.0, 0.0],
    [0.2, -2.0, -3.0, -1.0],
    [0.85, -0.5, -5.0, 1.0],
];

impl EffectiveDataValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// ```text
    /// min  ½ Σₙ ((L(xₙ) − yₙ) / sd y)² + ½ penalty² Σₖ (θₖ − usualₖ)²
    /// θ = (c, ln g, ln e, ln w₁ … ln w_d, logit a)       c is not pulled; c ≥ 0 where all values are positive
    /// ```
    /// The sum over k leaves out c. A domain without a part in a run contributes nothing to it.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooFewRuns`], [`CoreError::TooManyTerms`],
    /// [`CoreError::ConstantMetric`], [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<EffectiveData>, CoreError> {
        let d = check_curve("effective-data", metric, rows, values)?;
        let curve = LawCurve::new(rows, d, self.0.exponent.count(values.len(), d));
        check_parameters("effective-data", metric, curve.parameters(), values.len())?;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let mut priors = vec![Prior::at_least(
            if least > 0.0 { 0.0 } else { f64::NEG_INFINITY },
            deviation(values),
        )];
        priors.extend((1..curve.parameters()).map(|k| Prior::pull(usual(k, d), self.0.penalty)));
        let problem = LeastSquares {
            curve: &curve,
            measured: values,
            priors: &priors,
        };
        let starts = self.starts(rows, values, least, &curve);
        let (theta, report) = problem.fit(
            "the effective-data law",
            &starts,
            curve.parameters(),
            control,
        )?;
        let exps = |part: &[f64]| part.iter().map(|&at| compute::exp(at)).collect::<Vec<_>>();
        let law = EffectiveData::from_fields(Fields {
            floor: theta[0],
            steepness: compute::exp(theta[1]),
            base: compute::exp(theta[2]),
            coefficients: exps(&theta[3..3 + d]),
            exponents: theta[3 + d..].iter().map(|&at| sigmoid(at)).collect(),
            clip: Clip::around(values),
        })?;
        Ok(Fitted::with_report(law, report))
    }

    /// Starting points: coefficients follow each domain's correlation with the metric, with a
    /// little noise.
    fn starts(&self, rows: &[f64], values: &[f64], least: f64, curve: &LawCurve) -> Vec<Vec<f64>> {
        let d = curve.width;
        let correlations: Vec<f64> = (0..d)
            .map(|j| {
                let column: Vec<f64> = rows.iter().skip(j).step_by(d).copied().collect();
                pearson(&column, values).unwrap_or(0.0)
            })
            .collect();
        let start = |number: u64| {
            let [part, steepness, base, exponent] = STARTS[number as usize % STARTS.len()];
            let mut stream = CounterStream::new(self.0.seed, number);
            let mut theta = vec![part * least, steepness, base];
            theta.extend(
                correlations
                    .iter()
                    .map(|r| USUAL[2] - 4.0 * r + 0.3 * stream.next_normal()),
            );
            theta.resize(curve.parameters(), exponent);
            theta
        };
        (0..u64::from(self.0.starts)).map(start).collect()
    }
}

/// Where parameter `k` is pulled to.
fn usual(k: usize, d: usize) -> f64 {
    match k {
        1 => USUAL[0],
        2 => USUAL[1],
        k if k < 3 + d => USUAL[2],
        _ => USUAL[3],
    }
}

fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + compute::exp(-logit))
}

/// The law over the runs, as a function of θ.
pub(super) struct LawCurve {
    width: usize,
    exponents: usize,
    /// Per run, the domains that have a part in it, with the logarithm of that part.
    runs: Vec<Vec<(usize, f64)>>,
}

impl LawCurve {
    pub(super) fn new(rows: &[f64], width: usize, exponents: usize) -> Self {
        let present = |row: &[f64]| {
            let parts = row
                .iter()
                .enumerate()
                .filter(|(_, part)| **part >= f64::MIN_POSITIVE);
            parts.map(|(j, &part)| (j, compute::ln(part))).collect()
        };
        Self {
            width,
            exponents,
            runs: rows.chunks_exact(width).map(present).collect(),
        }
    }
}

impl Curve for LawCurve {
    fn parameters(&self) -> usize {
        3 + self.width + self.exponents
    }

    fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
        let (d, p) = (self.width, self.parameters());
        let (steepness, base) = (compute::exp(theta[1]), compute::exp(theta[2]));
        let (log_coefficients, logits) = theta[3..].split_at(d);
        let exponents: Vec<f64> = logits.iter().map(|&logit| sigmoid(logit)).collect();
        let exponent = |j: usize| exponents[if self.exponents == 1 { 0 } else { j }];
        let mut terms = vec![0.0; d];
        for ((run, value), row) in self
            .runs
            .iter()
            .zip(values)
            .zip(jacobian.chunks_exact_mut(p))
        {
            for (term, (j, log_part)) in terms.iter_mut().zip(run) {
                *term = log_coefficients[*j] + exponent(*j) * log_part;
            }
            let terms = &mut terms[..run.len()];
            terms
                .iter_mut()
                .for_each(|term| *term = compute::exp(*term));
            let useful = base + terms.iter().sum::<f64>();
            let log_useful = compute::ln(useful);
            let height = compute::exp(-steepness * log_useful);
            let slope = -steepness * height / useful;
            *value = theta[0] + height;
            row.fill(0.0);
            row[0] = 1.0;
            row[1] = -steepness * log_useful * height;
            row[2] = slope * base;
            for (term, (j, log_part)) in terms.iter().zip(run) {
                let a = exponent(*j);
                row[3 + j] = slope * term;
                row[3 + d + if self.exponents == 1 { 0 } else { *j }] +=
                    slope * term * log_part * a * (1.0 - a);
            }
        }
    }
}
