//! The promises of an exact search on the published runs of RegMix: a proof, no better mixture by
//! simulation, every constraint kept, and conflicting constraints by name.
#![expect(
    clippy::print_stderr,
    reason = "the distance of simulation from the optimum is worth a line"
)]

use std::path::Path;

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, RayonExecutor, Status};
use mixlens_core::fit::{Surrogate, SurrogateParams, SurrogateSet};
use mixlens_core::optim::Relation;
use mixlens_core::search::{
    Exact, MetricBound, Objective, Side, SimulationParams, Term, minimise, simulate,
};
use mixlens_core::simplex::{Constraints, LinearConstraint, Prior, Sampler, Supply};

use super::regmix;

/// Maximum gap, in nats.
const MAX_GAP: f64 = 1e-9;
/// Convex surrogates: the laws, and combinations of laws.
const CONVEX: [(&str, &[(&str, &str)]); 5] = [
    ("effective-data", &[]),
    ("exponential", &[]),
    ("power", &[]),
    (
        "ensemble",
        &[("members", "effective-data+exponential+power")],
    ),
    (
        "stack",
        &[
            ("law", "effective-data"),
            ("residual", "exponential"),
            ("when", "always"),
        ],
    ),
];

/// A surrogate fitted to 64 of the runs and all 13 metrics.
fn fitted(folder: &Path, name: &str, pairs: &[(&str, &str)]) -> SurrogateSet {
    let table = regmix::some_runs(folder, 64);
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
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
    assert!(best.gap < MAX_GAP, "{}", best.gap);
    best
}

/// The Frank-Wolfe gap of an unconstrained mean, from its definition: Σⱼ (gⱼ − minₖ gₖ) xⱼ, where g
/// is the gradient (`slopes`) and x the mixture (`parts`).
fn gap(set: &SurrogateSet, objective: &Objective, parts: &[f64]) -> f64 {
    let mut slopes = vec![0.0; parts.len()];
    let mut one = vec![0.0; parts.len()];
    for term in objective.terms() {
        set.metrics()[term.metric]
            .surrogate
            .gradient_into(parts, &mut one)
            .unwrap();
        slopes
            .iter_mut()
            .zip(&one)
            .for_each(|(slope, one)| *slope += term.weight * one);
    }
    let lowest = slopes.iter().copied().fold(f64::INFINITY, f64::min);
    slopes
        .iter()
        .zip(parts)
        .map(|(slope, part)| (slope - lowest) * part)
        .sum()
}

/// The minimum objective of simulated mixtures: half of them around the natural mixture, half
/// around the minimiser.
fn simulated(
    set: &SurrogateSet,
    objective: &Objective,
    constraints: &Constraints,
    best: &Exact,
    samples: u64,
) -> f64 {
    let around = |prior: Prior, centre| {
        let sampler = Sampler::new(&prior, centre, constraints.clone(), 1).unwrap();
        let params = SimulationParams {
            samples: samples / 2,
            top: 1,
        };
        let found = simulate(
            set,
            objective,
            &sampler,
            params,
            &Control::default(),
            &executor(),
        )
        .unwrap();
        found.best[0].1
    };
    let natural = set.centre().mixture;
    around(Prior::regmix(), &natural).min(around(
        Prior::Dirichlet {
            concentration: 300.0,
        },
        &best.mixture,
    ))
}

#[test]
fn the_minimum_is_proved_and_no_simulated_mixture_is_better() {
    let Some(folder) = regmix::folder() else {
        return;
    };
    for (name, pairs) in CONVEX {
        let set = fitted(&folder, name, pairs);
        let objective = Objective::mean_of_all(&set);
        assert!(objective.is_convex(&set), "{name}");
        let free = Constraints::free(set.domains());
        let best = run(&set, &objective, &free);
        let defined = gap(&set, &objective, best.mixture.parts());
        assert!(
            defined.abs() < MAX_GAP,
            "{name}: the gap from its definition is {defined}"
        );
        let samples = if name == "effective-data" {
            1_000_000
        } else {
            100_000
        };
        let found = simulated(&set, &objective, &free, &best, samples);
        eprintln!(
            "{name}: {:.6} nats, gap {:.1e}, {} steps; best of {samples} simulated {:.6} above",
            best.objective,
            best.gap,
            best.report.iterations,
            found - best.objective
        );
        assert!(
            found >= best.objective - best.gap,
            "{name}: {found} simulated, {} exact",
            best.objective
        );
    }
}

