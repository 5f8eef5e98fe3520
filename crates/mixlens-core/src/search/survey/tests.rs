use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::compute::{RayonExecutor, Sequential};
use crate::search::tests::fitted;
use crate::search::{MetricBound, Side};
use crate::simplex::{Constraints, Mixture, Prior};

fn surveyed(
    set: &SurrogateSet,
    objective: &Objective,
    params: SurveyParams,
    executor: &dyn Executor,
) -> Result<Survey, CoreError> {
    let free = Constraints::free(set.domains());
    let sampler = Sampler::new(&Prior::Uniform, &Mixture::uniform(set.domains()), free, 3)?;
    let control = Control::default();
    let later = survey_on(None, set, objective, &sampler, params, &control, executor);
    let Poll::Ready(found) = pin!(later).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("the CPU does not wait")
    };
    found.map(|(survey, _)| survey)
}

const PARAMS: SurveyParams = SurveyParams {
    samples: 20_000,
    cells: 20,
    pair: Some([2, 0]),
    pair_cells: 8,
};

/// A mixture and its objective.
type Sampled = (Vec<f64>, f64);

#[test]
fn every_cell_counts_the_mixtures_within_it() {
    let set = fitted(4, 2, 40, "exponential");
    let objective = Objective::mean_of_all(&set);
    let survey = surveyed(&set, &objective, PARAMS, &Sequential).unwrap();
    let free = Constraints::free(set.domains());
    let sampler = Sampler::new(&Prior::Uniform, &Mixture::uniform(set.domains()), free, 3).unwrap();
    let sampled: Vec<Sampled> = (0..PARAMS.samples)
        .map(|index| {
            let parts = sampler.sample(index).parts().to_vec();
            let value = objective.of_values(&set, &set.predict(&parts).unwrap().values);
            (parts, value)
        })
        .collect();
    // From the borders of a cell, the outermost of which are open, instead of from its number.
    let is_in = |axis: Axis, cell: usize, value: f64| {
        let (low, high) = axis.range(cell);
        (cell == 0 || value >= low) && (cell + 1 == axis.cells || value < high)
    };
    let expected = |is_in: &dyn Fn(&Sampled) -> bool| {
        let within: Vec<f64> = sampled
            .iter()
            .filter(|sample| is_in(sample))
            .map(|sample| sample.1)
            .collect();
        let good = within.iter().filter(|value| **value <= survey.good).count() as u64;
        let lowest = within.iter().copied().reduce(f64::min);
        (within.len() as u64, good, lowest)
    };
    let mut filled = 0;
    let mut check = |tally: &Tally, (count, good, lowest): (u64, u64, Option<f64>)| {
        // A mixture on a border may count on either side of it.
        assert!(
            tally.count.abs_diff(count) <= 1 && tally.good.abs_diff(good) <= 1,
            "{tally:?}, {count}, {good}"
        );
        if tally.count == count {
            let apart = tally.lowest.unwrap_or(0.0) - lowest.unwrap_or(0.0);
            assert!(apart.abs() < 1e-12, "{tally:?}, {lowest:?}");
        }
        filled += usize::from(count > 0);
    };
    for (domain, Tallied { axis, tallies }) in survey.domains.iter().enumerate() {
        for (cell, tally) in tallies.iter().enumerate() {
            check(
                tally,
                expected(&|(parts, _)| is_in(*axis, cell, parts[domain])),
            );
        }
    }
    let Tallied { axis, tallies } = &survey.objective;
    for (cell, tally) in tallies.iter().enumerate() {
        check(tally, expected(&|(_, value)| is_in(*axis, cell, *value)));
    }
    let PairSurvey {
        domains: [a, b],
        axes: [along, across],
        tallies,
    } = survey.pair.as_ref().unwrap();
    for (cell, tally) in tallies.iter().enumerate() {
        let is_in_both = |(parts, _): &Sampled| {
            is_in(*along, cell % along.cells, parts[*a])
                && is_in(*across, cell / along.cells, parts[*b])
        };
        check(tally, expected(&is_in_both));
    }
    assert!(filled > 100, "{filled} cells hold anything");
    let good: u64 = survey
        .objective
        .tallies
        .iter()
        .map(|tally| tally.good)
        .sum();
    assert!(
        (100..400).contains(&good),
        "{good} of {} are good",
        PARAMS.samples
    );
}

