//! [`Evidence`]: the counts of the merged pairs, with their variances.
#![expect(
    clippy::indexing_slicing,
    reason = "steps and categories come from the tables themselves"
)]

use super::PairCounts;

/// Minimum count of a merged pair over all samples: rarer pairs carry only noise.
const MIN_COUNT: f64 = 8.0;
/// Dispersion of a sample without document groups, until it is calibrated by the misfit.
const UNKNOWN_DISPERSION: f64 = 10.0;
/// Weight of the mean dispersion of similar counts against that of the count itself, in groups.
const PRIOR_GROUPS: f64 = 10.0;
/// Minimum count whose separate dispersion is used.
const MIN_FOR_SEPARATE: f64 = 16.0;

/// Counts and their variances, step after step, for every category.
///
/// ```text
/// Var c = φ(c) · c        φ dispersion: 1 for words scattered at random,
///                         above 1 where documents repeat words
/// ```
/// φ is measured between groups of documents, and shrunk towards the mean φ of counts of about the
/// same size.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub width: usize,
    /// The step of each row; steps with rare pairs have no row.
    pub steps: Vec<usize>,
    /// Counts, a row for each step.
    pub counts: Vec<f64>,
    /// Variances of the counts, a row for each step.
    pub variances: Vec<f64>,
    /// The counts of each group, a row for each step.
    pub by_group: Vec<f64>,
    /// The groups of each category.
    pub groups: Vec<std::ops::Range<usize>>,
}

impl Evidence {
    pub fn new(counts: &PairCounts) -> Self {
        let groups: Vec<_> = counts
            .sizes
            .iter()
            .map(|size| size.groups.clone())
            .collect();
        let all = groups.last().map_or(0, |groups| groups.end);
        let mut evidence = Self {
            width: groups.len(),
            steps: vec![],
            counts: vec![],
            variances: vec![],
            by_group: vec![],
            groups,
        };
        for (step, there) in counts.merged_by_group.iter().enumerate() {
            let mut row = vec![0.0; all];
            for &(group, count) in there {
                row[usize::from(group)] = count as f64;
            }
            if row.iter().sum::<f64>() >= MIN_COUNT {
                evidence.counts.extend(
                    evidence
                        .groups
                        .iter()
                        .map(|groups| row[groups.clone()].iter().sum::<f64>()),
                );
                evidence.by_group.extend(row);
                evidence.steps.push(step);
            }
        }
        evidence.variances = vec![0.0; evidence.counts.len()];
        for category in 0..evidence.width {
            evidence.measure(category);
        }
        evidence
    }

    pub fn len(&self) -> usize {
        self.counts.len() / self.width
    }

    pub fn has_groups(&self, category: usize) -> bool {
        self.groups[category].len() > 1
    }

    /// The counts of a step by group.
    pub fn groups_of(&self, step: usize) -> &[f64] {
        let all = self.groups.last().map_or(0, |groups| groups.end);
        &self.by_group[step * all..(step + 1) * all]
    }

    /// Sets the variances of a category.
    fn measure(&mut self, category: usize) {
        let groups = self.groups[category].clone();
        let index = |step: usize| step * self.width + category;
        if groups.len() < 2 {
            for step in 0..self.len() {
                self.variances[index(step)] =
                    UNKNOWN_DISPERSION * self.counts[index(step)].max(1.0);
            }
            return;
        }
        let number = groups.len() as f64;
        let dispersions: Vec<f64> = (0..self.len())
            .map(|step| {
                let (of_groups, mean) = (
                    &self.groups_of(step)[groups.clone()],
                    self.counts[index(step)] / number,
                );
                let squares: f64 = of_groups
                    .iter()
                    .map(|count| (count - mean) * (count - mean))
                    .sum();
                squares / (number - 1.0) / mean.max(1.0 / number)
            })
            .collect();
        // φ shrunk: (n φ + n₀ φ̄) / (n + n₀), with `weight` n, PRIOR_GROUPS n₀ and `prior` φ̄.
        let alike = self.dispersion_by_size(category, &dispersions);
        for (step, &dispersion) in dispersions.iter().enumerate() {
            let count = self.counts[index(step)].max(1.0);
            let prior = alike[size(count)];
            let weight = if count >= MIN_FOR_SEPARATE {
                number - 1.0
            } else {
                0.0
            };
            let dispersion = (weight * dispersion + PRIOR_GROUPS * prior) / (weight + PRIOR_GROUPS);
            self.variances[index(step)] = dispersion.max(1.0) * count;
        }
    }

    /// The mean dispersion of counts between two powers of two; of the next smaller ones where
    /// there are few.
    fn dispersion_by_size(&self, category: usize, dispersions: &[f64]) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); 64];
        for (step, dispersion) in dispersions.iter().enumerate() {
            let count = self.counts[step * self.width + category];
            if count >= MIN_FOR_SEPARATE {
                let sum = &mut sums[size(count)];
                *sum = (sum.0 + dispersion, sum.1 + 1.0);
            }
        }
        let first = sums
            .iter()
            .find(|sum| sum.1 >= 5.0)
            .map_or(UNKNOWN_DISPERSION, |sum| sum.0 / sum.1);
        let mut last = first.max(1.0);
        sums.iter()
            .map(|&(sum, number)| {
                if number >= 5.0 {
                    last = (sum / number).max(1.0);
                }
                last
            })
            .collect()
    }
}

fn size(count: f64) -> usize {
    (count.max(1.0).log2() as usize).min(63)
}
