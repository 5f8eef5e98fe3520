//! Linear least squares with an L2 penalty that leave-one-out errors choose.

use nalgebra::{DMatrix, DVector};

use super::cholesky::Factor;
use crate::CoreError;
use crate::compute::Control;

/// Penalties tried, as parts of the mean squared length of a row of features: these powers of ten.
const POWERS: std::ops::RangeInclusive<i32> = -9..=0;
/// Least penalty, as a part of the squared length of all features. It is far above rounding, and
/// far below what could be seen in a prediction. Proportions sum to one and are redundant beside
/// the intercept: without any penalty there would be no solution, with this one it is that of least
/// norm.
const LEAST: f64 = 1e-14;
/// Most terms of all runs together: a term takes 8 bytes, and there are a few copies.
const MAX_NUMBERS: usize = 1 << 24;
/// Sizes tried for products of domains next to single domains.
///
/// With all the same, the many products take over the part of the few single domains, and 64 runs
/// over 17 domains are predicted worse than by a plane.
const PRODUCT_SIZES: [f64; 4] = [0.03, 0.1, 0.3, 1.0];

/// The features of all rows (rows × features): single domains first, then products of domains.
pub(crate) struct Features {
    pub table: DMatrix<f64>,
    pub singles: usize,
    /// How many of the rows are runs; the others, behind them, lie between runs.
    pub runs: usize,
}

/// An intercept and one coefficient per feature.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Coefficients {
    pub intercept: f64,
    pub slopes: Vec<f64>,
    /// The penalty that was used.
    pub penalty: f64,
}

/// Centred features and values of the rows.
struct Centred {
    features: DMatrix<f64>,
    means: Vec<f64>,
    values: DVector<f64>,
    mean: f64,
    /// Φ Φᵀ where there are more features than runs, else Φᵀ Φ.
    products: DMatrix<f64>,
    /// The mean squared length of a row of features.
    unit: f64,
}

/// Refuses so many terms for so many rows that they would not fit into memory.
///
/// # Errors
/// [`CoreError::TooManyTerms`].
pub(crate) fn check_terms(
    surrogate: &'static str,
    metric: &str,
    terms: usize,
    runs: usize,
) -> Result<(), CoreError> {
    let numbers = terms.saturating_mul(runs);
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    let (metric, most) = (metric.to_owned(), MAX_NUMBERS);
    Err(CoreError::TooManyTerms {
        metric,
        surrogate,
        terms,
        numbers,
        most,
    })
}

/// Fits values to features: Σ (y − b − w · φ)² + penalty · (Σ_singles w² + Σ_products (w / size)²),
/// b free.
///
/// The size of products, and without a given penalty the penalty too, are those with the least sum
/// of squared leave-one-out errors, which follow in closed form from the residuals r and the hat
/// matrix H: eᵢ = rᵢ / (1 − Hᵢᵢ) (Allen 1974, "The relationship between variable selection and data
/// augmentation and a method for prediction"). Penalties are given, and returned, in the unit of
/// the mean squared length of a centred row of features, so that they mean the same for any kind of
/// feature. A penalty of zero gives the least-squares solution of least norm.
///
/// Rows between runs take no part in that choice, in which they would stand on both sides of every
/// split. The penalty then weighs against all rows as much as it did against the runs.
///
/// # Errors
/// [`CoreError::NumericalFailure`] when no penalty gives finite coefficients,
/// [`CoreError::Cancelled`].
pub(crate) fn fit_penalised(
    what: &'static str,
    features: &Features,
    values: &[f64],
    penalty: Option<f64>,
    control: &Control,
) -> Result<Coefficients, CoreError> {
    let powers = || POWERS.map(|power| 10_f64.powi(power)).collect();
    let penalties: Vec<f64> = penalty.map_or_else(powers, |penalty| vec![penalty]);
    let sizes = if features.singles < features.table.ncols() {
        &PRODUCT_SIZES[..]
    } else {
        &[1.0]
    };
    let mut best: Option<(f64, f64, Coefficients)> = None;
    for &size in sizes {
        let centred = features.centred(features.runs, size, values);
        for &penalty in &penalties {
            control.check()?;
            let Some((error, slopes)) = centred.solve(penalty * centred.unit, control) else {
                continue;
            };
            if best.as_ref().is_none_or(|(least, ..)| error < *least) {
                best = Some((
                    error,
                    size,
                    features.coefficients(&centred, slopes, size, penalty),
                ));
            }
        }
    }
    control.check()?;
    let (_, size, alone) = best.ok_or(CoreError::NumericalFailure { what })?;
    if features.runs == values.len() {
        return Ok(alone);
    }
    let centred = features.centred(values.len(), size, values);
    let strength = alone.penalty * centred.unit * values.len() as f64 / features.runs as f64;
    let solved = centred.solve(strength, control);
    control.check()?;
    let (_, slopes) = solved.ok_or(CoreError::NumericalFailure { what })?;
    Ok(features.coefficients(&centred, slopes, size, alone.penalty))
}

