//! [`Top`]: the best k of any number of samples, in memory proportional to k.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A sample's objective (lower is better) and its index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked {
    pub objective: f64,
    pub index: u64,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.objective
            .total_cmp(&other.objective)
            .then(self.index.cmp(&other.index))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

/// Keeps the `capacity` lowest samples. Ties go to the lower index, so the result does not depend
/// on the order of arrival.
pub(super) struct Top {
    capacity: usize,
    /// The worst kept sample is on top.
    heap: BinaryHeap<Ranked>,
}

impl Top {
    pub fn new(capacity: usize) -> Self {
        // Not reserved: the capacity may exceed the memory, or the number of samples.
        Self {
            capacity,
            heap: BinaryHeap::new(),
        }
    }

    /// The objective that a sample must be below to be kept, once the heap is full.
    pub fn threshold(&self) -> f64 {
        if self.heap.len() < self.capacity {
            f64::INFINITY
        } else {
            self.heap
                .peek()
                .map_or(f64::INFINITY, |worst| worst.objective)
        }
    }

    /// Offers samples with consecutive indices.
    pub fn offer(&mut self, first: u64, objectives: &[f64]) {
        let mut threshold = self.threshold();
        for (index, &objective) in (first..).zip(objectives) {
            // Infinity stands for a sample above a threshold.
            if objective <= threshold && objective < f64::INFINITY {
                self.push(Ranked { objective, index });
                threshold = self.threshold();
            }
        }
    }

    /// Adds all samples that `other` kept.
    pub fn merge(&mut self, other: Self) {
        for ranked in other.heap {
            self.push(ranked);
        }
    }

    /// The kept samples, best first.
    pub fn into_sorted(self) -> Vec<Ranked> {
        self.heap.into_sorted_vec()
    }

    fn push(&mut self, ranked: Ranked) {
        self.heap.push(ranked);
        if self.heap.len() > self.capacity {
            self.heap.pop();
        }
    }
}
