//! Column names: which affixes mark a domain or a metric, and finding either by any of its
//! spellings.
//!
//! | header | read as |
//! |---|---|
//! | `train_web`, `prop_web`, `proportion_web`, `ratio_web` | domain `web` |
//! | `mixture.web`, `proportions/web`, `config.data.ratios.web` | domain `web` |
//! | `metric/web_val_loss`, `metrics.web_val_loss` | metric `web_val_loss` |
//! | `loss_web`, `eval/web` | metric `loss_web`, `eval/web` |
//! | `web_ppl`, `summary.arc_acc` | metric `web_ppl`, `arc_acc` |
//! | `step`, `config.params` | condition `step`, `parameters` |
//! | `n_tokens`, `train_tokens_B` | condition `tokens`, `tokens` in billions |
//!
//! Only affixes without further meaning are removed; `loss_` stays, so that the domain
//! `web` and its loss keep different names. `config.` and `summary.` (Weights & Biases) are removed
//! first.

use mixlens_core::CoreError;
use mixlens_core::simplex::DomainSet;
use mixlens_core::table::{Condition, MetricSet};

/// Prefixes that mark a domain and are removed.
const DOMAIN_PREFIXES: [&str; 4] = ["train_", "proportion_", "prop_", "ratio_"];

/// Segments of a dotted or slashed path under which the domains of a mixture are listed.
const DOMAIN_GROUPS: [&str; 6] = [
    "mixture",
    "proportions",
    "ratios",
    "domains",
    "weights",
    "train_weights",
];

/// Prefixes that mark a metric and are removed.
const METRIC_PREFIXES: [&str; 5] = ["metric/", "metric_", "metric.", "metrics/", "metrics."];

/// Prefixes that mark a metric and stay, because they identify the measurement.
const METRIC_MARKS: [&str; 7] = [
    "loss_", "losses.", "losses/", "eval/", "eval.", "valid_", "val_",
];

/// Last words that mark a metric of which lower is better.
const LOSS_WORDS: [&str; 6] = ["loss", "nll", "ppl", "perplexity", "bpb", "bpc"];

/// Last words that mark a metric of which higher is better.
const GAIN_WORDS: [&str; 18] = [
    "acc",
    "accuracy",
    "acc_norm",
    "f1",
    "em",
    "exact_match",
    "score",
    "bleu",
    "chrf",
    "mcc",
    "auc",
    "auroc",
    "recall",
    "precision",
    "reward",
    "win_rate",
    "winrate",
    "mrr",
];

/// Names of columns that describe a run. Like those of conditions, they are never recognised as a
/// domain or a metric.
const RESERVED: [&str; 32] = [
    "run_id",
    "run",
    "run id",
    "index",
    "id",
    "name",
    "seed",
    "state",
    "created",
    "runtime",
    "_runtime",
    "_timestamp",
    "timestamp",
    "heldout",
    "held_out",
    "notes",
    "tags",
    "user",
    "sweep",
    "epoch",
    "epochs",
    "total",
    "sum",
    "batch_size",
    "lr",
    "learning_rate",
    "steps_per_second",
    "samples_per_second",
    "model",
    "group",
    "flops",
    "",
];

/// Units at the end of a condition's header, each with the equivalent suffix of a number.
const UNITS: [(&str, char); 8] = [
    ("_k", 'k'),
    ("_m", 'M'),
    ("_b", 'B'),
    ("_t", 'T'),
    ("(k)", 'k'),
    ("(m)", 'M'),
    ("(b)", 'B'),
    ("(t)", 'T'),
];

/// The step that Weights & Biases counts in every run, also where runs have one row each: it
/// distinguishes the rows of a run and has no other use.
const LOG_STEP: &str = "_step";

/// Names of id columns, the preferred first.
const ID_NAMES: [&str; 7] = ["run_id", "run id", "run", "index", "id", "name", ""];

/// The role of a column by its header alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A domain, with its name.
    Domain(String),
    /// A metric, with its name.
    Metric(String),
    /// Bookkeeping, or a setting.
    Reserved,
    /// Unknown; decided by its numbers.
    Plain,
}

/// A column that may hold a condition of runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConditionColumn {
    /// The condition.
    pub condition: Condition,
    /// The suffix that its numbers have where they have none: `B` below `tokens_B`.
    pub unit: Option<char>,
    /// Of several columns for one condition the one with the lowest rank is read.
    pub rank: usize,
    /// Whether it is one only where it distinguishes the rows of a run.
    pub is_key_only: bool,
}

/// The condition that `header` represents by itself, if it is one of the known names.
pub(crate) fn condition_in(header: &str) -> Option<ConditionColumn> {
    let (bare, _) = without_source(header);
    let column = |(condition, rank), unit| ConditionColumn {
        condition,
        unit,
        rank,
        is_key_only: bare.eq_ignore_ascii_case(LOG_STEP),
    };
    if let Some(known) = Condition::known(bare) {
        return Some(column(known, None));
    }
    let lower = bare.to_ascii_lowercase();
    let (name, unit) = UNITS
        .iter()
        .find_map(|(ending, unit)| Some((lower.strip_suffix(ending)?, *unit)))?;
    // Steps have no unit, and `size_m` may be megabytes.
    Condition::known(name)
        .filter(|(condition, _)| *condition != Condition::Step && name != "size")
        .map(|known| column(known, Some(unit)))
}

