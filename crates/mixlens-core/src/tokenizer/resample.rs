//! Bias and standard errors of the isotonic estimate, by resampling.
#![expect(
    clippy::indexing_slicing,
    reason = "steps and categories come from the evidence itself"
)]

use super::evidence::Evidence;
use super::isotonic::{Frequencies, Isotonic, fit};
use crate::CoreError;
use crate::compute::{Control, CounterStream, Executor, try_map_tasks};

/// Number of resampled samples.
const DRAWS: usize = 100;
/// Rounds in which the weights follow the shares; for resampled samples the initial weights are
/// almost right.
const ROUNDS: usize = 5;
const ROUNDS_DRAWN: usize = 1;
/// Rounds in which the dispersion of samples without groups is set by the misfit.
const CALIBRATIONS: usize = 2;
const SEED: u64 = 0x6d69_786c_656e_7331;

/// The isotonic estimate with bias and standard errors from resampling, as shares of bytes.
#[derive(Clone, Debug)]
pub(super) struct Resampled {
    pub isotonic: Isotonic,
    /// χ before the dispersion of samples without groups was set so that χ is 1.
    pub misfit: f64,
    /// Fitted shares of bytes.
    pub fitted: Vec<f64>,
    /// Shares of bytes minus the bias.
    pub corrected: Vec<f64>,
    /// Standard error of each, times √χ.
    pub errors: Vec<f64>,
}

/// Conversion of pair shares to byte shares: share of bytes ∝ aᵢ Bᵢ / Nᵢ.
#[derive(Clone, Debug)]
pub(super) struct Conversion {
    pub pairs: Vec<f64>,
    pub bytes_per_pair: Vec<f64>,
}

impl Conversion {
    pub fn bytes(&self, shares: &[f64]) -> Vec<f64> {
        normalised(
            shares
                .iter()
                .zip(&self.bytes_per_pair)
                .map(|(share, bytes)| share * bytes),
        )
    }

    pub fn pairs(&self, bytes: &[f64]) -> Vec<f64> {
        normalised(
            bytes
                .iter()
                .zip(&self.bytes_per_pair)
                .map(|(share, bytes)| share / bytes),
        )
    }
}

/// Clamps numbers at zero and divides them by their sum.
pub(super) fn normalised(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut out: Vec<f64> = numbers.map(|number| number.max(0.0)).collect();
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|number| *number /= sum);
    out
}

/// A fit to the observed counts.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    evidence: Evidence,
    isotonic: Isotonic,
    /// χ before the dispersion of samples without groups was set so that χ is 1.
    misfit: f64,
}

impl Fitted {
    /// Fits the shares. The dispersion of counts without groups is set so that χ is 1.
    pub fn new(
        mut evidence: Evidence,
        conversion: &Conversion,
        control: &Control,
    ) -> Result<Self, CoreError> {
        let width = evidence.width;
        let quiet = control.without_progress();
        let start = vec![1.0 / width as f64; width];
        let mut isotonic = fit(
            &frequencies(&evidence, &evidence.counts, conversion),
            &start,
            ROUNDS,
            &quiet,
        )?;
        let misfit = isotonic.misfit();
        if (0..width).any(|category| !evidence.has_groups(category)) {
            for _ in 0..CALIBRATIONS {
                let misfit = isotonic.misfit().clamp(0.01, 100.0);
                for index in 0..evidence.variances.len() {
                    if !evidence.has_groups(index % width) {
                        evidence.variances[index] *= misfit;
                    }
                }
                isotonic = fit(
                    &frequencies(&evidence, &evidence.counts, conversion),
                    &isotonic.shares,
                    ROUNDS,
                    &quiet,
                )?;
            }
        }
        Ok(Self {
            evidence,
            isotonic,
            misfit,
        })
    }

    /// The step of each row of the fit.
    pub fn steps(&self) -> &[usize] {
        &self.evidence.steps
    }

    /// Shares of pairs.
    pub fn shares(&self) -> &[f64] {
        &self.isotonic.shares
    }
}

