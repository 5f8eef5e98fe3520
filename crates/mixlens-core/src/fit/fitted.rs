//! [`Fitted`]: a formula, and how its fit went. [`FittedSurrogate`]: the same of any kind.

use std::borrow::Cow;

use super::{FitReport, Formula, MixupReport, Surrogate};

/// What a fit gives: the formula of one metric, and how the fit went.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted<F> {
    /// What predicts.
    pub formula: F,
    /// How the fit went; `None` of forms that have no parameters to run short of runs for, and
    /// from files that do not say.
    pub report: Option<FitReport>,
    /// Whether rows between the runs were added to them, and why; `None` where that was off.
    pub mixup: Option<MixupReport>,
}

/// A fitted surrogate of any kind: the name of the kind, its formula, and how the fit went.
///
/// Predictions come from the formula alone; nothing else goes by kind.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedSurrogate {
    kind: Cow<'static, str>,
    fitted: Fitted<Formula>,
}

impl<F> Fitted<F> {
    /// A formula with the report of its fit.
    pub(super) fn with_report(formula: F, report: FitReport) -> Self {
        Self {
            report: Some(report),
            ..Self::from(formula)
        }
    }
}

impl FittedSurrogate {
    /// A formula that was not fitted here, as a published law; its kind has the name of its form.
    pub fn new(formula: impl Into<Formula>) -> Self {
        let formula = formula.into();
        Self {
            kind: Cow::Borrowed(formula.form()),
            fitted: Fitted::from(formula),
        }
    }

    /// What a fit of kind `kind` gave.
    pub fn of_kind(kind: impl Into<Cow<'static, str>>, fitted: Fitted<impl Into<Formula>>) -> Self {
        Self {
            kind: kind.into(),
            fitted: Fitted {
                formula: fitted.formula.into(),
                report: fitted.report,
                mixup: fitted.mixup,
            },
        }
    }

    /// The name of the kind.
    pub fn name(&self) -> &str {
        &self.kind
    }

    /// What it computes.
    pub fn formula(&self) -> &Formula {
        &self.fitted.formula
    }

    /// Whether rows between the runs were added to them, and why; `None` where that was off.
    pub fn mixup(&self) -> Option<&MixupReport> {
        self.fitted.mixup.as_ref()
    }

    /// How the fit went; `None` where it left no report.
    pub fn report(&self) -> Option<&FitReport> {
        self.fitted.report.as_ref()
    }

    /// How the fit of every law and polynomial in it went, with its name: one of itself, of an
    /// ensemble or a stack those of the parts; none of surrogates that have no parameters to run
    /// short of runs for.
    pub fn reports(&self) -> Vec<(&str, &FitReport)> {
        let parts = self.formula().parts();
        let of_parts = parts.iter().flat_map(|(_, part)| part.reports());
        self.report()
            .map(|report| (self.name(), report))
            .into_iter()
            .chain(of_parts)
            .collect()
    }

    /// Whether a program that reads version 1 of the surrogate file alone can read it.
    pub(super) fn is_of_version_1(&self) -> bool {
        self.kind == self.formula().form() && self.formula().is_of_version_1()
    }
}

impl<F: Surrogate> Surrogate for Fitted<F> {
    fn width(&self) -> usize {
        self.formula.width()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        self.formula.predict_rows(rows, out);
    }

    fn predict_rows_below(&self, rows: &[f64], thresholds: &[f64], out: &mut [f64]) {
        self.formula.predict_rows_below(rows, thresholds, out);
    }

    fn lower_bound(&self) -> Option<f64> {
        self.formula.lower_bound()
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        self.formula.gradient_into(parts, out)
    }

    fn is_convex(&self) -> bool {
        self.formula.is_convex()
    }

    fn variance_at(&self, parts: &[f64]) -> Option<f64> {
        self.formula.variance_at(parts)
    }
}

impl Surrogate for FittedSurrogate {
    fn width(&self) -> usize {
        self.fitted.width()
    }

    fn predict_rows(&self, rows: &[f64], out: &mut [f64]) {
        self.fitted.predict_rows(rows, out);
    }

    fn predict_rows_below(&self, rows: &[f64], thresholds: &[f64], out: &mut [f64]) {
        self.fitted.predict_rows_below(rows, thresholds, out);
    }

    fn lower_bound(&self) -> Option<f64> {
        self.fitted.lower_bound()
    }

    fn gradient_into(&self, parts: &[f64], out: &mut [f64]) -> Option<f64> {
        self.fitted.gradient_into(parts, out)
    }

    fn is_convex(&self) -> bool {
        self.fitted.is_convex()
    }

    fn variance_at(&self, parts: &[f64]) -> Option<f64> {
        self.fitted.variance_at(parts)
    }
}
