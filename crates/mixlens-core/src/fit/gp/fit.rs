//! Fitting a Gaussian process: length scales, amplitude and noise by marginal likelihood.

use nalgebra::{DMatrix, DVector};

use super::likelihood::{Evidence, Hyper};
use super::{GpOutput, GpValidParams};
use crate::CoreError;
use crate::compute::{self, Control, CounterStream};
use crate::fit::column::Column;
use crate::fit::formula::gp::Fields;
use crate::fit::formula::{Gp, Inputs};
use crate::fit::lbfgs::{Limits, Minimum, minimise};
use crate::fit::least_squares::deviation;
use crate::fit::{Fitted, check_curve};

/// Runs that the search for length scales starts on; a search over all of them costs the cube of
/// their number.
const FIRST_RUNS: usize = 128;
/// Runs that it goes on with, where there are more.
const POLISH_RUNS: usize = 512;
/// Runs that predictions are made of, where there are more: the factor of their covariances takes
/// 16 bytes a pair, and the cube of their number in time.
const MAX_RUNS: usize = 2048;
/// The search on up to [`FIRST_RUNS`] runs.
const SEARCH: Limits = Limits {
    evaluations: 80,
    decrease: 1e-3,
};
/// What follows on up to [`POLISH_RUNS`].
const POLISH: Limits = Limits {
    evaluations: 14,
    decrease: 1e-2,
};
const WHAT: &str = "the Gaussian process";

impl GpValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// ```text
    /// f ~ GP(0, amplitude · k(r)),  y = f + noise       r² = Σⱼ ((zⱼ − z′ⱼ) / ℓⱼ)²,  k Matérn 5/2
    /// ```
    /// z inputs, y the standardised metric or its logarithm. Hyperparameters have the highest
    /// posterior probability under wide priors. Inputs and output are those with the highest among
    /// the allowed ones, found on up to 128 runs; length scales are found on up to 512, and
    /// predictions are made of up to 2,048, drawn from all runs where there are more.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooFewRuns`], [`CoreError::ConstantMetric`],
    /// [`CoreError::NotPositive`] for the logarithm of zero or less,
    /// [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<Gp>, CoreError> {
        let d = check_curve("gp", metric, rows, values)?;
        if values.len() > MAX_RUNS {
            let drawn = Column {
                metric,
                rows,
                values,
            }
            .pick(self.drawn(values.len(), MAX_RUNS).into_iter());
            return self.fit(metric, &drawn.parts, &drawn.values, control);
        }
        let first = self.drawn(values.len(), FIRST_RUNS);
        let mut best: Option<(f64, Minimum, Inputs, Output)> = None;
        for &inputs in self.inputs() {
            for output in self.outputs(metric, values)? {
                let evidence = evidence(rows, d, inputs, &output).select(&first);
                let found = minimise(WHAT, Hyper::start(d), SEARCH, control, |theta| {
                    evidence.cost(theta, control)
                })?;
                let value = found.value + output.log_volume(&first);
                if best.as_ref().is_none_or(|(least, ..)| value < *least) {
                    best = Some((value, found, inputs, output));
                }
            }
        }
        let (_, mut found, inputs, output) =
            best.ok_or(CoreError::NumericalFailure { what: WHAT })?;
        let evidence = evidence(rows, d, inputs, &output);
        if values.len() > FIRST_RUNS {
            let polished = evidence.select(&self.drawn(values.len(), POLISH_RUNS));
            found = minimise(WHAT, found.at, POLISH, control, |theta| {
                polished.cost(theta, control)
            })?;
        }
        let weights = evidence.weights(&found.at, control);
        control.check()?;
        let weights = weights.ok_or(CoreError::NumericalFailure { what: WHAT })?;
        let hyper = Hyper(&found.at);
        let spreads = spreads(rows, d, inputs);
        let gp = Gp::new(Fields {
            inputs,
            is_log: output.is_log,
            centre: output.centre,
            unit: output.unit,
            amplitude: hyper.amplitude(),
            noise: hyper.noise(),
            lengths: hyper
                .lengths()
                .zip(spreads)
                .map(|(length, spread)| length * spread)
                .collect(),
            weights: weights.iter().copied().collect(),
            runs: rows.to_vec(),
        })?;
        Ok(gp.into())
    }

    /// All of `runs`, or `most` drawn from them, in rising order.
    fn drawn(&self, runs: usize, most: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..runs).collect();
        if runs > most {
            CounterStream::new(self.0.seed, 0).shuffle(&mut all);
            all.truncate(most);
            all.sort_unstable();
        }
        all
    }

    /// Outputs to be tried.
    fn outputs(&self, metric: &str, values: &[f64]) -> Result<Vec<Output>, CoreError> {
        let not_positive = values
            .iter()
            .copied()
            .find(|value| *value < f64::MIN_POSITIVE);
        match (self.0.output, not_positive) {
            (GpOutput::Plain, _) | (GpOutput::Auto, Some(_)) => Ok(vec![Output::plain(values)]),
            (GpOutput::Log, Some(found)) => Err(CoreError::NotPositive {
                metric: metric.to_owned(),
                found,
            }),
            (GpOutput::Log, None) => Ok(vec![Output::log(values)]),
            (GpOutput::Auto, None) => Ok(vec![Output::log(values), Output::plain(values)]),
        }
    }
}

