//! Errors of predictions, and means.

/// The mean; `None` for an empty list.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard error of the mean: sample standard deviation over √n; `None` for fewer than two
/// values.
///
/// ```text
/// √( Σ (xᵢ − x̄)² / (n − 1) / n )
/// ```
/// Over cross-validation folds it is a guide, not a guarantee: folds share training runs.
pub fn standard_error(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let n = values.len() as f64;
    // Σ (xᵢ − x̄)²
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    (values.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt())
}

/// Mean squared error; `None` for lists that are empty or differ in length.
pub fn mean_squared_error(predicted: &[f64], observed: &[f64]) -> Option<f64> {
    mean_over_pairs(predicted, observed, |error| error * error)
}

/// Root of the mean squared error, in the metric's unit; `None` as for [`mean_squared_error`].
pub fn root_mean_squared_error(predicted: &[f64], observed: &[f64]) -> Option<f64> {
    mean_squared_error(predicted, observed).map(f64::sqrt)
}

/// Mean absolute error, in the metric's unit; `None` as for [`mean_squared_error`].
pub fn mean_absolute_error(predicted: &[f64], observed: &[f64]) -> Option<f64> {
    mean_over_pairs(predicted, observed, f64::abs)
}

/// Coefficient of determination: the part of the variance that the predictions explain.
///
/// ```text
/// R² = 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²
/// ```
/// 1 is perfect, 0 is as good as the mean of the observations, below 0 is worse. `None` when the
/// observed values are constant, or the lists are empty or differ in length.
pub fn r_squared(predicted: &[f64], observed: &[f64]) -> Option<f64> {
    if super::is_constant(observed) {
        return None;
    }
    let centre = mean(observed)?;
    // Both sums of R² divided by n: Σ (yᵢ − ŷᵢ)² / n and Σ (yᵢ − ȳ)² / n.
    let unexplained = mean_squared_error(predicted, observed)?;
    let variance = observed
        .iter()
        .map(|value| (value - centre) * (value - centre))
        .sum::<f64>()
        / observed.len() as f64;
    Some(1.0 - unexplained / variance).filter(|r2| r2.is_finite())
}

fn mean_over_pairs(predicted: &[f64], observed: &[f64], cost: fn(f64) -> f64) -> Option<f64> {
    if predicted.is_empty() || predicted.len() != observed.len() {
        return None;
    }
    let sum: f64 = predicted
        .iter()
        .zip(observed)
        .map(|(p, o)| cost(p - o))
        .sum();
    Some(sum / predicted.len() as f64)
}
