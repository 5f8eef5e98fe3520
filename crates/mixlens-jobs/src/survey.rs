//! Distribution of simulated mixtures and of their objective.

use mixlens_core::search::{Backend, DeviceChoice, Survey, SurveyParams, survey_on};
use mixlens_core::simplex::{DomainSet, Prior, Sampler};
use serde::{Deserialize, Serialize};

use crate::{BackendReport, JobContext, JobError, Problem, surrogate_name};

/// Settings of a survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveySettings {
    /// How many mixtures, and which two domains are counted jointly.
    pub params: SurveyParams,
    /// The distribution that they are drawn from.
    pub prior: Prior,
    /// Where to simulate.
    pub device: DeviceChoice,
}

impl Default for SurveySettings {
    fn default() -> Self {
        let params = SurveyParams {
            pair: Some([0, 1]),
            ..SurveyParams::default()
        };
        Self {
            params,
            prior: Prior::regmix(),
            device: DeviceChoice::Auto,
        }
    }
}

/// A survey, with its settings and objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurveyOutcome {
    /// The settings of the survey.
    pub settings: SurveySettings,
    /// The surrogate's name.
    pub surrogate: String,
    /// The name of the objective.
    pub objective_name: String,
    /// The counts.
    pub survey: Survey,
    /// The device that the mixtures were simulated on.
    pub ran_on: BackendReport,
}

impl SurveyOutcome {
    /// Whether the survey has one axis per domain of `domains`.
    pub(crate) fn is_over(&self, domains: &DomainSet) -> bool {
        self.survey.is_over(domains.len())
    }
}

/// Surveys the mixtures within the limits, and reports where they were simulated.
///
/// # Errors
/// Limits and objectives that cannot be read, settings out of range, and cancellation.
pub async fn survey_within(
    problem: &Problem,
    settings: &SurveySettings,
    context: &JobContext<'_>,
) -> Result<(Survey, Backend), JobError> {
    let JobContext {
        device,
        control,
        executor,
    } = *context;
    let set = problem.set();
    let constraints = problem.constraints()?;
    let objective = problem.objective(&set, &constraints, control)?;
    let sampler = Sampler::new(
        &settings.prior,
        &set.centre().mixture,
        constraints,
        problem.seed,
    )?;
    let later = survey_on(
        device,
        &set,
        &objective,
        &sampler,
        settings.params,
        control,
        executor,
    );
    Ok(later.await?)
}

/// [`survey_within`] as a job.
pub(crate) async fn survey(
    problem: &Problem,
    settings: &SurveySettings,
    context: &JobContext<'_>,
) -> Result<SurveyOutcome, JobError> {
    let (survey, backend) = survey_within(problem, settings, context).await?;
    Ok(SurveyOutcome {
        settings: settings.clone(),
        surrogate: surrogate_name(&problem.set).to_owned(),
        objective_name: problem.objective_name().to_owned(),
        survey,
        ran_on: BackendReport::new(settings.device, context.device, &backend),
    })
}
