//! [`LocalProfile`]: predictions around a mixture. Too slow for a frame, so this is a job.

mod best_move;
mod contours;
mod estimate;
mod interactions;
mod range;
mod shown;
mod ternary;
mod ticks;
mod traces;

use mixlens_core::fit::SurrogateSet;
use mixlens_core::simplex::{Locks, Mixture};
use serde::{Deserialize, Serialize};

use crate::{JobContext, JobError, Problem};

pub use best_move::BestMove;
pub use contours::Contour;
pub use estimate::{Estimate, Standing};
pub use interactions::Interactions;
pub use range::value_range;
pub use ternary::{Ternary, TernaryPoint, corner_shares};
pub use ticks::ticks;
pub use traces::{Trace, Traces};

use best_move::best_moves;
use interactions::interactions;
use shown::Shown;
use ternary::ternary;
use traces::traces;

/// What is sampled around a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalProfileSettings {
    /// The metric of the sentence and of the ternary plot, by index in the study; `None` for the
    /// objective.
    pub shown: Option<usize>,
    /// Indices of further metrics to trace.
    pub traced: Vec<usize>,
    /// Points along a trace; 0 for no traces.
    pub trace_points: usize,
    /// The corners of the ternary plot; `None` for no plot.
    pub ternary: Option<[usize; 3]>,
    /// Whether traces have bands.
    pub bands: bool,
    /// Steps along a side of the ternary plot.
    pub ternary_steps: usize,
    /// Whether the interaction matrix is computed.
    pub interactions: bool,
    /// Indices of the locked domains.
    pub locked: Vec<usize>,
    /// The typical error of predictions of the shown metric, in its unit.
    pub noise: Option<f64>,
}

/// Predictions around a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalProfile {
    /// The mixture.
    pub at: Mixture,
    /// What was sampled.
    pub settings: LocalProfileSettings,
    /// The name of the metric shown, or of the objective.
    pub name: String,
    /// The traces: first the metric shown, then the further metrics.
    pub traces: Option<Traces>,
    /// The ternary grid.
    pub ternary: Option<Ternary>,
    /// Interactions of pairs of domains.
    pub interactions: Option<Interactions>,
    /// The single move that improves most; `None` when no move improves by more than the noise.
    pub best_move: Option<BestMove>,
    /// A sentence about the move, or that there is none.
    pub sentence: String,
}

/// Samples everything.
pub(crate) fn profile(
    problem: &Problem,
    at: &Mixture,
    settings: &LocalProfileSettings,
    context: &JobContext<'_>,
) -> Result<LocalProfile, JobError> {
    let JobContext {
        control, executor, ..
    } = *context;
    let set = problem.set();
    let constraints = problem.constraints()?;
    let metric = |metric: usize| -> Result<(String, Shown<'_>), JobError> {
        let name = problem
            .goal
            .metrics
            .get(metric)
            .map_or_else(String::new, |metric| metric.name.clone());
        Ok((name, Shown::metric(&set, &problem.goal, metric, executor)?))
    };
    let (name, shown) = match settings.shown {
        Some(index) => metric(index)?,
        None => {
            let objective = problem.objective(&set, &constraints, control)?;
            (
                problem.objective_name().to_owned(),
                Shown::objective(&set, objective, executor),
            )
        }
    };
    let stage = control.stage("profiling the mixture", 4);
    let mut locks = Locks::none(at.domains());
    settings
        .locked
        .iter()
        .for_each(|&domain| locks.set(domain, true));
    let moves = best_moves(&shown, at, &locks, &constraints);
    let mut best_move = most_certain(&set, shown.metric_index(), at, moves)?;
    if let Some(best) = &mut best_move {
        best.put_into_words(&name, settings.noise);
    }
    stage.advance(1)?;
    let grid = |corners| {
        ternary(
            &shown,
            &name,
            at,
            corners,
            &constraints,
            settings.ternary_steps,
        )
    };
    let ternary = settings.ternary.map(grid);
    stage.advance(1)?;
    let interactions = settings
        .interactions
        .then(|| interactions(&shown, &name, at));
    stage.advance(1)?;
    let mut curves = vec![(name.clone(), shown)];
    for &index in settings
        .traced
        .iter()
        .filter(|index| Some(**index) != settings.shown)
    {
        curves.push(metric(index)?);
    }
    let traces = (settings.trace_points > 0).then(|| {
        traces(
            &curves,
            at,
            &constraints,
            settings.trace_points,
            settings.bands,
        )
    });
    stage.advance(1)?;
    let none = || format!("No single move of up to 5 points improves {name}");
    let sentence = best_move
        .as_ref()
        .map_or_else(none, |best| best.sentence.clone());
    // A move that may be noise is described, but not offered.
    let best_move = best_move.filter(BestMove::is_certain);
    Ok(LocalProfile {
        at: at.clone(),
        settings: settings.clone(),
        name,
        traces,
        ternary,
        interactions,
        best_move,
        sentence,
    })
}

/// The best move whose interval excludes zero, else the best move; for an objective without
/// intervals the best move.
fn most_certain(
    set: &SurrogateSet,
    metric: Option<usize>,
    at: &Mixture,
    mut moves: Vec<BestMove>,
) -> Result<Option<BestMove>, JobError> {
    if let Some(metric) = metric {
        let against = set.against(at.parts())?;
        for candidate in &mut moves {
            if let Some(change) = against.difference(metric, candidate.mixture.parts())? {
                candidate.change = Estimate::with_interval(change.value, change.interval);
            }
        }
    }
    let certain = moves.iter().position(BestMove::is_certain).unwrap_or(0);
    Ok((certain < moves.len()).then(|| moves.swap_remove(certain)))
}
