//! [`Survey`]: where simulated mixtures lie and how good they are, in cells along every domain and
//! over a pair of domains.

use serde::{Deserialize, Serialize};

use super::simulate::{chunk_rows, none_keeps_bounds, width_of};
use super::{Accelerator, Backend, DeviceFailure, Objective};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::fit::SurrogateSet;
use crate::simplex::Sampler;

/// Samples drawn first, to lay out the cells and to find the objective at which a mixture counts as
/// good.
const PILOT: u64 = 8192;
/// Share of the pilot's samples that count as good.
const GOOD_SHARE: f64 = 0.01;
/// How far the objective's axis reaches below the pilot's samples, relative to their range: the
/// best of all samples are better than the pilot's.
const BEYOND: f64 = 0.1;
/// Maximum cells of an axis, and over a pair of domains.
pub const MAX_CELLS: usize = 1024;
/// The range of samples is cut into this many stripes, each with separate cells.
const STRIPES: u64 = 16;
/// Maximum cells of all stripes together; a cell takes 32 bytes.
const MAX_TALLIES: u64 = 1 << 22;
/// Maximum proportions of the pilot's samples.
const PILOT_NUMBERS: u64 = 1 << 22;

/// How much to survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurveyParams {
    /// How many mixtures to draw.
    pub samples: u64,
    /// Cells along a domain, and along the objective.
    pub cells: usize,
    /// Two domains to survey together.
    pub pair: Option<[usize; 2]>,
    /// Cells along each of the two.
    pub pair_cells: usize,
}

impl Default for SurveyParams {
    fn default() -> Self {
        Self {
            samples: 1_000_000,
            cells: 48,
            pair: None,
            pair_cells: 32,
        }
    }
}

impl SurveyParams {
    /// # Errors
    /// [`CoreError::BadParameter`].
    fn check(self, width: usize) -> Result<(), CoreError> {
        let bad = |name, expected, found: String| {
            Err(CoreError::BadParameter {
                name,
                expected,
                found,
            })
        };
        if self.samples == 0 {
            return bad("samples", "at least 1", "0".to_owned());
        }
        if !(1..=MAX_CELLS).contains(&self.cells) {
            return bad("cells", "1 to 1024", self.cells.to_string());
        }
        if (self.cells * (width + 1)) as u64 > MAX_TALLIES {
            return bad(
                "cells",
                "at most 4 million cells along all domains",
                format!("{} for each", self.cells),
            );
        }
        if !(1..=MAX_CELLS.isqrt()).contains(&self.pair_cells) {
            return bad("pair_cells", "1 to 32", self.pair_cells.to_string());
        }
        match self.pair {
            Some([a, b]) if a == b || a.max(b) >= width => bad(
                "pair",
                "two different domains",
                format!("{a} and {b} of {width}"),
            ),
            _ => Ok(()),
        }
    }
}

/// Cells of equal width along a number; a value beyond an end counts in the cell at that end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Where the first cell begins.
    pub low: f64,
    /// Where the last cell ends.
    pub high: f64,
    /// Number of cells.
    pub cells: usize,
}

impl Axis {
    /// Cells per unit; zero for an axis without width.
    pub fn scale(self) -> f64 {
        let width = self.high - self.low;
        if width > 0.0 {
            self.cells as f64 / width
        } else {
            0.0
        }
    }

    /// The cell of a number.
    pub fn cell(self, value: f64) -> usize {
        // Numbers below the first cell become 0.
        (((value - self.low) * self.scale()) as usize).min(self.cells.saturating_sub(1))
    }

    /// The range of numbers of a cell.
    pub fn range(self, cell: usize) -> (f64, f64) {
        let end = |number: usize| {
            self.low + (self.high - self.low) * number as f64 / self.cells.max(1) as f64
        };
        (end(cell), end(cell + 1))
    }

