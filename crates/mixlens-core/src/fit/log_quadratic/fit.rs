//! Fitting a log-quadratic: ridge on standardised logarithms, their squares and products.

use nalgebra::DMatrix;

use super::{LogQuadraticParams, LogQuadraticValidParams};
use crate::CoreError;
use crate::compute::{self, Control};
use crate::fit::c_mixup::rows_between;
use crate::fit::column::Column;
use crate::fit::formula::LogQuadratic;
use crate::fit::formula::clip::Clip;
use crate::fit::formula::log_quadratic::{Fields, terms_into};
use crate::fit::least_squares::deviation;
use crate::fit::penalised::{Features, check_terms, fit_penalised};
use crate::fit::{FitReport, Fitted, check_curve};

impl LogQuadraticValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooFewRuns`], [`CoreError::ConstantMetric`],
    /// [`CoreError::TooManyTerms`], [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<LogQuadratic>, CoreError> {
        let d = check_curve("log-quadratic", metric, rows, values)?;
        let column = Column {
            metric,
            rows,
            values,
        };
        let with = |mixup| LogQuadraticParams { mixup, ..self.0 };
        let mixup = self.0.mixup.decide(column, self.0.seed, control, with)?;
        let all = rows_between(mixup, rows, values).behind(column);
        let terms = d.saturating_mul(d.saturating_add(3)) / 2;
        check_terms("log-quadratic", metric, terms, all.values.len())?;
        let (mut centres, mut spreads) = (Vec::with_capacity(d), Vec::with_capacity(d));
        for j in 0..d {
            let parts = rows.iter().skip(j).step_by(d);
            let logs: Vec<f64> = parts
                .map(|part| compute::ln(part.max(0.0) + self.0.offset))
                .collect();
            centres.push(logs.iter().sum::<f64>() / logs.len() as f64);
            spreads.push(deviation(&logs));
        }
        let mut fields = Fields {
            offset: self.0.offset,
            centres,
            spreads,
            intercept: 0.0,
            coefficients: Vec::new(),
            clip: Clip::around(values),
        };
        let mut features = DMatrix::zeros(terms, all.values.len());
        for (mut column, parts) in features.column_iter_mut().zip(all.parts.chunks_exact(d)) {
            terms_into(&fields.inputs(parts), column.as_mut_slice());
        }
        let features = Features {
            table: features.transpose(),
            singles: d,
            runs: values.len(),
        };
        let fitted = fit_penalised(
            "log-quadratic",
            &features,
            &all.values,
            self.0.penalty,
            control,
        )?;
        (fields.intercept, fields.coefficients) = (fitted.intercept, fitted.slopes);
        Ok(Fitted {
            formula: LogQuadratic::from_fields(fields)?,
            report: Some(FitReport::closed_form(values.len(), 1 + terms)),
            mixup,
        })
    }
}
