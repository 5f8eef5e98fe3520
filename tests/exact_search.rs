//! What an exact search promises on RegMix's published runs: a proof, no better mixture by simulation, every constraint
//! kept, and clashes by name.
#![expect(clippy::print_stderr, reason = "how far simulation stays behind is worth a line")]

use std::path::Path;

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, RayonExecutor, Status};
use mixlens_core::convex::Relation;
use mixlens_core::fit::{Surrogate, SurrogateParams, SurrogateSet};
use mixlens_core::search::{
    Exact, MetricBound, Objective, Side, SimulationParams, Term, minimise, propose_exact, simulate,
};
use mixlens_core::simplex::{Constraints, LinearConstraint, Prior, Sampler, Supply};

use super::regmix;

/// What the gap must stay below, in nats.
const GAP: f64 = 1e-9;
/// Convex surrogates: the laws, and what is made of laws.
const CONVEX: [(&str, &[(&str, &str)]); 5] = [
    ("effective-data", &[]),
    ("exponential", &[]),
    ("power", &[]),
    ("ensemble", &[("members", "effective-data+exponential+power")]),
    ("stack", &[("law", "effective-data"), ("residual", "exponential"), ("when", "always")]),
];

/// A surrogate fitted to 64 of the runs and all 13 metrics.
fn fitted(folder: &Path, name: &str, pairs: &[(&str, &str)]) -> SurrogateSet {
    let table = regmix::some_runs(folder, 64);
    let pairs: Vec<_> = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let params = SurrogateParams::named(name, &pairs).unwrap();
    let metrics: Vec<usize> = (0..13).collect();
    SurrogateSet::fit(&table, &metrics, &params, &Control::default(), &executor()).unwrap()
}

fn executor() -> RayonExecutor {
    RayonExecutor::new(None).unwrap()
}

fn run(set: &SurrogateSet, objective: &Objective, constraints: &Constraints) -> Exact {
    let best = minimise(set, objective, constraints, &Control::default()).unwrap();
    assert_eq!(best.report.status, Status::Optimal, "{:?}", best.report);
    assert!(best.gap < GAP, "{}", best.gap);
    best
}

/// The Frank-Wolfe gap of an unconstrained mean, from its definition: slopes · x − the least slope.
fn gap(set: &SurrogateSet, objective: &Objective, parts: &[f64]) -> f64 {
    let mut slopes = vec![0.0; parts.len()];
    let mut one = vec![0.0; parts.len()];
    for term in objective.terms() {
        set.metrics()[term.metric].surrogate.gradient_into(parts, &mut one).unwrap();
        slopes.iter_mut().zip(&one).for_each(|(slope, one)| *slope += term.weight * one);
    }
    let least = slopes.iter().copied().fold(f64::INFINITY, f64::min);
    slopes.iter().zip(parts).map(|(slope, part)| (slope - least) * part).sum()
}

/// The least objective of simulated mixtures: half of them around the natural mixture, half around the minimiser.
fn simulated(set: &SurrogateSet, objective: &Objective, constraints: &Constraints, best: &Exact, samples: u64) -> f64 {
    let around = |prior: Prior, centre| {
        let sampler = Sampler::new(&prior, centre, constraints.clone(), 1).unwrap();
        let params = SimulationParams { samples: samples / 2, top: 1 };
        let found = simulate(set, objective, &sampler, params, &Control::default(), &executor()).unwrap();
        found.best[0].1
    };
    let natural = set.centre().mixture;
    around(Prior::regmix(), &natural).min(around(Prior::Dirichlet { concentration: 300.0 }, &best.mixture))
}

#[test]
fn the_minimum_is_proved_and_no_simulated_mixture_is_better() {
    let Some(folder) = regmix::folder() else { return };
    for (name, pairs) in CONVEX {
        let set = fitted(&folder, name, pairs);
        let objective = Objective::mean_of_all(&set);
        assert!(objective.is_convex(&set), "{name}");
        let free = Constraints::free(set.domains());
        let best = run(&set, &objective, &free);
        let own = gap(&set, &objective, best.mixture.parts());
        assert!(own.abs() < GAP, "{name}: the gap from its definition is {own}");
        let samples = if name == "effective-data" { 1_000_000 } else { 100_000 };
        let found = simulated(&set, &objective, &free, &best, samples);
        eprintln!(
            "{name}: {:.6} nats, gap {:.1e}, {} steps; best of {samples} simulated {:.6} above",
            best.objective,
            best.gap,
            best.report.iterations,
            found - best.objective
        );
        assert!(found >= best.objective - best.gap, "{name}: {found} simulated, {} exact", best.objective);
    }
}
