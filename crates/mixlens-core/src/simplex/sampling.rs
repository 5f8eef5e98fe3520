//! [`Sampler`]: random mixtures, each determined by the seed and an index.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::gamma::{GammaShape, LANES, StreamPosition, log_gamma};
use super::{Constraints, DomainSet, Mixture, ProjectionScratch};
use crate::CoreError;
use crate::compute::{Kernel, pow, run_on_best};

/// How often a sample that breaks a constraint is redrawn before it is projected onto the
/// constraints.
pub const MAX_REDRAWS: u32 = 16;

/// Proportions below this share of the largest are zero (they would be denormal noise).
const NOTHING: f64 = 1e-300;

/// Distribution of simulated mixtures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Prior {
    /// Every mixture equally likely: Dirichlet(1, …, 1).
    Uniform,
    /// Dirichlet(concentration · centre), concentration above zero. The smaller it is, the nearer
    /// samples are to corners.
    Dirichlet {
        /// Sum of the Dirichlet parameters; RegMix simulates with 1 around the natural mixture.
        concentration: f64,
    },
    /// RegMix's scheme for the runs to train: Dirichlet(strength · centre^(1/temperature),
    /// normalised), with strengths spread evenly in logarithm and taken in turn. A draw with a
    /// proportion above `max_ratio` times the tempered centre is redrawn. Source: Liu et al. 2024,
    /// "RegMix", section 3 and the authors' sampling script.
    Regmix {
        /// Flattens the centre; 2 takes square roots (the authors' script calls it 0.5).
        temperature: f64,
        /// Smallest strength.
        min_strength: f64,
        /// Largest strength.
        max_strength: f64,
        /// Number of strengths.
        strengths: u32,
        /// Maximum ratio of a domain's proportion to its tempered proportion.
        max_ratio: f64,
    },
    /// A scrambled Sobol sequence mapped to the uniform distribution: covers the simplex more
    /// evenly than random draws.
    LowDiscrepancy,
}

/// Dirichlet parameters that samples take in turn, and the prior's largest proportion of each
/// domain.
type Shapes = (Vec<Vec<f64>>, Option<Vec<f64>>);

impl Prior {
    /// RegMix's scheme with the authors' numbers: 15 strengths from 0.1 to 5 around square roots,
    /// at most 15 times the tempered proportion.
    pub fn regmix() -> Self {
        Self::Regmix {
            temperature: 2.0,
            min_strength: 0.1,
            max_strength: 5.0,
            strengths: 15,
            max_ratio: 15.0,
        }
    }

    /// The Dirichlet parameters of the prior around `centre`.
    fn shapes(&self, centre: &Mixture) -> Result<Shapes, CoreError> {
        let positive = |name, value: f64| {
            if value.is_finite() && value > 0.0 {
                return Ok(value);
            }
            Err(CoreError::BadParameter {
                name,
                expected: "a finite number above 0",
                found: value.to_string(),
            })
        };
        Ok(match *self {
            Self::Uniform => (vec![vec![1.0; centre.parts().len()]], None),
            Self::LowDiscrepancy => (Vec::new(), None),
            Self::Dirichlet { concentration } => {
                positive("concentration", concentration)?;
                (
                    vec![
                        centre
                            .parts()
                            .iter()
                            .map(|part| part * concentration)
                            .collect(),
                    ],
                    None,
                )
            }
            Self::Regmix {
                temperature,
                min_strength,
                max_strength,
                strengths,
                max_ratio,
            } => {
                positive("temperature", temperature)?;
                let (low, high) = (
                    positive("min_strength", min_strength)?,
                    positive("max_strength", max_strength)?,
                );
                positive("max_ratio", max_ratio)?;
                let tempered: Vec<f64> = centre
                    .parts()
                    .iter()
                    .map(|part| pow(*part, 1.0 / temperature))
                    .collect();
                let (tempered, _) = Mixture::from_weights(centre.domains(), &tempered)?;
                let steps = f64::from(strengths.max(2) - 1);
                // Strengths spread evenly in logarithm: low · (high / low)^(step / steps).
                let strength = |step: u32| low * pow(high / low, f64::from(step) / steps);
                let scaled = |step| {
                    tempered
                        .parts()
                        .iter()
                        .map(|part| part * strength(step))
                        .collect()
                };
                let largest = tempered
                    .parts()
                    .iter()
                    .map(|part| (part * max_ratio).min(1.0))
                    .collect();
                ((0..strengths.max(1)).map(scaled).collect(), Some(largest))
            }
        })
    }
}

