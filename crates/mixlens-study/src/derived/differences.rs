//! [`DifferenceTable`]: up to 8 saved mixtures side by side.

use mixlens_core::CoreError;

use super::{Estimate, Standing, noise};
use crate::number::{difference_text, percent_text, value_text};
use crate::{Dataset, NamedMixture, State};

/// One number of a mixture beside the baseline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The mixture's number.
    pub value: f64,
    /// The number minus the baseline's.
    pub difference: f64,
    /// The number as text.
    pub text: String,
    /// The difference as text, with its sign.
    pub difference_text: String,
    /// What the difference says; [`Standing::Unknown`] for proportions.
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

/// The table of the compared mixtures (of all saved ones, up to 8, when none was chosen).
pub(crate) fn difference_table(dataset: &Dataset, state: &State, most: usize) -> Result<DifferenceTable, CoreError> {
    let chosen: Vec<usize> =
        if state.compared.is_empty() { (0..state.saved.len().min(most)).collect() } else { state.compared.clone() };
    let saved = chosen.iter().filter_map(|&place| state.saved.get(place));
    let columns: Vec<&NamedMixture> = std::iter::once(&state.baseline).chain(saved).collect();
    let domain = |(place, name): (usize, &String)| {
        let part = |column: &&NamedMixture| column.mixture.parts().get(place).copied().unwrap_or(0.0);
        let base = columns.first().map_or(0.0, part);
        let cell = |value: f64| Difference {
            value,
            difference: value - base,
            text: percent_text(value),
            difference_text: difference_text(100.0 * (value - base), None, Some(0.05)),
            standing: Standing::Unknown,
        };
        (name.clone(), columns.iter().map(|column| cell(part(column))).collect())
    };
    let domains = state.domains().names().iter().enumerate().map(domain).collect();
    let mut metrics = Vec::new();
    if let Some(fit) = dataset.fit() {
        let predicted = columns.iter().map(|column| Ok(fit.set.predict(column.mixture.parts())?.values));
        let predicted: Vec<Vec<f64>> = predicted.collect::<Result<_, CoreError>>()?;
        for own in &state.goal.metrics {
            let Some(place) = fit.set.metrics().iter().position(|fitted| fitted.metric.name == own.name) else {
                continue;
            };
            let noise = noise(dataset, &own.name);
            let values: Vec<f64> = predicted.iter().filter_map(|values| values.get(place).copied()).collect();
            let base = values.first().copied().unwrap_or(f64::NAN);
            let cell = |&value: &f64| Difference {
                value,
                difference: value - base,
                text: value_text(value, noise),
                difference_text: difference_text(value - base, None, noise),
                standing: Standing::of(Estimate::plain(value - base), noise, own.direction.sign()),
            };
            metrics.push((own.name.clone(), values.iter().map(cell).collect()));
        }
    }
    Ok(DifferenceTable { columns: columns.iter().map(|column| column.name.clone()).collect(), domains, metrics })
}
