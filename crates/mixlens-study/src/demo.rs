//! The embedded demo: n-gram proxy runs over eight domains.

use std::sync::Arc;

use mixlens_core::simplex::Mixture;
use mixlens_core::table::RunTable;
use mixlens_formats::{ImportOptions, NamedBytes, import_run_table, import_token_counts};

use crate::StudyError;

const RUNS: &str = include_str!("../../../assets/demo/runs.csv");
const UNIQUE_BYTES: &str = include_str!("../../../assets/demo/unique_bytes.json");

/// Runs that come with this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Example {
    /// 320 n-gram proxy runs over eight domains of code and text.
    Demo,
}

impl Example {
    /// All examples.
    pub const ALL: [Self; 1] = [Self::Demo];

    /// The title in a menu.
    pub fn title(self) -> &'static str {
        match self {
            Self::Demo => "n-gram runs over eight domains",
        }
    }
}

/// The name of the demo's data set.
pub(crate) const NAME: &str = "demo";

/// The metrics that the demo optimises: a mixture for a code model.
pub(crate) const AIM: [&str; 3] = [
    "python_nats_per_byte",
    "javascript_nats_per_byte",
    "c_nats_per_byte",
];

/// The metric that the demo's sentence is about.
pub(crate) const SHOWN: &str = "c_nats_per_byte";

/// The demo's run table with its natural mixture.
pub(crate) fn demo_table() -> Result<Arc<RunTable>, StudyError> {
    let runs = NamedBytes::new("runs.csv", RUNS);
    let mut table = import_run_table(&[runs], &ImportOptions::default())?.table;
    let counts = import_token_counts(&NamedBytes::new("unique_bytes.json", UNIQUE_BYTES))?;
    let bytes = |name: &String| {
        counts
            .iter()
            .find(|(domain, _)| domain == name)
            .map_or(0.0, |(_, bytes)| *bytes as f64)
    };
    let weights: Vec<f64> = table.domains().names().iter().map(bytes).collect();
    let (natural, _) = Mixture::from_weights(table.domains(), &weights)?;
    table.set_natural(natural);
    Ok(Arc::new(table))
}
