//! Surveys: where simulated mixtures lie and how good they are, in cells along every domain and
//! over a pair of domains.

mod axis;
mod outcome;
mod params;
mod spec;
mod tally;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{Accelerator, Backend, DeviceFailure, Objective};
use crate::CoreError;
use crate::compute::{Control, Executor};
use crate::fit::SurrogateSet;
use crate::simplex::Sampler;

pub use axis::Axis;
pub use outcome::{PairSurvey, Survey};
pub use params::{MAX_CELLS, SurveyParams};
pub use spec::SurveySpec;
pub use tally::{Tallied, Tally};

/// Draws `params.samples` mixtures and counts them in cells, on a device where there is one.
///
/// The first 8,192 lay out the cells and set the threshold for good mixtures: the best hundredth of
/// them. Counts on a device differ from those of the CPU by the few mixtures that lie on the border
/// of a cell in single precision, and lowest objectives by rounding. If the device fails, the CPU
/// does the work.
///
/// # Errors
/// [`CoreError::BadParameter`], [`CoreError::WrongLength`] when the sampler's domains are not those
/// of the set, [`CoreError::Infeasible`] when every mixture breaks a bound on a metric,
/// [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
pub async fn survey_on(
    device: Option<&dyn Accelerator>,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SurveyParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<(Survey, Backend), CoreError> {
    let surveying = SurveySpec::new(set, objective, sampler, params)?;
    let on_device = match device {
        Some(device) => Some(device.survey(&surveying, control).await),
        None => None,
    };
    let (tallies, ran) = match on_device {
        Some(Ok(tallies)) => (tallies, Backend::Device),
        Some(Err(DeviceFailure::Cancelled)) => return Err(CoreError::Cancelled),
        Some(Err(failure)) => (
            surveying.count(0..params.samples, control, executor)?,
            Backend::Fallback(failure),
        ),
        None => (
            surveying.count(0..params.samples, control, executor)?,
            Backend::Cpu,
        ),
    };
    Ok((Survey::new(&surveying, tallies)?, ran))
}

/// The tallies of the samples of `span` alone, in the order of [`SurveySpec::cells`];
/// [`survey_of_spans`] puts spans together.
///
/// # Errors
/// As [`survey_on`].
pub fn survey_span(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SurveyParams,
    span: Range<u64>,
    control: &Control,
    executor: &dyn Executor,
) -> Result<Vec<Tally>, CoreError> {
    SurveySpec::new(set, objective, sampler, params)?.count(span, control, executor)
}

/// The survey whose samples were counted in spans; the same as that of [`survey_on`] on the CPU
/// where the spans cover all samples once.
///
/// # Errors
/// As [`survey_on`], and [`CoreError::WrongLength`] for counts of other cells.
pub fn survey_of_spans(
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SurveyParams,
    counted: impl IntoIterator<Item = Vec<Tally>>,
) -> Result<Survey, CoreError> {
    let spec = SurveySpec::new(set, objective, sampler, params)?;
    Survey::new(&spec, spec::merged(spec.cells(), counted)?)
}
