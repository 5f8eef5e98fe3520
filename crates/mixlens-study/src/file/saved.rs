//! The text of a saved study: versioned JSON with everything inline.

use std::fmt::Display;
use std::sync::Arc;

use mixlens_core::simplex::{DomainSet, Locks, Mixture, Redistribution, SUM_TOLERANCE};
use mixlens_core::table::RunTable;
use mixlens_core::{brief, excerpt};
use serde::{Deserialize, Serialize};

use crate::state::MAX_COMPARED;
use crate::{
    Dataset, Fit, JobResults, Limits, NamedMixture, ObjectiveSettings, PlannedPhase, State, Study,
    StudyError, TokenizerWork, View, Work,
};

pub(super) const FORMAT: &str = "mixlens-study";
/// The newest version that this program reads, and the one it writes.
const VERSION: u64 = 1;

/// A snapshot of a study, to be written. It shares the study's data, so it is cheap to take and can
/// be written on another thread.
///
/// Files of every version stay readable: a change of meaning needs a new version.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedStudy {
    #[serde(skip)]
    edits: u64,
    format: String,
    version: u64,
    tool: String,
    data: SavedData,
    state: SavedState,
    #[serde(default)]
    tokenizer: TokenizerWork,
    #[serde(default)]
    view: View,
}

/// The data and the results computed from them.
#[derive(Debug, Serialize, Deserialize)]
struct SavedData {
    name: String,
    domains: Vec<String>,
    table: Option<Arc<RunTable>>,
    #[serde(default)]
    notices: Vec<String>,
    #[serde(default)]
    fits: Vec<Fit>,
    #[serde(default)]
    active: usize,
    #[serde(flatten)]
    results: JobResults,
}

/// The state that can be undone.
#[derive(Debug, Serialize, Deserialize)]
struct SavedState {
    current: Mixture,
    baseline: NamedMixture,
    #[serde(default)]
    saved: Vec<NamedMixture>,
    #[serde(default)]
    compared: Vec<usize>,
    #[serde(default)]
    locked: Vec<String>,
    limits: Limits,
    #[serde(default)]
    redistribution: Redistribution,
    #[serde(default)]
    goal: ObjectiveSettings,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    phases: Vec<PlannedPhase>,
    #[serde(default)]
    seed: u64,
}

/// Read first, to distinguish a newer file from a damaged one.
#[derive(Deserialize)]
struct Header {
    format: String,
    version: u64,
}

impl SavedStudy {
    /// A snapshot of the study, without the history.
    pub fn of(study: &Study) -> Self {
        Self {
            edits: study.edits(),
            format: FORMAT.to_owned(),
            version: VERSION,
            tool: concat!("mixlens ", env!("CARGO_PKG_VERSION")).to_owned(),
            data: SavedData::of(study.dataset()),
            state: SavedState::of(study.state()),
            tokenizer: study.tokenizer().clone(),
            view: study.view().clone(),
        }
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string(self).expect("plain data with text keys serialises");
        text.push('\n');
        text
    }

    /// How many edits the study had, for [`Session::StudySaved`](crate::Session::StudySaved).
    pub fn edits(&self) -> u64 {
        self.edits
    }
}