/// Resamples documents with replacement, and fits again.
///
/// ```text
/// corrected = fitted − min(1, χ) χ/max(χ, χ₀) (mean of the fits to drawn samples − fitted)
/// error     = √χ · standard deviation of those fits
///             χ of `Isotonic::misfit`, χ₀ the same before dispersions were set
/// ```
/// Documents of a sample with known groups are drawn group by group; counts without groups get
/// Gaussian noise of their variance. Source of the correction: Efron and Tibshirani 1993, "An
/// introduction to the bootstrap", chapter 10; the factor with χ is an addition of this project:
/// where samples explain nothing, they have no bias either.
pub(super) fn resample(
    found: &Fitted,
    conversion: &Conversion,
    executor: &dyn Executor,
    control: &Control,
) -> Result<Resampled, CoreError> {
    let Fitted {
        evidence,
        isotonic,
        misfit: first,
    } = found;
    let width = evidence.width;
    let stage = control.stage("drawing samples", DRAWS as u64);
    let quiet = control.without_progress();
    let draws = try_map_tasks(executor, DRAWS, |draw| {
        let counts = drawn(evidence, draw as u64);
        let found = fit(
            &frequencies(evidence, &counts, conversion),
            &isotonic.shares,
            ROUNDS_DRAWN,
            &quiet,
        )?;
        stage.advance(1)?;
        Ok(conversion.bytes(&found.shares))
    })?;
    let fitted = conversion.bytes(&isotonic.shares);
    let misfit = isotonic.misfit();
    let mean: Vec<f64> = (0..width)
        .map(|i| draws.iter().map(|draw| draw[i]).sum::<f64>() / DRAWS as f64)
        .collect();
    // Noise that was calibrated to a misfit does not come from sampling and causes no bias.
    // min(1, χ) χ / max(χ, χ₀)
    let trusted = misfit.min(1.0) * (misfit / first.max(misfit)).min(1.0);
    let bias = mean
        .iter()
        .zip(&fitted)
        .map(|(mean, fitted)| trusted * (mean - fitted));
    let corrected = normalised(fitted.iter().zip(bias).map(|(fitted, bias)| fitted - bias));
    let error = |i: usize| {
        let squares: f64 = draws
            .iter()
            .map(|draw| (draw[i] - mean[i]) * (draw[i] - mean[i]))
            .sum();
        (misfit * squares / (DRAWS - 1) as f64).sqrt()
    };
    Ok(Resampled {
        errors: (0..width).map(error).collect(),
        misfit: *first,
        isotonic: isotonic.clone(),
        fitted,
        corrected,
    })
}

fn frequencies(evidence: &Evidence, counts: &[f64], conversion: &Conversion) -> Frequencies {
    let width = evidence.width;
    let over = |numbers: &[f64], power: i32| {
        numbers
            .iter()
            .enumerate()
            .map(|(index, number)| number / conversion.pairs[index % width].powi(power))
            .collect()
    };
    Frequencies {
        width,
        values: over(counts, 1),
        variances: over(&evidence.variances, 2),
    }
}

/// The counts of resampled samples.
fn drawn(evidence: &Evidence, draw: u64) -> Vec<f64> {
    let mut stream = CounterStream::new(SEED, draw);
    let mut counts = evidence.counts.clone();
    for (category, groups) in evidence.groups.iter().enumerate() {
        let mut times = vec![0.0; groups.len()];
        for _ in 0..groups.len() {
            times[stream.next_below(groups.len())] += 1.0;
        }
        for step in 0..evidence.len() {
            let index = step * evidence.width + category;
            counts[index] = if evidence.has_groups(category) {
                evidence.groups_of(step)[groups.clone()]
                    .iter()
                    .zip(&times)
                    .map(|(count, times)| count * times)
                    .sum()
            } else {
                let noise = stream.next_normal() * evidence.variances[index].sqrt();
                (counts[index] + noise).max(0.0)
            };
        }
    }
    counts
}
