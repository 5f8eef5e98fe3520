//! [`DifferenceTable`]: up to 8 saved mixtures side by side.

use mixlens_core::CoreError;
use mixlens_core::fit::Prediction;

use super::{BaselinePrediction, noise};
use crate::{Fit, NamedMixture, State};
use mixlens_jobs::{Estimate, Standing};
use mixlens_jobs::{difference_text, percent_text, value_text};

/// One number of a mixture, compared with the baseline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The mixture's number.
    pub value: f64,
    /// The number minus the baseline's, with its interval where the fit has one.
    pub difference: Estimate,
    /// The number as text.
    pub text: String,
    /// The difference as text, with its sign.
    pub difference_text: String,
    /// The verdict on the difference; [`Standing::Unknown`] for proportions.
    pub standing: Standing,
}

/// Mixtures side by side: a column each, the baseline first.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceTable {
    /// Names of the mixtures; the first is the baseline.
    pub columns: Vec<String>,
    /// A row per domain: its name and the proportions.
    pub domains: Vec<(String, Vec<Difference>)>,
    /// A row per fitted metric: its name and the predictions.
    pub metrics: Vec<(String, Vec<Difference>)>,
}

/// The table of the compared mixtures: of all saved ones, up to `max_columns`, when none is chosen.
pub(crate) fn difference_table(
    fit: Option<&Fit>,
    predictions: Option<&BaselinePrediction>,
    state: &State,
    max_columns: usize,
) -> Result<DifferenceTable, CoreError> {
    let chosen: Vec<usize> = if state.compared.is_empty() {
        (0..state.saved.len().min(max_columns)).collect()
    } else {
        state.compared.clone()
    };
    let saved = chosen.iter().filter_map(|&index| state.saved.get(index));
    let columns: Vec<&NamedMixture> = std::iter::once(&state.baseline).chain(saved).collect();
    let domain = |(index, name): (usize, &String)| {
        let part =
            |column: &&NamedMixture| column.mixture.parts().get(index).copied().unwrap_or(0.0);
        let base = columns.first().map_or(0.0, part);
        let cell = |value: f64| Difference {
            value,
            difference: Estimate::plain(value - base),
            text: percent_text(value),
            difference_text: short(difference_text(100.0 * (value - base), None, Some(0.05))),
            standing: Standing::Unknown,
        };
        (
            name.clone(),
            columns.iter().map(|column| cell(part(column))).collect(),
        )
    };
    let domains = state
        .domains()
        .names()
        .iter()
        .enumerate()
        .map(domain)
        .collect();
    let mut metrics = Vec::new();
    if let Some((fit, predictions)) = fit.zip(predictions) {
        let predicted = columns.iter().map(|column| {
            fit.set
                .predict_beside(column.mixture.parts(), &predictions.baseline)
        });
        let predicted: Vec<_> = predicted.collect::<Result<_, _>>()?;
        for metric in &state.goal.metrics {
            let Some((index, _)) = fit.metric(&metric.name) else {
                continue;
            };
            let noise = noise(fit, &metric.name);
            let cell =
                |(prediction, differences): &(Prediction, Vec<mixlens_core::fit::Difference>)| {
                    let value = prediction.values.get(index).copied().unwrap_or(f64::NAN);
                    let difference = differences.get(index);
                    let difference = difference.map_or(Estimate::plain(f64::NAN), |difference| {
                        Estimate::with_interval(difference.value, difference.interval)
                    });
                    Difference {
                        value,
                        difference,
                        text: value_text(value, noise),
                        difference_text: short(difference_text(
                            difference.value,
                            difference.error(),
                            noise,
                        )),
                        standing: Standing::of(difference, noise, metric.direction.sign()),
                    }
                };
            metrics.push((metric.name.clone(), predicted.iter().map(cell).collect()));
        }
    }
    Ok(DifferenceTable {
        columns: columns.iter().map(|column| column.name.clone()).collect(),
        domains,
        metrics,
    })
}

/// A difference of zero is shown without decimals.
fn short(text: String) -> String {
    if text.bytes().all(|byte| b"0.".contains(&byte)) {
        "0".to_owned()
    } else {
        text
    }
}
