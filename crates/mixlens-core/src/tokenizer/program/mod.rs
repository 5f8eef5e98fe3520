//! The linear program: shares that minimise the violation of the order of frequencies by the
//! merges.

mod face;
mod master;
mod matching;
mod pool;

use face::face;
use master::{Aim, minimise};
use pool::{Point, Pool, violated};

use super::PairCounts;
use crate::CoreError;
use crate::compute::{Control, Executor, Status};

/// Maximum sweeps over the merges, and maximum mixtures tried.
const MAX_ROUNDS: usize = 300;
const MAX_CUTS: usize = 1500;
/// Maximum edges that matchings may visit: a minute or two, five times the work for released
/// tokenizers. Merges so rare that hundreds of pairs tie (in a tokenizer that extends another)
/// would take hours.
const MAX_WORK: u64 = 1_000_000_000;
/// Tolerance of the gap: relative to the violation, and in parts per million.
const GAP: f64 = 1e-3;
const NO_GAP_PPM: f64 = 0.01;
/// Maximum gap, relative to the violation, for a search of the face.
const GAP_OF_FACE: f64 = 0.05;
/// Fraction of the gap over all rows to which the gap over the known rows falls before a sweep
/// searches for more rows.
const KNOWN_GAP: f64 = 0.2;
/// Tolerance of the next mixture, as a fraction of the gap over the known rows.
const CENTRAL: f64 = 0.1;
/// Maximum sweeps for rows that the initial shares violate.
const SWEEPS: usize = 4;
/// Tolerance of a cost, as a fraction of the gap.
const ALLOWED: f64 = 0.05;

/// Result of the linear program.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Program {
    /// How the solver ended.
    pub status: Status,
    /// Shares of pairs.
    pub shares: Vec<f64>,
    /// Minimum and maximum share of each category at almost the minimum violation.
    pub face: Vec<(f64, f64)>,
    /// Total violation, in parts per million of pairs.
    pub violation_ppm: f64,
    /// Upper bound on how far the violation is above the minimum, in the same unit.
    pub gap_ppm: f64,
    /// Lower bound on the violation of the initial shares, in the same unit.
    pub start_ppm: f64,
    /// Violation by step, in the same unit.
    pub violation_by_step: Vec<f64>,
}

/// Finds the shares of minimum violation.
///
/// ```text
/// minimise   Σₜ v(t) + Σₚ w(p)
/// such that  Σᵢ aᵢ fᵢ(t, m(t)) + v(t) + w(p) ≥ Σᵢ aᵢ fᵢ(t, p)
///            for every step t and every other pair p that occurs
///            Σᵢ aᵢ = 1,  a, v, w ≥ 0
/// ```
/// f are frequencies of pairs (m the merged one), v and w violations of steps and of pairs. For
/// given shares a, the minimum of Σ v + Σ w is the maximum weight of a matching between steps and
/// pairs, so the rows of any matching add up to a linear lower bound. The largest of these bounds
/// is minimised over a, which gives the lower bound of the program; v raised until every row holds
/// gives the upper bound. Rows are added when a sweep over all merges finds them violated. Source:
/// Hayase et al. 2024, arXiv 2407.16607, section 3 and appendix, for the program; Kelley 1960 for
/// cuts.
///
/// # Errors
/// No merge that occurs in the samples, or [`CoreError::Cancelled`]. If equations cannot be solved,
/// the status is a numerical failure.
pub(super) fn solve(
    counts: &PairCounts,
    start: &[f64],
    executor: &dyn Executor,
    control: &Control,
) -> Result<Program, CoreError> {
    if counts.merged.iter().all(Option::is_none) {
        return Err(CoreError::NoMerges);
    }
    let stage = control.stage("solving the linear program", MAX_ROUNDS as u64);
    let mut search = Search::new(counts, start);
    let mut status = Status::IterationLimit;
    for _ in 0..MAX_ROUNDS {
        if search.pool.work() > MAX_WORK {
            break;
        }
        let (found, feasible) = violated(counts, &search.at, executor);
        search.keep_best(feasible);
        if search.high - search.low <= NO_GAP_PPM.max(GAP * search.high) {
            status = Status::Optimal;
            break;
        }
        search.pool.renew(counts, &search.at, found, executor);
        if !search.descend(control)? {
            status = Status::NumericalFailure;
            break;
        }
        stage.advance(1)?;
    }
    let Search {
        pool,
        cuts,
        best,
        high,
        low,
        ..
    } = search;
    let at_start = violation_of(counts, pool.clone(), start, ALLOWED * GAP * high, executor);
    // Far from the minimum violation, the shares may be anywhere.
    let anywhere = vec![(0.0, 1.0); best.shares.len()];
    let is_near = high - low <= NO_GAP_PPM.max(GAP_OF_FACE * high);
    let face = if is_near {
        face(counts, pool, cuts, &best, high, executor, control)?
    } else {
        anywhere
    };
    Ok(Program {
        status,
        shares: best.shares,
        face,
        violation_ppm: high,
        gap_ppm: (high - low).max(0.0),
        start_ppm: at_start.max(low),
        violation_by_step: best.by_step,
    })
}