/// The condition that `header` represents when the user has declared it as one.
pub(crate) fn condition_asked(header: &str) -> ConditionColumn {
    condition_in(header).map_or_else(
        || ConditionColumn {
            condition: Condition::of_name(without_source(header).0),
            unit: None,
            rank: 0,
            is_key_only: false,
        },
        |column| ConditionColumn {
            is_key_only: false,
            ..column
        },
    )
}

/// The role of a column by its header alone.
pub(crate) fn meaning_of(header: &str) -> Meaning {
    let (bare, is_setting) = without_source(header);
    if is_reserved(bare) || condition_in(header).is_some() {
        return Meaning::Reserved;
    }
    if let Some(name) = strip_any(bare, &METRIC_PREFIXES) {
        return Meaning::Metric(name.to_owned());
    }
    if let Some(name) = domain_in_group(bare) {
        return Meaning::Domain(name.to_owned());
    }
    let has_mark = METRIC_MARKS.iter().any(|mark| bare.starts_with(mark));
    if has_mark || ends_in_word(bare, &LOSS_WORDS) || is_higher_better(bare) {
        return if is_setting {
            Meaning::Reserved
        } else {
            Meaning::Metric(bare.to_owned())
        };
    }
    match strip_any(bare, &DOMAIN_PREFIXES) {
        Some(name) if is_reserved(name) => Meaning::Reserved,
        Some(name) => Meaning::Domain(name.to_owned()),
        None if is_setting => Meaning::Reserved,
        None => Meaning::Plain,
    }
}

/// The name of the domain that `header` represents when the user has declared it as one.
pub(crate) fn domain_name(header: &str) -> &str {
    let (bare, _) = without_source(header);
    domain_in_group(bare)
        .or_else(|| strip_any(bare, &DOMAIN_PREFIXES))
        .unwrap_or(bare)
}

/// The name of the metric that `header` represents when the user has declared it as one.
pub(crate) fn metric_name(header: &str) -> &str {
    let (bare, _) = without_source(header);
    strip_any(bare, &METRIC_PREFIXES).unwrap_or(bare)
}

/// The names under which run ids are looked for, the preferred first.
pub(crate) fn id_names() -> impl Iterator<Item = &'static str> {
    ID_NAMES.into_iter()
}

/// Whether higher is better, by the last word of a metric's name.
pub(crate) fn is_higher_better(name: &str) -> bool {
    let last = name
        .rsplit(|letter: char| !letter.is_alphanumeric() && letter != '@')
        .next()
        .unwrap_or_default();
    let last = last.to_ascii_lowercase();
    last.starts_with("rouge")
        || last.strip_prefix("pass@").is_some_and(|k| !k.is_empty())
        || ends_in_word(name, &GAIN_WORDS)
}

/// The index of the domain that `text` names: its name, or the header it came from (`train_web`
/// finds `web`).
///
/// # Errors
/// [`CoreError::UnknownName`], which lists the domains there are.
///
/// ```
/// use mixlens_core::simplex::DomainSet;
/// let domains = DomainSet::new(["the_pile_arxiv", "the_pile_github"])?;
/// assert_eq!(mixlens_formats::find_domain(&domains, "train_the_pile_github")?, 1);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
pub fn find_domain(domains: &DomainSet, text: &str) -> Result<usize, CoreError> {
    domain_of(domains, text).map_or_else(|| domains.require(text), Ok)
}

/// [`find_domain`] without a message.
pub(crate) fn domain_of(domains: &DomainSet, text: &str) -> Option<usize> {
    domains
        .index_of(text)
        .or_else(|| domains.index_of(domain_name(text)))
}

/// The index of the metric that `text` names: its name, the header it came from
/// (`metric/web_val_loss`), or the name without its loss affix (`web` finds `web_val_loss` or
/// `loss_web`) where only one metric fits.
///
/// # Errors
/// [`CoreError::UnknownName`], which lists the metrics there are.
pub fn find_metric(metrics: &MetricSet, text: &str) -> Result<usize, CoreError> {
    let found = metrics
        .index_of(text)
        .or_else(|| metrics.index_of(metric_name(text)));
    if let Some(found) = found {
        return Ok(found);
    }
    let wanted = without_loss(metric_name(text));
    let mut fitting = (0..)
        .zip(metrics.as_slice())
        .filter(|(_, metric)| without_loss(&metric.name) == wanted);
    match (fitting.next(), fitting.next()) {
        (Some((position, _)), None) => Ok(position),
        _ => metrics.require(text),
    }
}

/// A header without `config.` or `summary.`, and whether it was a setting.
fn without_source(header: &str) -> (&str, bool) {
    for separator in ['.', '/'] {
        if let Some((source, rest)) = header.split_once(separator) {
            match source {
                "config" => return (rest, true),
                "summary" | "summary_metrics" => return (rest, false),
                _ => {}
            }
        }
    }
    (header, false)
}

