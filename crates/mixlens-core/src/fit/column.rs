//! One metric's training data, and what every estimator checks about it before it starts.

use crate::CoreError;
use crate::stats::is_constant;

/// Proportions and values of the runs that have a metric.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    pub metric: &'a str,
    pub rows: &'a [f64],
    pub values: &'a [f64],
}

/// Rows of proportions with their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub parts: Vec<f64>,
    pub values: Vec<f64>,
}

impl<'a> Column<'a> {
    /// The number of domains.
    pub fn width(&self) -> usize {
        self.rows.len() / self.values.len().max(1)
    }

    /// The proportions of one run.
    pub fn row(&self, run: usize) -> &'a [f64] {
        self.rows
            .get(run * self.width()..(run + 1) * self.width())
            .unwrap_or_default()
    }

    /// The given runs alone.
    pub fn pick(&self, runs: impl Iterator<Item = usize> + Clone) -> Rows {
        let parts = runs
            .clone()
            .flat_map(|run| self.row(run))
            .copied()
            .collect();
        Rows {
            parts,
            values: runs
                .filter_map(|run| self.values.get(run).copied())
                .collect(),
        }
    }
}

impl Rows {
    /// The runs, and behind them these rows.
    pub fn behind(&self, runs: Column<'_>) -> Self {
        Self {
            parts: [runs.rows, &self.parts].concat(),
            values: [runs.values, &self.values].concat(),
        }
    }
}

/// Checks one metric's training data: whole rows, everything finite, values that vary. Returns the
/// number of domains.
///
/// # Errors
/// [`CoreError::TooFewRuns`] for fewer than two, [`CoreError::WrongLength`],
/// [`CoreError::NumericalFailure`] or [`CoreError::ConstantMetric`].
pub(super) fn check_column(
    surrogate: &'static str,
    metric: &str,
    rows: &[f64],
    values: &[f64],
) -> Result<usize, CoreError> {
    let runs = values.len();
    if runs < 2 {
        let (metric, why) = (metric.to_owned(), "values that differ".to_owned());
        return Err(CoreError::TooFewRuns {
            metric,
            surrogate,
            needed: 2,
            found: runs,
            why,
        });
    }
    let width = rows.len() / runs;
    if width * runs != rows.len() || width == 0 {
        let expected = width.max(1) * runs;
        return Err(CoreError::WrongLength {
            what: "proportions",
            expected,
            found: rows.len(),
        });
    }
    if rows.iter().chain(values).any(|number| !number.is_finite()) {
        return Err(CoreError::NumericalFailure { what: surrogate });
    }
    if let (true, Some(&value)) = (is_constant(values), values.first()) {
        return Err(CoreError::ConstantMetric {
            metric: metric.to_owned(),
            value,
            runs,
        });
    }
    Ok(width)
}

/// Fewest runs that a law or a process with a penalty is fitted to; the penalty stands in for the
/// rest.
const FEWEST_RUNS: usize = 4;

/// [`check_column`], and enough runs for a curve.
///
/// # Errors
/// As there; [`CoreError::TooFewRuns`] for fewer than four.
pub(super) fn check_curve(
    surrogate: &'static str,
    metric: &str,
    rows: &[f64],
    values: &[f64],
) -> Result<usize, CoreError> {
    let width = check_column(surrogate, metric, rows, values)?;
    let found = values.len();
    if found >= FEWEST_RUNS {
        return Ok(width);
    }
    let (metric, why) = (
        metric.to_owned(),
        "a level, a height and a slope".to_owned(),
    );
    Err(CoreError::TooFewRuns {
        metric,
        surrogate,
        needed: FEWEST_RUNS,
        found,
        why,
    })
}
