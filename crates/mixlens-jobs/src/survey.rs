//! Distribution of simulated mixtures and of their objective.

use mixlens_core::search::{
    Backend, DeviceChoice, Survey, SurveyParams, Tally, survey_of_spans, survey_on, survey_span,
};
use mixlens_core::simplex::{DomainSet, Prior};
use serde::{Deserialize, Serialize};

use crate::problem::SampledProblem;
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
    let SampledProblem {
        set,
        objective,
        sampler,
    } = problem.sampled(&settings.prior, context.control)?;
    let JobContext {
        device,
        control,
        executor,
    } = *context;
    let params = settings.params;
    Ok(survey_on(
        device, &set, &objective, &sampler, params, control, executor,
    )
    .await?)
}

/// The counts of the samples of `span` alone, on the CPU.
pub(crate) fn part(
    problem: &Problem,
    settings: &SurveySettings,
    (start, end): (u64, u64),
    context: &JobContext<'_>,
) -> Result<Vec<Tally>, JobError> {
    let sampled = problem.sampled(&settings.prior, context.control)?;
    Ok(survey_span(
        &sampled.set,
        &sampled.objective,
        &sampled.sampler,
        settings.params,
        start..end,
        context.control,
        context.executor,
    )?)
}

/// The survey whose spans were counted apart.
pub(crate) fn of_parts(
    problem: &Problem,
    settings: &SurveySettings,
    parts: Vec<Vec<Tally>>,
    context: &JobContext<'_>,
) -> Result<SurveyOutcome, JobError> {
    let sampled = problem.sampled(&settings.prior, context.control)?;
    let survey = survey_of_spans(
        &sampled.set,
        &sampled.objective,
        &sampled.sampler,
        settings.params,
        parts,
    )?;
    Ok(outcome(problem, settings, survey, &Backend::Cpu, context))
}

/// [`survey_within`] as a job.
pub(crate) async fn survey(
    problem: &Problem,
    settings: &SurveySettings,
    context: &JobContext<'_>,
) -> Result<SurveyOutcome, JobError> {
    let (survey, backend) = survey_within(problem, settings, context).await?;
    Ok(outcome(problem, settings, survey, &backend, context))
}

fn outcome(
    problem: &Problem,
    settings: &SurveySettings,
    survey: Survey,
    backend: &Backend,
    context: &JobContext<'_>,
) -> SurveyOutcome {
    SurveyOutcome {
        settings: settings.clone(),
        surrogate: surrogate_name(&problem.set).to_owned(),
        objective_name: problem.objective_name().to_owned(),
        survey,
        ran_on: BackendReport::new(settings.device, context.device, backend),
    }
}