/// The rest of a path after the first segment that names a group of domains.
fn domain_in_group(path: &str) -> Option<&str> {
    let mut rest = path;
    while let Some(end) = rest.find(['.', '/']) {
        let (segment, tail) = rest.split_at(end);
        let tail = tail.get(1..).unwrap_or_default();
        if DOMAIN_GROUPS.contains(&segment) && !tail.is_empty() {
            return Some(tail);
        }
        rest = tail;
    }
    None
}

fn strip_any<'a>(text: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .filter(|rest| !rest.is_empty())
}

fn is_reserved(name: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
        || Condition::known(name).is_some()
}

/// Whether `name` is, or ends in, one of `words` after something that is neither letter nor digit.
fn ends_in_word(name: &str, words: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| {
        name.strip_suffix(word).is_some_and(|before| {
            before
                .chars()
                .next_back()
                .is_none_or(|letter| !letter.is_alphanumeric())
        })
    })
}

fn without_loss(name: &str) -> &str {
    let name = name.strip_prefix("loss_").unwrap_or(name);
    ["_val_loss", "_valid_loss", "_loss", "/loss"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use mixlens_core::table::{Direction, Metric};

    use super::*;

    #[test]
    fn headers_say_what_they_are() {
        let domain = |name: &str| Meaning::Domain(name.to_owned());
        let metric = |name: &str| Meaning::Metric(name.to_owned());
        for (header, meaning) in [
            ("train_the_pile_arxiv", domain("the_pile_arxiv")),
            ("prop_Pile-CC", domain("Pile-CC")),
            ("config.data.mixture.dolma.books", domain("dolma.books")),
            ("proportions.web", domain("web")),
            (
                "metric/the_pile_arxiv_val_loss",
                metric("the_pile_arxiv_val_loss"),
            ),
            ("loss_Pile-CC", metric("loss_Pile-CC")),
            ("summary.eval/arc_easy", metric("eval/arc_easy")),
            ("train_loss", metric("train_loss")),
            ("hellaswag_acc", metric("hellaswag_acc")),
            ("train_runtime", Meaning::Reserved),
            ("config.lr", Meaning::Reserved),
            ("Step", Meaning::Reserved),
            ("train_tokens_B", Meaning::Reserved),
            ("config.n_params", Meaning::Reserved),
            ("Size", Meaning::Reserved),
            ("train_steps", Meaning::Reserved),
            ("dclm:science", Meaning::Plain),
            ("train_", Meaning::Plain),
        ] {
            assert_eq!(meaning_of(header), meaning, "{header}");
        }
    }

    #[test]
    fn conditions_are_found_with_their_units() {
        let found = |header: &str| {
            condition_in(header).map(|column| (column.condition, column.unit, column.is_key_only))
        };
        let tokens = Condition::TrainingTokens;
        for (header, expected) in [
            ("size", Some((Condition::Parameters, None, false))),
            (
                "config.n_params",
                Some((Condition::Parameters, None, false)),
            ),
            (
                "Params (M)",
                Some((Condition::Parameters, Some('M'), false)),
            ),
            ("train_tokens_B", Some((tokens.clone(), Some('B'), false))),
            ("tokens", Some((tokens, None, false))),
            ("Step", Some((Condition::Step, None, false))),
            ("_step", Some((Condition::Step, None, true))),
            ("size_m", None),
            ("step_k", None),
            ("batch_size", None),
            ("train_web", None),
        ] {
            assert_eq!(found(header), expected, "{header}");
        }
        assert!(!condition_asked("_step").is_key_only);
        assert_eq!(condition_asked("config.lr").condition.name(), "lr");
    }

    #[test]
    fn accuracies_are_told_from_losses_by_the_last_word() {
        for name in [
            "acc",
            "arc_easy/acc_norm",
            "squad F1",
            "rougeL",
            "humaneval_pass@1",
            "triviaqa_exact_match",
        ] {
            assert!(is_higher_better(name), "{name}");
        }
        for name in [
            "loss",
            "acc_loss",
            "them",
            "the_pile_arxiv_val_loss",
            "f1_nll",
            "scoreboard_loss",
        ] {
            assert!(!is_higher_better(name), "{name}");
        }
    }

    #[test]
    fn metrics_are_found_by_any_unambiguous_spelling() {
        let metric = |name: &str| Metric {
            name: name.to_owned(),
            direction: Direction::Lower,
        };
        let metrics = MetricSet::new(vec![
            metric("web_val_loss"),
            metric("loss_code"),
            metric("code_val_loss"),
        ])
        .unwrap();
        for (text, position) in [
            ("web_val_loss", 0),
            ("metric/web_val_loss", 0),
            ("web", 0),
            ("loss_code", 1),
            ("code_val_loss", 2),
        ] {
            assert_eq!(find_metric(&metrics, text), Ok(position), "{text}");
        }
        assert!(find_metric(&metrics, "code").is_err(), "two metrics fit");
    }
}
