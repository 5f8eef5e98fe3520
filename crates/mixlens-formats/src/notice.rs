//! [`Notice`]: remarks about a successful import.

use std::fmt;

use mixlens_core::table::Conditions;
use mixlens_core::{excerpt, listed};

use crate::error::quoted;
use crate::read::{FoundGroup, groups_text};

/// A remark about a file that was read. Repetitions are counted, not repeated.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// Rows of proportions were rescaled to sum to one, or kept on request.
    NotSummingToOne {
        /// How many rows.
        rows: usize,
        /// The smallest row sum.
        lowest: f64,
        /// The largest row sum.
        highest: f64,
        /// Whether they were rescaled.
        rescaled: bool,
    },
    /// Runs that are in one file only were left out.
    UnmatchedLeftOut {
        /// How many runs.
        runs: usize,
        /// What they have: "metrics" or "proportions".
        have: &'static str,
        /// What they lack.
        lack: &'static str,
        /// The first such run id.
        first: String,
    },
    /// Runs that did not finish were left out (Weights & Biases exports).
    UnfinishedLeftOut {
        /// The file.
        file: String,
        /// How many runs.
        runs: usize,
        /// The states found, each with its count.
        states: Vec<(String, usize)>,
    },
    /// Numeric columns that are neither domains nor metrics were ignored.
    ColumnsIgnored {
        /// The file.
        file: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// Metrics for which higher is better, by their names.
    HigherIsBetter {
        /// The metrics.
        metrics: Vec<String>,
    },
    /// A file without run ids: its rows were numbered.
    RowsNumbered {
        /// The file.
        file: String,
        /// How many rows.
        rows: usize,
    },
    /// A row filter kept some of the rows.
    RowsFiltered {
        /// The file.
        file: String,
        /// Rows kept.
        kept: usize,
        /// Rows before the filter.
        of: usize,
    },
    /// The files hold several groups of runs, of which one was read.
    GroupTaken {
        /// The groups, the one taken first, the others by falling use.
        groups: Vec<FoundGroup>,
        /// How many runs the others have.
        left_out: usize,
    },
    /// The files hold several groups of runs, which were read together on request.
    GroupsTogether {
        /// The groups, by falling use.
        groups: Vec<FoundGroup>,
    },
    /// Only runs under the given conditions were read.
    ConditionsFiltered {
        /// The conditions.
        at: Conditions,
        /// Runs kept.
        kept: usize,
        /// Runs in the files.
        of: usize,
    },
    /// Conditions differ from run to run, so that they make no groups.
    ConditionsScattered {
        /// Their names.
        conditions: Vec<String>,
        /// How many runs there are.
        runs: usize,
    },
    /// Rows that cannot be read were left out on request.
    RowsRejected {
        /// How many rows.
        rows: usize,
    },
    /// Domains that a mixture does not name count as zero.
    DomainsCountedZero {
        /// The domains.
        domains: Vec<String>,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSummingToOne {
                rows,
                lowest,
                highest,
                rescaled,
            } => {
                let done = match (*rescaled, *rows) {
                    (true, 1) => "was rescaled to sum to 1",
                    (true, _) => "were rescaled to sum to 1",
                    (false, 1) => "does not sum to 1 and was kept",
                    (false, _) => "do not sum to 1 and were kept",
                };
                write!(f, "{} {done} ", counted(*rows, "row"))?;
                if lowest.total_cmp(highest).is_eq() {
                    write!(f, "(sum {lowest})")
                } else {
                    write!(f, "(sums from {lowest} to {highest})")
                }
            }
            Self::UnmatchedLeftOut {
                runs,
                have,
                lack,
                first,
            } => {
                let (verb, them) = if *runs == 1 {
                    ("has", "it was")
                } else {
                    ("have", "they were")
                };
                let (runs, first) = (counted(*runs, "run"), excerpt(first));
                write!(
                    f,
                    "{runs} {verb} {have} but no {lack} (first: {first}); {them} left out"
                )
            }
            Self::UnfinishedLeftOut { file, runs, states } => {
                let states: Vec<String> = states
                    .iter()
                    .map(|(state, count)| format!("{count} {state}"))
                    .collect();
                let verb = if *runs == 1 { "was" } else { "were" };
                write!(
                    f,
                    "{} {verb} left out as unfinished ({}) in {}",
                    counted(*runs, "run"),
                    states.join(", "),
                    excerpt(file)
                )
            }
            Self::ColumnsIgnored { file, columns } => write!(
                f,
                "{} ignored in {}, neither a domain nor a metric: {}",
                if columns.len() == 1 {
                    "1 column was".to_owned()
                } else {
                    format!("{} columns were", columns.len())
                },
                excerpt(file),
                quoted(columns)
            ),
            Self::HigherIsBetter { metrics } => {
                let what = counted(metrics.len(), "metric");
                write!(
                    f,
                    "higher is better for {what}, judging by name: {}",
                    quoted(metrics)
                )
            }
            Self::RowsNumbered { file, rows } => {
                write!(
                    f,
                    "no run ids found; {} numbered from 1 in {}",
                    counted(*rows, "row"),
                    excerpt(file)
                )
            }
            Self::RowsFiltered { file, kept, of } => {
                write!(
                    f,
                    "the row filter kept {kept} of {of} rows of {}",
                    excerpt(file)
                )
            }
            Self::GroupTaken { groups, left_out } => {
                let is_complete = groups.first().is_some_and(|taken| taken.is_complete);
                let what = if is_complete {
                    "the largest complete one"
                } else {
                    "the largest one (no group has every metric)"
                };
                let verb = if *left_out == 1 { "was" } else { "were" };
                write!(
                    f,
                    "{} of runs found: {}; the first was read, {what}, and {} {verb} left out",
                    counted(groups.len(), "group"),
                    groups_text(groups),
                    counted(*left_out, "run")
                )
            }
            Self::GroupsTogether { groups } => write!(
                f,
                "{} of runs were read together: {}",
                counted(groups.len(), "group"),
                groups_text(groups)
            ),
            Self::ConditionsFiltered { at, kept, of } => {
                let verb = if *kept == 1 { "was" } else { "were" };
                write!(f, "{kept} of {} at {at} {verb} kept", counted(*of, "run"))
            }
            Self::ConditionsScattered { conditions, runs } => write!(
                f,
                "{} from run to run ({}); the {} were read together",
                if conditions.len() == 1 {
                    "1 condition differs".to_owned()
                } else {
                    format!("{} conditions differ", conditions.len())
                },
                listed(conditions),
                counted(*runs, "run")
            ),
            Self::RowsRejected { rows } => {
                let verb = if *rows == 1 { "was" } else { "were" };
                write!(
                    f,
                    "{} cannot be read and {verb} left out",
                    counted(*rows, "row")
                )
            }
            Self::DomainsCountedZero { domains } => {
                let what = counted(domains.len(), "domain");
                write!(
                    f,
                    "{what} not in the mixture, counted as zero: {}",
                    quoted(domains)
                )
            }
        }
    }
}

/// `1 row`, `2 rows`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
