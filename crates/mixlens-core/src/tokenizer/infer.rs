//! [`infer`]: the mixture behind a tokenizer, from the counts of its pairs.
#![expect(
    clippy::indexing_slicing,
    reason = "categories come from the counts themselves"
)]

use serde::{Deserialize, Serialize};

use super::PairCounts;
use super::evidence::Evidence;
use super::program::{Program, solve};
use super::resample::{Conversion, Fitted, Resampled, normalised, resample};
use crate::CoreError;
use crate::compute::{self, Control, Executor, Status, both};

/// Half width of a 90 % interval, in standard errors.
const NINETY: f64 = 1.645;
/// Merged pairs are compared with their neighbours in the list: a pair with less than this fraction
/// of the expected frequency came from other text.
const SHORT: f64 = 0.5;
/// Minimum shortfall of such a pair, in standard errors.
const SHORT_ERRORS: f64 = 4.0;
/// Categories whose merged pairs differ by less than this (total variation) are indistinguishable.
const ALIKE: f64 = 0.02;

/// Ratio of the isotonic estimate's violation to the minimum: above the first of these the estimate
/// counts less, above the second not at all. The ratio was at most 1.1 for tokenizers of known
/// mixtures, and 1.3 to 3 for most released ones. `ALIKE_PPM` (parts per million) is added to both
/// violations, so that small ones count as equal.
const DOUBTED: [f64; 2] = [1.1, 1.25];
const ALIKE_PPM: f64 = 500.0;
/// The same limits for the misfit, which was at most 37 when a category was left out.
const DOUBTED_MISFIT: [f64; 2] = [50.0, 100.0];
/// Standard error of an estimate by the program alone, relative to √(a (1 − a)).
const PROGRAM_ERROR: f64 = 0.1;

/// A category with its inferred proportion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InferredCategory {
    /// Name of the category.
    pub name: String,
    /// Proportion of the bytes of the training text: the main estimate.
    pub bytes: f64,
    /// The estimate as a proportion of pairs of neighbouring units, as papers report it.
    pub pairs: f64,
    /// A 90 % interval for the proportion of bytes.
    pub interval: (f64, f64),
    /// Standard error of the proportion of bytes, from resampling the documents.
    pub standard_error: f64,
    /// The isotonic estimate, in bytes.
    pub isotonic: f64,
    /// The estimate of the linear program, in bytes.
    pub program: f64,
    /// Minimum and maximum proportion of bytes at almost the minimum violation of the program.
    pub face: (f64, f64),
    /// A cheap baseline: the share of merges whose pair is most frequent in this category.
    pub token_classification: f64,
    /// Bytes of the sample per token after all merges.
    pub bytes_per_token: f64,
    /// Tokens per pre-token.
    pub tokens_per_word: f64,
    /// Pairs of neighbouring units per byte of the sample, to convert proportions between the two.
    pub pairs_per_byte: f64,
}

/// The mixture behind a tokenizer, with measures of its reliability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inference {
    /// Every category, in the order given.
    pub categories: Vec<InferredCategory>,
    /// Merges of the list that are not inherited.
    pub merges_total: usize,
    /// Merges used as evidence.
    pub merges_used: usize,
    /// Used merges whose pair is in no sample.
    pub merges_missing: usize,
    /// How the linear program ended.
    pub status: Status,
    /// Total violation of the program in parts per million of pairs; 0 for samples that explain
    /// every merge.
    pub violation_ppm: f64,
    /// Upper bound on how far the violation is above the minimum (parts per million of pairs).
    pub gap_ppm: f64,
    /// Violation by merge, in the order of the list: where the fit breaks.
    pub violation_by_merge: Vec<f64>,
    /// χ: squared misfit divided by the part that sampling explains. About 1 to 5 for samples like
    /// the training text, above 10 where a category is missing.
    pub misfit: f64,
    /// A lower bound on the share of the training text's pairs that none of the categories
    /// explains.
    pub unlisted: f64,
    /// The share of the used merges that the given categories cannot explain: their pair is
    /// missing, or far rarer than its rank in the list requires.
    pub unexplained: f64,
    /// Categories with such similar texts that only their sum is determined.
    pub alike: Vec<(String, String)>,
}