/// Bounds, epoch caps and linear constraints, all of which bind somewhere.
fn constraints(set: &SurrogateSet) -> Constraints {
    let domains = set.domains();
    let row = |text: &str, weights: &[(&str, f64)], relation, bound: f64| {
        let mut coefficients = vec![0.0; domains.len()];
        for (name, weight) in weights {
            coefficients[domains.require(&format!("the_pile_{name}")).unwrap()] = *weight;
        }
        LinearConstraint::new(text, coefficients, relation, bound).unwrap()
    };
    let mut unique_tokens = vec![None; domains.len()];
    for (name, tokens) in [
        ("pile_cc", 5e10),
        ("gutenberg_pg_19", 2.5e9),
        ("ubuntu_irc", 1e9),
    ] {
        unique_tokens[domains.require(&format!("the_pile_{name}")).unwrap()] = Some(tokens);
    }
    let supply = Supply {
        unique_tokens,
        training_tokens: 1e12,
        max_epochs: 4.0,
    };
    let builder = Constraints::builder(domains).supply(&supply).unwrap();
    let builder = builder
        .lower("the_pile_europarl", 0.03)
        .unwrap()
        .upper("the_pile_github", 0.05)
        .unwrap();
    let less = row(
        "stackexchange <= 2*github",
        &[("stackexchange", 1.0), ("github", -2.0)],
        Relation::AtMost,
        0.0,
    );
    let same = row(
        "arxiv = freelaw",
        &[("arxiv", 1.0), ("freelaw", -1.0)],
        Relation::Equal,
        0.0,
    );
    builder
        .linear(less)
        .unwrap()
        .linear(same)
        .unwrap()
        .build()
        .unwrap()
}

fn only(set: &SurrogateSet, metric: usize) -> Objective {
    Objective::new(
        set,
        &[Term {
            metric,
            weight: 1.0,
        }],
    )
    .unwrap()
}

fn at_most(metric: usize, text: &str, value: f64) -> MetricBound {
    MetricBound {
        text: text.to_owned(),
        metric,
        side: Side::AtMost,
        value,
    }
}

#[test]
fn bounds_caps_linear_constraints_and_bounds_on_metrics_are_kept() {
    let Some(folder) = regmix::folder() else {
        return;
    };
    for (name, pairs) in CONVEX {
        let set = fitted(&folder, name, pairs);
        let constraints = constraints(&set);
        let objective = Objective::mean_of_all(&set);
        let free = run(&set, &objective, &constraints);
        assert!(
            constraints.contains(free.mixture.parts(), MAX_GAP),
            "{name}: {:?}",
            free.mixture
        );
        let values = set.predict(free.mixture.parts()).unwrap().values;
        // Half-way from the prediction at the minimum of the mean to the minimum of each of two
        // metrics.
        let bounds = [0, 5].map(|metric| {
            let minimum = run(&set, &only(&set, metric), &constraints).objective;
            at_most(
                metric,
                "a bound",
                0.5 * (values[metric] + minimum.max(values[metric] - 0.2)),
            )
        });
        let held = run(
            &set,
            &objective.clone().within(bounds.to_vec()),
            &constraints,
        );
        assert!(
            constraints.contains(held.mixture.parts(), MAX_GAP),
            "{name}: {:?}",
            held.mixture
        );
        let predicted = set.predict(held.mixture.parts()).unwrap().values;
        for bound in &bounds {
            assert!(
                bound.excess(predicted[bound.metric]) <= MAX_GAP,
                "{name}: {}",
                bound.excess(predicted[bound.metric])
            );
        }
        // At least one bound raises the minimum.
        assert!(
            held.objective > free.objective + 1e-6,
            "{name}: {} and {}",
            held.objective,
            free.objective
        );
        let found = simulated(
            &set,
            &objective.within(bounds.to_vec()),
            &constraints,
            &held,
            20_000,
        );
        assert!(
            found >= held.objective - held.gap,
            "{name}: {found} simulated, {} exact",
            held.objective
        );
    }
}

#[test]
fn constraints_that_conflict_are_named() {
    let Some(folder) = regmix::folder() else {
        return;
    };
    let set = fitted(&folder, "effective-data", &[]);
    let free = Constraints::free(set.domains());
    let clash = |objective: &Objective, constraints: &Constraints| match minimise(
        &set,
        objective,
        constraints,
        &Control::default(),
    ) {
        Err(CoreError::Infeasible { clashes }) => clashes.join("; "),
        other => panic!("{other:?}"),
    };
    let objective = Objective::mean_of_all(&set);
    let minima = [1, 5].map(|metric| run(&set, &only(&set, metric), &free).objective);
    // A single bound below the minimum.
    let alone = objective.clone().within(vec![
        at_most(1, "law <= x", minima[0] - 0.1),
        at_most(5, "code <= y", 9.0),
    ]);
    let found = clash(&alone, &free);
    assert!(
        found.starts_with("`law <= x`: every allowed mixture exceeds it by at least 0.1"),
        "{found}"
    );
    // Two bounds that can each be kept, but not together.
    let bounds = vec![
        at_most(1, "law <= x", minima[0] + 0.01),
        at_most(5, "code <= y", minima[1] + 0.01),
    ];
    let both = objective.within(bounds);
    let found = clash(&both, &free);
    assert!(
        found.starts_with("`law <= x` and `code <= y`: every allowed mixture exceeds one of them"),
        "{found}"
    );
}
