//! [`descend`]: local search from several mixtures, for smooth objectives that are not convex.

use super::objective::SmoothObjective;
use super::{Objective, Scalarisation};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::fit::SurrogateSet;
use crate::optim::Smooth;
use crate::simplex::{Constraints, Mixture};

/// Maximum steps from one start.
const STEPS: u32 = 200;
/// A step is accepted only if it gains at least this share of the decrease that the slope predicts
/// (dimensionless).
const ARMIJO: f64 = 1e-4;
/// A descent has converged once a step gains less than this (unit of the objective).
const AT_REST: f64 = 1e-10;
/// Upper limit of a step's length s: slopes of power laws grow without limit near zero.
const LONGEST: f64 = 1e4;

/// Improves each start by projected gradient steps and returns the best mixture with its objective.
///
/// ```text
/// x ← project(x − s ∇F)      s = ‖Δx‖² / (Δx · Δ∇F) from the last two gradients (Barzilai and
/// Borwein), quartered until F falls enough
/// ```
/// A step that breaks a bound on a metric is refused. The result is never worse than the best
/// start, and at best a local minimum. Source: Birgin, Martínez and Raydan 2000, "Nonmonotone
/// spectral projected gradient methods on convex sets", algorithm 2.2; here F falls at every step
/// (the paper lets it rise for a while).
///
/// # Errors
/// [`CoreError::NoNames`] without starts, [`CoreError::Cancelled`].
pub fn descend(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    starts: &[Mixture],
    control: &Control,
    executor: &dyn Executor,
) -> Result<(Mixture, f64), CoreError> {
    let stage = control.stage("descending", starts.len() as u64);
    let ends = try_map_tasks(executor, starts.len(), |index| {
        let start = starts
            .get(index)
            .ok_or(CoreError::NoNames { what: "starts" })?;
        let end = descend_from(set, objective, constraints, start)?;
        stage.advance(1)?;
        Ok(end)
    })?;
    let best = ends.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    best.ok_or(CoreError::NoNames { what: "starts" })
}

fn descend_from(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    start: &Mixture,
) -> Result<(Mixture, f64), CoreError> {
    let smooth = Predicted { set, objective };
    let width = start.parts().len();
    let (mut x, mut slope) = (start.clone(), vec![0.0; width]);
    let mut value = smooth.value(x.parts());
    smooth.slope_into(x.parts(), &mut slope);
    let mut length = 0.1
        / slope
            .iter()
            .fold(1e-12, |largest: f64, slope| largest.max(slope.abs()));
    for _ in 0..STEPS {
        let before = value;
        let mut next = None;
        while length > 1e-14 {
            // x − s ∇F, with s as `length`.
            let target: Vec<f64> = x
                .parts()
                .iter()
                .zip(&slope)
                .map(|(x, slope)| x - length * slope)
                .collect();
            let tried = constraints.project(&target)?;
            // The decrease that the slope predicts: ∇F · (x' − x), negative.
            let predicted_change: f64 = tried
                .parts()
                .iter()
                .zip(x.parts())
                .zip(&slope)
                .map(|((to, from), slope)| slope * (to - from))
                .sum();
            let there = smooth.value(tried.parts());
            if there <= value + ARMIJO * predicted_change && predicted_change < 0.0 {
                next = Some((tried, there));
                break;
            }
            length *= 0.25;
        }
        let Some((tried, there)) = next else { break };
        let mut slope_there = vec![0.0; width];
        smooth.slope_into(tried.parts(), &mut slope_there);
        // moved = ‖Δx‖², bent = Δx · Δ∇F; their quotient is the next length s.
        let (mut moved, mut bent) = (0.0, 0.0);
        for (((to, from), after), before) in tried
            .parts()
            .iter()
            .zip(x.parts())
            .zip(&slope_there)
            .zip(&slope)
        {
            moved += (to - from) * (to - from);
            bent += (to - from) * (after - before);
        }
        length = if bent > 0.0 {
            (moved / bent).clamp(1e-12, LONGEST)
        } else {
            10.0 * length
        };
        (x, value, slope) = (tried, there, slope_there);
        if before - value < AT_REST {
            break;
        }
    }
    Ok((x, value))
}

/// The objective of the predicted metrics; above a billion where a bound on a metric is broken.
struct Predicted<'a> {
    set: &'a SurrogateSet,
    objective: &'a Objective,
}

impl Predicted<'_> {
    fn value(&self, parts: &[f64]) -> f64 {
        let (mut out, mut scratch) = ([0.0], Vec::new());
        self.objective
            .of_rows(self.set, parts, &mut out, &mut scratch);
        out[0]
    }

    /// The gradient; for [`Scalarisation::Worst`], that of the worst term.
    fn slope_into(&self, parts: &[f64], out: &mut [f64]) {
        if !matches!(self.objective.aim(), Scalarisation::Worst { .. }) {
            SmoothObjective {
                set: self.set,
                objective: self.objective,
            }
            .gradient_into(parts, out);
            return;
        }
        let mut one = vec![0.0; out.len()];
        let mut worst = f64::NEG_INFINITY;
        let terms = SmoothObjective {
            set: self.set,
            objective: self.objective,
        };
        for part in terms.parts() {
            let value = part.gradient_into(parts, &mut one);
            if value > worst {
                worst = value;
                out.copy_from_slice(&one);
            }
        }
    }
}
