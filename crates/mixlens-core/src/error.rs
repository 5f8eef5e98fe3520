//! The one error type of the crate.

use crate::{excerpt, shown};

/// Why a computation gave no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CoreError {
    /// The user or the front end cancelled the computation.
    #[error("cancelled")]
    Cancelled,
    /// A set of names (domains or metrics) is empty.
    #[error("no {what} given; at least one is needed")]
    NoNames {
        /// "domains" or "metrics".
        what: &'static str,
    },
    /// A name occurs twice where names must be unique.
    #[error("the {what} name {} occurs twice; names must be unique", excerpt(name))]
    DuplicateName {
        /// "domain", "metric" or "run id".
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A name that is not in the set.
    #[error("no {what} is called {}; known are {known}", excerpt(name))]
    UnknownName {
        /// "domain" or "metric".
        what: &'static str,
        /// The name looked up.
        name: String,
        /// The known names, as [`crate::listed`] lists them.
        known: String,
    },
    /// Two lengths that must agree do not.
    #[error("expected {expected} {what}, found {found}")]
    WrongLength {
        /// What was counted.
        what: &'static str,
        /// How many were needed.
        expected: usize,
        /// How many there were.
        found: usize,
    },
    /// A weight is negative or not finite.
    #[error(
        "domain {}: expected a finite weight of zero or more, found {found}",
        excerpt(domain)
    )]
    BadWeight {
        /// The domain.
        domain: String,
        /// The weight.
        found: f64,
    },
    /// Every weight is zero.
    #[error("every weight is zero; at least one must be positive")]
    AllZero,
    /// Proportions that should sum to one do not.
    #[error("proportions sum to {sum}, expected 1 within {tolerance}")]
    NotSummingToOne {
        /// The sum found.
        sum: f64,
        /// The tolerance.
        tolerance: f64,
    },
    /// A sample without two neighbouring units of text.
    #[error(
        "category {} has no text to count; give it a sample, or leave it out",
        excerpt(name)
    )]
    EmptyCategory {
        /// The category.
        name: String,
    },
    /// No merge of a list occurs in the samples.
    #[error(
        "no merge of the tokenizer occurs in the samples; are they text of the same kind, cut into \
        words by the same rules?"
    )]
    NoMerges,
    /// A metric value is not finite.
    #[error(
        "run {}, metric {}: expected a finite number, found {found}",
        excerpt(run),
        excerpt(metric)
    )]
    BadMetricValue {
        /// The run id.
        run: String,
        /// The metric.
        metric: String,
        /// The value.
        found: f64,
    },
    /// A condition that no run can have.
    #[error(
        "condition {}: expected {expected}, found {}",
        shown(name),
        excerpt(found)
    )]
    BadCondition {
        /// The condition.
        name: String,
        /// The values it can have.
        expected: &'static str,
        /// The value found.
        found: String,
    },
    /// A parameter is outside its range.
    #[error("parameter `{name}`: expected {expected}, found {}", shown(found))]
    BadParameter {
        /// The parameter.
        name: &'static str,
        /// The range in words.
        expected: &'static str,
        /// The value found.
        found: String,
    },
    /// A parameter that the estimator does not have.
    #[error("{problem}")]
    BadParameters {
        /// What is wrong with the parameters, naming them.
        problem: String,
    },
    /// A metric that does not vary cannot be fitted.
    #[error(
        "metric {} is {value} in all {runs} runs; there is nothing to fit, leave it out",
        excerpt(metric)
    )]
    ConstantMetric {
        /// The metric.
        metric: String,
        /// The value in every run.
        value: f64,
        /// How many runs.
        runs: usize,
    },
    /// Too few runs for the surrogate.
    #[error(
        "metric {}: {surrogate} needs at least {needed} runs for {why}, found {found}; \
         add runs or choose a surrogate with fewer parameters",
        excerpt(metric)
    )]
    TooFewRuns {
        /// The metric.
        metric: String,
        /// The surrogate.
        surrogate: &'static str,
        /// Runs needed.
        needed: usize,
        /// Runs found.
        found: usize,
        /// Purpose of the runs.
        why: String,
    },
    /// Too many domains and runs for the surrogate.
    #[error(
        "metric {}: {surrogate} makes {terms} terms of the domains, a table of {numbers} numbers, \
        but at most {most} are allowed; choose a surrogate with fewer parameters",
        excerpt(metric)
    )]
    TooManyTerms {
        /// The metric.
        metric: String,
        /// The surrogate.
        surrogate: &'static str,
        /// Terms for every run.
        terms: usize,
        /// Terms of all runs, or of every pair of terms where there are more terms than runs.
        numbers: usize,
        /// Maximum numbers.
        most: usize,
    },
    /// Log loss needs positive values.
    #[error(
        "metric {}: log loss needs values above zero, found {found}; fit the plain loss instead",
        excerpt(metric)
    )]
    NotPositive {
        /// The metric.
        metric: String,
        /// The value.
        found: f64,
    },
    /// No mixture satisfies the constraints.
    #[error("no mixture satisfies the constraints: {}", listed_clashes(clashes))]
    Infeasible {
        /// The constraints that clash, in words and with their numbers.
        clashes: Vec<String>,
    },
    /// A computation left the finite numbers.
    #[error("{what} met a number that is not finite; check the table for extreme values")]
    NumericalFailure {
        /// Which computation.
        what: &'static str,
    },
    /// A saved file is newer than this program.
    #[error(
        "the file is version {found}, this program reads versions up to {newest}; update mixlens"
    )]
    NewerVersion {
        /// Version in the file.
        found: u64,
        /// Newest version known.
        newest: u64,
    },
    /// A saved file does not have the expected content.
    #[error("not a readable surrogate file: {problem}")]
    BadSurrogateFile {
        /// What is wrong.
        problem: String,
    },
    /// A text domain is too short to train or evaluate a proxy.
    #[error(
        "domain {}: expected at least {needed} bytes of text, found {found}; add text or leave it \
        out",
        excerpt(domain)
    )]
    TooLittleText {
        /// The domain.
        domain: String,
        /// Bytes needed.
        needed: usize,
        /// Bytes found.
        found: usize,
    },
    /// A bound on a proportion that is not a proportion.
    #[error(
        "domain {}: expected a {what} from 0 to 1, found {found}",
        excerpt(domain)
    )]
    BadBound {
        /// The domain.
        domain: String,
        /// "lower bound" or "upper bound".
        what: &'static str,
        /// The value.
        found: f64,
    },
    /// A count of tokens is negative or not finite.
    #[error(
        "domain {}: expected a finite number of unique tokens, zero or more, found {found}",
        excerpt(domain)
    )]
    BadTokenCount {
        /// The domain.
        domain: String,
        /// The value.
        found: f64,
    },
    /// A name without a letter.
    #[error("a {what} name is empty; give each {what} a name")]
    EmptyName {
        /// "domain".
        what: &'static str,
    },
}

impl CoreError {
    /// Whether the error means that the surrogate does not suit the number of runs and domains, so
    /// that another one may.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::TooFewRuns { .. } | Self::TooManyTerms { .. })
    }
}

/// The first clashes, and the number of others.
fn listed_clashes(clashes: &[String]) -> String {
    /// How many clashes a message names; the rest are counted.
    const MAX_NAMED: usize = 8;
    let named = clashes
        .get(..MAX_NAMED.min(clashes.len()))
        .unwrap_or_default()
        .join("; ");
    match clashes.len().saturating_sub(MAX_NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}