/// Draws mixtures from a [`Prior`] inside [`Constraints`].
///
/// Sample number *i* depends on the seed and *i* only, so that any range can be drawn separately
/// with the same result. A sample that breaks a constraint is redrawn up to 16 times, then
/// projected onto the bounds and, if it breaks linear constraints, moved towards a mixture inside
/// them as far as needed.
///
/// ```
/// use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
/// let domains = DomainSet::new(["web", "code", "books"])?;
/// let (centre, free) = (Mixture::uniform(&domains), Constraints::free(&domains));
/// let sampler = Sampler::new(&Prior::Uniform, &centre, free, 7)?;
/// let mut rows = [0.0; 6];
/// sampler.fill(0, &mut rows);
/// let mut second = [0.0; 3];
/// sampler.fill(1, &mut second);
/// assert_eq!(rows[3..], second);
/// # Ok::<(), mixlens_core::CoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sampler {
    constraints: Constraints,
    seed: u64,
    /// Gamma shapes by strength, then by domain; empty for the low-discrepancy sequence.
    shapes: Vec<Vec<GammaShape>>,
    /// The prior's largest proportion of each domain.
    max_parts: Option<Vec<f64>>,
}

impl Sampler {
    /// A sampler around `centre` (the natural mixture, as a rule) inside `constraints`.
    ///
    /// # Errors
    /// [`CoreError::BadParameter`] for parameters of the prior out of range.
    pub fn new(
        prior: &Prior,
        centre: &Mixture,
        constraints: Constraints,
        seed: u64,
    ) -> Result<Self, CoreError> {
        let (alphas, max_parts) = prior.shapes(centre)?;
        let shapes = alphas
            .iter()
            .map(|alphas| alphas.iter().map(|&alpha| GammaShape::new(alpha)).collect())
            .collect();
        Ok(Self {
            constraints,
            seed,
            shapes,
            max_parts,
        })
    }

    /// The domains of the mixtures drawn.
    pub fn domains(&self) -> &Arc<DomainSet> {
        self.constraints.domains()
    }

    /// The constraints that every sample keeps.
    pub fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// The seed of the samples.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The shapes of the gamma variates that make a sample, one list per strength with one shape
    /// per domain: sample *i* uses list *i* modulo the number of lists. `None` for the
    /// low-discrepancy sequence.
    pub fn shapes(&self) -> Option<&[Vec<GammaShape>]> {
        (!self.shapes.is_empty()).then_some(&self.shapes)
    }

    /// The prior's largest proportion of each domain, if it has one.
    pub fn max_parts(&self) -> Option<&[f64]> {
        self.max_parts.as_deref()
    }

    /// Fills `rows` (n × domains) with the samples `start..start + n`.
    pub fn fill(&self, start: u64, rows: &mut [f64]) {
        run_on_best(Fill {
            sampler: self,
            start,
            rows,
        });
    }

    /// Sample number `index` as a mixture.
    pub fn sample(&self, index: u64) -> Mixture {
        let mut parts = vec![0.0; self.domains().len()];
        self.fill(index, &mut parts);
        Mixture::from_exact_parts(self.domains(), parts)
    }

