//! Fitting ridge by an orthogonal decomposition of the centred proportions.

use nalgebra::{DMatrix, DVector};

use super::RidgeValidParams;
use super::normal_equations::NormalEquations;
use crate::CoreError;
use crate::compute::{self, Control};
use crate::fit::formula::line::Fields;
use crate::fit::formula::{Line, LineTarget};
use crate::fit::{Fitted, check_column};

/// Domains from which slopes are found step by step, in time that grows with the domains and not
/// with their square.
const MANY_DOMAINS: usize = 128;

impl RidgeValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `y` the metric of
    /// each run.
    ///
    /// ```text
    /// min  Σᵢ (yᵢ − b − w · xᵢ)² + α |w|²
    /// b = ȳ − w · x̄
    /// ```
    /// The intercept b is not penalised. Rows that sum to one leave one direction without data. It
    /// is left out, like every pivot below ε · max(n, d) times the largest, which gives the w of
    /// least norm (there: Σ w = 0, so that a slope tells how a domain compares with the average
    /// one). Same model as scikit-learn's `Ridge`, and its `LinearRegression` for α = 0.
    ///
    /// From 128 domains on, and with a penalty, conjugate gradients take the place of the
    /// decomposition: the same slopes but for rounding, in less time.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`], [`CoreError::TooFewRuns`] for fewer runs than parameters (d +
    /// 1), [`CoreError::ConstantMetric`], [`CoreError::NotPositive`] for the logarithm of zero or
    /// less, or [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        y: &[f64],
        control: &Control,
    ) -> Result<Fitted<Line>, CoreError> {
        let n = y.len();
        let d = check_column("ridge", metric, rows, y)?;
        if n < d + 1 {
            let why = format!("an intercept and {d} slopes");
            return Err(CoreError::TooFewRuns {
                metric: metric.to_owned(),
                surrogate: "ridge",
                needed: d + 1,
                found: n,
                why,
            });
        }
        let target = self.transformed(metric, y)?;
        let mut solved = None;
        if d >= MANY_DOMAINS && self.penalty > 0.0 {
            solved =
                NormalEquations::new(rows, d, target.as_slice(), self.penalty).solve(control)?;
        }
        let solved = solved.or_else(|| Design::new(rows, n, d).solve(&target, self.penalty));
        let (slopes, intercept) = solved.ok_or(CoreError::NumericalFailure { what: "ridge" })?;
        let line = Line::from_fields(Fields {
            target: self.target,
            intercept,
            slopes,
        })?;
        Ok(line.into())
    }

    fn transformed(&self, metric: &str, y: &[f64]) -> Result<DVector<f64>, CoreError> {
        match self.target {
            LineTarget::Loss => Ok(DVector::from_column_slice(y)),
            LineTarget::LogLoss => match y.iter().find(|value| **value < f64::MIN_POSITIVE) {
                Some(&found) => Err(CoreError::NotPositive {
                    metric: metric.to_owned(),
                    found,
                }),
                None => Ok(DVector::from_iterator(
                    y.len(),
                    y.iter().map(|&value| compute::ln(value)),
                )),
            },
        }
    }
}

/// Centred proportions X − x̄ = Q L Zᵀ (to rounding): orthonormal columns in Q and Z, L of full
/// rank.
///
/// A complete orthogonal decomposition by two QR factorizations. It serves the purpose of a
/// singular value decomposition here without its iteration, which in nalgebra 0.35 gives wrong
/// factors for some matrices short of full rank.
struct Design {
    means: DVector<f64>,
    q: DMatrix<f64>,
    l: DMatrix<f64>,
    z: DMatrix<f64>,
}

impl Design {
    fn new(rows: &[f64], n: usize, d: usize) -> Self {
        let mut x = DMatrix::from_row_slice(n, d, rows);
        let means = DVector::from_iterator(d, x.column_iter().map(|column| column.mean()));
        for (mut column, &mean) in x.column_iter_mut().zip(&means) {
            column.add_scalar_mut(-mean);
        }
        let (q, r, order) = x.col_piv_qr().unpack();
        let pivots = r.diagonal();
        let cutoff = f64::EPSILON * n.max(d) as f64 * pivots.amax();
        let rank = pivots.iter().take_while(|pivot| **pivot > cutoff).count();
        let (mut z, r) = r.rows(0, rank).transpose().qr().unpack();
        order.inv_permute_rows(&mut z);
        Self {
            means,
            q: q.columns(0, rank).into_owned(),
            l: r.transpose(),
            z,
        }
    }

    /// Slopes w = Z u with min |L u − Qᵀ (y − ȳ)|² + α |u|², and the intercept.
    fn solve(&self, y: &DVector<f64>, penalty: f64) -> Option<(Vec<f64>, f64)> {
        let rank = self.l.nrows();
        let mean = y.mean();
        let mut stacked = DMatrix::zeros(2 * rank, rank);
        stacked.rows_mut(0, rank).copy_from(&self.l);
        stacked.rows_mut(rank, rank).fill_diagonal(penalty.sqrt());
        let mut wanted = DVector::zeros(2 * rank);
        wanted
            .rows_mut(0, rank)
            .copy_from(&self.q.tr_mul(&y.add_scalar(-mean)));
        let (q, r) = stacked.qr().unpack();
        let slopes = &self.z * r.solve_upper_triangular(&q.tr_mul(&wanted))?;
        let intercept = mean - slopes.dot(&self.means);
        Some((slopes.iter().copied().collect(), intercept))
    }
}
