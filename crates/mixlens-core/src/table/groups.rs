//! [`RunGroup`]: runs of a table that were trained under the same conditions.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{Hash, Hasher};

use super::{Condition, Conditions, RunTable};

/// Runs of a table under the same conditions: only they are compared with each other.
#[derive(Clone, Debug, PartialEq)]
pub struct RunGroup {
    /// What they have in common.
    pub conditions: Conditions,
    /// The rows of the runs, rising.
    pub rows: Vec<usize>,
    /// How many different mixtures they were trained on.
    pub mixtures: usize,
    /// How many metrics at least half of the runs have.
    pub measured: usize,
}

impl RunTable {
    /// The conditions that any run has, in their order.
    pub fn known_conditions(&self) -> Vec<Condition> {
        let known: BTreeSet<&Condition> = self
            .conditions
            .iter()
            .flat_map(|conditions| conditions.iter().map(|(condition, _)| condition))
            .collect();
        known.into_iter().cloned().collect()
    }

    /// The conditions that all runs have, with the same values.
    pub fn common_conditions(&self) -> Conditions {
        let varying = self.varying_conditions();
        let mut common = self.known_conditions();
        common.retain(|condition| !varying.contains(condition));
        let first = self.conditions.first();
        first.map_or_else(Conditions::default, |first| first.restricted(&common))
    }

    /// The conditions that differ between runs, in their order.
    pub fn varying_conditions(&self) -> Vec<Condition> {
        let first = self.conditions.first();
        let varies = |condition: &Condition| {
            let value = |conditions: &Conditions| conditions.get(condition).map(f64::to_bits);
            self.conditions
                .iter()
                .any(|conditions| Some(value(conditions)) != first.map(value))
        };
        self.known_conditions().into_iter().filter(varies).collect()
    }

    /// The conditions that differ from run to run without making groups: more than half as many
    /// values as runs, and ids that are unique without them. Such are tokens counted to the last
    /// one, and steps at which runs happened to end.
    pub fn scattered_conditions(&self) -> Vec<Condition> {
        let mut kept = self.known_conditions();
        let mut scattered = Vec::new();
        for condition in self.varying_conditions() {
            let without: Vec<Condition> = kept
                .iter()
                .filter(|&one| *one != condition)
                .cloned()
                .collect();
            if 2 * self.values_of(&condition) > self.len() && self.is_unique_by(&without) {
                kept = without;
                scattered.push(condition);
            }
        }
        scattered
    }

    /// The groups of runs that have equal conditions, apart from [`Self::scattered_conditions`], by
    /// rising conditions. A table without conditions is one group.
    ///
    /// ```
    /// use mixlens_core::simplex::DomainSet;
    /// use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTableBuilder};
    /// let metric = Metric { name: "loss".into(), direction: Direction::Lower };
    /// let (domains, metrics) = (DomainSet::new(["web", "code"])?, MetricSet::new(vec![metric])?);
    /// let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    /// let (early, late) = ("step=100", "step=200");
    /// for (id, step) in [("a", early), ("b", early), ("a", late), ("b", late)] {
    ///     builder.push_at(id, &step.parse()?, &[0.5, 0.5], &[Some(3.0)])?;
    /// }
    /// let groups = builder.finish().groups();
    /// assert_eq!((groups.len(), groups[1].rows.as_slice()), (2, [2, 3].as_slice()));
    /// # Ok::<(), mixlens_core::CoreError>(())
    /// ```
    pub fn groups(&self) -> Vec<RunGroup> {
        let scattered = self.scattered_conditions();
        let mut grouping = self.known_conditions();
        grouping.retain(|condition| !scattered.contains(condition));
        let mut rows: BTreeMap<Conditions, Vec<usize>> = BTreeMap::new();
        for (row, conditions) in self.restricted_to(&grouping).into_iter().enumerate() {
            rows.entry(conditions.clone()).or_default().push(row);
        }
        let group = |(conditions, rows): (Conditions, Vec<usize>)| RunGroup {
            conditions,
            mixtures: self.mixtures_in(&rows),
            measured: self.measured_in(&rows),
            rows,
        };
        rows.into_iter().map(group).collect()
    }

    /// The index of the largest complete group: of those with the most metrics that at least half
    /// of their runs have, the one with the most mixtures, and of equal ones the one with the
    /// larger conditions.
    pub fn largest_complete(groups: &[RunGroup]) -> Option<usize> {
        let all = groups.iter().enumerate();
        all.max_by(|(_, a), (_, b)| a.cmp_use(b))
            .map(|(index, _)| index)
    }

    /// For every run its conditions without those that are not `kept`.
    fn restricted_to(&self, kept: &[Condition]) -> Vec<Conditions> {
        let of_index: Vec<Conditions> = self
            .conditions
            .iter()
            .map(|conditions| conditions.restricted(kept))
            .collect();
        self.condition_of
            .iter()
            .filter_map(|&index| of_index.get(index as usize).cloned())
            .collect()
    }

    /// How many values a condition has; runs without it count as one.
    fn values_of(&self, condition: &Condition) -> usize {
        let values = self.conditions.iter();
        let values: HashSet<Option<u64>> = values
            .map(|conditions| conditions.get(condition).map(f64::to_bits))
            .collect();
        values.len()
    }

    /// Whether no two runs share their id and these conditions.
    fn is_unique_by(&self, kept: &[Condition]) -> bool {
        let mut seen: HashSet<(&str, Conditions)> = HashSet::with_capacity(self.len());
        self.ids
            .iter()
            .zip(self.restricted_to(kept))
            .all(|(id, conditions)| seen.insert((id, conditions)))
    }

    fn mixtures_in(&self, rows: &[usize]) -> usize {
        let runs = rows.iter().filter_map(|&row| self.run(row));
        let different: HashSet<Bits<'_>> = runs.map(|run| Bits(run.parts)).collect();
        different.len()
    }

    fn measured_in(&self, rows: &[usize]) -> usize {
        let mut counts = vec![0; self.metrics.len()];
        for run in rows.iter().filter_map(|&row| self.run(row)) {
            for (count, value) in counts.iter_mut().zip(run.values) {
                *count += usize::from(value.is_some());
            }
        }
        let is_measured = |count: &&usize| **count > 0 && 2 * **count >= rows.len();
        counts.iter().filter(is_measured).count()
    }
}

/// Proportions that are equal when they are so bit for bit; 0 and −0 are the same.
struct Bits<'a>(&'a [f64]);

impl Bits<'_> {
    fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|part| (part + 0.0).to_bits())
    }
}

impl PartialEq for Bits<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Bits<'_> {}

impl Hash for Bits<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|bits| bits.hash(state));
    }
}

impl RunGroup {
    /// Compares of how much use two groups of one table are: by metrics measured, then mixtures,
    /// then conditions. The greatest is the largest complete one.
    pub fn cmp_use(&self, other: &Self) -> Ordering {
        let key = |group: &Self| (group.measured, group.mixtures);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.conditions.cmp(&other.conditions))
    }
}