    #[inline(always)]
    fn fill_all(&self, start: u64, rows: &mut [f64]) {
        let width = self.domains().len();
        let mut logs = vec![[0.0; LANES]; width];
        let mut again = Redraw::new(width);
        for (block, rows) in rows.chunks_mut(LANES * width).enumerate() {
            let first = start.wrapping_add((block * LANES) as u64);
            let indices = std::array::from_fn(|lane| first.wrapping_add(lane as u64));
            self.draw::<LANES>(&indices, 0, &mut logs, rows);
            if self.max_parts.is_some() || !self.constraints.is_free() {
                self.redraw_rejected(first, rows, &mut again);
            }
        }
    }

    /// Draws the samples with the given indices into `rows` (as many as fit), regardless of
    /// constraints. `redraw` counts the earlier draws of the same samples.
    #[inline(always)]
    fn draw<const N: usize>(
        &self,
        indices: &[u64; N],
        redraw: u32,
        logs: &mut [[f64; N]],
        rows: &mut [f64],
    ) {
        let low = indices.map(|index| index as u32);
        let high = indices.map(|index| (index >> 32) as u32);
        let key = [self.seed as u32, (self.seed >> 32) as u32];
        let turns =
            indices.map(|index| index.checked_rem(self.shapes.len() as u64).unwrap_or(0) as usize);
        for (domain, logs) in logs.iter_mut().enumerate() {
            if self.shapes.is_empty() {
                sobol_logs(indices, redraw, domain as u32, self.seed, logs);
                continue;
            }
            let shape = |turn| {
                self.shapes
                    .get(turn)
                    .and_then(|by_domain: &Vec<GammaShape>| by_domain.get(domain))
            };
            let shapes = turns.map(|turn| shape(turn).copied().unwrap_or(GammaShape::ONE));
            let position = StreamPosition {
                index_low: &low,
                index_high: &high,
                domain: domain as u32,
                redraw,
                key,
            };
            log_gamma(&position, &shapes, logs);
        }
        normalise(logs, rows);
    }

    /// Redraws the rejected ones among consecutive samples until they are accepted; those still
    /// rejected are projected.
    #[inline(always)]
    fn redraw_rejected(&self, first: u64, rows: &mut [f64], again: &mut Redraw) {
        let width = self.domains().len();
        again.pending.clear();
        let rejected = rows
            .chunks_exact(width)
            .enumerate()
            .filter(|(_, row)| !self.accepts(row));
        again.pending.extend(rejected.map(|(lane, _)| lane));
        for redraw in 1..=MAX_REDRAWS {
            let Redraw {
                pending,
                logs,
                drawn,
                ..
            } = &mut *again;
            let mut still_pending = 0;
            for batch in 0..pending.len().div_ceil(FEW) {
                let lanes: [usize; FEW] = std::array::from_fn(|offset| {
                    pending
                        .get(batch * FEW + offset)
                        .or(pending.last())
                        .copied()
                        .unwrap_or(0)
                });
                self.draw::<FEW>(
                    &lanes.map(|lane| first.wrapping_add(lane as u64)),
                    redraw,
                    logs,
                    drawn,
                );
                let count = (pending.len() - batch * FEW).min(FEW);
                for (lane, drawn) in lanes.into_iter().zip(drawn.chunks_exact(width)).take(count) {
                    if let Some(row) = rows.get_mut(lane * width..(lane + 1) * width) {
                        row.copy_from_slice(drawn);
                    }
                    if !self.accepts(drawn) {
                        // This writes behind the batch being read: each batch keeps at most as many
                        // as it read.
                        if let Some(slot) = pending.get_mut(still_pending) {
                            *slot = lane;
                        }
                        still_pending += 1;
                    }
                }
            }
            pending.truncate(still_pending);
        }
        for &lane in &again.pending {
            if let Some(row) = rows.get_mut(lane * width..(lane + 1) * width)
                && !self.keeps_bounds(row)
            {
                self.constraints.pull_inside(row, &mut again.scratch);
            }
        }
    }

    fn accepts(&self, row: &[f64]) -> bool {
        let within = |largest: &[f64]| {
            row.iter()
                .zip(largest)
                .all(|(part, largest)| part <= largest)
        };
        self.max_parts.as_deref().is_none_or(within) && self.keeps_bounds(row)
    }

