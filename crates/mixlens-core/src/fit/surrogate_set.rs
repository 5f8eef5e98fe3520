//! [`SurrogateSet`]: one fitted surrogate per metric, saved to and loaded from one file.

use std::sync::Arc;

use super::support::{Support, TrainingSupport};
use super::{FittedSurrogate, Surrogate, SurrogateParams};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::simplex::{DomainSet, Mixture};
use crate::stats::Score;
use crate::table::{Direction, Metric, MetricSet, RowSums, RunTable};

/// One metric with the surrogate fitted to it.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedMetric {
    /// The metric.
    pub metric: Metric,
    /// How many runs had it.
    pub runs: usize,
    /// What was asked for.
    pub params: SurrogateParams,
    /// What came out.
    pub surrogate: FittedSurrogate,
}

/// Fitted surrogates for the metrics of a run table, with what is needed to use them without it.
#[derive(Clone, Debug, PartialEq)]
pub struct SurrogateSet {
    pub(super) domains: Arc<DomainSet>,
    pub(super) metrics: Vec<FittedMetric>,
    pub(super) natural: Option<Mixture>,
    pub(super) runs_mean: Mixture,
    pub(super) row_sums: RowSums,
    pub(super) support: TrainingSupport,
}

/// The predictions for one mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// One value per metric of the set, in the metric's unit.
    pub values: Vec<f64>,
    /// Where the mixture lies among the runs.
    pub support: Support,
}

/// The mixture that others are compared with when none is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Centre {
    /// "natural" when natural weights are known, else "runs_mean".
    pub name: &'static str,
    /// The mixture.
    pub mixture: Mixture,
}

impl SurrogateSet {
    /// Fits one surrogate to each of the given metrics, in parallel.
    ///
    /// A run without a value for a metric is left out for that metric alone.
    ///
    /// # Errors
    /// The first metric's error in table order; [`CoreError::Cancelled`].
    pub fn fit(
        table: &RunTable,
        metrics: &[usize],
        params: &SurrogateParams,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Self, CoreError> {
        let stage = control.stage("fitting surrogates", metrics.len() as u64);
        let quiet = control.without_progress();
        let fitted = try_map_tasks(executor, metrics.len(), |task| {
            let index = metrics.get(task).copied().unwrap_or_default();
            let (rows, values) = column(table, index);
            let metric = metric_at(table.metrics(), index)?;
            let surrogate = params.fit(&metric.name, &rows, &values, &quiet)?;
            stage.advance(1)?;
            Ok(FittedMetric { metric, runs: values.len(), params: params.clone(), surrogate })
        })?;
        Self::from_fitted(table, fitted)
    }

    /// A set of metrics that were fitted to `table` one by one.
    ///
    /// # Errors
    /// [`CoreError::NoNames`] without metrics, [`CoreError::DuplicateName`] for one fitted twice,
    /// [`CoreError::AllZero`] without runs.
    pub fn from_fitted(table: &RunTable, metrics: Vec<FittedMetric>) -> Result<Self, CoreError> {
        MetricSet::new(metrics.iter().map(|fitted| fitted.metric.clone()).collect())?;
        Ok(Self {
            domains: Arc::clone(table.domains()),
            metrics,
            natural: table.natural().cloned(),
            runs_mean: table.mean_mixture().ok_or(CoreError::AllZero)?,
            row_sums: table.row_sums(),
            support: TrainingSupport::new(table.parts(), table.domains().len())?,
        })
    }

    /// The domains.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The fitted metrics.
    pub fn metrics(&self) -> &[FittedMetric] {
        &self.metrics
    }

    /// Sets which way the metric at `index` improves; positions beyond the metrics are ignored.
    pub fn set_direction(&mut self, index: usize, direction: Direction) {
        if let Some(fitted) = self.metrics.get_mut(index) {
            fitted.metric.direction = direction;
        }
    }

    /// The metrics without what was fitted to them.
    pub fn metric_set(&self) -> MetricSet {
        let metrics = self.metrics.iter().map(|fitted| fitted.metric.clone()).collect();
        MetricSet::new(metrics).expect("a set is made from a table, whose metrics are unique, and is not empty")
    }

    /// How the row sums of the table were treated.
    pub fn row_sums(&self) -> RowSums {
        self.row_sums
    }

    /// The natural mixture, when it is known.
    pub fn natural(&self) -> Option<&Mixture> {
        self.natural.as_ref()
    }

    /// Records the natural mixture (over the same domains).
    pub fn set_natural(&mut self, natural: Mixture) {
        debug_assert_eq!(natural.domains(), &self.domains);
        self.natural = Some(natural);
    }

    /// The natural mixture, or the mean of the runs where that is not known.
    pub fn centre(&self) -> Centre {
        match &self.natural {
            Some(natural) => Centre { name: "natural", mixture: natural.clone() },
            None => Centre { name: "runs_mean", mixture: self.runs_mean.clone() },
        }
    }

    /// Where the training runs lie.
    pub fn support(&self) -> &TrainingSupport {
        &self.support
    }

    /// Predicts every metric for one mixture, given as proportions in the order of the domains.
    ///
    /// # Errors
    /// [`CoreError::WrongLength`].
    pub fn predict(&self, parts: &[f64]) -> Result<Prediction, CoreError> {
        let support = self.support.classify(parts)?;
        let values = self.metrics.iter().map(|fitted| fitted.surrogate.predict_one(parts)).collect();
        Ok(Prediction { values, support })
    }

    /// Compares predictions with the measured values of `table`, which has the same domains in any order.
    ///
    /// Metrics that only one of the two has are skipped; the result names those that both have.
    ///
    /// # Errors
    /// [`CoreError::UnknownName`] for a domain of the set that the table lacks,
    /// [`CoreError::WrongLength`] when the table has other domains besides, [`CoreError::NoNames`] when no metric is in both.
    pub fn score(&self, table: &RunTable) -> Result<Vec<(String, Score)>, CoreError> {
        let width = self.domains.len();
        if table.domains().len() != width {
            return Err(CoreError::WrongLength { what: "domains", expected: width, found: table.domains().len() });
        }
        let places = self.domains.names().iter().map(|name| table.domains().require(name));
        let places: Vec<usize> = places.collect::<Result<_, _>>()?;
        let mut scores = Vec::new();
        for fitted in &self.metrics {
            let Some(index) = table.metrics().index_of(&fitted.metric.name) else { continue };
            let (rows, measured) = column(table, index);
            let mut ordered = Vec::with_capacity(rows.len());
            for row in rows.chunks_exact(width) {
                ordered.extend(places.iter().filter_map(|&place| row.get(place)));
            }
            let mut predicted = vec![0.0; measured.len()];
            fitted.surrogate.predict_rows(&ordered, &mut predicted);
            if let Some(score) = Score::of(&predicted, &measured) {
                scores.push((fitted.metric.name.clone(), score));
            }
        }
        if scores.is_empty() {
            return Err(CoreError::NoNames { what: "metrics that both the fit and the table have" });
        }
        Ok(scores)
    }
}

fn metric_at(metrics: &MetricSet, index: usize) -> Result<Metric, CoreError> {
    metrics.as_slice().get(index).cloned().ok_or(CoreError::WrongLength {
        what: "metrics",
        expected: index + 1,
        found: metrics.len(),
    })
}

/// The proportions (row after row) and values of the runs that have metric `index`.
pub(super) fn column(table: &RunTable, index: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for run in table.runs() {
        if let Some(value) = run.values.get(index).copied().flatten() {
            rows.extend_from_slice(run.parts);
            values.push(value);
        }
    }
    (rows, values)
}
