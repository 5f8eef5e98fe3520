//! Linear least squares with an L2 penalty that leave-one-out errors choose.

use nalgebra::{DMatrix, DVector};

use super::cholesky::Factor;
use crate::CoreError;
use crate::compute::Control;

/// Penalties tried, as parts of the mean squared length of a row of features: powers of ten from 1e-9 to 1, and between.
const POWERS: std::ops::RangeInclusive<i32> = -9..=0;

/// An intercept and one coefficient per feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Coefficients {
    pub intercept: f64,
    pub slopes: Vec<f64>,
    /// The penalty that was used.
    pub penalty: f64,
}

/// Centred features and values of the runs.
struct Centred {
    features: DMatrix<f64>,
    means: Vec<f64>,
    values: DVector<f64>,
    mean: f64,
    /// Φ Φᵀ where there are more features than runs, else Φᵀ Φ.
    products: DMatrix<f64>,
}

/// Fits values to features (runs × features): Σ (y − b − w · φ)² + penalty · |w|², b free.
///
/// Without a given penalty, the one with the least sum of squared leave-one-out errors, which follow in closed form from
/// the residuals r and the hat matrix H: eᵢ = rᵢ / (1 − Hᵢᵢ) (Allen 1974). Penalties are given, and returned, in the unit
/// of the mean squared length of a centred row of features, so that they mean the same for any kind of feature.
///
/// # Errors
/// [`CoreError::NumericalFailure`] when no penalty gives finite coefficients, [`CoreError::Cancelled`].
pub(super) fn fit_penalised(
    what: &'static str,
    mut features: DMatrix<f64>,
    values: &[f64],
    penalty: Option<f64>,
    control: &Control,
) -> Result<Coefficients, CoreError> {
    let n = values.len();
    let mut means = Vec::with_capacity(features.ncols());
    for mut column in features.column_iter_mut() {
        means.push(column.mean());
        column.add_scalar_mut(-column.mean());
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let is_wide = features.ncols() > n;
    let products = if is_wide { &features * features.transpose() } else { features.transpose() * &features };
    let values = DVector::from_iterator(n, values.iter().map(|value| value - mean));
    let centred = Centred { features, means, values, mean, products };
    let unit = (centred.products.trace() / n as f64).max(f64::MIN_POSITIVE);
    let mut best: Option<(f64, Coefficients)> = None;
    let mut try_penalty = |penalty: f64| {
        if control.is_cancelled() {
            return Err(CoreError::Cancelled);
        }
        if let Some((error, slopes)) = centred.solve(penalty * unit)
            && best.as_ref().is_none_or(|(least, _)| error < *least)
        {
            best = Some((error, centred.coefficients(slopes, penalty)));
        }
        Ok(())
    };
    match penalty {
        Some(penalty) => try_penalty(penalty)?,
        None => {
            for power in POWERS {
                try_penalty(10_f64.powi(power))?;
                try_penalty(10_f64.powi(power) * 0.3)?;
            }
        }
    }
    best.map(|(_, coefficients)| coefficients).ok_or(CoreError::NumericalFailure { what })
}

impl Centred {
    /// The sum of squared leave-one-out errors and the slopes; `None` where they are not finite.
    fn solve(&self, penalty: f64) -> Option<(f64, Vec<f64>)> {
        let n = self.values.len();
        let mut damped = self.products.clone();
        damped.as_mut_slice().iter_mut().step_by(self.products.nrows() + 1).for_each(|entry| *entry += penalty);
        let factor = Factor::new(damped)?;
        let (slopes, residuals, left) = if self.features.ncols() > n {
            let weights = factor.solve(&self.values);
            // y − K (K + λ)⁻¹ y = λ (K + λ)⁻¹ y
            (self.features.tr_mul(&weights), weights * penalty, factor.inverse_diagonal() * penalty)
        } else {
            let slopes = factor.solve(&self.features.tr_mul(&self.values));
            let residuals = &self.values - &self.features * &slopes;
            let hats = self.features.row_iter().map(|row| 1.0 - factor.inverse_form(&row.transpose()));
            (slopes, residuals, DVector::from_iterator(n, hats))
        };
        // The intercept takes 1/n of every run's freedom besides.
        let error = |(residual, left): (&f64, &f64)| (residual / (left - 1.0 / n as f64).max(1e-12)).powi(2);
        let errors: f64 = residuals.iter().zip(&left).map(error).sum();
        (errors.is_finite() && slopes.iter().all(|slope| slope.is_finite()))
            .then(|| (errors, slopes.iter().copied().collect()))
    }

    fn coefficients(&self, slopes: Vec<f64>, penalty: f64) -> Coefficients {
        let shift: f64 = slopes.iter().zip(&self.means).map(|(slope, mean)| slope * mean).sum();
        Coefficients { intercept: self.mean - shift, slopes, penalty }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::CounterStream;

    fn table(n: usize, p: usize) -> (DMatrix<f64>, Vec<f64>) {
        let mut stream = CounterStream::new(5, 0);
        let features = DMatrix::from_fn(n, p, |_, _| stream.next_unit());
        let values = features.row_iter().map(|row| row[0] - 2.0 * row[1] + 0.3 * stream.next_unit()).collect();
        (features, values)
    }

    /// Errors of fits that really leave each run out, with the absolute penalty of the full fit.
    fn left_out(features: &DMatrix<f64>, values: &[f64], penalty: f64) -> f64 {
        let n = values.len();
        let error = |out: usize| {
            let keep: Vec<usize> = (0..n).filter(|&run| run != out).collect();
            let rest: Vec<f64> = keep.iter().map(|&run| values[run]).collect();
            let rows = features.select_rows(&keep);
            let length = |m: &DMatrix<f64>| {
                let centred = DMatrix::from_fn(m.nrows(), m.ncols(), |i, j| m[(i, j)] - m.column(j).mean());
                centred.norm_squared() / m.nrows() as f64
            };
            let penalty = penalty * length(features) / length(&rows);
            let fit = fit_penalised("test", rows, &rest, Some(penalty), &Control::default()).unwrap();
            let predicted = fit.intercept + features.row(out).iter().zip(&fit.slopes).map(|(x, w)| x * w).sum::<f64>();
            (predicted - values[out]).powi(2)
        };
        (0..n).map(error).sum()
    }

    #[test]
    fn leave_one_out_errors_are_those_of_fits_without_the_run() {
        for p in [4, 30] {
            let (features, values) = table(12, p);
            let mean = values.iter().sum::<f64>() / 12.0;
            let mut centred = features.clone();
            let mut means = Vec::new();
            for mut column in centred.column_iter_mut() {
                means.push(column.mean());
                column.add_scalar_mut(-column.mean());
            }
            let products = if p > 12 { &centred * centred.transpose() } else { centred.transpose() * &centred };
            let unit = products.trace() / 12.0;
            let values_centred = DVector::from_iterator(12, values.iter().map(|value| value - mean));
            let problem = Centred { features: centred, means, values: values_centred, mean, products };
            let (closed, _) = problem.solve(0.01 * unit).unwrap();
            let expected = left_out(&features, &values, 0.01);
            assert!((closed - expected).abs() < 1e-8 * expected, "{p}: {closed} {expected}");
        }
    }

    #[test]
    fn the_penalty_chosen_is_no_worse_than_its_neighbours() {
        let (features, values) = table(25, 40);
        let chosen = fit_penalised("test", features.clone(), &values, None, &Control::default()).unwrap().penalty;
        let at = |penalty: f64| left_out(&features, &values, penalty);
        assert!(at(chosen) <= at(chosen * 10.0) && at(chosen) <= at(chosen * 0.1), "{chosen}");
    }

    #[test]
    fn noiseless_coefficients_come_back() {
        let (features, _) = table(40, 5);
        let values: Vec<f64> = features.row_iter().map(|row| 3.0 + row[0] - 2.0 * row[4]).collect();
        let fit = fit_penalised("test", features, &values, Some(0.0), &Control::default()).unwrap();
        for (found, expected) in fit.slopes.iter().zip([1.0, 0.0, 0.0, 0.0, -2.0]) {
            assert!((found - expected).abs() < 1e-10);
        }
        assert!((fit.intercept - 3.0).abs() < 1e-10);
    }
}
