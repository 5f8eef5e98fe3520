//! [`SurveySpec`]: what a survey counts.

use std::ops::Range;

use super::params::MAX_TALLIES;
use super::{Axis, SurveyParams, Tally};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::fit::SurrogateSet;
use crate::search::Objective;
use crate::search::simulate::{chunk_rows, none_keeps_bounds, width_of};
use crate::simplex::Sampler;

/// Samples drawn first, to lay out the cells and to find the objective at which a mixture counts as
/// good.
const PILOT: u64 = 8192;
/// Share of the pilot's samples that count as good.
const GOOD_SHARE: f64 = 0.01;
/// How far the objective's axis reaches below the pilot's samples, relative to their range: the
/// best of all samples are better than the pilot's.
const BEYOND: f64 = 0.1;
/// The range of samples is cut into this many stripes, each with separate cells.
const STRIPES: u64 = 16;
/// Maximum proportions of the pilot's samples.
const PILOT_NUMBERS: u64 = 1 << 22;

/// What a survey counts: the axes, and which mixtures are good. It is passed to a device.
#[derive(Clone, Debug)]
pub struct SurveySpec<'a> {
    /// The surrogates.
    pub set: &'a SurrogateSet,
    /// The objective, lower is better.
    pub objective: &'a Objective,
    /// The sampler that draws the samples.
    pub sampler: &'a Sampler,
    /// How many samples.
    pub samples: u64,
    /// Cells along each domain, then along the objective. All have the same number of cells.
    pub axes: Vec<Axis>,
    /// Two domains together, with cells along each.
    pub pair: Option<([usize; 2], [Axis; 2])>,
    /// At or below this objective a mixture is good.
    pub good: f64,
    /// A mixture with this objective or a higher one is left out, because it breaks a bound on a
    /// metric.
    pub broken: f64,
}

impl<'a> SurveySpec<'a> {
    /// Draws the first samples to lay out the cells.
    pub(super) fn new(
        set: &'a SurrogateSet,
        objective: &'a Objective,
        sampler: &'a Sampler,
        params: SurveyParams,
    ) -> Result<Self, CoreError> {
        let width = width_of(set, sampler)?;
        params.check(width)?;
        let count = PILOT
            .min(params.samples)
            .min((PILOT_NUMBERS / width as u64).max(1));
        let mut rows = vec![0.0; count as usize * width];
        sampler.fill(0, &mut rows);
        let mut objectives = vec![0.0; count as usize];
        objective.of_rows(set, &rows, &mut objectives, &mut Vec::new());
        let domain = |domain: usize| rows.iter().skip(domain).step_by(width).copied();
        let mut axes: Vec<Axis> = (0..width)
            .map(|index| Axis::around_parts(domain(index), params.cells))
            .collect();
        let pair = params.pair.map(|pair| {
            let axis = |index| Axis::around_parts(domain(index), params.pair_cells);
            (pair, pair.map(axis))
        });
        let broken = objective.broken_from();
        let mut allowed: Vec<f64> = objectives
            .into_iter()
            .filter(|value| *value < broken)
            .collect();
        allowed.sort_by(f64::total_cmp);
        let rank = (GOOD_SHARE * allowed.len() as f64) as usize;
        let good = *allowed
            .get(rank)
            .ok_or_else(|| none_keeps_bounds(objective, count))?;
        let mut along = Axis::around(allowed.into_iter(), params.cells);
        if !(along.low.is_finite() && along.high.is_finite()) {
            return Err(CoreError::NumericalFailure { what: "the survey" });
        }
        along.low -= BEYOND * (along.high - along.low);
        axes.push(along);
        Ok(Self {
            set,
            objective,
            sampler,
            samples: params.samples,
            axes,
            pair,
            good,
            broken,
        })
    }

    /// Number of cells in all: those of the axes, then those of the pair, with cells along the
    /// first domain consecutive.
    pub fn cells(&self) -> usize {
        let pair = self
            .pair
            .map_or(0, |(_, axes)| axes.iter().map(|axis| axis.cells).product());
        self.axes.iter().map(|axis| axis.cells).sum::<usize>() + pair
    }

    /// Counts the samples of `span` on the CPU.
    pub(super) fn count(
        &self,
        span: Range<u64>,
        control: &Control,
        executor: &dyn Executor,
    ) -> Result<Vec<Tally>, CoreError> {
        let width = self.set.domains().len();
        let rows_at_once = chunk_rows(width);
        let samples = span.end.saturating_sub(span.start);
        let chunks = samples.div_ceil(rows_at_once);
        let stripes = chunks
            .min(STRIPES)
            .min((MAX_TALLIES / self.cells().max(1) as u64).max(1));
        let stage = control.stage("surveying mixtures", samples);
        let counted = try_map_tasks(executor, stripes as usize, |stripe| {
            let stripe = stripe as u64;
            let mut tallies = vec![Tally::default(); self.cells()];
            let mut rows = vec![0.0; rows_at_once as usize * width];
            let mut objectives = vec![0.0; rows_at_once as usize];
            let mut scratch = Vec::new();
            for chunk in chunks * stripe / stripes..chunks * (stripe + 1) / stripes {
                let done = chunk * rows_at_once;
                let (first, count) = (span.start + done, rows_at_once.min(samples - done) as usize);
                let rows = rows.get_mut(..count * width).unwrap_or_default();
                let objectives = objectives.get_mut(..count).unwrap_or_default();
                self.sampler.fill(first, rows);
                self.objective
                    .of_rows(self.set, rows, objectives, &mut scratch);
                for (row, &objective) in rows.chunks_exact(width).zip(objectives.iter()) {
                    self.add(row, objective, &mut tallies);
                }
                stage.advance(count as u64)?;
            }
            Ok(tallies)
        })?;
        merged(self.cells(), counted)
    }

    fn add(&self, row: &[f64], objective: f64, tallies: &mut [Tally]) {
        if objective.is_nan() || objective >= self.broken {
            return;
        }
        let is_good = objective <= self.good;
        let mut add = |cell: usize| {
            if let Some(tally) = tallies.get_mut(cell) {
                tally.add(objective, is_good);
            }
        };
        let mut first = 0;
        for (axis, value) in self.axes.iter().zip(row.iter().copied().chain([objective])) {
            add(first + axis.cell(value));
            first += axis.cells;
        }
        if let Some((pair, [along, across])) = self.pair {
            let part = |domain: usize| row.get(domain).copied().unwrap_or(0.0);
            let [a, b] = pair.map(part);
            add(first + across.cell(b) * along.cells + along.cell(a));
        }
    }
}

/// The tallies of several counts of the same cells as one.
///
/// # Errors
/// [`CoreError::WrongLength`] for a count of other cells.
pub(super) fn merged(
    cells: usize,
    counted: impl IntoIterator<Item = Vec<Tally>>,
) -> Result<Vec<Tally>, CoreError> {
    let mut all = vec![Tally::default(); cells];
    for tallies in counted {
        if tallies.len() != cells {
            return Err(CoreError::WrongLength {
                what: "cells",
                expected: cells,
                found: tallies.len(),
            });
        }
        for (tally, other) in all.iter_mut().zip(tallies) {
            tally.merge(other);
        }
    }
    Ok(all)
}