/// Opens the text of a saved study, of this or any earlier version.
///
/// # Errors
/// [`StudyError::NewerVersion`], or [`StudyError::BadFile`] with the problem.
pub fn parse_study(text: &str) -> Result<Study, StudyError> {
    let saved: SavedStudy = match serde_json::from_str(text) {
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
    let dataset = saved.data.into_dataset()?;
    let state = saved.state.into_state(dataset.domains())?;
    Ok(Study::of_parts(state, saved.view, vec![dataset], 1).with_tokenizer(saved.tokenizer))
}

impl SavedData {
    fn of(dataset: &Dataset) -> Self {
        let work = dataset.work.clone();
        Self {
            name: dataset.name.clone(),
            domains: dataset.domains().names().to_vec(),
            table: dataset.table().cloned(),
            notices: dataset.notices.clone(),
            fits: work.fits,
            active: work.active,
            results: work.results,
        }
    }

    fn into_dataset(self) -> Result<Dataset, StudyError> {
        let domains = DomainSet::new(self.domains).map_err(bad)?;
        let is_other = |other: &DomainSet| *other != *domains;
        let tables = self.table.iter().any(|table| is_other(table.domains()));
        let fits = self
            .fits
            .iter()
            .any(|fit| is_other(fit.set.domains()) || !fit.is_whole());
        if tables || fits || !self.results.is_over(&domains) {
            return Err(bad("data and results are over different domains"));
        }
        let active = self.active.min(self.fits.len().saturating_sub(1));
        let mut dataset = match self.table {
            Some(table) => Dataset::of_table(0, self.name, table, Vec::new()),
            None => Dataset::of_domains(0, self.name, domains),
        };
        dataset.notices = self.notices;
        dataset.work = Work {
            fits: self.fits,
            active,
            results: self.results,
        };
        Ok(dataset)
    }
}

impl SavedState {
    fn of(state: &State) -> Self {
        let names = state.domains().names().iter().enumerate();
        let locked = names
            .filter(|(domain, _)| state.locks.is_locked(*domain))
            .map(|(_, name)| name.clone());
        Self {
            current: state.current.clone(),
            baseline: state.baseline.clone(),
            saved: state.saved.clone(),
            compared: state.compared.clone(),
            locked: locked.collect(),
            limits: state.limits.clone(),
            redistribution: state.redistribution,
            goal: state.goal.clone(),
            phases: state.phases.clone(),
            seed: state.seed,
        }
    }

    fn into_state(self, domains: &Arc<DomainSet>) -> Result<State, StudyError> {
        let over = |mixture: &Mixture| -> Result<Mixture, StudyError> {
            if mixture.domains() != domains {
                return Err(bad("mixtures and data are over different domains"));
            }
            Mixture::from_proportions(domains, mixture.parts(), SUM_TOLERANCE).map_err(bad)
        };
        let named = |NamedMixture { name, mixture }| -> Result<NamedMixture, StudyError> {
            let mixture = over(&mixture)?;
            Ok(NamedMixture { name, mixture })
        };
        let mut locks = Locks::none(domains);
        for name in &self.locked {
            locks.lock(name).map_err(bad)?;
        }
        let limits = &self.limits;
        for list in [&limits.lower, &limits.upper, &limits.unique_tokens] {
            if list.len() != domains.len() {
                return Err(bad("limits and data have different numbers of domains"));
            }
        }
        let is_weight = |weight: f64| weight.is_finite() && weight >= 0.0;
        if !self
            .goal
            .metrics
            .iter()
            .all(|metric| is_weight(metric.weight))
        {
            return Err(bad("a metric's weight is below zero or not finite"));
        }
        let mut compared = self.compared;
        compared.retain(|&index| index < self.saved.len());
        compared.truncate(MAX_COMPARED);
        Ok(State {
            dataset: 0,
            current: over(&self.current)?,
            baseline: named(self.baseline)?,
            saved: self
                .saved
                .into_iter()
                .map(named)
                .collect::<Result<_, _>>()?,
            compared,
            locks,
            constraints: limits.constraints(domains).map_err(bad)?,
            limits: self.limits,
            redistribution: self.redistribution,
            goal: self.goal,
            phases: phases_over(self.phases, over)?,
            seed: self.seed,
        })
    }
}

/// Phases over the domains of the data, with fractions of the run that sum to one.
fn phases_over(
    phases: Vec<PlannedPhase>,
    over: impl Fn(&Mixture) -> Result<Mixture, StudyError>,
) -> Result<Vec<PlannedPhase>, StudyError> {
    let sum: f64 = phases.iter().map(|phase| phase.part).sum();
    let is_part = |part: f64| part.is_finite() && part > 0.0;
    let are_parts = phases.iter().all(|phase| is_part(phase.part));
    if !are_parts || !phases.is_empty() && (sum - 1.0).abs() > 1e-9 {
        return Err(bad("the fractions of the phases do not sum to 1"));
    }
    phases
        .into_iter()
        .map(|phase| {
            Ok(PlannedPhase {
                mixture: over(&phase.mixture)?,
                part: phase.part,
            })
        })
        .collect()
}

fn check_header(header: &Header) -> Result<(), StudyError> {
    if header.format != FORMAT {
        return Err(bad(format!(
            "expected format {FORMAT:?}, found {}",
            excerpt(&header.format)
        )));
    }
    if header.version > VERSION {
        return Err(StudyError::NewerVersion {
            found: header.version,
            newest: VERSION,
        });
    }
    Ok(())
}

fn bad(problem: impl Display) -> StudyError {
    StudyError::BadFile {
        problem: brief(problem),
    }
}