    fn around(values: impl Iterator<Item = f64>, cells: usize) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        Self { low, high, cells }
    }

    /// An axis around proportions; it starts at zero where the first cell would begin close to
    /// zero.
    fn around_parts(parts: impl Iterator<Item = f64>, cells: usize) -> Self {
        let axis = Self::around(parts, cells);
        if axis.low * (cells as f64) < axis.high {
            Self { low: 0.0, ..axis }
        } else {
            axis
        }
    }
}

/// Counts and the lowest objective of the mixtures in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Number of mixtures.
    pub count: u64,
    /// How many of them are good.
    pub good: u64,
    /// The lowest objective; `None` where there is no mixture.
    pub lowest: Option<f64>,
}

impl Tally {
    fn add(&mut self, objective: f64, is_good: bool) {
        self.count += 1;
        self.good += u64::from(is_good);
        self.lowest = Some(
            self.lowest
                .map_or(objective, |lowest| lowest.min(objective)),
        );
    }

    /// Adds the tally of other mixtures in the same cell.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.good += other.good;
        self.lowest = match (self.lowest, other.lowest) {
            (Some(lowest), Some(other)) => Some(lowest.min(other)),
            (lowest, other) => lowest.or(other),
        };
    }
}

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
    fn new(
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

    /// Counts every sample on the CPU.
    fn count(&self, control: &Control, executor: &dyn Executor) -> Result<Vec<Tally>, CoreError> {
        let width = self.set.domains().len();
        let rows_at_once = chunk_rows(width);
        let chunks = self.samples.div_ceil(rows_at_once);
        let stripes = chunks
            .min(STRIPES)
            .min((MAX_TALLIES / self.cells().max(1) as u64).max(1));
        let stage = control.stage("surveying mixtures", self.samples);
        let counted = try_map_tasks(executor, stripes as usize, |stripe| {
            let stripe = stripe as u64;
            let mut tallies = vec![Tally::default(); self.cells()];
            let mut rows = vec![0.0; rows_at_once as usize * width];
            let mut objectives = vec![0.0; rows_at_once as usize];
            let mut scratch = Vec::new();
            for chunk in chunks * stripe / stripes..chunks * (stripe + 1) / stripes {
                let first = chunk * rows_at_once;
                let count = rows_at_once.min(self.samples - first) as usize;
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
        let mut all = vec![Tally::default(); self.cells()];
        for tallies in counted {
            all.iter_mut()
                .zip(tallies)
                .for_each(|(tally, other)| tally.merge(other));
        }
        Ok(all)
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

/// Mixtures counted along a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tallied {
    /// Where the cells are.
    pub axis: Axis,
    /// One tally per cell.
    pub tallies: Vec<Tally>,
}

/// Share of the good mixtures that lie below their range, and above it.
const TAIL: f64 = 0.05;

impl Tallied {
    /// The range of the middle 90 % of the good mixtures; `None` without good ones.
    pub fn good_range(&self) -> Option<(f64, f64)> {
        let end = |share| self.quantile(|tally| tally.good, share);
        end(TAIL).zip(end(1.0 - TAIL))
    }

    /// The median of the mixtures; `None` without mixtures.
    pub fn median(&self) -> Option<f64> {
        self.quantile(|tally| tally.count, 0.5)
    }

    /// The quantile at `share` of what `count` counts, with counts spread evenly within each cell.
    fn quantile(&self, count: impl Fn(&Tally) -> u64, share: f64) -> Option<f64> {
        let total: u64 = self.tallies.iter().map(&count).sum();
        let wanted = share * total as f64;
        // The first cell whose cumulative count reaches share × total, and the fraction into it.
        let mut below = 0.0;
        for (cell, within) in self.tallies.iter().map(count).enumerate() {
            let within = within as f64;
            if within > 0.0 && below + within >= wanted {
                let (low, high) = self.axis.range(cell);
                return Some(low + (high - low) * ((wanted - below) / within).clamp(0.0, 1.0));
            }
            below += within;
        }
        None
    }
}

/// Where simulated mixtures lie and how good they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// How many mixtures were drawn.
    pub samples: u64,
    /// How many of them break no bound on a metric; the others are in no cell.
    pub allowed: u64,
    /// At or below this objective a mixture counts as good: about one in a hundred is.
    pub good: f64,
    /// Cells along each domain's proportion.
    pub domains: Vec<Tallied>,
    /// Cells along the objective.
    pub objective: Tallied,
    /// Cells over the proportions of two domains.
    pub pair: Option<PairSurvey>,
}

/// Cells over the proportions of two domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairSurvey {
    /// The domains.
    pub domains: [usize; 2],
    /// Cells along each.
    pub axes: [Axis; 2],
    /// The cells; those along the first domain are consecutive.
    pub tallies: Vec<Tally>,
}

impl Survey {
    /// Whether this is a survey over `domains` domains, with one tally per cell.
    pub fn is_over(&self, domains: usize) -> bool {
        let is_whole = |tallied: &Tallied| tallied.axis.cells == tallied.tallies.len();
        let is_pair_whole = |pair: &PairSurvey| {
            pair.domains.iter().all(|domain| *domain < domains)
                && pair.axes.iter().map(|axis| axis.cells).product::<usize>() == pair.tallies.len()
        };
        self.domains.len() == domains
            && self.domains.iter().chain([&self.objective]).all(is_whole)
            && self.pair.iter().all(is_pair_whole)
    }

    /// The tallies in the order of [`SurveySpec::cells`].
    fn new(spec: &SurveySpec<'_>, tallies: Vec<Tally>) -> Result<Self, CoreError> {
        let mut tallies = tallies.into_iter();
        let mut along = |axis: Axis| Tallied {
            axis,
            tallies: tallies.by_ref().take(axis.cells).collect(),
        };
        let mut domains: Vec<_> = spec.axes.iter().map(|axis| along(*axis)).collect();
        let objective = domains
            .pop()
            .ok_or(CoreError::NumericalFailure { what: "the survey" })?;
        let pair = spec.pair.map(|(domains, axes)| PairSurvey {
            domains,
            axes,
            tallies: tallies.collect(),
        });
        let allowed = objective.tallies.iter().map(|tally| tally.count).sum();
        Ok(Self {
            samples: spec.samples,
            allowed,
            good: spec.good,
            domains,
            objective,
            pair,
        })
    }
}

/// Draws `params.samples` mixtures and counts them in cells, on a device where there is one.
///
/// The first 8,192 lay out the cells and set the threshold for good mixtures: the best hundredth of
/// them. Counts on a device differ from those of the CPU by the few mixtures that lie on the border
/// of a cell in single precision, and lowest objectives by rounding. If the device fails, the CPU
/// does the work.
///
/// # Errors
/// [`CoreError::BadParameter`], [`CoreError::WrongLength`] when the sampler's domains are not those
/// of the set, [`CoreError::Infeasible`] when every mixture breaks a bound on a metric,
/// [`CoreError::NumericalFailure`] or [`CoreError::Cancelled`].
pub async fn survey_on(
    device: Option<&dyn Accelerator>,
    set: &SurrogateSet,
    objective: &Objective,
    sampler: &Sampler,
    params: SurveyParams,
    control: &Control,
    executor: &dyn Executor,
) -> Result<(Survey, Backend), CoreError> {
    let surveying = SurveySpec::new(set, objective, sampler, params)?;
    let on_device = match device {
        Some(device) => Some(device.survey(&surveying, control).await),
        None => None,
    };
    let (tallies, ran) = match on_device {
        Some(Ok(tallies)) => (tallies, Backend::Device),
        Some(Err(DeviceFailure::Cancelled)) => return Err(CoreError::Cancelled),
        Some(Err(failure)) => (
            surveying.count(control, executor)?,
            Backend::Fallback(failure),
        ),
        None => (surveying.count(control, executor)?, Backend::Cpu),
    };
    Ok((Survey::new(&surveying, tallies)?, ran))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::compute::{RayonExecutor, Sequential};
    use crate::search::tests::fitted;
    use crate::search::{MetricBound, Side};
    use crate::simplex::{Constraints, Mixture, Prior};

    fn surveyed(
        set: &SurrogateSet,
        objective: &Objective,
        params: SurveyParams,
        executor: &dyn Executor,
    ) -> Result<Survey, CoreError> {
        let free = Constraints::free(set.domains());
        let sampler = Sampler::new(&Prior::Uniform, &Mixture::uniform(set.domains()), free, 3)?;
        let control = Control::default();
        let later = survey_on(None, set, objective, &sampler, params, &control, executor);
        let Poll::Ready(found) = pin!(later).poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("the CPU does not wait")
        };
        found.map(|(survey, _)| survey)
    }

    const PARAMS: SurveyParams = SurveyParams {
        samples: 20_000,
        cells: 20,
        pair: Some([2, 0]),
        pair_cells: 8,
    };

    /// A mixture and its objective.
    type Sampled = (Vec<f64>, f64);

    #[test]
    fn every_cell_counts_the_mixtures_within_it() {
        let set = fitted(4, 2, 40, "exponential");
        let objective = Objective::mean_of_all(&set);
        let survey = surveyed(&set, &objective, PARAMS, &Sequential).unwrap();
        let free = Constraints::free(set.domains());
        let sampler =
            Sampler::new(&Prior::Uniform, &Mixture::uniform(set.domains()), free, 3).unwrap();
        let sampled: Vec<Sampled> = (0..PARAMS.samples)
            .map(|index| {
                let parts = sampler.sample(index).parts().to_vec();
                let value = objective.of_values(&set, &set.predict(&parts).unwrap().values);
                (parts, value)
            })
            .collect();
        // From the borders of a cell, the outermost of which are open, instead of from its number.
        let is_in = |axis: Axis, cell: usize, value: f64| {
            let (low, high) = axis.range(cell);
            (cell == 0 || value >= low) && (cell + 1 == axis.cells || value < high)
        };
        let expected = |is_in: &dyn Fn(&Sampled) -> bool| {
            let within: Vec<f64> = sampled
                .iter()
                .filter(|sample| is_in(sample))
                .map(|sample| sample.1)
                .collect();
            let good = within.iter().filter(|value| **value <= survey.good).count() as u64;
            let lowest = within.iter().copied().reduce(f64::min);
            (within.len() as u64, good, lowest)
        };
        let mut filled = 0;
        let mut check = |tally: &Tally, (count, good, lowest): (u64, u64, Option<f64>)| {
            // A mixture on a border may count on either side of it.
            assert!(
                tally.count.abs_diff(count) <= 1 && tally.good.abs_diff(good) <= 1,
                "{tally:?}, {count}, {good}"
            );
            if tally.count == count {
                let apart = tally.lowest.unwrap_or(0.0) - lowest.unwrap_or(0.0);
                assert!(apart.abs() < 1e-12, "{tally:?}, {lowest:?}");
            }
            filled += usize::from(count > 0);
        };
        for (domain, Tallied { axis, tallies }) in survey.domains.iter().enumerate() {
            for (cell, tally) in tallies.iter().enumerate() {
                check(
                    tally,
                    expected(&|(parts, _)| is_in(*axis, cell, parts[domain])),
                );
            }
        }
        let Tallied { axis, tallies } = &survey.objective;
        for (cell, tally) in tallies.iter().enumerate() {
            check(tally, expected(&|(_, value)| is_in(*axis, cell, *value)));
        }
        let PairSurvey {
            domains: [a, b],
            axes: [along, across],
            tallies,
        } = survey.pair.as_ref().unwrap();
        for (cell, tally) in tallies.iter().enumerate() {
            let is_in_both = |(parts, _): &Sampled| {
                is_in(*along, cell % along.cells, parts[*a])
                    && is_in(*across, cell / along.cells, parts[*b])
            };
            check(tally, expected(&is_in_both));
        }
        assert!(filled > 100, "{filled} cells hold anything");
        let good: u64 = survey
            .objective
            .tallies
            .iter()
            .map(|tally| tally.good)
            .sum();
        assert!(
            (100..400).contains(&good),
            "{good} of {} are good",
            PARAMS.samples
        );
    }

    #[test]
    fn ranges_end_within_cells() {
        let axis = Axis {
            low: 0.0,
            high: 1.0,
            cells: 4,
        };
        let tally = |count, good| Tally {
            count,
            good,
            lowest: (count > 0).then_some(1.0),
        };
        let along = Tallied {
            axis,
            tallies: vec![tally(100, 0), tally(200, 100), tally(0, 0), tally(100, 100)],
        };
        // A tenth of a quarter into the second cell, nine tenths of one into the last.
        let (low, high) = along.good_range().unwrap();
        assert!(
            (low - 0.275).abs() < 1e-12 && (high - 0.975).abs() < 1e-12,
            "{low} {high}"
        );
        assert_eq!(along.median(), Some(0.375));
        let empty = Tallied {
            axis,
            tallies: vec![tally(0, 0); 4],
        };
        assert_eq!((empty.good_range(), empty.median()), (None, None));
    }

    #[test]
    fn threads_change_nothing() {
        let set = fitted(5, 2, 40, "effective-data");
        let objective = Objective::mean_of_all(&set);
        let pool = RayonExecutor::new(Some(8)).unwrap();
        let [one, eight] =
            [&Sequential as &dyn Executor, &pool].map(|on| surveyed(&set, &objective, PARAMS, on));
        assert_eq!(one.unwrap(), eight.unwrap());
    }

    #[test]
    fn mixtures_that_break_a_bound_are_left_out_and_all_of_them_are_an_error() {
        let set = fitted(4, 2, 40, "exponential");
        let all = surveyed(&set, &Objective::mean_of_all(&set), PARAMS, &Sequential).unwrap();
        let within = |value: f64| {
            let bound = MetricBound {
                text: format!("m0 <= {value}"),
                metric: 0,
                side: Side::AtMost,
                value,
            };
            surveyed(
                &set,
                &Objective::mean_of_all(&set).within(vec![bound]),
                PARAMS,
                &Sequential,
            )
        };
        let axis = all.objective.axis;
        let some = within(0.5 * (axis.low + axis.high)).unwrap();
        assert!(some.allowed > 0 && some.allowed < all.allowed && all.allowed == PARAMS.samples);
        assert!(some.domains.iter().all(|Tallied { tallies, .. }| {
            tallies.iter().map(|tally| tally.count).sum::<u64>() == some.allowed
                && tallies
                    .iter()
                    .all(|tally| tally.lowest.is_none_or(|lowest| lowest < 1e6))
        }));
        assert!(matches!(within(-1.0), Err(CoreError::Infeasible { .. })));
    }

    #[test]
    fn bad_parameters_are_named() {
        let set = fitted(4, 1, 40, "exponential");
        let bad = [
            (
                "samples",
                SurveyParams {
                    samples: 0,
                    ..PARAMS
                },
            ),
            ("cells", SurveyParams { cells: 0, ..PARAMS }),
            (
                "pair_cells",
                SurveyParams {
                    pair_cells: 33,
                    ..PARAMS
                },
            ),
            (
                "pair",
                SurveyParams {
                    pair: Some([1, 1]),
                    ..PARAMS
                },
            ),
            (
                "pair",
                SurveyParams {
                    pair: Some([0, 4]),
                    ..PARAMS
                },
            ),
        ];
        for (name, params) in bad {
            let problem =
                surveyed(&set, &Objective::mean_of_all(&set), params, &Sequential).unwrap_err();
            assert!(
                matches!(
                    &problem,
                    CoreError::BadParameter { name: parameter, .. } if *parameter == name
                ),
                "{problem}"
            );
        }
    }
}
