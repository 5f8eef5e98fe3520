//! [`solve`]: the primal-dual interior-point method.
#![expect(
    clippy::indexing_slicing,
    reason = "vectors of one program have the lengths that the program fixes"
)]

use super::iterate::{Frame, Iterate, Values};
use super::newton::{direction, merit};
use super::program::{Program, Slack};
use crate::compute::{Control, SolveReport, Status};

/// Minimum proportion that the method visits (dimensionless): slopes of power laws grow without
/// limit near zero.
const MIN_PART: f64 = 1e-12;
/// Maximum violation of a constraint at a point that counts as feasible (unit of the constraint).
const FEASIBLE: f64 = 1e-10;
/// Maximum halvings of a step in the line search.
const MAX_HALVINGS: u32 = 40;
/// Maximum fraction of the distance to the border that a step may take.
const KEEP_INSIDE: f64 = 0.995;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveOptions {
    /// Stop as soon as the gap is at most this (unit of the objective).
    pub tolerance: f64,
    /// Report the result as optimal when steps no longer lower the gap and it is at most this (unit
    /// of the objective).
    pub accept: f64,
    /// Maximum steps.
    pub iterations: u32,
}

impl Default for SolveOptions {
    fn default() -> Self {
        Self {
            tolerance: 1e-11,
            accept: 1e-9,
            iterations: 200,
        }
    }
}

/// The result of [`solve`].
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Status, objective (with t) and gap.
    pub report: SolveReport,
    /// The proportions.
    pub x: Vec<f64>,
    /// Multipliers of the inequality rows, then of the limits, in order.
    pub weights: Vec<f64>,
    /// Multipliers of the equality rows, in order.
    pub levels: Vec<f64>,
}

/// Minimises a convex program and bounds the distance to the optimum.
///
/// Primal-dual interior point: Newton's method on optimality conditions whose complementarity is
/// lowered towards zero, with second derivatives by differences of gradients and a line search on
/// the residual. Rows and limits need no feasible start. The gap is computed only from the values,
/// gradients and multipliers at the result (see the module `certificate`), so it holds regardless
/// of the steps taken. Source: Boyd and Vandenberghe 2004, "Convex optimization", sections 11.7 and
/// 5.2; for the linearised bound Jaggi 2013, "Revisiting Frank-Wolfe", section 2.
pub fn solve(program: &Program<'_>, options: SolveOptions, control: &Control) -> Solution {
    let frame = frame(program);
    let mut point = start(&frame);
    let mut values = Values::at(&frame, &point.x);
    begin_weights(&frame, &mut point, &values);
    let mut best = assess(&frame, &point, &values);
    let mut iterations = 0;
    let mut centring = 0.2;
    let mut stalled = 0;
    let status = loop {
        if best.is_feasible && best.gap() <= options.tolerance {
            break Status::Optimal;
        }
        if control.is_cancelled() {
            break Status::Cancelled;
        }
        if stalled >= 8 {
            break best.settled(options, Status::Inexact);
        }
        if iterations >= options.iterations {
            break best.settled(options, Status::IterationLimit);
        }
        iterations += 1;
        let target = centring * complementarity(&frame, &point);
        let step = direction(&frame, &point, &values, target)
            .and_then(|direction| advance(&frame, &point, &values, &direction, target));
        let Some((next, next_values, length)) = step else {
            break best.settled(options, Status::NumericalFailure);
        };
        (point, values) = (next, next_values);
        centring = (1.0 - length).powi(2).clamp(0.03, 0.6);
        let now = assess(&frame, &point, &values);
        if now.is_better_than(&best) {
            stalled = 0;
            best = now;
        } else if complementarity(&frame, &point) < 1e-14 || length < 1e-3 {
            stalled += 1;
        }
    };
    best.into_solution(status, iterations)
}

/// Objective, gap and residual at any proportions, with the multipliers of a solution of the same
/// program.
///
/// The gap holds for any multipliers; only its size depends on them.
pub fn assess_at(program: &Program<'_>, x: &[f64], solution: &Solution) -> SolveReport {
    let frame = frame(program);
    let mut point = start(&frame);
    point.x = x.to_vec();
    point.weights.clone_from(&solution.weights);
    point.levels.truncate(1);
    point.levels.extend_from_slice(&solution.levels);
    let assessed = assess(&frame, &point, &Values::at(&frame, x));
    assessed
        .into_solution(solution.report.status, solution.report.iterations)
        .report
}

