//! Errors: [`ImportError`] for reading, [`WriteError`] for writing.

use std::fmt;
use std::path::PathBuf;

use mixlens_core::table::Conditions;
use mixlens_core::{CoreError, brief, excerpt, listed_as, shown};

use crate::read::{FoundGroup, groups_text};

/// Where in a file something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name as the user gave it.
    pub file: String,
    /// The line or row in it.
    pub position: Position,
    /// The column's header, where one column is meant.
    pub column: Option<String>,
}

/// A line or row of a file, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The file as a whole.
    File,
    /// A line of a text file, numbered as an editor does.
    Line(u64),
    /// A row of a file that has no lines (Parquet, a JSON list).
    Row(u64),
}

impl Place {
    /// A place without a column.
    pub fn new(file: &str, position: Position) -> Self {
        Self {
            file: file.to_owned(),
            position,
            column: None,
        }
    }

    /// The same place, at one column.
    pub fn column(self, column: &str) -> Self {
        Self {
            column: Some(column.to_owned()),
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", excerpt(&self.file))?;
        match self.position {
            Position::File => {}
            Position::Line(line) => write!(f, ", line {line}")?,
            Position::Row(row) => write!(f, ", row {row}")?,
        }
        self.column
            .as_ref()
            .map_or(Ok(()), |column| write!(f, ", column `{}`", shown(column)))
    }
}

/// An error at a place without a column.
#[cfg(feature = "tokenizer")]
pub(crate) fn malformed(
    file: &str,
    position: Position,
    expected: &'static str,
    found: impl Into<String>,
    advice: &'static str,
) -> ImportError {
    ImportError::Malformed {
        place: Box::new(Place::new(file, position)),
        expected,
        found: found.into(),
        advice,
    }
}

/// The remedy for an error, for front ends that can name the option or the control for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Name the column with run ids.
    NameIdColumn,
    /// Name the columns of domains.
    NameDomains,
    /// Name the columns of metrics.
    NameMetrics,
    /// Name the columns of domains and of metrics.
    NameColumns,
    /// Read only the rows with this value of a column.
    ChooseRows {
        /// The column.
        column: String,
        /// The value.
        value: String,
    },
}

