//! The surrogate file: versioned JSON that every front loads.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use super::support::TrainingSupport;
use super::surrogate_set::calibrations;
use super::{CrossFit, FittedMetric, FittedSurrogate, Surrogate, SurrogateParams, SurrogateSet};
use crate::simplex::{DomainSet, Mixture, sum_tolerance};
use crate::table::{Direction, Metric, MetricSet, RowSums};
use crate::{CoreError, brief, excerpt};

const FORMAT: &str = "mixlens-surrogates";
/// The newest version of the surrogate file that this program reads.
const NEWEST: u64 = 2;

/// The file as it is written; `P` is what is read of the parameters.
#[derive(Serialize, Deserialize)]
struct Saved<P> {
    format: String,
    version: u64,
    tool: String,
    domains: Vec<String>,
    natural: Option<Vec<f64>>,
    runs_mean: Vec<f64>,
    row_sums: RowSums,
    metrics: Vec<SavedMetric<P>>,
    /// Proportions of the training runs, row after row, for support.
    runs: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
struct SavedMetric<P> {
    name: String,
    direction: Direction,
    runs: usize,
    params: P,
    surrogate: FittedSurrogate,
    /// Positions of the runs without this metric.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cross: Option<CrossFit>,
}

/// What is read first, to tell a newer file from a broken one.
#[derive(Deserialize)]
struct Header {
    format: String,
    version: u64,
}

impl SurrogateSet {
    /// The surrogate file. Loading it gives predictions with the same bits.
    pub fn to_json(&self) -> String {
        let metrics = self.metrics.iter().map(|fitted| SavedMetric {
            name: fitted.metric.name.clone(),
            direction: fitted.metric.direction,
            runs: fitted.runs,
            params: fitted.params.clone(),
            surrogate: fitted.surrogate.clone(),
            missing: fitted.missing.clone(),
            cross: fitted.cross.clone(),
        });
        let saved = Saved {
            format: FORMAT.to_owned(),
            version: self.file_version(),
            tool: concat!("mixlens ", env!("CARGO_PKG_VERSION")).to_owned(),
            domains: self.domains.names().to_vec(),
            natural: self
                .natural
                .as_ref()
                .map(|natural| natural.parts().to_vec()),
            runs_mean: self.runs_mean.parts().to_vec(),
            row_sums: self.row_sums,
            metrics: metrics.collect(),
            runs: self.support.rows().to_vec(),
        };
        serde_json::to_string(&saved).expect("plain data with text keys serialises")
    }

    /// Version 1 wherever its programs can read the file, version 2 with a kind or a form that they
    /// do not have: a page with an older widget then shows what newer programs fit.
    fn file_version(&self) -> u64 {
        let is_first = |fitted: &FittedMetric| {
            let cross = fitted.cross.iter().flat_map(|cross| &cross.fits);
            let mut all = cross.chain([&fitted.surrogate]);
            all.all(FittedSurrogate::is_of_version_1)
        };
        if self.metrics.iter().all(is_first) {
            1
        } else {
            NEWEST
        }
    }

    /// Loads a surrogate file.
    ///
    /// # Errors
    /// [`CoreError::NewerVersion`] or [`CoreError::BadSurrogateFile`].
    pub fn from_json(text: &str) -> Result<Self, CoreError> {
        Self::read(text, |params: Option<SurrogateParams>| params)
    }

    /// Loads a surrogate file to predict from: [`FittedMetric::params`] are left out.
    ///
    /// A program that never fits what it loads then needs no code that reads the parameters of
    /// every kind.
    ///
    /// # Errors
    /// As [`SurrogateSet::from_json`], but for parameters that cannot be read.
    pub fn from_json_without_params(text: &str) -> Result<Self, CoreError> {
        Self::read(text, |_: IgnoredAny| None)
    }

    fn read<P: DeserializeOwned>(
        text: &str,
        params: impl Fn(P) -> Option<SurrogateParams>,
    ) -> Result<Self, CoreError> {
        let saved: Saved<P> = match serde_json::from_str(text) {
            Ok(saved) => saved,
            Err(problem) => {
                check_header(&serde_json::from_str(text).map_err(bad)?)?;
                return Err(bad(problem));
            }
        };
        check_header(&Header {
            format: saved.format,
            version: saved.version,
        })?;
        let domains = DomainSet::new(saved.domains).map_err(bad)?;
        let mixture = |parts: &[f64]| Mixture::from_saved_parts(&domains, parts).map_err(bad);
        let metrics: Vec<FittedMetric> = saved
            .metrics
            .into_iter()
            .map(|own| own.into_fitted(&params))
            .collect();
        MetricSet::new(metrics.iter().map(|fitted| fitted.metric.clone()).collect())
            .map_err(bad)?;
        if metrics
            .iter()
            .any(|fitted| fitted.surrogate.width() != domains.len())
        {
            return Err(bad(
                "a surrogate is over another number of domains than the file lists",
            ));
        }
        let runs = saved.runs.len() / domains.len();
        let is_whole = |fitted: &FittedMetric| {
            fitted.missing.is_sorted_by(|a, b| a < b)
                && fitted.missing.last().is_none_or(|last| *last < runs)
                && fitted
                    .cross
                    .as_ref()
                    .is_none_or(|cross| cross.is_valid(runs - fitted.missing.len(), domains.len()))
        };
        if !metrics.iter().all(is_whole) {
            return Err(bad(
                "the fits that left runs out do not belong to the runs of the file",
            ));
        }
        Ok(Self {
            calibrations: calibrations(&metrics, &saved.runs, domains.len()),
            natural: saved.natural.as_deref().map(mixture).transpose()?,
            runs_mean: mixture(&saved.runs_mean)?,
            row_sums: saved.row_sums,
            metrics,
            support: TrainingSupport::new(&saved.runs, domains.len()).map_err(bad)?,
            domains,
        })
    }
}

impl<P> SavedMetric<P> {
    fn into_fitted(self, params: impl Fn(P) -> Option<SurrogateParams>) -> FittedMetric {
        FittedMetric {
            metric: Metric {
                name: self.name,
                direction: self.direction,
            },
            runs: self.runs,
            params: params(self.params),
            surrogate: self.surrogate,
            missing: self.missing,
            cross: self.cross,
        }
    }
}

impl Mixture {
    /// Proportions as this program saved them, kept to the bit.
    fn from_saved_parts(
        domains: &std::sync::Arc<DomainSet>,
        parts: &[f64],
    ) -> Result<Self, CoreError> {
        Self::from_proportions(domains, parts, sum_tolerance(parts.len()))?;
        Ok(Self::from_exact_parts(domains, parts.to_vec()))
    }
}

fn check_header(header: &Header) -> Result<(), CoreError> {
    if header.format != FORMAT {
        return Err(bad(format!(
            "expected format {FORMAT:?}, found {}",
            excerpt(&header.format)
        )));
    }
    if header.version > NEWEST {
        return Err(CoreError::NewerVersion {
            found: header.version,
            newest: NEWEST,
        });
    }
    Ok(())
}

fn bad(problem: impl std::fmt::Display) -> CoreError {
    CoreError::BadSurrogateFile {
        problem: brief(problem),
    }
}