/// The metric of the runs as the process describes it.
struct Output {
    is_log: bool,
    centre: f64,
    unit: f64,
    /// (metric or its logarithm − centre) / unit.
    values: Vec<f64>,
}

impl Output {
    fn plain(values: &[f64]) -> Self {
        Self::standardised(values.to_vec(), false)
    }

    fn log(values: &[f64]) -> Self {
        Self::standardised(
            values.iter().map(|&value| compute::ln(value)).collect(),
            true,
        )
    }

    fn standardised(mut values: Vec<f64>, is_log: bool) -> Self {
        let centre = values.iter().sum::<f64>() / values.len() as f64;
        let unit = deviation(&values);
        values
            .iter_mut()
            .for_each(|value| *value = (*value - centre) / unit);
        Self {
            is_log,
            centre,
            unit,
            values,
        }
    }

    /// Σ ln |dy / dvalue| over the runs at `rows`: makes likelihoods of different outputs
    /// comparable.
    fn log_volume(&self, rows: &[usize]) -> f64 {
        let logs = rows
            .iter()
            .filter_map(|&row| self.values.get(row))
            .map(|value| self.centre + self.unit * value);
        let of_metric: f64 = if self.is_log { logs.sum() } else { 0.0 };
        of_metric + rows.len() as f64 * compute::ln(self.unit)
    }
}

/// The standard deviation of each domain's input; one where it does not vary.
fn spreads(rows: &[f64], d: usize, inputs: Inputs) -> Vec<f64> {
    let column = |j: usize| {
        rows.iter()
            .skip(j)
            .step_by(d)
            .map(|&part| inputs.of(part))
            .collect::<Vec<_>>()
    };
    (0..d).map(|j| deviation(&column(j))).collect()
}

fn evidence(rows: &[f64], d: usize, inputs: Inputs, output: &Output) -> Evidence {
    let mut z =
        DMatrix::from_row_iterator(rows.len() / d, d, rows.iter().map(|&part| inputs.of(part)));
    for (mut column, spread) in z.column_iter_mut().zip(spreads(rows, d, inputs)) {
        let mean = column.mean();
        column.apply(|value| *value = (*value - mean) / spread);
    }
    Evidence {
        inputs: z,
        outputs: DVector::from_column_slice(&output.values),
    }
}

impl Evidence {
    fn select(&self, rows: &[usize]) -> Self {
        Self {
            inputs: self.inputs.select_rows(rows),
            outputs: self.outputs.select_rows(rows),
        }
    }
}
