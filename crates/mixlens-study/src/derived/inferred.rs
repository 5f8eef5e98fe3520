//! The inferred training mixture of a tokenizer as bars, a curve and words.

use mixlens_core::tokenizer::{Inference, InferredCategory};
use serde::{Deserialize, Serialize};

use crate::{CategoryKind, InferredMixture};
use mixlens_jobs::category_label;
use mixlens_jobs::{decimals_for_error, number_text};

/// The maximum number of points of the curve.
const MAX_POINTS: usize = 400;
/// The maximum number of decimals of a proportion in per cent.
const MAX_DECIMALS: usize = 2;

/// The unit that proportions refer to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// Bytes of text.
    #[default]
    Bytes,
    /// Pairs of neighbouring units before any merge, the unit used in papers.
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

/// A category's proportion as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct InferredRow {
    /// The name of the category as shown to users.
    pub name: String,
    /// The proportion.
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
    /// A description of the row in words.
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

/// The inferred training mixture of a tokenizer as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct InferredPlot {
    /// The unit that the proportions refer to.
    pub of: ShareOf,
    /// The categories by kind.
    pub groups: Vec<InferredGroup>,
    /// The maximum that any bar, interval or mark shows.
    pub max_shown: f64,
    /// Merges and the violation up to them, in parts per million of pairs.
    pub violation: Vec<(f64, f64)>,
    /// Sentences about the quality of the fit.
    pub words: Vec<String>,
    /// Whether the training text probably contained text of a kind that is not listed.
    pub is_misfit: bool,
}

/// All that is drawn of an inferred mixture.
pub(crate) fn inferred_plot(found: &InferredMixture, of: ShareOf) -> InferredPlot {
    let inference = &found.inference;
    let scale = Scale { inference, of };
    let groups: Vec<InferredGroup> = CategoryKind::ALL
        .into_iter()
        .filter_map(|kind| group(found, &scale, kind))
        .collect();
    let rows = groups.iter().flat_map(|group| &group.rows);
    let max_shown = rows
        .flat_map(|row| [row.value, row.interval.1, row.program, row.isotonic])
        .fold(0.0, f64::max);
    InferredPlot {
        of,
        groups,
        max_shown,
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
    /// The share of a category with the fraction `bytes` of the bytes, the others in the ratios of
    /// `all`.
    ///
    /// ```text
    /// s = b r / (b r + (1 − b) r̄)      b bytes of the category, r its pairs per byte,
    ///                                  r̄ mean pairs per byte of the others, weighted by bytes
    /// ```
    fn shown(&self, index: usize, bytes: f64, all: impl Fn(&InferredCategory) -> f64) -> f64 {
        if self.of == ShareOf::Bytes {
            return bytes;
        }
        let categories = &self.inference.categories;
        let pairs = |category: &InferredCategory| all(category) * category.pairs_per_byte;
        let ratio = categories
            .get(index)
            .map_or(0.0, |category| category.pairs_per_byte);
        let others = || {
            categories
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, category)| category)
        };
        let (rest, rest_bytes) = (
            others().map(pairs).sum::<f64>(),
            others().map(&all).sum::<f64>(),
        );
        let mean_ratio = if rest_bytes > 0.0 {
            rest / rest_bytes
        } else {
            ratio
        };
        let sum = bytes * ratio + (1.0 - bytes) * mean_ratio;
        if sum > 0.0 { bytes * ratio / sum } else { 0.0 }
    }
}

fn group(found: &InferredMixture, scale: &Scale<'_>, kind: CategoryKind) -> Option<InferredGroup> {
    let of_kind = found
        .inference
        .categories
        .iter()
        .zip(&found.kinds)
        .enumerate()
        .filter(|(_, (_, category_kind))| **category_kind == kind);
    let mut rows: Vec<InferredRow> = of_kind
        .map(|(index, (category, kind))| row(category, *kind, scale, index))
        .collect();
    rows.sort_by(|a, b| b.value.total_cmp(&a.value));
    let value = rows.iter().map(|row| row.value).sum();
    // Half widths add in quadrature: √(Σᵢ (hᵢ − lᵢ)² / 4), with l and h the ends of the intervals.
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

fn row(
    category: &InferredCategory,
    kind: CategoryKind,
    scale: &Scale<'_>,
    index: usize,
) -> InferredRow {
    let headline = |bytes| scale.shown(index, bytes, |category| category.bytes);
    let (value, interval) = (
        headline(category.bytes),
        (headline(category.interval.0), headline(category.interval.1)),
    );
    let program = scale.shown(index, category.program, |category| category.program);
    let isotonic = scale.shown(index, category.isotonic, |category| category.isotonic);
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
        format!("{:.2}", category.bytes_per_token),
        format!("{:.2}", category.tokens_per_word),
    );
    let described = format!(
        "{}: {text} of {of}, 90 % interval {interval_text}, {estimates_text}, {bytes_per_token} \
         bytes per token, {tokens_per_word} tokens per word",
        category_label(&category.name, kind)
    );
    InferredRow {
        name: category_label(&category.name, kind).to_owned(),
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
    let decimals = decimals_for_error(100.0 * half).min(MAX_DECIMALS);
    format!("{:.decimals$}", 100.0 * part)
}

/// The violation up to each merge, at a few hundred merges.
fn cumulated(by_merge: &[f64]) -> Vec<(f64, f64)> {
    let sums = by_merge.iter().scan(0.0, |sum, violation| {
        *sum += violation;
        Some(*sum)
    });
    let step = by_merge.len().div_ceil(MAX_POINTS).max(1);
    let last = by_merge.len().saturating_sub(1);
    let points = sums
        .enumerate()
        .filter(|(index, _)| index % step == step - 1 || *index == last);
    std::iter::once((0.0, 0.0))
        .chain(points.map(|(index, sum)| ((index + 1) as f64, sum)))
        .collect()
}

/// Sentences about the quality of the fit, good or bad.
fn words(found: &Inference) -> Vec<String> {
    let used = format!(
        "{} of {} merges used; {} of them occur in no sample",
        found.merges_used, found.merges_total, found.merges_missing
    );
    let misfit = format!(
        "Misfit {:.1} (usually 1 to 5; above 10, a category is missing)",
        found.misfit
    );
    let unexplained = format!(
        "{} of the merges unexplained (above 5 %, a category is missing)",
        per_cent(found.unexplained, 0.001)
    );
    let gap = number_text(found.gap_ppm, 1);
    let violation = format!(
        "Merge order violated by {} ppm of pairs, at most {gap} ppm above the minimum",
        number_text(found.violation_ppm, 0)
    );
    let half = 0.5 * found.violation_by_merge.iter().sum::<f64>();
    let mut sum = 0.0;
    let middle = found.violation_by_merge.iter().position(|violation| {
        sum += violation;
        sum >= half
    });
    let middle = middle.filter(|_| half > 0.0).map(|merge| {
        format!(
            "Half of the violation occurs within the first {} merges",
            merge + 1
        )
    });
    [used, misfit, unexplained, violation]
        .into_iter()
        .chain(middle)
        .collect()
}
