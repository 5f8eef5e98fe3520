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

/// Half the width of a 90 % interval in standard errors.
const NINETY: f64 = 1.645;
/// Merged pairs are compared with their neighbours in the list: below this part of what is
/// expected, one came from elsewhere.
const SHORT: f64 = 0.5;
/// And by so many standard errors.
const SHORT_ERRORS: f64 = 4.0;
/// Categories whose merged pairs differ by less than this part (total variation) cannot be told
/// apart.
const ALIKE: f64 = 0.02;

/// Violation of the isotonic estimate over the least: from the first of these on it counts less,
/// from the second on nothing. It was at most 1.1 for tokenizers of known mixtures, and 1.3 to 3
/// for most released ones. Violations are alike within so many parts per million.
const DOUBTED: [f64; 2] = [1.1, 1.25];
const ALIKE_PPM: f64 = 500.0;
/// The same for the misfit, which was at most 37 where a category was left out.
const DOUBTED_MISFIT: [f64; 2] = [50.0, 100.0];
/// Standard error of an estimate that the program alone makes, as a part of √(a (1 − a)).
const PROGRAM_ERROR: f64 = 0.1;

/// A category with its inferred proportion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InferredCategory {
    /// Its name.
    pub name: String,
    /// Proportion of the bytes of the training text: the headline.
    pub bytes: f64,
    /// The same as a proportion of pairs of neighbouring units, as papers report it.
    pub pairs: f64,
    /// A 90 % interval for the proportion of bytes.
    pub interval: (f64, f64),
    /// Standard error from resampling the documents, of bytes.
    pub standard_error: f64,
    /// The isotonic estimate, of bytes.
    pub isotonic: f64,
    /// The estimate of the linear program, of bytes.
    pub program: f64,
    /// Least and greatest proportion of bytes at nearly the least violation of the program.
    pub face: (f64, f64),
    /// A cheap baseline: the part of merges whose pair is most frequent here.
    pub token_classification: f64,
    /// Bytes of the sample over its tokens in the end.
    pub bytes_per_token: f64,
    /// Tokens over pre-tokens.
    pub tokens_per_word: f64,
    /// Pairs of neighbouring units over bytes of the sample, to convert proportions of one into the
    /// other.
    pub pairs_per_byte: f64,
}

/// The mixture behind a tokenizer and how far it is to be trusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inference {
    /// Every category, in the order given.
    pub categories: Vec<InferredCategory>,
    /// Merges of the list that are its own.
    pub merges_total: usize,
    /// Those that were used.
    pub merges_used: usize,
    /// Used ones whose pair is in no sample.
    pub merges_missing: usize,
    /// How the linear program ended.
    pub status: Status,
    /// Its total violation in parts per million of pairs; 0 for samples that explain every merge.
    pub violation_ppm: f64,
    /// How far above the least violation that can be.
    pub gap_ppm: f64,
    /// Violation by merge, in the order of the list: where the fit breaks.
    pub violation_by_merge: Vec<f64>,
    /// χ: squared misfit over what sampling explains. About 1 to 5 for samples like the training
    /// text, above 10 where something is missing.
    pub misfit: f64,
    /// The part of the pairs of the training text that none of the categories explains, at least.
    pub unlisted: f64,
    /// The part of the used merges whose pair is far rarer than its place in the list demands, or
    /// missing: what the categories given cannot explain.
    pub unexplained: f64,
    /// Categories whose texts are so alike that only their sum is known.
    pub alike: Vec<(String, String)>,
}