impl Features {
    /// The first rows, centred, with products of the given size.
    fn centred(&self, rows: usize, size: f64, values: &[f64]) -> Centred {
        let mut table = self.table.rows(0, rows).into_owned();
        table.columns_range_mut(self.singles..).scale_mut(size);
        Centred::new(table, values.get(..rows).unwrap_or(values))
    }

    /// Slopes by products of the given size, as those by the features themselves, with their
    /// intercept.
    fn coefficients(
        &self,
        centred: &Centred,
        mut slopes: Vec<f64>,
        size: f64,
        penalty: f64,
    ) -> Coefficients {
        let shift: f64 = slopes
            .iter()
            .zip(&centred.means)
            .map(|(slope, mean)| slope * mean)
            .sum();
        slopes
            .iter_mut()
            .skip(self.singles)
            .for_each(|slope| *slope *= size);
        Coefficients {
            intercept: centred.mean - shift,
            slopes,
            penalty,
        }
    }
}

impl Centred {
    fn new(mut features: DMatrix<f64>, values: &[f64]) -> Self {
        let n = values.len();
        let mut means = Vec::with_capacity(features.ncols());
        for mut column in features.column_iter_mut() {
            let mean = column.mean();
            column.add_scalar_mut(-mean);
            means.push(mean);
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let is_wide = features.ncols() > n;
        let products = if is_wide {
            &features * features.transpose()
        } else {
            features.transpose() * &features
        };
        let unit = (products.trace() / n as f64).max(f64::MIN_POSITIVE);
        let values = DVector::from_iterator(n, values.iter().map(|value| value - mean));
        Self {
            features,
            means,
            values,
            mean,
            products,
            unit,
        }
    }

    /// The sum of squared leave-one-out errors and the slopes; `None` where they are not finite, or
    /// when somebody asked to stop.
    fn solve(&self, penalty: f64, control: &Control) -> Option<(f64, Vec<f64>)> {
        let n = self.values.len();
        let penalty = penalty.max(LEAST * n as f64 * self.unit);
        let mut damped = self.products.clone();
        damped
            .as_mut_slice()
            .iter_mut()
            .step_by(self.products.nrows() + 1)
            .for_each(|entry| *entry += penalty);
        let factor = Factor::new(damped, control)?;
        let (slopes, residuals, left) = if self.features.ncols() > n {
            let weights = factor.solve(&self.values);
            // y − K (K + λ)⁻¹ y = λ (K + λ)⁻¹ y
            (
                self.features.tr_mul(&weights),
                weights * penalty,
                factor.inverse_diagonal() * penalty,
            )
        } else {
            let slopes = factor.solve(&self.features.tr_mul(&self.values));
            let residuals = &self.values - &self.features * &slopes;
            let left = factor
                .inverse_forms(&self.features.transpose())
                .map(|hat| 1.0 - hat);
            (slopes, residuals, left)
        };
        // The intercept takes 1/n of every run's freedom besides.
        let error = |(residual, left): (&f64, &f64)| {
            (residual / (left - 1.0 / n as f64).max(1e-12)).powi(2)
        };
        let errors: f64 = residuals.iter().zip(&left).map(error).sum();
        (errors.is_finite() && slopes.iter().all(|slope| slope.is_finite()))
            .then(|| (errors, slopes.iter().copied().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::CounterStream;

    fn table(n: usize, p: usize) -> (DMatrix<f64>, Vec<f64>) {
        let mut stream = CounterStream::new(5, 0);
        let features = DMatrix::from_fn(n, p, |_, _| stream.next_unit());
        let values = features
            .row_iter()
            .map(|row| row[0] - 2.0 * row[1] + 0.3 * stream.next_unit())
            .collect();
        (features, values)
    }

    fn fit(table: DMatrix<f64>, values: &[f64], penalty: Option<f64>) -> Coefficients {
        let features = Features {
            singles: table.ncols(),
            runs: table.nrows(),
            table,
        };
        fit_penalised("test", &features, values, penalty, &Control::default()).unwrap()
    }

    /// Errors of fits that really leave each run out, with the absolute penalty of the full fit.
    fn left_out(features: &DMatrix<f64>, values: &[f64], penalty: f64) -> f64 {
        let n = values.len();
        let error = |out: usize| {
            let keep: Vec<usize> = (0..n).filter(|&run| run != out).collect();
            let rest: Vec<f64> = keep.iter().map(|&run| values[run]).collect();
            let rows = features.select_rows(&keep);
            let unit =
                |table: &DMatrix<f64>, n: usize| Centred::new(table.clone(), &vec![0.0; n]).unit;
            let penalty = penalty * unit(features, n) / unit(&rows, n - 1);
            let fit = fit(rows, &rest, Some(penalty));
            let predicted = fit.intercept
                + features
                    .row(out)
                    .iter()
                    .zip(&fit.slopes)
                    .map(|(x, w)| x * w)
                    .sum::<f64>();
            (predicted - values[out]).powi(2)
        };
        (0..n).map(error).sum()
    }

    #[test]
    fn leave_one_out_errors_are_those_of_fits_without_the_run() {
        for p in [4, 30] {
            let (features, values) = table(12, p);
            let problem = Centred::new(features.clone(), &values);
            let (closed, _) = problem
                .solve(0.01 * problem.unit, &Control::default())
                .unwrap();
            let expected = left_out(&features, &values, 0.01);
            assert!(
                (closed - expected).abs() < 1e-8 * expected,
                "{p}: {closed} {expected}"
            );
        }
    }

    #[test]
    fn the_penalty_chosen_is_no_worse_than_its_neighbours() {
        let (features, values) = table(25, 40);
        let chosen = fit(features.clone(), &values, None).penalty;
        let at = |penalty: f64| left_out(&features, &values, penalty);
        assert!(
            at(chosen) <= at(chosen * 10.0) && at(chosen) <= at(chosen * 0.1),
            "{chosen}"
        );
    }

    #[test]
    fn products_that_do_not_matter_are_made_small() {
        let (table, values) = table(30, 60);
        let features = Features {
            singles: 2,
            runs: 30,
            table: table.clone(),
        };
        let sized = fit_penalised("test", &features, &values, None, &Control::default()).unwrap();
        let products = |fit: &Coefficients| fit.slopes[2..].iter().map(|w| w * w).sum::<f64>();
        assert!(
            products(&sized) < 0.1 * products(&fit(table, &values, None)),
            "{sized:?}"
        );
        assert!((sized.slopes[1] + 2.0).abs() < 0.2, "{sized:?}");
    }

    #[test]
    fn noiseless_coefficients_come_back() {
        let (features, _) = table(40, 5);
        let values: Vec<f64> = features
            .row_iter()
            .map(|row| 3.0 + row[0] - 2.0 * row[4])
            .collect();
        let fit = fit(features, &values, Some(0.0));
        for (found, expected) in fit.slopes.iter().zip([1.0, 0.0, 0.0, 0.0, -2.0]) {
            assert!((found - expected).abs() < 1e-10);
        }
        assert!((fit.intercept - 3.0).abs() < 1e-10);
    }
}
