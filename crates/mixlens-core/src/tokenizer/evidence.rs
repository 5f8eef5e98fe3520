//! [`Evidence`]: the counts of the merged pairs, with how far each may be off.
#![expect(
    clippy::indexing_slicing,
    reason = "steps and categories come from the tables themselves"
)]

use super::PairCounts;

/// Merges of which fewer were seen in all samples together say nothing but noise.
const MIN_COUNT: f64 = 8.0;
/// Dispersion of a sample whose documents are not known, before it is measured by the misfit.
const UNKNOWN_DISPERSION: f64 = 10.0;
/// What the dispersion of alike counts is worth beside that of the count itself, in groups.
const PRIOR_GROUPS: f64 = 10.0;
/// Counts from which their own dispersion is asked.
const MIN_FOR_SEPARATE: f64 = 16.0;

/// Counts and their variances, step after step, for every category.
///
/// ```text
/// Var c = φ(c) · c        φ dispersion: 1 for words strewn at random, above where documents repeat themselves
/// ```
/// φ is measured between groups of documents, and drawn to the mean φ of counts of about the same
/// size.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub width: usize,
    /// The step of each row; rare pairs have none.
    pub steps: Vec<usize>,
    /// Counts, a row for each step.
    pub counts: Vec<f64>,
    /// Their variances.
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
        let all = groups.last().map_or(0, |own| own.end);
        let mut own = Self {
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
                own.counts.extend(
                    own.groups
                        .iter()
                        .map(|groups| row[groups.clone()].iter().sum::<f64>()),
                );
                own.by_group.extend(row);
                own.steps.push(step);
            }
        }
        own.variances = vec![0.0; own.counts.len()];
        for category in 0..own.width {
            own.measure(category);
        }
        own
    }

    pub fn len(&self) -> usize {
        self.counts.len() / self.width
    }

    pub fn has_groups(&self, category: usize) -> bool {
        self.groups[category].len() > 1
    }

    /// The counts of a step by group.
    pub fn groups_of(&self, step: usize) -> &[f64] {
        let all = self.groups.last().map_or(0, |own| own.end);
        &self.by_group[step * all..(step + 1) * all]
    }

    /// Sets the variances of a category.
    fn measure(&mut self, category: usize) {
        let groups = self.groups[category].clone();
        let place = |step: usize| step * self.width + category;
        if groups.len() < 2 {
            for step in 0..self.len() {
                self.variances[place(step)] =
                    UNKNOWN_DISPERSION * self.counts[place(step)].max(1.0);
            }
            return;
        }
        let number = groups.len() as f64;
        let dispersions: Vec<f64> = (0..self.len())
            .map(|step| {
                let (own, mean) = (
                    &self.groups_of(step)[groups.clone()],
                    self.counts[place(step)] / number,
                );
                let squares: f64 = own
                    .iter()
                    .map(|count| (count - mean) * (count - mean))
                    .sum();
                squares / (number - 1.0) / mean.max(1.0 / number)
            })
            .collect();
        let alike = self.dispersion_by_size(category, &dispersions);
        for (step, &dispersion) in dispersions.iter().enumerate() {
            let count = self.counts[place(step)].max(1.0);
            let prior = alike[size(count)];
            let weight = if count >= MIN_FOR_SEPARATE {
                number - 1.0
            } else {
                0.0
            };
            let dispersion = (weight * dispersion + PRIOR_GROUPS * prior) / (weight + PRIOR_GROUPS);
            self.variances[place(step)] = dispersion.max(1.0) * count;
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
            .find(|own| own.1 >= 5.0)
            .map_or(UNKNOWN_DISPERSION, |own| own.0 / own.1);
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
