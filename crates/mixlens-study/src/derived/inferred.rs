//! The mixture behind a tokenizer as bars, a curve and words.

use mixlens_core::tokenizer::{Inference, InferredCategory};
use serde::{Deserialize, Serialize};

use crate::{CategoryKind, InferredMixture};
use mixlens_jobs::category_label;
use mixlens_jobs::{decimals_for_error, number_text};

/// Points of the curve at most.
const POINTS: usize = 400;
/// Most decimals of a proportion in per cent.
const DECIMALS: usize = 2;

/// What proportions are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// Bytes of text.
    #[default]
    Bytes,
    /// Pairs of neighbouring units before any merge, as papers report.
    Pairs,
}

impl ShareOf {
    /// Both, in the order of a choice.
    pub const ALL: [Self; 2] = [Self::Bytes, Self::Pairs];

    /// The title in a choice.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bytes => "Of bytes",
            Self::Pairs => "Of pairs",
        }
    }
}

/// A category's proportion as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct InferredRow {
    /// What people call the category.
    pub name: String,
    /// Its proportion.
    pub value: f64,
    /// A 90 % interval.
    pub interval: (f64, f64),
    /// The estimate of the linear program.
    pub program: f64,
    /// The isotonic estimate.
    pub isotonic: f64,
    /// The proportion, with no more digits than its interval allows.
    pub text: String,
    /// The ends of the interval.
    pub interval_text: String,
    /// Both estimates.
    pub estimates_text: String,
    /// Bytes per token.
    pub bytes_per_token: String,
    /// Tokens per word.
    pub tokens_per_word: String,
    /// All of it in words.
    pub described: String,
}

/// Categories of a kind, the largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct InferredGroup {
    /// The kind.
    pub kind: CategoryKind,
    /// The sum of the proportions.
    pub value: f64,
    /// The sum as text.
    pub text: String,
    /// The categories.
    pub rows: Vec<InferredRow>,
}

/// The mixture behind a tokenizer as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct InferredPlot {
    /// What the proportions are of.
    pub of: ShareOf,
    /// The categories by kind.
    pub groups: Vec<InferredGroup>,
    /// The greatest number that any bar, interval or mark shows.
    pub most: f64,
    /// Merges and the violation up to them, in parts per million of pairs.
    pub violation: Vec<(f64, f64)>,
    /// How far the answer is to be trusted.
    pub words: Vec<String>,
    /// Whether text of a kind that is not listed was probably in the training text.
    pub is_misfit: bool,
}

/// Everything that is drawn of an inferred mixture.
pub(crate) fn inferred_plot(found: &InferredMixture, of: ShareOf) -> InferredPlot {
    let inference = &found.inference;
    let scale = Scale { inference, of };
    let groups: Vec<InferredGroup> = CategoryKind::ALL
        .into_iter()
        .filter_map(|kind| group(found, &scale, kind))
        .collect();
    let rows = groups.iter().flat_map(|group| &group.rows);
    let most = rows
        .flat_map(|row| [row.value, row.interval.1, row.program, row.isotonic])
        .fold(0.0, f64::max);
    InferredPlot {
        of,
        groups,
        most,
        violation: cumulated(&inference.violation_by_merge),
        words: words(inference),
        is_misfit: mixlens_formats::is_misfit(inference),
    }
}

/// Proportions in the unit that is shown.
struct Scale<'a> {
    inference: &'a Inference,
    of: ShareOf,
}

impl Scale<'_> {
    /// The share of a category that has `bytes` of the bytes, the others in the ratios that `all`
    /// gives them.
    fn shown(&self, place: usize, bytes: f64, all: impl Fn(&InferredCategory) -> f64) -> f64 {
        if self.of == ShareOf::Bytes {
            return bytes;
        }
        let categories = &self.inference.categories;
        let pairs = |own: &InferredCategory| all(own) * own.pairs_per_byte;
        let own = categories.get(place).map_or(0.0, |own| own.pairs_per_byte);
        let others = || {
            categories
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != place)
                .map(|(_, own)| own)
        };
        let (rest, rest_bytes) = (
            others().map(pairs).sum::<f64>(),
            others().map(&all).sum::<f64>(),
        );
        let per_byte = if rest_bytes > 0.0 {
            rest / rest_bytes
        } else {
            own
        };
        let sum = bytes * own + (1.0 - bytes) * per_byte;
        if sum > 0.0 { bytes * own / sum } else { 0.0 }
    }
}