impl Inference {
    /// The same inference with the categories that `belongs` selects combined into one called
    /// `name`, at the end.
    #[must_use]
    pub fn with_together(
        mut self,
        name: &str,
        belongs: impl Fn(&InferredCategory) -> bool,
    ) -> Self {
        let (together, others): (Vec<_>, Vec<_>) = self.categories.into_iter().partition(belongs);
        self.categories = others;
        if !together.is_empty() {
            let is_part = |of: &String| together.iter().any(|category| category.name == *of);
            self.alike.retain(|(a, b)| !(is_part(a) && is_part(b)));
            let names = self.alike.iter_mut().flat_map(|(a, b)| [a, b]);
            names
                .filter(|of| is_part(of))
                .for_each(|of| name.clone_into(of));
            self.categories
                .push(InferredCategory::of_sum(name, &together));
        }
        self
    }
}

impl InferredCategory {
    /// Combines several categories; their errors are treated as independent.
    fn of_sum(name: &str, parts: &[Self]) -> Self {
        let sum = |of: &dyn Fn(&Self) -> f64| parts.iter().map(of).sum::<f64>();
        let root = |of: &dyn Fn(&Self) -> f64| sum(&|part| of(part) * of(part)).sqrt();
        let bytes = sum(&|part| part.bytes);
        // Where nothing was found, all parts have equal weight.
        let weight = |part: &Self| if bytes > 0.0 { part.bytes } else { 1.0 };
        let tokens = sum(&|part| weight(part) / part.bytes_per_token);
        let words = sum(&|part| weight(part) / part.bytes_per_token / part.tokens_per_word);
        let (below, above) = (
            root(&|part| part.bytes - part.interval.0),
            root(&|part| part.interval.1 - part.bytes),
        );
        Self {
            name: name.to_owned(),
            bytes,
            pairs: sum(&|part| part.pairs),
            interval: ((bytes - below).max(0.0), (bytes + above).min(1.0)),
            standard_error: root(&|part| part.standard_error),
            isotonic: sum(&|part| part.isotonic),
            program: sum(&|part| part.program),
            face: (sum(&|part| part.face.0), sum(&|part| part.face.1).min(1.0)),
            token_classification: sum(&|part| part.token_classification),
            bytes_per_token: sum(&weight) / tokens,
            tokens_per_word: tokens / words,
            pairs_per_byte: sum(&|part| weight(part) * part.pairs_per_byte) / sum(&weight),
        }
    }
}

/// Infers the proportions of the categories.
///
/// ```text
/// estimate = corrected + λ (program − corrected)      λ = ρ + (1 − ρ) ½ s² / (s² + d²)
/// half width of the interval = 1.645 √( (1 − ρ) (½ eᵢ² + ½ s² qᵢ + dᵢ²) + ρ 0.01 aᵢ (1 − aᵢ) )
/// ```
/// `corrected` is the isotonic estimate minus its bias; eᵢ are its standard errors (s² their mean
/// square, qᵢ the part of s² for a proportion of this size), dᵢ its distance from the estimate of
/// the program (d² the mean square). Both estimates have equal weight where they agree within the
/// noise; the weight of the program falls with the distance. On development cases the intervals
/// covered 39 of 43 true proportions when all categories were listed.
///
/// The isotonic estimate uses merged pairs only, so that a category whose pairs training never
/// merged can have any share. The program uses the fact that such pairs would have been merged. ρ
/// rises from 0 to 1 with the ratio of the isotonic estimate's violation to the minimum (1.1 to
/// 1.25), or with χ (50 to 100). The width that ρ adds is a judgement from released tokenizers, not
/// a measurement. Sources: Hayase et al. 2024 (arXiv 2407.16607) for the program; the isotonic
/// estimate and the combination are this project's.
///
/// # Errors
/// No merge that occurs in the samples, or [`CoreError::Cancelled`].
pub fn infer(
    counts: &PairCounts,
    executor: &dyn Executor,
    control: &Control,
) -> Result<Inference, CoreError> {
    let evidence = Evidence::new(counts);
    if evidence.len() == 0 {
        return Err(CoreError::NoMerges);
    }
    let conversion = Conversion {
        pairs: counts.sizes.iter().map(|size| size.pairs).collect(),
        bytes_per_pair: counts
            .sizes
            .iter()
            .map(|size| size.bytes / size.pairs)
            .collect(),
    };
    let classified = token_classification(&evidence, &conversion);
    let alike = alike(&evidence);
    let fitted = Fitted::new(evidence, &conversion, control)?;
    let (found, program) = both(
        executor,
        || resample(&fitted, &conversion, executor, control),
        || solve(counts, fitted.shares(), executor, control),
    );
    let (found, program) = (found?, program?);
    let of_program = conversion.bytes(&program.shares);
    let ratio = (program.start_ppm + ALIKE_PPM) / (program.violation_ppm + ALIKE_PPM);
    let refuted = part_of_way(ratio, DOUBTED).max(part_of_way(found.misfit, DOUBTED_MISFIT));
    let (bytes, half) = combined(&found, &of_program, refuted);
    let pairs = conversion.pairs(&bytes);
    let mut categories: Vec<InferredCategory> = counts
        .sizes
        .iter()
        .enumerate()
        .map(|(index, size)| InferredCategory {
            name: size.name.clone(),
            bytes: bytes[index],
            pairs: pairs[index],
            interval: (
                (bytes[index] - half[index]).max(0.0),
                (bytes[index] + half[index]).min(1.0),
            ),
            standard_error: found.errors[index],
            isotonic: found.fitted[index],
            program: of_program[index],
            face: face_in_bytes(&program, &conversion, index),
            token_classification: classified[index],
            bytes_per_token: size.bytes / size.tokens,
            tokens_per_word: size.tokens / size.words,
            pairs_per_byte: size.pairs / size.bytes,
        })
        .collect();
    for &(a, b) in &alike {
        // Any split of their sum is possible.
        let high = (categories[a].interval.1 + categories[b].interval.1).min(1.0);
        categories[a].interval = (0.0, high);
        categories[b].interval = (0.0, high);
    }
    let missing = counts.merged.iter().filter(|pair| pair.is_none()).count();
    let name = |index: usize| counts.sizes[index].name.clone();
    Ok(Inference {
        categories,
        merges_total: counts.total,
        merges_used: counts.merged.len(),
        merges_missing: missing,
        status: program.status,
        violation_ppm: program.violation_ppm,
        gap_ppm: program.gap_ppm,
        violation_by_merge: program.violation_by_step,
        misfit: found.misfit,
        unlisted: unlisted(counts, &fitted, &found, &conversion),
        unexplained: unexplained(&found, missing, counts.merged.len()),
        alike: alike.into_iter().map(|(a, b)| (name(a), name(b))).collect(),
    })
}

