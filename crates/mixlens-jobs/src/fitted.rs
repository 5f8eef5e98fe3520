//! [`Fit`]: a fitted surrogate for each metric.

use std::sync::Arc;

use mixlens_core::fit::{CrossFit, FittedMetric, SurrogateParams, SurrogateSet};
use mixlens_core::table::RunTable;
use serde::{Deserialize, Serialize};

use crate::compare::varying_metrics;
use crate::{JobContext, JobError};

/// The minimum error of a fit on the runs that it was fitted to, as a fraction of the metric's
/// range (dimensionless).
const MIN_ERROR: f64 = 1e-3;

/// A fitted surrogate for each metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The surrogate requested; `None` for a set that was loaded from a file, or chosen per metric.
    pub params: Option<SurrogateParams>,
    /// The fitted surrogates.
    #[serde(with = "crate::wire::set")]
    pub set: Arc<SurrogateSet>,
    /// The typical error of predictions, per metric of the set, in the metric's unit: the RMSE on
    /// runs that were held out in cross-fits, where there are any. Otherwise the RMSE on the fitted
    /// runs, but at least a thousandth of their range, because many surrogates interpolate them.
    #[serde(rename = "own_errors")]
    pub typical_errors: Vec<Option<f64>>,
}

impl Fit {
    /// Fits a surrogate, or the best candidate for each metric, to every metric that varies, with
    /// intervals.
    pub(crate) fn of_table(
        table: &RunTable,
        params: Option<&SurrogateParams>,
        seed: u64,
        context: &JobContext<'_>,
    ) -> Result<Self, JobError> {
        let JobContext {
            control, executor, ..
        } = *context;
        let metrics = varying_metrics(table);
        let set = match params {
            Some(params) => {
                SurrogateSet::fit_with_intervals(table, &metrics, params, seed, control, executor)?
            }
            None => SurrogateSet::fit_auto(
                table,
                &metrics,
                &SurrogateParams::candidates(),
                seed,
                control,
                executor,
            )?,
        };
        let scores = set.score(table)?;
        let summary = table.summary();
        let error = |fitted: &FittedMetric| {
            let name = &fitted.metric.name;
            let held_out = fitted.cross.as_ref().map(CrossFit::errors);
            if let Some(errors) = held_out.filter(|errors| !errors.is_empty()) {
                // √(Σᵢ eᵢ² / n), with e the held-out errors.
                let squares: f64 = errors.iter().map(|error| error * error).sum();
                return Some((squares / errors.len() as f64).sqrt());
            }
            let (_, score) = scores.iter().find(|(metric, _)| metric == name)?;
            let column = summary.metrics.iter().find(|column| column.name == *name)?;
            Some(score.rmse.max(MIN_ERROR * (column.max? - column.min?)))
        };
        let typical_errors = set.metrics().iter().map(error).collect();
        Ok(Self {
            params: params.cloned(),
            set: Arc::new(set),
            typical_errors,
        })
    }

    /// The surrogate's name, such as "trees"; "auto" where metrics have different ones.
    pub fn name(&self) -> &str {
        surrogate_name(&self.set)
    }

    /// Index and fit of the metric with this name.
    pub fn metric(&self, name: &str) -> Option<(usize, &FittedMetric)> {
        self.set
            .metrics()
            .iter()
            .enumerate()
            .find(|(_, fitted)| fitted.metric.name == name)
    }

    /// Whether there is one error per metric.
    pub fn is_whole(&self) -> bool {
        self.typical_errors.len() == self.set.metrics().len()
    }
}

/// The name of the surrogates in a set, such as "trees"; "auto" where metrics have different ones.
pub fn surrogate_name(set: &SurrogateSet) -> &str {
    let mut names = set.metrics().iter().map(|fitted| fitted.surrogate.name());
    let first = names.next().unwrap_or("");
    if names.all(|name| name == first) {
        first
    } else {
        "auto"
    }
}
