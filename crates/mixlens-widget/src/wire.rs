//! All types that are shared with TypeScript; the TypeScript types are generated from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Numbers by name: weights by domain, or weights by metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
pub struct Weights(pub BTreeMap<String, f64>);

/// Names of domains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
pub struct Names(pub Vec<String>);

/// Whether lower or higher values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Lower values are better.
    Lower,
    /// Higher values are better.
    Higher,
}

/// The position of a mixture relative to the training runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum SupportLevel {
    /// No further from the runs than a run is from the other runs.
    Inside,
    /// Outside the hull of the runs, with a run nearby.
    Edge,
    /// An extrapolation.
    Outside,
}

/// The verdict on a difference to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Better by more than the noise.
    Better,
    /// Worse by more than the noise.
    Worse,
    /// Within the noise.
    Tied,
}

/// The content of the surrogate file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The domains, in order.
    pub domains: Vec<String>,
    /// The metrics, in order.
    pub metrics: Vec<MetricInfo>,
    /// The number of training runs.
    pub runs: usize,
    /// Whether the file has the natural mixture.
    pub has_natural: bool,
}

/// The surrogate of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MetricInfo {
    /// The metric's name.
    pub name: String,
    /// Whether lower or higher values are better.
    pub improves: Direction,
    /// The kind of surrogate.
    pub surrogate: String,
    /// The number of runs with this metric.
    pub runs: usize,
}

/// Unique tokens and training tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct Supply {
    /// Unique tokens by domain, such as `300B`; domains without a count have no cap.
    pub unique_tokens: BTreeMap<String, String>,
    /// Training tokens of the target run, such as `1.2T`; without them there are neither epochs nor
    /// caps.
    #[tsify(optional)]
    pub training_tokens: Option<String>,
    /// The maximum number of epochs over any domain; 4 by default.
    #[tsify(optional)]
    pub max_epochs: Option<f64>,
}

/// All values shown for the current mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// One entry per domain, in order.
    pub domains: Vec<DomainShown>,
    /// One entry per metric, in order.
    pub metrics: Vec<MetricShown>,
    /// The position of the mixture relative to the training runs.
    pub support: SupportLevel,
    /// The domains whose proportion is outside the range of the runs.
    pub beyond_range: Vec<String>,
    /// The name of the baseline.
    pub baseline_name: String,
    /// The objective minus that of the baseline, lower is better.
    pub objective_difference: f64,
}

/// The values shown for a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DomainShown {
    /// The domain's name.
    pub name: String,
    /// The proportion, from 0 to 1.
    pub proportion: f64,
    /// The proportion in the baseline.
    pub baseline: f64,
    /// Whether the domain is locked.
    pub is_locked: bool,
    /// Epochs of the target run over the domain; `null` where tokens are not known.
    pub epochs: Option<f64>,
    /// The maximum proportion that the supply allows; `null` where tokens are not known.
    pub cap: Option<f64>,
}

/// The values shown for a metric, in its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MetricShown {
    /// The metric's name.
    pub name: String,
    /// Whether lower or higher values are better.
    pub improves: Direction,
    /// The prediction.
    pub value: f64,
    /// The 90 % interval around the prediction; `null` where the fit has none.
    pub interval: Option<(f64, f64)>,
    /// Decimals that the interval allows.
    pub decimals: usize,
    /// The prediction for the baseline.
    pub baseline: f64,
    /// The prediction minus that for the baseline.
    pub difference: f64,
    /// The 90 % interval around the difference; `null` where the fit has none.
    pub difference_interval: Option<(f64, f64)>,
    /// Decimals that the difference's interval allows.
    pub difference_decimals: usize,
    /// The verdict on the difference.
    pub says: Verdict,
}

/// One metric along the Cox direction of each domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Traces {
    /// The proportions of the traced domain, from 0 to 1.
    pub parts: Vec<f64>,
    /// The metric for each domain (outer) at each proportion (inner).
    pub values: Vec<Vec<f64>>,
    /// Minimum and maximum value.
    pub range: (f64, f64),
}

/// One metric over three domains, while the others keep their proportions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Ternary {
    /// The sum of the three proportions.
    pub total: f64,
    /// Shares of the three corners at each grid point; they sum to one.
    pub shares: Vec<[f64; 3]>,
    /// The metric at each grid point.
    pub values: Vec<f64>,
    /// Minimum and maximum value.
    pub range: (f64, f64),
    /// Shares of the current mixture.
    pub here: [f64; 3],
    /// Shares of the baseline; `null` where the baseline has none of the three domains.
    pub baseline: Option<[f64; 3]>,
}

/// Parameters of the search for the best predicted mixture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(default)]
pub struct Search {
    /// How many mixtures to simulate where no exact search is possible.
    #[tsify(optional)]
    pub samples: u32,
    /// Seed of the simulation.
    #[tsify(optional)]
    pub seed: u32,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            samples: 20_000,
            seed: 0,
        }
    }
}

/// The best predicted mixture, which becomes the current one, and details of the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Proposed {
    /// The proportions by domain.
    pub weights: BTreeMap<String, f64>,
    /// Whether the search was exact: its gap is then a proof, for this surrogate.
    pub is_exact: bool,
    /// Upper bound on how much lower the objective of any allowed mixture can be; `null` after a
    /// simulation.
    pub gap: Option<f64>,
    /// How many mixtures were simulated; zero for an exact search.
    pub samples: u32,
}

/// The saved state. Values are by name, so that the state fits another file over the same domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct State {
    /// The version of the format.
    pub version: u32,
    /// Proportions by domain.
    pub weights: BTreeMap<String, f64>,
    /// The locked domains.
    #[serde(default)]
    pub locked: Vec<String>,
    /// The baseline; the element's baseline where it is missing.
    #[serde(default)]
    #[tsify(optional)]
    pub baseline: Option<SavedBaseline>,
}

/// A saved baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct SavedBaseline {
    /// The name of the baseline.
    pub name: String,
    /// Proportions by domain.
    pub weights: BTreeMap<String, f64>,
}

/// A file of a run table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct SourceFile {
    /// The name shown in messages.
    pub name: String,
    /// The text of the file.
    pub text: String,
}

/// The files of a run table: one, or one with proportions and one with metrics, in any order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct SourceFiles(pub Vec<SourceFile>);

/// Progress of the fit to a run table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct FitStep {
    /// Number of metrics done.
    pub done: usize,
    /// Total number of metrics.
    pub total: usize,
}
