//! Fitting every member, and finding how much each counts.
#![expect(
    clippy::indexing_slicing,
    reason = "a quadratic form over the members, whose number is fixed"
)]

use super::{EnsembleValidParams, EnsembleWeights};
use crate::CoreError;
use crate::compute::Control;
use crate::fit::column::Column;
use crate::fit::formula::Mean;
use crate::fit::formula::mean::Fields;
use crate::fit::out_of_fold::{predict_out_of_fold, squared_error};
use crate::fit::{Fitted, FittedSurrogate, SurrogateParams};

/// Passes over all pairs of members.
const PASSES: usize = 200;

impl EnsembleValidParams {
    /// Fits one metric: `rows` holds the proportions of the runs, row after row, `values` the
    /// metric of each run.
    ///
    /// Cross-validated weights minimise Σₙ (yₙ − Σₘ wₘ pₙₘ)² over weights that are not negative and
    /// sum to one, p being the members' predictions of runs that they did not see (Breiman 1996,
    /// "Stacked regressions"), pulled towards equal weights by as much as one run's worth of the
    /// best member's error.
    ///
    /// # Errors
    /// Those of the members; [`CoreError::BadParameter`] for weights by cross-validation where all
    /// runs are of one mixture.
    pub fn fit(
        &self,
        metric: &str,
        rows: &[f64],
        values: &[f64],
        control: &Control,
    ) -> Result<Fitted<Mean>, CoreError> {
        let members = &self.0.members.0;
        let weights = match self.0.weights {
            EnsembleWeights::Equal => equal(members.len()),
            EnsembleWeights::CrossValidated => {
                let column = Column {
                    metric,
                    rows,
                    values,
                };
                let predict = |member: &SurrogateParams| {
                    predict_out_of_fold(member, column, self.0.folds, self.0.seed, control)
                };
                best_weights(
                    &members.iter().map(predict).collect::<Result<Vec<_>, _>>()?,
                    values,
                )
            }
        };
        let fitted = members
            .iter()
            .map(|member| member.fit(metric, rows, values, control));
        let mean = Mean::from_fields(Fields {
            weights,
            members: fitted.collect::<Result<_, _>>()?,
        })?;
        Ok(mean.into())
    }

    /// The ensemble of equal weights of members that are fitted already.
    pub(in crate::fit) fn of_members(
        &self,
        members: Vec<FittedSurrogate>,
    ) -> Result<Fitted<Mean>, CoreError> {
        let mean = Mean::from_fields(Fields {
            weights: equal(members.len()),
            members,
        })?;
        Ok(mean.into())
    }
}

fn equal(members: usize) -> Vec<f64> {
    vec![1.0 / members as f64; members]
}

/// The weights of least squared error, by exact moves of weight between pairs of members.
pub(super) fn best_weights(predictions: &[Vec<f64>], values: &[f64]) -> Vec<f64> {
    let m = predictions.len();
    let errors: Vec<Vec<f64>> = predictions
        .iter()
        .map(|predicted| predicted.iter().zip(values).map(|(p, y)| p - y).collect())
        .collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    // Σ w = 1 makes the squared error the form wᵀ E w of the products of errors.
    let mut form: Vec<Vec<f64>> = errors
        .iter()
        .map(|a| errors.iter().map(|b| product(a, b)).collect())
        .collect();
    let least = predictions
        .iter()
        .map(|predicted| squared_error(predicted, values))
        .fold(f64::INFINITY, f64::min);
    let pull = least / values.len().max(1) as f64;
    (0..m).for_each(|k| form[k][k] += pull);
    let mut weights = equal(m);
    for _ in 0..PASSES {
        for a in 0..m {
            for b in a + 1..m {
                let slope = (0..m)
                    .map(|k| (form[a][k] - form[b][k]) * weights[k])
                    .sum::<f64>();
                let curvature = form[a][a] + form[b][b] - 2.0 * form[a][b];
                if curvature > 0.0 {
                    let moved = (-slope / curvature).clamp(-weights[a], weights[b]);
                    weights[a] += moved;
                    weights[b] -= moved;
                }
            }
        }
    }
    weights
        .iter_mut()
        .for_each(|weight| *weight = weight.max(0.0));
    weights
}
