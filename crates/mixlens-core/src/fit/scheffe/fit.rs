//! Fitting a Scheffé polynomial: ridge on its terms.

use nalgebra::DMatrix;

use super::{ScheffeParams, ScheffeValidParams};
use crate::CoreError;
use crate::compute::Control;
use crate::fit::c_mixup::rows_between;
use crate::fit::column::Column;
use crate::fit::formula::polynomial::{Fields, terms_into};
use crate::fit::formula::{Polynomial, PolynomialDegree};
use crate::fit::penalised::{Features, check_terms, fit_penalised};
use crate::fit::{FitReport, Fitted, check_curve};

/// What makes the greatest value of a product of one, two or three different proportions one.
const SIZES: [f64; 3] = [1.0, 4.0, 27.0];

impl ScheffeValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// ```text
    /// min  Σₙ (yₙ − ŷ(xₙ))² + λ Σₖ (βₖ / sizeₖ)²        size 1, 4 s and 27 s for terms of one, two and three domains
    /// ```
    /// The mean of the runs is not penalised; s, from 0.03 to 1, has the least leave-one-out
    /// errors.
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
    ) -> Result<Fitted<Polynomial>, CoreError> {
        let d = check_curve("scheffe", metric, rows, values)?;
        let degree = self.0.degree;
        let column = Column {
            metric,
            rows,
            values,
        };
        let mixup = self
            .0
            .mixup
            .decide(column, self.0.seed, control, |mixup| ScheffeParams {
                mixup,
                ..self.0
            })?;
        let all = rows_between(mixup, rows, values).behind(column);
        let terms = degree.terms(d);
        check_terms("scheffe", metric, terms, all.values.len())?;
        let sizes = sizes(degree, d);
        let mut features = DMatrix::zeros(terms, all.values.len());
        for (mut column, parts) in features.column_iter_mut().zip(all.parts.chunks_exact(d)) {
            terms_into(degree, parts, column.as_mut_slice());
            column
                .iter_mut()
                .zip(&sizes)
                .for_each(|(term, size)| *term *= size);
        }
        let features = Features {
            table: features.transpose(),
            singles: d,
            runs: values.len(),
        };
        let fitted = fit_penalised("scheffe", &features, &all.values, self.0.penalty, control)?;
        let mut coefficients: Vec<f64> = fitted
            .slopes
            .iter()
            .zip(sizes)
            .map(|(slope, size)| slope * size)
            .collect();
        // Proportions sum to one: a level is the same coefficient for every domain.
        coefficients
            .iter_mut()
            .take(d)
            .for_each(|coefficient| *coefficient += fitted.intercept);
        let formula = Polynomial::from_fields(Fields {
            degree,
            domains: d,
            coefficients,
        })?;
        Ok(Fitted {
            formula,
            report: Some(FitReport::closed_form(values.len(), terms)),
            mixup,
        })
    }
}

/// The size of every term.
fn sizes(degree: PolynomialDegree, d: usize) -> Vec<f64> {
    let degrees = [
        PolynomialDegree::Linear,
        PolynomialDegree::Quadratic,
        PolynomialDegree::SpecialCubic,
    ];
    let mut sizes = Vec::with_capacity(degree.terms(d));
    for (size, upto) in SIZES.iter().zip(degrees) {
        sizes.resize(upto.terms(d).min(degree.terms(d)).max(sizes.len()), *size);
    }
    sizes
}