impl Inference {
    /// The same with some of the categories as one of this name, at the end.
    #[must_use]
    pub fn with_together(
        mut self,
        name: &str,
        belongs: impl Fn(&InferredCategory) -> bool,
    ) -> Self {
        let (together, own): (Vec<_>, Vec<_>) = self.categories.into_iter().partition(belongs);
        self.categories = own;
        if !together.is_empty() {
            let is_part = |of: &String| together.iter().any(|own| own.name == *of);
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
    /// Several as one; errors are taken as independent.
    fn of_sum(name: &str, parts: &[Self]) -> Self {
        let sum = |of: &dyn Fn(&Self) -> f64| parts.iter().map(of).sum::<f64>();
        let root = |of: &dyn Fn(&Self) -> f64| sum(&|own| of(own) * of(own)).sqrt();
        let bytes = sum(&|own| own.bytes);
        // Where nothing was found, each part counts alike.
        let weight = |own: &Self| if bytes > 0.0 { own.bytes } else { 1.0 };
        let tokens = sum(&|own| weight(own) / own.bytes_per_token);
        let words = sum(&|own| weight(own) / own.bytes_per_token / own.tokens_per_word);
        let (below, above) = (
            root(&|own| own.bytes - own.interval.0),
            root(&|own| own.interval.1 - own.bytes),
        );
        Self {
            name: name.to_owned(),
            bytes,
            pairs: sum(&|own| own.pairs),
            interval: ((bytes - below).max(0.0), (bytes + above).min(1.0)),
            standard_error: root(&|own| own.standard_error),
            isotonic: sum(&|own| own.isotonic),
            program: sum(&|own| own.program),
            face: (sum(&|own| own.face.0), sum(&|own| own.face.1).min(1.0)),
            token_classification: sum(&|own| own.token_classification),
            bytes_per_token: sum(&weight) / tokens,
            tokens_per_word: tokens / words,
            pairs_per_byte: sum(&|own| weight(own) * own.pairs_per_byte) / sum(&weight),
        }
    }
}

/// Infers the proportions of the categories.
///
/// ```text
/// headline = corrected + λ (program − corrected)      λ = ρ + (1 − ρ) ½ s² / (s² + d²)
/// half width of the interval = 1.645 √( (1 − ρ) (½ eᵢ² + ½ s² qᵢ + dᵢ²) + ρ 0.01 aᵢ (1 − aᵢ) )
/// ```
/// `corrected` is the isotonic estimate less its bias, eᵢ its standard errors (s² their mean
/// square, qᵢ the part of s² that a proportion of this size has), dᵢ its distance from the estimate
/// of the program (d² the mean square). Both count alike where they agree within the noise; the
/// program counts less the farther it is. On development cases the intervals held 39 of 43 truths
/// where all categories were listed.
///
/// The isotonic estimate sees merged pairs alone. A category whose pairs training never merged can
/// have any share there, where the program knows that those pairs would have been merged. ρ rises
/// from 0 to 1 with how much more the isotonic estimate violates than the least (1.1 to 1.25
/// times), or with χ (50 to 100); the width that ρ brings is a judgement from released tokenizers,
/// not a measured one. Sources: Hayase et al. 2024 (arXiv 2407.16607) for the program; the isotonic
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
        .map(|(place, size)| InferredCategory {
            name: size.name.clone(),
            bytes: bytes[place],
            pairs: pairs[place],
            interval: (
                (bytes[place] - half[place]).max(0.0),
                (bytes[place] + half[place]).min(1.0),
            ),
            standard_error: found.errors[place],
            isotonic: found.fitted[place],
            program: of_program[place],
            face: face_in_bytes(&program, &conversion, place),
            token_classification: classified[place],
            bytes_per_token: size.bytes / size.tokens,
            tokens_per_word: size.tokens / size.words,
            pairs_per_byte: size.pairs / size.bytes,
        })
        .collect();
    for &(a, b) in &alike {
        // Any split of their sum would do.
        let most = (categories[a].interval.1 + categories[b].interval.1).min(1.0);
        categories[a].interval = (0.0, most);
        categories[b].interval = (0.0, most);
    }
    let missing = counts.merged.iter().filter(|pair| pair.is_none()).count();
    let name = |place: usize| counts.sizes[place].name.clone();
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

/// 0 up to the first end, 1 from the second on.
fn part_of_way(value: f64, ends: [f64; 2]) -> f64 {
    ((value - ends[0]) / (ends[1] - ends[0])).clamp(0.0, 1.0)
}

/// The headline and half the width of its intervals. `refuted` is ρ.
fn combined(found: &Resampled, program: &[f64], refuted: f64) -> (Vec<f64>, Vec<f64>) {
    let width = found.corrected.len() as f64;
    let distance: Vec<f64> = program
        .iter()
        .zip(&found.corrected)
        .map(|(program, own)| program - own)
        .collect();
    let mean_square = |of: &[f64]| of.iter().map(|own| own * own).sum::<f64>() / width;
    let (s, d) = (mean_square(&found.errors), mean_square(&distance));
    let agreed = if s > 0.0 { 0.5 * s / (s + d) } else { 0.0 };
    let weight = refuted + (1.0 - refuted) * agreed;
    let bytes = normalised(
        found
            .corrected
            .iter()
            .zip(&distance)
            .map(|(own, distance)| own + weight * distance),
    );
    let spread: Vec<f64> = bytes
        .iter()
        .map(|own| (own * (1.0 - own)).max(1e-4))
        .collect();
    let mean = spread.iter().sum::<f64>() / width;
    let half = found
        .errors
        .iter()
        .zip(&distance)
        .zip(&spread)
        .map(|((e, d), q)| {
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

/// The ends of the face as proportions of bytes, the other categories in their ratios.
fn face_in_bytes(program: &Program, conversion: &Conversion, place: usize) -> (f64, f64) {
    let end = |share: f64| {
        let rest = 1.0 - program.shares[place];
        let scale = if rest > 0.0 {
            (1.0 - share) / rest
        } else {
            0.0
        };
        let shares = program.shares.iter().enumerate();
        let shares: Vec<f64> = shares
            .map(|(at, own)| if at == place { share } else { own * scale })
            .collect();
        conversion.bytes(&shares)[place]
    };
    let (low, high) = program
        .face
        .get(place)
        .copied()
        .unwrap_or((program.shares[place], program.shares[place]));
    (end(low), end(high))
}

/// The part of merges for which each category has the most frequent pair.
fn token_classification(evidence: &Evidence, conversion: &Conversion) -> Vec<f64> {
    let mut won = vec![0.0; evidence.width];
    for row in evidence.counts.chunks_exact(evidence.width) {
        let frequencies = row
            .iter()
            .zip(&conversion.pairs)
            .map(|(count, pairs)| count / pairs);
        if let Some((place, _)) = frequencies.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)) {
            won[place] += 1.0;
        }
    }
    normalised(won.into_iter())
}

/// Pairs of categories with the same merged pairs in the same parts.
fn alike(evidence: &Evidence) -> Vec<(usize, usize)> {
    let column = |place: usize| {
        normalised(
            evidence
                .counts
                .iter()
                .skip(place)
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

/// Whether a merged pair is far rarer than its place in the list demands.
fn is_short(residual: f64, variance: f64) -> bool {
    residual < SHORT.ln().min(-SHORT_ERRORS * variance.sqrt())
}

/// How much of the pairs no category given explains: what merged pairs fall short of their place in
/// the list, over all that was merged.
///
/// ```text
/// S = Σₜ F(t) − u(t)  over the merges that fall short      unlisted = S / (S + Σₜ u(t))
/// ```
/// u are the frequencies of merged pairs, F their regression. A pair of units is merged once at
/// most, so both sums are parts of the text: what they miss is the part of it that other text must
/// have. This project's own.
fn unlisted(
    counts: &PairCounts,
    fitted: &Fitted,
    found: &Resampled,
    conversion: &Conversion,
) -> f64 {
    let shares = conversion.pairs(&found.fitted);
    let frequency = |step: usize| {
        let of_category = |place: usize| {
            let own = counts.merged_by_group[step].iter();
            let own = own.filter(|own| counts.sizes[place].groups.contains(&usize::from(own.0)));
            shares[place] * own.map(|own| own.1 as f64).sum::<f64>() / conversion.pairs[place]
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
        let own = frequency(step);
        listed += own;
        let row = rows.next_if(|row| row.0 == step);
        // A merge that is missing or too rare to be asked belongs below the one before and above
        // the one after.
        steady = match row {
            Some((_, residual, _)) => own * compute::exp(-residual),
            None => rows
                .peek()
                .map_or(steady, |next| frequency(next.0) * compute::exp(-next.1))
                .min(steady),
        };
        if row.is_none_or(|row| row.2) && steady.is_finite() {
            missed += (steady - own).max(0.0);
        }
    }
    missed / (missed + listed)
}

/// The part of `used` merges that fall short, with those that are missing or too rare to be asked.
fn unexplained(found: &Resampled, missing: usize, used: usize) -> f64 {
    let own = found
        .isotonic
        .residuals
        .iter()
        .zip(&found.isotonic.variances);
    let short = own
        .filter(|&(&residual, &variance)| is_short(residual, variance))
        .count();
    let rare = used - missing - found.isotonic.residuals.len();
    (short + missing + rare) as f64 / used.max(1) as f64
}