/// Why a file or an argument could not be read.
///
/// Every message names the location, the expectation, the finding and the remedy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// No file was named.
    #[error("expected at least one file, found none")]
    NoFiles,
    /// The file could not be read from disk.
    #[error("cannot read {}: {reason}", excerpt(&path.to_string_lossy()))]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The file is empty.
    #[error(
        "{}: expected a header line and at least one row, found an empty file",
        excerpt(file)
    )]
    EmptyFile {
        /// The file.
        file: String,
    },
    /// The file has a header and no rows.
    #[error("{place}: expected at least one row under the header, found only the header")]
    HeaderOnly {
        /// The header's place.
        place: Place,
    },
    /// The input exceeds a limit.
    #[error("{place}: expected at most {max} {what}, found {}; {advice}", at_least(*found))]
    TooMuch {
        /// Where.
        place: Box<Place>,
        /// What is counted: "rows", "bytes in a cell" and the like.
        what: &'static str,
        /// The limit; see [`crate::limits`].
        max: u64,
        /// The amount in the input, where it is known.
        found: Option<u64>,
        /// What to do.
        advice: &'static str,
    },
    /// The bytes are not text in a supported encoding.
    #[error("{place}: expected text in UTF-8, found {found}; {advice}")]
    NotUtf8 {
        /// Where the first such byte is.
        place: Place,
        /// What the bytes look like.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A row has more or fewer cells than the header.
    #[error("{place}: expected {expected} cells as in the header, found {found}; {advice}")]
    Ragged {
        /// The row's place.
        place: Place,
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
        /// What to do.
        advice: &'static str,
    },
    /// A cell does not hold a value of its column's kind.
    #[error("{place}: expected {expected}, found {}; {advice}", excerpt(found))]
    BadCell {
        /// The cell's place.
        place: Box<Place>,
        /// What the column needs.
        expected: &'static str,
        /// The cell's text.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// Two columns have the same meaning.
    #[error(
        "{place}: expected unique columns, found {} and {} for {}; rename or remove one",
        excerpt(first),
        excerpt(second),
        excerpt(name)
    )]
    DuplicateColumn {
        /// The header's place.
        place: Box<Place>,
        /// The name shared by both.
        name: String,
        /// The first header.
        first: String,
        /// The second header.
        second: String,
    },
    /// A run id, or a run's value, is given twice.
    #[error(
        "{second}: expected {what} once, found {} here and at {first}; {advice}",
        excerpt(id)
    )]
    Duplicate {
        /// "each run id", "each domain of a run" or the like.
        what: &'static str,
        /// The id.
        id: String,
        /// The earlier place.
        first: Box<Place>,
        /// The later place.
        second: Box<Place>,
        /// What to do, with the column that distinguishes the two rows.
        advice: String,
        /// The rows to choose, where a column distinguishes the two.
        choice: Option<Box<Advice>>,
    },
    /// A run is in one file only.
    #[error(
        "{place}: expected {missing} for run {}, found none in the other files{}; \
         correct the id, or ask for such runs to be left out", excerpt(id), and_more(*more)
    )]
    Unmatched {
        /// Where the run is.
        place: Place,
        /// The run id.
        id: String,
        /// "proportions" or "metrics".
        missing: &'static str,
        /// How many more runs lack the same.
        more: usize,
    },
    /// No run id is shared.
    #[error(
        "expected run ids shared by proportions and metrics, found none: {proportions} has {}, \
        {metrics} has {}; \
         check the id columns",
        excerpt(proportions_id),
        excerpt(metrics_id)
    )]
    NoSharedRun {
        /// The first run with proportions.
        proportions: Box<Place>,
        /// Its id.
        proportions_id: String,
        /// The first run with metrics.
        metrics: Box<Place>,
        /// Its id.
        metrics_id: String,
    },
    /// No column was recognised as a domain or as a metric.
    #[error("{files}: expected {what} columns, found none among {columns}; {advice}")]
    NoColumns {
        /// "domain" or "metric".
        what: &'static str,
        /// The files, quoted.
        files: String,
        /// The columns there are, quoted.
        columns: String,
        /// What to do.
        advice: &'static str,
    },
    /// A requested column is missing.
    #[error(
        "{files}: expected a column {} ({why}), found {columns}; check the spelling",
        excerpt(column)
    )]
    NoSuchColumn {
        /// The files, quoted.
        files: String,
        /// The column.
        column: String,
        /// The purpose of the column.
        why: &'static str,
        /// The columns there are, quoted.
        columns: String,
    },
    /// Runs come from several files and one of them has no id column.
    #[error(
        "{place}: expected a column with run ids to join the files by, found {columns}; name the \
        column with run ids"
    )]
    NoIdColumn {
        /// The header's place.
        place: Place,
        /// The columns there are, quoted.
        columns: String,
    },
    /// Two files with proportions have different domains.
    #[error(
        "{place}: expected the domains of {}, found that {} is only in one of the two; align them",
        excerpt(other),
        excerpt(domain)
    )]
    DifferentDomains {
        /// The later file.
        place: Place,
        /// The earlier file.
        other: String,
        /// The first domain that only one of them has.
        domain: String,
    },
    /// A row of proportions does not sum to one.
    #[error(
        "{place}: expected proportions that sum to 1 within 0.01, found {sum}; correct the row or \
        remove it"
    )]
    RowSum {
        /// The row's place.
        place: Place,
        /// The sum, rounded for reading.
        sum: f64,
    },
    /// A row of proportions sums to a hundred.
    #[error(
        "{place}: expected proportions that sum to 1, found {sum}; they look like percent, divide \
        them by 100"
    )]
    Percent {
        /// The row's place.
        place: Place,
        /// The sum, rounded for reading.
        sum: f64,
    },
    /// No row is left.
    #[error("{files}: expected at least one run, found none after {after}")]
    NothingLeft {
        /// The files, quoted.
        files: String,
        /// What removed the rows.
        after: String,
    },
    /// No run has the given conditions.
    #[error("expected runs at {asked}, found {}", groups_found(groups))]
    NoSuchGroup {
        /// The conditions.
        asked: Conditions,
        /// The groups that there are, the most useful first.
        groups: Vec<FoundGroup>,
    },
    /// A file or a part of it is malformed.
    #[error("{place}: expected {expected}, found {}; {advice}", brief(found))]
    Malformed {
        /// Where.
        place: Box<Place>,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// A Parquet file that cannot be read.
    #[error(
        "{}: expected a readable Parquet table, found: {problem}; {advice}",
        excerpt(file)
    )]
    Parquet {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        advice: &'static str,
    },
    /// A name that is not one of the domains.
    #[error("{place}: no domain is called {}; known are {known}", quoted(names))]
    UnknownDomains {
        /// Where.
        place: Place,
        /// The unknown names.
        names: Vec<String>,
        /// The known names.
        known: String,
    },
    /// A domain that needs a value has none.
    #[error(
        "expected {what} for every domain, found none for {}; add them",
        quoted(names)
    )]
    MissingDomains {
        /// What each domain needs.
        what: &'static str,
        /// The domains without it.
        names: Vec<String>,
    },
    /// An argument that cannot be read.
    #[error("expected {expected}, found {}", excerpt(found))]
    BadArgument {
        /// The form that is understood, with an example.
        expected: &'static str,
        /// The text given.
        found: String,
    },
    /// The rules of a tokenizer do not split a text into words with a reasonable effort.
    #[error("{place}: expected {expected}, found {found} at {text}; {advice}")]
    Uncut {
        /// Where in the text.
        place: Box<Place>,
        /// What was expected.
        expected: &'static str,
        /// What happened, with the rule that did it.
        found: String,
        /// The beginning of the text there, quoted.
        text: String,
        /// What to do.
        advice: &'static str,
    },
    /// A regular expression that cannot be used.
    #[error(
        "expected a regular expression, or a pattern by name (gpt2, r50k, p50k, cl100k, o200k, \
        llama3), found {}: {}",
        excerpt(pattern),
        brief(problem)
    )]
    BadPattern {
        /// The expression.
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A name is given twice in a list.
    #[error(
        "expected each name once, found {} twice in {}",
        excerpt(name),
        excerpt(text)
    )]
    RepeatedName {
        /// The name.
        name: String,
        /// The list.
        text: String,
    },
    /// The core rejected the data.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl ImportError {
    /// The remedy, where a front end can name the option or the control for it.
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::NoIdColumn { .. } => Some(Advice::NameIdColumn),
            Self::NoColumns { what: "domain", .. } => Some(Advice::NameDomains),
            Self::NoColumns { what: "metric", .. } => Some(Advice::NameMetrics),
            Self::NoColumns { .. } => Some(Advice::NameColumns),
            Self::Duplicate { choice, .. } => choice.as_deref().cloned(),
            _ => None,
        }
    }

    /// The single row of a text file that causes the error, if there is one: without it, the rest
    /// could be read.
    pub fn row(&self) -> Option<&Place> {
        let place = match self {
            Self::Ragged { place, .. }
            | Self::RowSum { place, .. }
            | Self::Percent { place, .. } => place,
            Self::Unmatched { place, .. } => place,
            Self::BadCell { place, .. } => place,
            Self::Duplicate { second, .. } => second,
            _ => return None,
        };
        matches!(place.position, Position::Line(_)).then_some(place)
    }
}

/// Why a file could not be written. Nothing half-written is left behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot write {}: {reason}; {advice}", excerpt(&path.to_string_lossy()))]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// The system's reason.
    pub reason: String,
    /// What to do.
    pub advice: &'static str,
}

/// ` (12 more runs lack them)`, or nothing for none.
fn and_more(runs: usize) -> String {
    match runs {
        0 => String::new(),
        1 => " (1 more run lacks them)".to_owned(),
        _ => format!(" ({runs} more runs lack them)"),
    }
}

/// The groups of runs that files hold.
fn groups_found(groups: &[FoundGroup]) -> String {
    match groups {
        [only] if only.conditions.is_empty() => {
            "one group of runs and no condition that differs between them".to_owned()
        }
        _ => format!("{} groups: {}", groups.len(), groups_text(groups)),
    }
}

/// A count, where it is known.
fn at_least(found: Option<u64>) -> String {
    found.map_or_else(|| "more".to_owned(), |found| found.to_string())
}

/// The first names of a list, quoted, and how many more there are.
pub(crate) fn quoted<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    /// How many names a message lists before it counts the rest.
    const LISTED: usize = 8;
    listed_as(names, LISTED, |name| excerpt(name).to_string())
}