fn group(found: &InferredMixture, scale: &Scale<'_>, kind: CategoryKind) -> Option<InferredGroup> {
    let of_kind = found
        .inference
        .categories
        .iter()
        .zip(&found.kinds)
        .enumerate()
        .filter(|(_, (_, own))| **own == kind);
    let mut rows: Vec<InferredRow> = of_kind
        .map(|(place, (own, kind))| row(own, *kind, scale, place))
        .collect();
    rows.sort_by(|a, b| b.value.total_cmp(&a.value));
    let value = rows.iter().map(|row| row.value).sum();
    let half = rows
        .iter()
        .map(|row| (row.interval.1 - row.interval.0).powi(2) / 4.0)
        .sum::<f64>()
        .sqrt();
    (!rows.is_empty()).then(|| InferredGroup {
        kind,
        value,
        text: per_cent(value, half),
        rows,
    })
}

fn row(own: &InferredCategory, kind: CategoryKind, scale: &Scale<'_>, place: usize) -> InferredRow {
    let headline = |bytes| scale.shown(place, bytes, |own| own.bytes);
    let (value, interval) = (
        headline(own.bytes),
        (headline(own.interval.0), headline(own.interval.1)),
    );
    let program = scale.shown(place, own.program, |own| own.program);
    let isotonic = scale.shown(place, own.isotonic, |own| own.isotonic);
    let half = 0.5 * (interval.1 - interval.0);
    let of = match scale.of {
        ShareOf::Bytes => "bytes",
        ShareOf::Pairs => "pairs",
    };
    let text = per_cent(value, half);
    let interval_text = format!(
        "{} … {}",
        number(interval.0, half),
        per_cent(interval.1, half)
    );
    let estimates_text = format!(
        "program {}, isotonic {}",
        per_cent(program, half),
        per_cent(isotonic, half)
    );
    let (bytes_per_token, tokens_per_word) = (
        format!("{:.2}", own.bytes_per_token),
        format!("{:.2}", own.tokens_per_word),
    );
    let described = format!(
        "{}: {text} of {of}, 90 % interval {interval_text}; {estimates_text}; {bytes_per_token} \
        bytes per token, \
         {tokens_per_word} tokens per word",
        category_label(&own.name, kind)
    );
    InferredRow {
        name: category_label(&own.name, kind).to_owned(),
        value,
        interval,
        program,
        isotonic,
        text,
        interval_text,
        estimates_text,
        bytes_per_token,
        tokens_per_word,
        described,
    }
}

/// A proportion in per cent with as many decimals as half of its interval allows.
fn per_cent(part: f64, half: f64) -> String {
    format!("{} %", number(part, half))
}

fn number(part: f64, half: f64) -> String {
    let decimals = decimals_for_error(100.0 * half).min(DECIMALS);
    format!("{:.decimals$}", 100.0 * part)
}

/// The violation up to each merge, at a few hundred merges.
fn cumulated(by_merge: &[f64]) -> Vec<(f64, f64)> {
    let sums = by_merge.iter().scan(0.0, |sum, own| {
        *sum += own;
        Some(*sum)
    });
    let step = by_merge.len().div_ceil(POINTS).max(1);
    let last = by_merge.len().saturating_sub(1);
    let points = sums
        .enumerate()
        .filter(|(place, _)| place % step == step - 1 || *place == last);
    std::iter::once((0.0, 0.0))
        .chain(points.map(|(place, sum)| ((place + 1) as f64, sum)))
        .collect()
}

/// What there is to know about the fit, whether it is good or bad.
fn words(found: &Inference) -> Vec<String> {
    let used = format!(
        "{} of {} merges used, {} of them in no sample",
        found.merges_used, found.merges_total, found.merges_missing
    );
    let misfit = format!(
        "Misfit {:.1}; 1 to 5 is usual, above 10 something is missing",
        found.misfit
    );
    let unexplained = format!(
        "{} of the merges unexplained; above 5 % something is missing",
        per_cent(found.unexplained, 0.001)
    );
    let gap = number_text(found.gap_ppm, 1);
    let violation = format!(
        "Violation of the order of merges {} ppm of pairs, at most {gap} above the least",
        number_text(found.violation_ppm, 0)
    );
    let half = 0.5 * found.violation_by_merge.iter().sum::<f64>();
    let mut sum = 0.0;
    let middle = found.violation_by_merge.iter().position(|own| {
        sum += own;
        sum >= half
    });
    let middle = middle.filter(|_| half > 0.0).map(|place| {
        format!(
            "Half of the violation is within the first {} merges",
            place + 1
        )
    });
    [used, misfit, unexplained, violation]
        .into_iter()
        .chain(middle)
        .collect()
}
