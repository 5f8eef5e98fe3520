//! [`ImportOptions`]: the user's settings for an import.

use mixlens_core::table::{Conditions, Direction, RowSums};
use serde::{Deserialize, Serialize};

/// What to do with a run that is in one file only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// Refuse the files, naming the run (the default).
    #[default]
    Reject,
    /// Leave such runs out and report how many.
    LeaveOut,
}

/// Which runs to read of files that hold several groups: runs of other sizes, or at other steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupChoice {
    /// Those of the largest complete group, with a notice (the default).
    #[default]
    Largest,
    /// Those under these conditions; of several such groups the largest complete one.
    At(Conditions),
    /// Those of all groups together.
    All,
}

/// What the user says about the files beyond what they say themselves. The default lets the files
/// speak.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOptions {
    /// The columns that are domains; empty to recognise them. Either spelling is understood.
    pub domains: Vec<String>,
    /// The columns that are metrics; empty to recognise them. Either spelling is understood.
    pub metrics: Vec<String>,
    /// The column with run ids.
    pub id: Option<String>,
    /// What to do with rows that sum to one within 0.01 only.
    pub row_sums: RowSums,
    /// What to do with runs that are in one file only.
    pub unmatched: Unmatched,
    /// Row filters: only rows with this value in this column are read.
    pub filters: Vec<(String, String)>,
    /// Columns that are conditions of the runs, beside those that are recognised.
    pub conditions: Vec<String>,
    /// Which of several groups of runs to read.
    pub group: GroupChoice,
    /// Directions of metrics, where the name gives none or a wrong one.
    pub directions: Vec<(String, Direction)>,
    /// Natural weights (such as unique tokens), one per domain; empty where they are not known.
    pub natural: Vec<(String, f64)>,
}