    fn keeps_bounds(&self, row: &[f64]) -> bool {
        let bounds = self
            .constraints
            .lower()
            .iter()
            .zip(self.constraints.upper());
        row.iter()
            .zip(bounds)
            .all(|(part, (low, high))| (low..=high).contains(&part))
            && self.constraints.keeps_rows(row, 0.0)
    }
}

/// Samples redrawn side by side; few, because few are rejected.
const FEW: usize = 8;

/// Buffers for redrawing rejected samples.
struct Redraw {
    /// Samples of the block that have not been accepted yet.
    pending: Vec<usize>,
    logs: Vec<[f64; FEW]>,
    drawn: Vec<f64>,
    scratch: ProjectionScratch,
}

impl Redraw {
    fn new(width: usize) -> Self {
        Self {
            pending: Vec::with_capacity(LANES),
            logs: vec![[0.0; FEW]; width],
            drawn: vec![0.0; FEW * width],
            scratch: ProjectionScratch::default(),
        }
    }
}

/// A range of samples, compiled once for every instruction set that may be found at run time.
struct Fill<'a> {
    sampler: &'a Sampler,
    start: u64,
    rows: &'a mut [f64],
}

impl Kernel for Fill<'_> {
    #[inline(always)]
    fn run(self) {
        self.sampler.fill_all(self.start, self.rows);
    }
}

/// Logarithms of exponential variates from the Sobol sequence; once normalised they are uniform on
/// the simplex.
fn sobol_logs<const N: usize>(
    indices: &[u64; N],
    redraw: u32,
    domain: u32,
    seed: u64,
    logs: &mut [f64; N],
) {
    const DIMENSIONS: u32 = 256;
    const LENGTH: u64 = 1 << 16;
    for (&index, log) in indices.iter().zip(logs) {
        // Beyond its length or dimensions the sequence continues with another scramble.
        let scramble = (seed ^ (seed >> 32)) as u32
            ^ (domain / DIMENSIONS).wrapping_mul(0x9E37_79B9)
            ^ ((index / LENGTH) as u32).wrapping_mul(0x85EB_CA6B)
            ^ redraw.wrapping_mul(0xC2B2_AE35);
        let unit = sobol_burley::sample((index % LENGTH) as u32, domain % DIMENSIONS, scramble);
        // Kept away from 0 and 1, where the logarithms diverge; 2⁻²⁵ is half the sequence's
        // resolution.
        let unit = f64::from(unit) + 1.0 / f64::from(1 << 25);
        // −ln u is an exponential variate.
        *log = crate::compute::ln(-crate::compute::ln(unit));
    }
}

/// Turns the logarithms of each lane into proportions, one row per lane.
#[inline(always)]
fn normalise<const N: usize>(logs: &mut [[f64; N]], rows: &mut [f64]) {
    let width = logs.len();
    let mut largest = [f64::NEG_INFINITY; N];
    for logs in logs.iter() {
        for (largest, &log) in largest.iter_mut().zip(logs) {
            *largest = if log > *largest { log } else { *largest };
        }
    }
    // pⱼ = exp(lⱼ − max l) / Σₖ exp(lₖ − max l), which does not underflow for the largest.
    let mut sums = [0.0; N];
    for logs in logs.iter_mut() {
        for ((log, largest), sum) in logs.iter_mut().zip(&largest).zip(&mut sums) {
            let part = crate::compute::exp(*log - largest);
            *log = if part > NOTHING { part } else { 0.0 };
            *sum += *log;
        }
    }
    for (domain, parts) in logs.iter().enumerate() {
        let column = rows.iter_mut().skip(domain).step_by(width);
        for ((out, part), sum) in column.zip(parts).zip(&sums) {
            *out = part / sum;
        }
    }
}

#[cfg(test)]
#[path = "sampling_tests.rs"]
mod tests;
