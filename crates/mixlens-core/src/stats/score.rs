//! [`Score`]: agreement between predictions and measurements.

use serde::{Deserialize, Serialize};

use super::{mean, mean_absolute_error, pearson, r_squared, root_mean_squared_error, spearman};

/// Correlations and errors between predictions and measurements of one metric.
///
/// A correlation is `None` where it is not defined: fewer than two runs, or constant values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Number of runs compared.
    pub runs: usize,
    /// Rank correlation.
    pub spearman: Option<f64>,
    /// Linear correlation.
    pub pearson: Option<f64>,
    /// Coefficient of determination.
    pub r2: Option<f64>,
    /// Mean absolute error, in the metric's unit.
    pub mae: f64,
    /// Root mean squared error, in the metric's unit.
    pub rmse: f64,
}

impl Score {
    /// Compares two lists of the same length; `None` when they are empty or differ in length.
    pub fn of(predicted: &[f64], observed: &[f64]) -> Option<Self> {
        Some(Self {
            runs: observed.len(),
            spearman: spearman(predicted, observed),
            pearson: pearson(predicted, observed),
            r2: r_squared(predicted, observed),
            mae: mean_absolute_error(predicted, observed)?,
            rmse: root_mean_squared_error(predicted, observed)?,
        })
    }

    /// The mean of each figure over several scores (over those that define it); `None` without
    /// scores.
    pub fn mean(scores: &[Self]) -> Option<Self> {
        let part = |figure: fn(&Self) -> Option<f64>| {
            mean(&scores.iter().filter_map(figure).collect::<Vec<_>>())
        };
        Some(Self {
            runs: scores.iter().map(|score| score.runs).max()?,
            spearman: part(|score| score.spearman),
            pearson: part(|score| score.pearson),
            r2: part(|score| score.r2),
            mae: part(|score| Some(score.mae))?,
            rmse: part(|score| Some(score.rmse))?,
        })
    }

    /// Compares pairs of (predicted, observed); `None` when there are none.
    pub fn of_pairs(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let (predicted, observed): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        Self::of(&predicted, &observed)
    }
}