/// Tightens the bounds for the method.
fn frame<'a>(program: &'a Program<'a>) -> Frame<'a> {
    let (low, high) = (program.lower, program.upper);
    let (low_sum, high_sum): (f64, f64) = (low.iter().sum(), high.iter().sum());
    let slim = 4.0 * MIN_PART * low.len() as f64;
    // Bounds that leave a single mixture: nothing moves.
    let is_point = 1.0 - low_sum <= slim || high_sum - 1.0 <= slim;
    let mut free = Vec::new();
    let mut lower = low.to_vec();
    for (j, lower) in lower.iter_mut().enumerate() {
        let room = high[j] - *lower;
        if room > 4.0 * MIN_PART && !is_point {
            free.push(j);
            *lower = lower.max(MIN_PART);
        }
    }
    let equalities = std::iter::once((vec![1.0; low.len()], 1.0))
        .chain(
            program
                .equalities()
                .map(|row| (row.coefficients.clone(), row.bound)),
        )
        .collect();
    Frame {
        program,
        lower,
        upper: high.to_vec(),
        free,
        shares: program.shares(),
        equalities,
    }
}

/// The same fraction of the way from the lower to the upper bound in every proportion.
fn start(frame: &Frame<'_>) -> Iterate {
    let (low, high): (f64, f64) = (frame.lower.iter().sum(), frame.upper.iter().sum());
    let share = if high > low {
        ((1.0 - low) / (high - low)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let x: Vec<f64> = frame
        .lower
        .iter()
        .zip(&frame.upper)
        .map(|(low, high)| low + share * (high - low))
        .collect();
    let (width, inequalities) = (x.len(), frame.shares.len());
    Iterate {
        x,
        t: 0.0,
        slacks: vec![1.0; inequalities],
        weights: vec![1.0; inequalities],
        low_weights: vec![0.0; width],
        high_weights: vec![0.0; width],
        levels: vec![0.0; frame.equalities.len()],
    }
}

/// Multipliers for which every product with the slack is the same, about as large as the first gap.
fn begin_weights(frame: &Frame<'_>, point: &mut Iterate, values: &Values) {
    let count = (frame.free.len() + frame.shares.len()).max(1) as f64;
    let linear = values
        .slope
        .iter()
        .zip(&point.x)
        .map(|(slope, x)| slope * x)
        .sum::<f64>();
    let minimum =
        super::certificate::min_linear(&values.slope, frame.program.lower, frame.program.upper);
    let product = ((linear - minimum) / count).clamp(1e-4, 1e3);
    if frame.has_slack() {
        point.t = values.worst(frame) + 0.1 * (1.0 + values.worst(frame).abs());
    }
    for (r, share) in frame.shares.iter().enumerate() {
        point.slacks[r] = (share * point.t - values.excess[r]).max(1e-2);
        point.weights[r] = product / point.slacks[r];
    }
    for &j in &frame.free {
        point.low_weights[j] = product / (point.x[j] - frame.lower[j]);
        if frame.has_high(j) {
            point.high_weights[j] = product / (frame.upper[j] - point.x[j]);
        }
    }
}

/// The mean product of slacks with their multipliers.
fn complementarity(frame: &Frame<'_>, point: &Iterate) -> f64 {
    let mut sum: f64 = point
        .slacks
        .iter()
        .zip(&point.weights)
        .map(|(slack, weight)| slack * weight)
        .sum();
    let mut count = point.slacks.len();
    for &j in &frame.free {
        sum += point.low_weights[j] * (point.x[j] - frame.lower[j]);
        count += 1;
        if frame.has_high(j) {
            sum += point.high_weights[j] * (frame.upper[j] - point.x[j]);
            count += 1;
        }
    }
    sum / count.max(1) as f64
}

/// Takes the longest step along the direction that keeps everything positive and lowers the
/// residual.
fn advance(
    frame: &Frame<'_>,
    point: &Iterate,
    values: &Values,
    direction: &Iterate,
    target: f64,
) -> Option<(Iterate, Values, f64)> {
    let mut length = 1.0_f64;
    let mut keep = |room: f64, change: f64| {
        if change < 0.0 {
            length = length.min(KEEP_INSIDE * room / -change);
        }
    };
    for r in 0..point.slacks.len() {
        keep(point.slacks[r], direction.slacks[r]);
        keep(point.weights[r], direction.weights[r]);
    }
    for &j in &frame.free {
        keep(point.x[j] - frame.lower[j], direction.x[j]);
        keep(point.low_weights[j], direction.low_weights[j]);
        if frame.has_high(j) {
            keep(frame.upper[j] - point.x[j], -direction.x[j]);
            keep(point.high_weights[j], direction.high_weights[j]);
        }
    }
    let before = merit(frame, point, values, target, &point.x);
    for _ in 0..MAX_HALVINGS {
        let next = moved(frame, point, direction, length);
        let next_values = Values::at(frame, &next.x);
        if next_values.is_finite() {
            let after = merit(frame, &next, &next_values, target, &point.x);
            if after <= (1.0 - 0.02 * length) * before || after <= 1e-26 {
                return Some((next, next_values, length));
            }
        }
        length *= 0.5;
    }
    None
}

fn moved(frame: &Frame<'_>, point: &Iterate, direction: &Iterate, length: f64) -> Iterate {
    let step = |from: &[f64], by: &[f64]| {
        from.iter()
            .zip(by)
            .map(|(from, by)| from + length * by)
            .collect()
    };
    let mut next = Iterate {
        x: step(&point.x, &direction.x),
        t: point.t + length * direction.t,
        slacks: step(&point.slacks, &direction.slacks),
        weights: step(&point.weights, &direction.weights),
        low_weights: step(&point.low_weights, &direction.low_weights),
        high_weights: step(&point.high_weights, &direction.high_weights),
        levels: step(&point.levels, &direction.levels),
    };
    for &j in &frame.free {
        // Rounding must not put a proportion onto its bound.
        let room = 1e-3 * MIN_PART;
        next.x[j] = next.x[j]
            .max(frame.lower[j] + room)
            .min(frame.upper[j] - room);
    }
    next
}

/// A point with its certificate.
struct Assessed {
    x: Vec<f64>,
    weights: Vec<f64>,
    levels: Vec<f64>,
    objective: f64,
    bound: f64,
    violation: f64,
    is_feasible: bool,
}

fn assess(frame: &Frame<'_>, point: &Iterate, values: &Values) -> Assessed {
    let violation = values.violation(frame);
    let objective = values.objective
        + if frame.program.slack == Slack::Never {
            0.0
        } else {
            values.worst(frame)
        };
    Assessed {
        x: point.x.clone(),
        weights: point.weights.clone(),
        levels: point.levels.get(1..).unwrap_or_default().to_vec(),
        objective,
        bound: values.bound(frame, point),
        violation,
        is_feasible: violation <= FEASIBLE,
    }
}

impl Assessed {
    fn gap(&self) -> f64 {
        let gap = self.objective - self.bound;
        if gap.is_finite() {
            gap.max(0.0)
        } else {
            f64::INFINITY
        }
    }

    fn is_better_than(&self, other: &Self) -> bool {
        match (self.is_feasible, other.is_feasible) {
            (true, true) => self.gap() < other.gap(),
            (false, false) => self.violation < other.violation,
            (is_feasible, _) => is_feasible,
        }
    }

    fn settled(&self, options: SolveOptions, otherwise: Status) -> Status {
        match (self.is_feasible, self.gap() <= options.accept) {
            (true, true) => Status::Optimal,
            (true, false) if otherwise == Status::NumericalFailure && self.gap().is_finite() => {
                Status::Inexact
            }
            _ => otherwise,
        }
    }

    fn into_solution(self, status: Status, iterations: u32) -> Solution {
        let gap = self.gap();
        let found = self.is_feasible && self.objective.is_finite();
        let report = SolveReport {
            status,
            iterations,
            objective: found.then_some(self.objective),
            gap: (found && gap.is_finite()).then_some(gap),
            residual: self.violation,
        };
        Solution {
            report,
            x: self.x,
            weights: self.weights,
            levels: self.levels,
        }
    }
}
