//! [`flat_region`]: all mixtures whose objective is within a tolerance of the best.

use super::exact::{Exact, Terms};
use super::{Objective, Simulation};
use crate::CoreError;
use crate::compute::{Control, Executor, Status, try_map_tasks};
use crate::fit::SurrogateSet;
use crate::optim::{Limit, Program, Slack, Smooth, Solution, SolveOptions, solve};
use crate::simplex::{Constraints, Mixture};

/// The mixtures whose objective is within a tolerance of the best.
#[derive(Clone, Debug, PartialEq)]
pub struct FlatRegion {
    /// How much worse than the best they may be, in the unit of the objective.
    pub tolerance: f64,
    /// Minimum and maximum proportion of each domain among them.
    pub intervals: Vec<(f64, f64)>,
    /// The mixture of the region nearest to the natural mixture, in Euclidean distance.
    pub nearest: Mixture,
    /// Whether the intervals and the nearest mixture hold for the whole region, or only for the
    /// mixtures that were simulated.
    pub is_exact: bool,
}

/// The flat region around an exact minimum: 2 d + 1 convex programs, in parallel.
///
/// ```text
/// minimise ±xⱼ, and ½ ‖x − natural‖²,   over F(x) ≤ F* + tolerance and the constraints
/// ```
///
/// # Errors
/// [`CoreError::BadParameter`] for a tolerance that is negative or not finite,
/// [`CoreError::Cancelled`].
pub fn flat_region(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    best: &Exact,
    tolerance: f64,
    control: &Control,
    executor: &dyn Executor,
) -> Result<FlatRegion, CoreError> {
    check(tolerance)?;
    if tolerance <= best.gap {
        let intervals = best
            .mixture
            .parts()
            .iter()
            .map(|&part| (part, part))
            .collect();
        return Ok(FlatRegion {
            tolerance,
            intervals,
            nearest: best.mixture.clone(),
            is_exact: true,
        });
    }
    let natural = set.centre().mixture;
    let width = set.domains().len();
    let level = best.objective + tolerance;
    let stage = control.stage("measuring the flat region", 2 * width as u64 + 1);
    let terms = Terms::new(set, objective);
    let within = |goal: &dyn Smooth, accuracy: f64| -> Result<Option<Solution>, CoreError> {
        let limits: Vec<Limit<'_>> = terms.limits_below(level);
        let program = Program {
            lower: constraints.lower(),
            upper: constraints.upper(),
            rows: constraints.rows(),
            objective: Some(goal),
            limits: &limits,
            slack: Slack::Never,
        };
        let options = SolveOptions {
            tolerance: accuracy,
            accept: accuracy,
            iterations: 100,
        };
        let solution = solve(&program, options, control);
        stage.advance(1)?;
        match solution.report.status {
            Status::Cancelled => Err(CoreError::Cancelled),
            _ => Ok(solution.report.objective.map(|_| solution)),
        }
    };
    // The ends of an interval are proved to a hundred-thousandth.
    let ends = try_map_tasks(executor, 2 * width, |task| {
        let (domain, sign) = (task / 2, if task % 2 == 0 { 1.0 } else { -1.0 });
        let minimiser = best.mixture.parts().get(domain).copied().unwrap_or(0.0);
        let goal = move |x: &[f64], out: &mut [f64]| {
            out.fill(0.0);
            out.iter_mut()
                .skip(domain)
                .take(1)
                .for_each(|out| *out = sign);
            sign * x.get(domain).copied().unwrap_or(0.0)
        };
        let end = within(&goal, 1e-5)?.and_then(|solution| solution.x.get(domain).copied());
        // The minimiser itself is always inside.
        Ok(end.map_or(minimiser, |end| {
            if sign > 0.0 {
                end.min(minimiser)
            } else {
                end.max(minimiser)
            }
        }))
    })?;
    let goal = |x: &[f64], out: &mut [f64]| {
        out.iter_mut()
            .zip(x.iter().zip(natural.parts()))
            .for_each(|(out, (x, part))| *out = x - part);
        out.iter()
            .map(|difference| 0.5 * difference * difference)
            .sum()
    };
    let nearest = match within(&goal, 1e-8)? {
        Some(solution) => {
            Mixture::from_exact_parts(set.domains(), constraints.settled(&solution.x))
        }
        None => best.mixture.clone(),
    };
    let (pairs, _) = ends.as_chunks::<2>();
    let intervals = pairs
        .iter()
        .map(|&[low, high]| (low.max(0.0), high.min(1.0)))
        .collect();
    Ok(FlatRegion {
        tolerance,
        intervals,
        nearest,
        is_exact: true,
    })
}

/// The flat region among the mixtures that a simulation kept: a subset of the full region.
///
/// # Errors
/// [`CoreError::BadParameter`] for a tolerance that is negative or not finite.
pub fn flat_among(
    set: &SurrogateSet,
    simulation: &Simulation,
    tolerance: f64,
) -> Result<Option<FlatRegion>, CoreError> {
    check(tolerance)?;
    let natural = set.centre().mixture;
    let Some((_, lowest)) = simulation.best.first() else {
        return Ok(None);
    };
    let inside: Vec<&Mixture> = simulation
        .best
        .iter()
        .filter(|(_, objective)| *objective <= lowest + tolerance)
        .map(|(mixture, _)| mixture)
        .collect();
    let interval = |domain: usize| {
        let parts = inside
            .iter()
            .filter_map(|mixture| mixture.parts().get(domain));
        parts.fold((1.0_f64, 0.0_f64), |(low, high), &part| {
            (low.min(part), high.max(part))
        })
    };
    let distance = |mixture: &Mixture| -> f64 {
        mixture
            .parts()
            .iter()
            .zip(natural.parts())
            .map(|(a, b)| (a - b) * (a - b))
            .sum()
    };
    let nearest = inside
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    Ok(nearest.map(|&nearest| FlatRegion {
        tolerance,
        intervals: (0..set.domains().len()).map(interval).collect(),
        nearest: nearest.clone(),
        is_exact: false,
    }))
}

fn check(tolerance: f64) -> Result<(), CoreError> {
    if tolerance.is_finite() && tolerance >= 0.0 {
        return Ok(());
    }
    let expected = "a finite number of zero or more";
    Err(CoreError::BadParameter {
        name: "tolerance",
        expected,
        found: tolerance.to_string(),
    })
}
