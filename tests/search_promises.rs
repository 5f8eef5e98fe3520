//! The promises of a search: the best of all samples, the same bytes everywhere, within the
//! constraints, and cancellable.
//!
//! The structure guarantees, without a test, that 10⁸ samples need no more memory than 10⁶:
//! `simulate` holds one chunk of 2,048 rows per running task and a list of `top` results per
//! stripe. There are at most 64 stripes for any number of samples, and the loop allocates nothing
//! else.

use std::sync::{Arc, OnceLock};

use mixlens_core::CoreError;
use mixlens_core::compute::{Control, Executor, RayonExecutor, Sequential};
use mixlens_core::fit::{SurrogateParams, SurrogateSet};
use mixlens_core::search::{Objective, SimulationParams, Term, propose, simulate};
use mixlens_core::simplex::{Constraints, Mixture, Prior, Sampler, Supply};
use mixlens_core::table::Direction;

use super::synthetic::table;

fn fitted(name: &str) -> SurrogateSet {
    let metrics = [
        ("web_loss", Direction::Lower),
        ("code_accuracy", Direction::Higher),
    ];
    let runs = table(80, metrics, |x, noise| {
        [
            3.0 - x[0].sqrt() + 0.01 * noise,
            x[1] * (1.0 - x[1]) + 0.01 * noise,
        ]
    });
    let params = SurrogateParams::named(name, &[]).unwrap();
    SurrogateSet::fit(&runs, &[0, 1], &params, &Control::default(), &Sequential).unwrap()
}

/// Two metrics, one of them better when higher, with different weights.
fn objective(set: &SurrogateSet) -> Objective {
    Objective::new(
        set,
        &[
            Term {
                metric: 0,
                weight: 1.0,
            },
            Term {
                metric: 1,
                weight: 3.0,
            },
        ],
    )
    .unwrap()
}

fn constraints(set: &SurrogateSet) -> Constraints {
    let supply = Supply {
        unique_tokens: vec![Some(2e12), Some(1e11), None, Some(2e10)],
        training_tokens: 1e12,
        max_epochs: 4.0,
    };
    let builder = Constraints::builder(set.domains())
        .lower("books", 0.15)
        .unwrap()
        .upper("web", 0.55)
        .unwrap();
    builder.supply(&supply).unwrap().build().unwrap()
}

const PRIORS: [fn() -> Prior; 4] = [
    Prior::regmix,
    || Prior::Uniform,
    || Prior::Dirichlet { concentration: 0.5 },
    || Prior::LowDiscrepancy,
];

fn sampler(set: &SurrogateSet, prior: &Prior, constraints: Constraints) -> Sampler {
    Sampler::new(prior, &set.centre().mixture, constraints, 42).unwrap()
}

#[test]
fn the_best_are_those_that_brute_force_finds() {
    for set in SurrogateParams::NAMES.iter().map(|name| fitted(name)) {
        let objective = objective(&set);
        for constraints in [Constraints::free(set.domains()), constraints(&set)] {
            let sampler = sampler(&set, &Prior::regmix(), constraints);
            // Not a multiple of the chunk size.
            let params = SimulationParams {
                samples: 9001,
                top: 57,
            };
            let found = simulate(
                &set,
                &objective,
                &sampler,
                params,
                &Control::default(),
                &Sequential,
            )
            .unwrap();
            let all = (0..params.samples).map(|index| {
                let mixture = sampler.sample(index);
                let values = set.predict(mixture.parts()).unwrap().values;
                (objective.of_values(&set, &values), mixture)
            });
            let mut all: Vec<(f64, Mixture)> = all.collect();
            // A stable sort: among equal objectives, as trees give, the first drawn comes first.
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert_eq!(found.best.len(), params.top);
            for ((mixture, objective), (expected_objective, expected)) in
                found.best.iter().zip(&all)
            {
                assert_eq!(objective.to_bits(), expected_objective.to_bits());
                assert_eq!(mixture, expected);
            }
        }
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let two = RayonExecutor::new(Some(2)).unwrap();
    for set in SurrogateParams::NAMES.iter().map(|name| fitted(name)) {
        for prior in PRIORS {
            let sampler = sampler(&set, &prior(), constraints(&set));
            let params = SimulationParams {
                samples: 30_000,
                top: 100,
            };
            let run = |executor: &dyn Executor| {
                propose(
                    &set,
                    &objective(&set),
                    &sampler,
                    params,
                    None,
                    &Control::default(),
                    executor,
                )
                .unwrap()
            };
            let (one, two) = (run(&Sequential), run(&two));
            assert_eq!(one, two);
            // −0 equals 0 as a number but not as text.
            assert_eq!(format!("{one:?}"), format!("{two:?}"));
        }
    }
}

#[test]
fn a_proposal_keeps_every_constraint() {
    let set = fitted("trees");
    for prior in PRIORS {
        let sampler = sampler(&set, &prior(), constraints(&set));
        for top in [1, 3, 1000] {
            let params = SimulationParams {
                samples: 10_000,
                top,
            };
            let found = propose(
                &set,
                &objective(&set),
                &sampler,
                params,
                None,
                &Control::default(),
                &Sequential,
            )
            .unwrap();
            let bounds = sampler.constraints();
            for mixture in [&found.mixture, &found.best_single.0] {
                assert!(
                    bounds.contains(mixture.parts(), 1e-12),
                    "{:?}",
                    mixture.parts()
                );
            }
            assert!(
                (bounds.upper()[1] - 0.4).abs() < 1e-12 && (bounds.upper()[3] - 0.08).abs() < 1e-12
            );
            for (low, high) in &found.spread {
                assert!(low <= high);
            }
        }
    }
}

#[test]
fn a_search_that_is_cancelled_before_or_during_reports_it() {
    let set = fitted("ridge");
    let sampler = sampler(&set, &Prior::regmix(), Constraints::free(set.domains()));
    // Years of work, which only cancellation ends.
    let params = SimulationParams {
        samples: 1 << 50,
        top: 10,
    };
    let stopped = Control::default();
    stopped.cancel();
    // A control that cancels itself at the first progress report.
    let cell: Arc<OnceLock<Control>> = Arc::default();
    let handle = Arc::clone(&cell);
    let stops_itself = Control::reporting_to(move |progress| {
        if let (Some(control), true) = (handle.get(), progress.done > 0) {
            control.cancel();
        }
    });
    assert!(cell.set(stops_itself.clone()).is_ok());
    let two = RayonExecutor::new(Some(2)).unwrap();
    for (control, executor) in [
        (&stopped, &Sequential as &dyn Executor),
        (&stops_itself, &two),
    ] {
        let found = simulate(&set, &objective(&set), &sampler, params, control, executor);
        assert_eq!(found, Err(CoreError::Cancelled));
    }
}
