//! [`Dataset`]: a run table and everything computed from it, which undo never takes away.

use std::sync::Arc;

use mixlens_core::fit::{FittedMetric, SurrogateParams, SurrogateSet};
use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::table::{MetricSet, RunTable};

use serde::{Deserialize, Serialize};

use crate::{
    Evidence, Examination, NamedMixture, NextRuns, ParetoFront, SampledMixtures, SearchOutcome,
    SurveyOutcome,
};

/// Tells data sets of one study apart.
pub(crate) type DatasetId = u64;

/// A fitted surrogate for each metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// What was asked for; `None` for a set that was loaded from a file.
    pub params: Option<SurrogateParams>,
    /// What came out.
    #[serde(with = "crate::wire::set")]
    pub set: Arc<SurrogateSet>,
    /// How far predictions are usually off, per metric of the set in the metric's unit: the RMSE on
    /// runs that were left out of cross-fits, where there are any; else the RMSE on its own runs,
    /// but at least a thousandth of their range, which many surrogates go through exactly.
    pub own_errors: Vec<Option<f64>>,
}

impl Fit {
    /// The surrogate's name, such as "trees"; "auto" where metrics have different ones.
    pub fn name(&self) -> &str {
        surrogate_name(&self.set)
    }

    /// Position and fit of the metric with this name.
    pub(crate) fn metric(&self, name: &str) -> Option<(usize, &FittedMetric)> {
        self.set
            .metrics()
            .iter()
            .enumerate()
            .find(|(_, fitted)| fitted.metric.name == name)
    }

    /// Whether there is one error per metric.
    pub(crate) fn is_whole(&self) -> bool {
        self.own_errors.len() == self.set.metrics().len()
    }
}

/// The name of the surrogates in a set, such as "trees"; "auto" where metrics have different ones.
pub(crate) fn surrogate_name(set: &SurrogateSet) -> &str {
    let mut names = set.metrics().iter().map(|fitted| fitted.surrogate.name());
    let first = names.next().unwrap_or("");
    if names.all(|name| name == first) {
        first
    } else {
        "auto"
    }
}

/// What was computed from a data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Fits, in the order they were made; one per kind of surrogate.
    pub fits: Vec<Fit>,
    /// Position of the fit that predictions come from.
    pub active: usize,
    /// Surrogates side by side.
    pub evidence: Option<Arc<Evidence>>,
    /// How the active surrogate does with fewer runs, and how honest its intervals are.
    pub examination: Option<Arc<Examination>>,
    /// The latest search.
    pub search: Option<Arc<SearchOutcome>>,
    /// The latest survey of simulated mixtures.
    pub survey: Option<Arc<SurveyOutcome>>,
    /// The latest Pareto front.
    pub front: Option<Arc<ParetoFront>>,
    /// Sampled mixtures with their predictions; not saved, they come back from the same seed.
    pub cloud: Option<Arc<SampledMixtures>>,
    /// The latest proposal of runs to train.
    pub next_runs: Option<Arc<NextRuns>>,
}

/// A run table (or domains alone) and everything computed from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub(crate) id: DatasetId,
    /// Where the data came from, for the window's title.
    pub name: String,
    domains: Arc<DomainSet>,
    table: Option<Arc<RunTable>>,
    /// What the user should know about the import.
    pub notices: Vec<String>,
    /// What was computed.
    pub work: Work,
}

impl Dataset {
    /// Domains without runs.
    pub(crate) fn of_domains(
        id: DatasetId,
        name: impl Into<String>,
        domains: Arc<DomainSet>,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            domains,
            table: None,
            notices: Vec::new(),
            work: Work::default(),
        }
    }

    /// A run table.
    pub(crate) fn of_table(
        id: DatasetId,
        name: impl Into<String>,
        table: Arc<RunTable>,
        notices: Vec<String>,
    ) -> Self {
        let domains = Arc::clone(table.domains());
        Self {
            id,
            name: name.into(),
            domains,
            table: Some(table),
            notices,
            work: Work::default(),
        }
    }

    /// The domains.
    pub fn domains(&self) -> &Arc<DomainSet> {
        &self.domains
    }

    /// The runs, when there are any.
    pub fn table(&self) -> Option<&Arc<RunTable>> {
        self.table.as_ref()
    }

    /// The fit that predictions come from.
    pub fn fit(&self) -> Option<&Fit> {
        self.work.fits.get(self.work.active)
    }

    /// The metrics of the table, or those of the fit where there is no table.
    pub(crate) fn metrics(&self) -> Option<MetricSet> {
        let of_table = self.table.as_ref().map(|table| table.metrics().clone());
        of_table.or_else(|| self.fit().map(|fit| fit.set.metric_set()))
    }

    /// The natural mixture, when it is known.
    pub fn natural(&self) -> Option<&Mixture> {
        let of_table = self.table.as_ref().and_then(|table| table.natural());
        of_table.or_else(|| self.fit().and_then(|fit| fit.set.natural()))
    }

    /// The natural mixture, else the mean of the runs, else the uniform mixture.
    pub(crate) fn natural_or_mean(&self) -> NamedMixture {
        let named = |name: &str, mixture| NamedMixture {
            name: name.to_owned(),
            mixture,
        };
        if let Some(natural) = self.natural() {
            return named("natural", natural.clone());
        }
        match self.runs_mean() {
            Some(mean) => named("mean of the runs", mean),
            None => named("uniform", Mixture::uniform(&self.domains)),
        }
    }

    /// The mean mixture of the runs.
    pub fn runs_mean(&self) -> Option<Mixture> {
        match &self.table {
            Some(table) => table.mean_mixture(),
            None => self
                .fit()
                .filter(|fit| fit.set.natural().is_none())
                .map(|fit| fit.set.centre().mixture),
        }
    }

    /// Keeps `fit`, in place of an earlier one of the same kind, and makes it the active one.
    pub(crate) fn add_fit(&mut self, fit: Fit) {
        let fits = &mut self.work.fits;
        let same_kind = fits.iter().position(|own| own.name() == fit.name());
        match same_kind.and_then(|place| fits.get_mut(place)) {
            Some(own) => *own = fit,
            None => fits.push(fit),
        }
        self.work.active = same_kind.unwrap_or(fits.len() - 1);
    }
}
