//! Everything that crosses the border to TypeScript, which gets its types from here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Numbers by name: weights by domain, or weights by metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
pub struct Weights(pub BTreeMap<String, f64>);

/// Names of domains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
pub struct Names(pub Vec<String>);

/// Which way a metric improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Lower values are better.
    Lower,
    /// Higher values are better.
    Higher,
}

/// Where a mixture lies among the training runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum SupportLevel {
    /// No more of an extrapolation than a run is from the others.
    Inside,
    /// Out of the hull of the runs, with a run nearby.
    Edge,
    /// An extrapolation.
    Outside,
}

/// What a difference to the baseline says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Better by more than the noise.
    Better,
    /// Worse by more than the noise.
    Worse,
    /// The noise does not tell.
    Tied,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The domains, in order.
    pub domains: Vec<String>,
    /// The metrics, in order.
    pub metrics: Vec<MetricInfo>,
    /// How many training runs there were.
    pub runs: usize,
    /// Whether the file knows the natural mixture.
    pub has_natural: bool,
}

/// What was loaded of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MetricInfo {
    /// Its name.
    pub name: String,
    /// Which way it improves.
    pub improves: Direction,
    /// The kind of surrogate fitted to it.
    pub surrogate: String,
    /// How many runs had it.
    pub runs: usize,
}

/// The tokens there are and the tokens there will be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct Supply {
    /// Unique tokens by domain, such as `300B`; domains that are not named have no cap.
    pub unique_tokens: BTreeMap<String, String>,
    /// Tokens that the target run will see, such as `1.2T`; without them there are neither epochs
    /// nor caps.
    #[tsify(optional)]
    pub training_tokens: Option<String>,
    /// The most epochs over any domain; 4 unless given.
    #[tsify(optional)]
    pub max_epochs: Option<f64>,
}

/// Everything that is shown of the mixture at hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// One per domain, in order.
    pub domains: Vec<DomainShown>,
    /// One per metric, in order.
    pub metrics: Vec<MetricShown>,
    /// Where the mixture lies among the training runs.
    pub support: SupportLevel,
    /// The domains whose proportion is beyond what any run tried.
    pub beyond_range: Vec<String>,
    /// What the baseline is called.
    pub baseline_name: String,
    /// The objective minus that of the baseline, lower is better.
    pub objective_difference: f64,
}

/// What is shown of a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DomainShown {
    /// Its name.
    pub name: String,
    /// Its proportion, from 0 to 1.
    pub proportion: f64,
    /// Its proportion in the baseline.
    pub baseline: f64,
    /// Whether it does not move.
    pub is_locked: bool,
    /// How often the target run would read it; `null` where tokens are not known.
    pub epochs: Option<f64>,
    /// The greatest proportion that the supply allows; `null` where tokens are not known.
    pub cap: Option<f64>,
}

/// What is shown of a metric, in its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MetricShown {
    /// Its name.
    pub name: String,
    /// Which way it improves.
    pub improves: Direction,
    /// The prediction.
    pub value: f64,
    /// The 90 % interval around it; `null` where the fit carries none.
    pub interval: Option<(f64, f64)>,
    /// Decimals that the interval allows.
    pub decimals: usize,
    /// The prediction for the baseline.
    pub baseline: f64,
    /// The prediction minus that for the baseline.
    pub difference: f64,
    /// The 90 % interval around the difference; `null` where the fit carries none.
    pub difference_interval: Option<(f64, f64)>,
    /// Decimals that the difference's interval allows.
    pub difference_decimals: usize,
    /// What the difference says.
    pub says: Verdict,
}

/// One metric along the Cox direction of each domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Traces {
    /// The proportions that the traced domain takes, from 0 to 1.
    pub parts: Vec<f64>,
    /// The metric at each of them, for each domain (outer).
    pub values: Vec<Vec<f64>>,
    /// Least and greatest value.
    pub range: (f64, f64),
}

/// One metric over three domains, while the others keep their proportions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Ternary {
    /// What the three have together.
    pub total: f64,
    /// Shares of the three corners at each grid point; they sum to one.
    pub shares: Vec<[f64; 3]>,
    /// The metric at each grid point.
    pub values: Vec<f64>,
    /// Least and greatest value.
    pub range: (f64, f64),
    /// Shares of the mixture at hand.
    pub here: [f64; 3],
    /// Shares of the baseline; `null` where it has nothing of the three.
    pub baseline: Option<[f64; 3]>,
}

/// How to look for the best predicted mixture.
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

/// The best predicted mixture and how it was found; it becomes the mixture at hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Proposed {
    /// The proportions by domain.
    pub weights: BTreeMap<String, f64>,
    /// Whether the search was exact: its gap is then a proof, for this surrogate.
    pub is_exact: bool,
    /// How much lower than its objective anything allowed can be at most; `null` after a
    /// simulation.
    pub gap: Option<f64>,
    /// How many mixtures were simulated; zero for an exact search.
    pub samples: u32,
}

/// What is saved and restored: joined by name, so that it fits another file over the same domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct State {
    /// The version of this form.
    pub version: u32,
    /// Proportions by domain.
    pub weights: BTreeMap<String, f64>,
    /// Domains that do not move.
    #[serde(default)]
    pub locked: Vec<String>,
    /// What it is compared with; that of the element where it is missing.
    #[serde(default)]
    #[tsify(optional)]
    pub baseline: Option<SavedBaseline>,
}

/// A saved baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct SavedBaseline {
    /// What it is called.
    pub name: String,
    /// Its proportions by domain.
    pub weights: BTreeMap<String, f64>,
}

/// A file of a run table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct SourceFile {
    /// The name shown in messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The files of a run table: one, or one with proportions and one with metrics, in any order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct SourceFiles(pub Vec<SourceFile>);

/// How far the fit to a run table has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
pub struct FitStep {
    /// Metrics done.
    pub done: usize,
    /// Metrics in all.
    pub total: usize,
}
