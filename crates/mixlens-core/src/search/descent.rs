//! [`descend`]: local search from several mixtures, for smooth objectives that are not convex.

use super::objective::SmoothObjective;
use super::{Objective, Scalarisation};
use crate::CoreError;
use crate::compute::{Control, Executor, try_map_tasks};
use crate::fit::SurrogateSet;
use crate::optim::Smooth;
use crate::simplex::{Constraints, Mixture};

/// Most steps from one start.
const STEPS: u32 = 200;
/// Steps are refused unless they gain this part of what the slope promises.
const ARMIJO: f64 = 1e-4;
/// The gain, in the unit of the objective, below which a start is at rest.
const AT_REST: f64 = 1e-10;
/// Slopes of power laws have no limit at zero: proportions this small are searched no further.
const LONGEST: f64 = 1e4;

/// Improves each start by projected gradient steps and returns the best mixture with its objective.
///
/// ```text
/// x ← project(x − s ∇F)      s from the last two gradients (Barzilai and Borwein), halved until F falls enough
/// ```
/// A step that breaks a bound on a metric is refused. Never worse than the best start; a local
/// minimum at best. Source: Birgin, Martínez and Raydan 2000, "Nonmonotone spectral projected
/// gradient methods on convex sets", algorithm 2.2; here every step falls.
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
    let ends = try_map_tasks(executor, starts.len(), |place| {
        let start = starts
            .get(place)
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
            .fold(1e-12, |most: f64, slope| most.max(slope.abs()));
    for _ in 0..STEPS {
        let before = value;
        let mut next = None;
        while length > 1e-14 {
            let target: Vec<f64> = x
                .parts()
                .iter()
                .zip(&slope)
                .map(|(x, slope)| x - length * slope)
                .collect();
            let tried = constraints.project(&target)?;
            let promise: f64 = tried
                .parts()
                .iter()
                .zip(x.parts())
                .zip(&slope)
                .map(|((to, from), slope)| slope * (to - from))
                .sum();
            let there = smooth.value(tried.parts());
            if there <= value + ARMIJO * promise && promise < 0.0 {
                next = Some((tried, there));
                break;
            }
            length *= 0.25;
        }
        let Some((tried, there)) = next else { break };
        let mut slope_there = vec![0.0; width];
        smooth.slope_into(tried.parts(), &mut slope_there);
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

/// The objective as predictions have it, infinite where a bound on a metric is broken.
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

    /// The gradient; for the worst of several terms that of the worst one.
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
