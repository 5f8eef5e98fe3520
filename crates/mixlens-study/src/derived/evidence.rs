//! How far predictions can be trusted: held-out predictions beside what was measured.

use mixlens_core::fit::{COVERAGE, Coverage};
use mixlens_core::table::{NoiseSource, RunTable};

use crate::number::value_text;
use crate::{Evidence, Examination, Fit};

/// A run's metric as it was predicted without the run, and as it was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredPair {
    /// The row of the run.
    pub row: usize,
    /// What was measured.
    pub measured: f64,
    /// What a fit without this run predicts.
    pub predicted: f64,
    /// Measured minus predicted.
    pub residual: f64,
}

/// The pairs of a metric, from fits that each left the run out; empty for a fit without such fits.
pub(crate) fn measured_pairs(table: &RunTable, fit: &Fit, metric: &str) -> Vec<MeasuredPair> {
    let pairs = || {
        let column = table.metrics().index_of(metric)?;
        let (_, fitted) = fit.metric(metric)?;
        let errors = fitted.cross.as_ref()?.errors();
        let measured = table.metric_values(column).enumerate().filter_map(|(row, value)| Some((row, value?)));
        let pair = |((row, measured), &residual): ((usize, f64), &f64)| MeasuredPair {
            row,
            measured,
            predicted: measured - residual,
            residual,
        };
        Some(measured.zip(errors).map(pair).collect())
    };
    pairs().unwrap_or_default()
}

/// How far predictions of a metric are usually off.
pub(crate) fn noise(fit: &Fit, metric: &str) -> Option<f64> {
    let (place, _) = fit.metric(metric)?;
    fit.own_errors.get(place).copied().flatten()
}

impl Evidence {
    /// What the comparison says of a metric: which surrogates to trust, and what none can do better than.
    pub fn words(&self, metric: &str) -> Vec<String> {
        let Some(choice) = self.choices.iter().find(|choice| choice.metric == metric) else { return Vec::new() };
        let name = |place: &usize| self.entries.get(*place).map(|entry| entry.surrogate.name());
        let Some(best) = name(&choice.chosen) else { return Vec::new() };
        let tied: Vec<&str> = choice.tied.iter().filter_map(name).collect();
        let verdict = match tied.split_last() {
            None => format!("{metric}: {best} predicts unseen runs best, by more than the noise"),
            Some((only, [])) => {
                format!("{metric}: {best} predicts unseen runs best, tied with {only} within the noise")
            }
            Some((last, others)) => format!(
                "{metric}: {best} predicts unseen runs best, tied with {} and {last} within the noise",
                others.join(", ")
            ),
        };
        let floor = choice.noise.map(|noise| {
            let sd = value_text(noise.sd, Some(noise.sd / 10.0));
            match noise.source {
                NoiseSource::Replicates => {
                    format!("Noise floor {sd}: runs of the same mixture differ by this, and no surrogate errs less")
                }
                NoiseSource::NearReplicates => {
                    format!("Noise floor at most {sd}: runs of nearly the same mixture differ by this")
                }
            }
        });
        std::iter::once(verdict).chain(floor).collect()
    }
}

impl Examination {
    /// Whether more runs would help, and how honest the intervals are.
    pub fn words(&self) -> Vec<String> {
        let name = self.surrogate.name();
        let enough = match (self.curve.enough(), self.curve.left_by_doubling()) {
            (Some(enough), _) => format!("{enough} runs are enough for {name}: more hardly change its error"),
            (None, Some(left)) if left < 1.0 => {
                format!("More runs would help {name}: twice as many leave about {:.0} % of its error", 100.0 * left)
            }
            _ => format!("How many runs are enough for {name} cannot be told"),
        };
        let sum = self.coverage.iter().fold(Coverage::default(), |sum, (_, own)| sum.and(*own));
        let stated = 100.0 * COVERAGE;
        let held = |share: Option<f64>, what: &str| {
            Some(format!("{stated:.0} % intervals hold {:.0} % of {what}", 100.0 * share?))
        };
        let of_runs = held(sum.share(), "left-out runs");
        let of_differences = held(sum.difference_share(), "differences between left-out runs");
        std::iter::once(enough).chain(of_runs).chain(of_differences).collect()
    }
}
