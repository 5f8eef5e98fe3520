//! [`Dataset`]: a run table and everything computed from it, which undo never removes.

use std::sync::Arc;

use mixlens_core::simplex::{DomainSet, Mixture};
use mixlens_core::table::{MetricSet, RunTable};

use crate::{Fit, JobResults, NamedMixture};

/// Identifies a data set within a study.
pub(crate) type DatasetId = u64;

/// The results computed from a data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Fits, in the order they were made; one per kind of surrogate.
    pub fits: Vec<Fit>,
    /// Index of the fit that predictions come from.
    pub active: usize,
    /// The latest outcomes of jobs.
    pub results: JobResults,
}

/// A run table (or domains alone) and everything computed from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub(crate) id: DatasetId,
    /// The source of the data, for the window's title.
    pub name: String,
    domains: Arc<DomainSet>,
    table: Option<Arc<RunTable>>,
    /// Notices of the import.
    pub notices: Vec<String>,
    /// The results.
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

    /// Adds `fit`, or replaces an earlier one of the same kind, and makes it the active one.
    pub(crate) fn add_fit(&mut self, fit: Fit) {
        let fits = &mut self.work.fits;
        let same_kind = fits.iter().position(|kept| kept.name() == fit.name());
        match same_kind.and_then(|index| fits.get_mut(index)) {
            Some(kept) => *kept = fit,
            None => fits.push(fit),
        }
        self.work.active = same_kind.unwrap_or(fits.len() - 1);
    }
}