/// A lower bound on the violation of given shares: over the known rows and those that sweeps find.
fn violation_of(
    counts: &PairCounts,
    mut pool: Pool,
    shares: &[f64],
    tolerance: f64,
    executor: &dyn Executor,
) -> f64 {
    let mut at = Point::new(counts, shares);
    let mut value = pool.cost(shares, tolerance).value;
    for _ in 0..SWEEPS {
        pool.write_into(shares, &mut at);
        let found = violated(counts, &at, executor).0;
        if found.is_empty() {
            break;
        }
        pool.add(counts, found, executor);
        value = pool.cost(shares, tolerance).value;
    }
    value - tolerance
}

/// State of the search for the minimum.
struct Search {
    pool: Pool,
    /// The violation of a mixture a is at least the largest product of a cut with a.
    cuts: Vec<Vec<f64>>,
    /// The best mixture over the known rows.
    at: Point,
    /// The best mixture over all rows.
    best: Point,
    high: f64,
    low: f64,
}

impl Search {
    fn new(counts: &PairCounts, start: &[f64]) -> Self {
        let at = Point::new(counts, start);
        let cuts = vec![vec![0.0; start.len()]];
        Self {
            pool: Pool::new(counts),
            cuts,
            best: at.clone(),
            at,
            high: f64::INFINITY,
            low: 0.0,
        }
    }

    fn keep_best(&mut self, feasible: Point) {
        let total = feasible.total();
        if total < self.high {
            (self.high, self.best) = (total, feasible);
        }
    }

    /// Minimises over the known rows, up to a tolerance relative to the gap over all rows. Returns
    /// false where equations cannot be solved.
    fn descend(&mut self, control: &Control) -> Result<bool, CoreError> {
        let mut shares = self.at.shares.clone();
        let mut known = f64::INFINITY;
        while self.cuts.len() < MAX_CUTS && self.pool.work() <= MAX_WORK {
            control.check()?;
            let cost = self
                .pool
                .cost(&shares, ALLOWED * (known.min(self.high) - self.low));
            self.cuts.push(cost.cut);
            if cost.value < known {
                known = cost.value;
                self.pool.write_into(&shares, &mut self.at);
            }
            let gap = known - self.low;
            let all = self.high.min(2.0 * known) - self.low;
            if gap <= (0.25 * (GAP * known).max(NO_GAP_PPM)).max(KNOWN_GAP * all) {
                break;
            }
            let tolerance = CENTRAL * gap.max(NO_GAP_PPM);
            let Some(central) = minimise(
                &self.cuts,
                shares.len(),
                Aim::GreatestCut,
                tolerance,
                control,
            )?
            else {
                return Ok(false);
            };
            self.low = self.low.max(central.bound);
            shares = central.shares;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