#[test]
fn ranges_end_within_cells() {
    let axis = Axis {
        low: 0.0,
        high: 1.0,
        cells: 4,
    };
    let tally = |count, good| Tally {
        count,
        good,
        lowest: (count > 0).then_some(1.0),
    };
    let along = Tallied {
        axis,
        tallies: vec![tally(100, 0), tally(200, 100), tally(0, 0), tally(100, 100)],
    };
    // A tenth of a quarter into the second cell, nine tenths of one into the last.
    let (low, high) = along.good_range().unwrap();
    assert!(
        (low - 0.275).abs() < 1e-12 && (high - 0.975).abs() < 1e-12,
        "{low} {high}"
    );
    assert_eq!(along.median(), Some(0.375));
    let empty = Tallied {
        axis,
        tallies: vec![tally(0, 0); 4],
    };
    assert_eq!((empty.good_range(), empty.median()), (None, None));
}

#[test]
fn threads_change_nothing() {
    let set = fitted(5, 2, 40, "effective-data");
    let objective = Objective::mean_of_all(&set);
    let pool = RayonExecutor::new(Some(8)).unwrap();
    let [one, eight] =
        [&Sequential as &dyn Executor, &pool].map(|on| surveyed(&set, &objective, PARAMS, on));
    assert_eq!(one.unwrap(), eight.unwrap());
}

#[test]
fn mixtures_that_break_a_bound_are_left_out_and_all_of_them_are_an_error() {
    let set = fitted(4, 2, 40, "exponential");
    let all = surveyed(&set, &Objective::mean_of_all(&set), PARAMS, &Sequential).unwrap();
    let within = |value: f64| {
        let bound = MetricBound {
            text: format!("m0 <= {value}"),
            metric: 0,
            side: Side::AtMost,
            value,
        };
        surveyed(
            &set,
            &Objective::mean_of_all(&set).within(vec![bound]),
            PARAMS,
            &Sequential,
        )
    };
    let axis = all.objective.axis;
    let some = within(0.5 * (axis.low + axis.high)).unwrap();
    assert!(some.allowed > 0 && some.allowed < all.allowed && all.allowed == PARAMS.samples);
    assert!(some.domains.iter().all(|Tallied { tallies, .. }| {
        tallies.iter().map(|tally| tally.count).sum::<u64>() == some.allowed
            && tallies
                .iter()
                .all(|tally| tally.lowest.is_none_or(|lowest| lowest < 1e6))
    }));
    assert!(matches!(within(-1.0), Err(CoreError::Infeasible { .. })));
}

#[test]
fn bad_parameters_are_named() {
    let set = fitted(4, 1, 40, "exponential");
    let bad = [
        (
            "samples",
            SurveyParams {
                samples: 0,
                ..PARAMS
            },
        ),
        ("cells", SurveyParams { cells: 0, ..PARAMS }),
        (
            "pair_cells",
            SurveyParams {
                pair_cells: 33,
                ..PARAMS
            },
        ),
        (
            "pair",
            SurveyParams {
                pair: Some([1, 1]),
                ..PARAMS
            },
        ),
        (
            "pair",
            SurveyParams {
                pair: Some([0, 4]),
                ..PARAMS
            },
        ),
    ];
    for (name, params) in bad {
        let problem =
            surveyed(&set, &Objective::mean_of_all(&set), params, &Sequential).unwrap_err();
        assert!(
            matches!(
                &problem,
                CoreError::BadParameter { name: parameter, .. } if *parameter == name
            ),
            "{problem}"
        );
    }
}