/// Rises linearly from 0 at the first end to 1 at the second; constant outside.
fn part_of_way(value: f64, ends: [f64; 2]) -> f64 {
    ((value - ends[0]) / (ends[1] - ends[0])).clamp(0.0, 1.0)
}

/// The main estimate and the half widths of the intervals. `refuted` is ρ.
fn combined(found: &Resampled, program: &[f64], refuted: f64) -> (Vec<f64>, Vec<f64>) {
    let width = found.corrected.len() as f64;
    let distance: Vec<f64> = program
        .iter()
        .zip(&found.corrected)
        .map(|(program, corrected)| program - corrected)
        .collect();
    let mean_square = |of: &[f64]| of.iter().map(|value| value * value).sum::<f64>() / width;
    // s and d hold the mean squares s² and d²; `weight` is λ.
    let (s, d) = (mean_square(&found.errors), mean_square(&distance));
    let agreed = if s > 0.0 { 0.5 * s / (s + d) } else { 0.0 };
    let weight = refuted + (1.0 - refuted) * agreed;
    let bytes = normalised(
        found
            .corrected
            .iter()
            .zip(&distance)
            .map(|(corrected, distance)| corrected + weight * distance),
    );
    let spread: Vec<f64> = bytes
        .iter()
        .map(|share| (share * (1.0 - share)).max(1e-4))
        .collect();
    let mean = spread.iter().sum::<f64>() / width;
    let half = found
        .errors
        .iter()
        .zip(&distance)
        .zip(&spread)
        .map(|((e, d), q)| {
            // ½ eᵢ² + ½ s² qᵢ + dᵢ², with qᵢ = q / mean.
            let of_both = 0.5 * e * e + 0.5 * s * q / mean + d * d;
            NINETY
                * ((1.0 - refuted) * of_both + refuted * PROGRAM_ERROR * PROGRAM_ERROR * q).sqrt()
        });
    let half = half.collect();
    if found.corrected.len() == 1 {
        (bytes, vec![0.0])
    } else {
        (bytes, half)
    }
}

/// The ends of the face as proportions of bytes; the other categories keep their ratios.
fn face_in_bytes(program: &Program, conversion: &Conversion, category: usize) -> (f64, f64) {
    let end = |share: f64| {
        let rest = 1.0 - program.shares[category];
        let scale = if rest > 0.0 {
            (1.0 - share) / rest
        } else {
            0.0
        };
        let shares = program.shares.iter().enumerate();
        let shares: Vec<f64> = shares
            .map(|(index, other)| {
                if index == category {
                    share
                } else {
                    other * scale
                }
            })
            .collect();
        conversion.bytes(&shares)[category]
    };
    let (low, high) = program
        .face
        .get(category)
        .copied()
        .unwrap_or((program.shares[category], program.shares[category]));
    (end(low), end(high))
}

/// The share of merges for which each category has the most frequent pair.
fn token_classification(evidence: &Evidence, conversion: &Conversion) -> Vec<f64> {
    let mut won = vec![0.0; evidence.width];
    for row in evidence.counts.chunks_exact(evidence.width) {
        let frequencies = row
            .iter()
            .zip(&conversion.pairs)
            .map(|(count, pairs)| count / pairs);
        if let Some((category, _)) = frequencies.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)) {
            won[category] += 1.0;
        }
    }
    normalised(won.into_iter())
}

/// Pairs of categories with almost the same distribution of merged pairs.
fn alike(evidence: &Evidence) -> Vec<(usize, usize)> {
    let column = |category: usize| {
        normalised(
            evidence
                .counts
                .iter()
                .skip(category)
                .step_by(evidence.width)
                .copied(),
        )
    };
    let columns: Vec<Vec<f64>> = (0..evidence.width).map(column).collect();
    let distance =
        |a: &[f64], b: &[f64]| 0.5 * a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>();
    let pairs = (0..evidence.width).flat_map(|a| (a + 1..evidence.width).map(move |b| (a, b)));
    pairs
        .filter(|&(a, b)| distance(&columns[a], &columns[b]) < ALIKE)
        .collect()
}

/// Whether a merged pair is far rarer than its rank in the list requires.
fn is_short(residual: f64, variance: f64) -> bool {
    residual < SHORT.ln().min(-SHORT_ERRORS * variance.sqrt())
}

/// The share of pairs that no given category explains: the shortfall of merged pairs relative to
/// their rank in the list, over all that was merged.
///
/// ```text
/// S = Σₜ F(t) − u(t)  over the merges that fall short      unlisted = S / (S + Σₜ u(t))
/// ```
/// u are the frequencies of merged pairs, F their regression. A pair of units is merged at most
/// once, so both sums are shares of the text: the shortfall must come from other text. This
/// estimate is an addition of this project.
fn unlisted(
    counts: &PairCounts,
    fitted: &Fitted,
    found: &Resampled,
    conversion: &Conversion,
) -> f64 {
    let shares = conversion.pairs(&found.fitted);
    let frequency = |step: usize| {
        let of_category = |category: usize| {
            let counts_by_group = counts.merged_by_group[step].iter();
            let groups = &counts.sizes[category].groups;
            let of_groups = counts_by_group.filter(|entry| groups.contains(&usize::from(entry.0)));
            shares[category] * of_groups.map(|entry| entry.1 as f64).sum::<f64>()
                / conversion.pairs[category]
        };
        (0..shares.len()).map(of_category).sum::<f64>()
    };
    let rows = fitted.steps().iter().zip(
        found
            .isotonic
            .residuals
            .iter()
            .zip(&found.isotonic.variances),
    );
    let mut rows = rows
        .map(|(&step, (&residual, &variance))| (step, residual, is_short(residual, variance)))
        .peekable();
    let (mut listed, mut missed) = (0.0, 0.0);
    let mut steady = f64::INFINITY;
    for step in 0..counts.steps.len() {
        let observed = frequency(step);
        listed += observed;
        let row = rows.next_if(|row| row.0 == step);
        // A merge that is missing or too rare to count lies below the one before and above the one
        // after.
        steady = match row {
            Some((_, residual, _)) => observed * compute::exp(-residual),
            None => rows
                .peek()
                .map_or(steady, |next| frequency(next.0) * compute::exp(-next.1))
                .min(steady),
        };
        // S = Σₜ F(t) − u(t), with F as `steady` and u as `observed`.
        if row.is_none_or(|row| row.2) && steady.is_finite() {
            missed += (steady - observed).max(0.0);
        }
    }
    missed / (missed + listed)
}

/// The share of `used` merges that fall short, including those that are missing or too rare to
/// count.
fn unexplained(found: &Resampled, missing: usize, used: usize) -> f64 {
    let residuals = found
        .isotonic
        .residuals
        .iter()
        .zip(&found.isotonic.variances);
    let short = residuals
        .filter(|&(&residual, &variance)| is_short(residual, variance))
        .count();
    let rare = used - missing - found.isotonic.residuals.len();
    (short + missing + rare) as f64 / used.max(1) as f64
}
