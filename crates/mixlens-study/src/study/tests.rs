use std::sync::Arc;

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::SurrogateParams;
use mixlens_core::simplex::Redistribution;
use mixlens_formats::{ImportOptions, NamedBytes};
use proptest::prelude::*;

use super::*;
use crate::testing::do_now;
use crate::{
    Analysis, BaselineFrom, Command, Edit, Event, JobRequest, JobResult, LimitHit, OnRejected,
    Panel, ResetTo, ScalarisationKind, SearchSettings, Session, ViewChange, run_job,
};

fn ridge() -> Command {
    Command::Analysis(Analysis::Fit(SurrogateParams::named("ridge", &[]).unwrap()))
}

fn fitted() -> Study {
    let mut study = Study::demo().unwrap();
    do_now(&mut study, ridge());
    study
}

fn sum(study: &Study) -> f64 {
    study.current().parts().iter().sum()
}

#[test]
fn a_drag_is_one_step_and_dragging_there_and_back_changes_nothing() {
    let mut study = Study::demo().unwrap();
    let start = study.state().clone();
    study.apply(Session::BeginDrag).unwrap();
    for to in [0.3, 0.7, 1.0, 0.4] {
        study.apply(Edit::SetProportion { domain: 0, to }).unwrap();
    }
    study.apply(Session::EndDrag).unwrap();
    assert_eq!(study.undo_steps(), 1);
    assert_eq!(study.undo_title(), Some("Set proportion"));
    // A visit to 100 % has not changed the ratios of the others.
    let ratio = |mixture: &Mixture| mixture.parts()[1] / mixture.parts()[2];
    assert!((ratio(study.current()) - ratio(&start.current)).abs() < 1e-12);
    study.apply(Session::Undo).unwrap();
    assert_eq!(*study.state(), start);
    study.apply(Session::Redo).unwrap();
    assert!((study.current().parts()[0] - 0.4).abs() < 1e-15);
}

#[test]
fn undo_goes_back_over_a_hundred_steps_and_never_loses_a_fit() {
    let mut study = Study::demo().unwrap();
    let start = study.state().clone();
    for step in 0..120 {
        study
            .apply(Edit::SetProportion {
                domain: step % 8,
                to: 0.1 + 0.005 * step as f64,
            })
            .unwrap();
    }
    do_now(&mut study, ridge());
    assert!(study.predictions().is_some());
    let mut steps = 0;
    while study.can_undo() {
        study.apply(Session::Undo).unwrap();
        steps += 1;
    }
    assert!(steps >= 100, "{steps}");
    assert_eq!(*study.state(), start);
    assert!(study.fit().is_some() && study.predictions().is_some());
}

#[test]
fn importing_other_runs_is_a_step_and_their_fits_wait_for_redo() {
    let mut study = fitted();
    let text = "run_id,train_a,train_b,loss_a\n\
        1,0.2,0.8,3.0\n2,0.5,0.5,2.5\n3,0.8,0.2,2.1\n4,0.1,0.9,3.3\n5,0.6,0.4,2.4\n";
    let files = vec![Arc::new(NamedBytes::new("/tmp/small.csv", text))];
    do_now(
        &mut study,
        Command::Analysis(Analysis::ImportFiles {
            files,
            options: ImportOptions::default(),
            rejected: OnRejected::Refuse,
        }),
    );
    assert_eq!(
        (study.domains().names(), study.dataset().name.as_str()),
        (&["a".into(), "b".into()][..], "small.csv")
    );
    do_now(&mut study, ridge());
    study.apply(Session::Undo).unwrap();
    assert_eq!((study.domains().len(), study.undo_title()), (8, None));
    assert!(study.fit().is_some());
    study.apply(Session::Redo).unwrap();
    assert_eq!(study.domains().len(), 2);
    assert!(study.fit().is_some());
}

#[test]
fn late_results_are_dropped() {
    let mut study = Study::demo().unwrap();
    let request = |study: &mut Study| -> JobRequest {
        let events = study.apply(ridge()).unwrap();
        events
            .into_iter()
            .find_map(|event| match event {
                Event::JobRequested(request) => Some(*request),
                _ => None,
            })
            .unwrap()
    };
    let (first, second) = (request(&mut study), request(&mut study));
    let finish = |study: &mut Study, request: &JobRequest| {
        let result: JobResult = run_job(request, &Control::default(), &Sequential);
        study.apply(Analysis::JobFinished(result)).unwrap()
    };
    assert_eq!(finish(&mut study, &first), [Event::ResultDropped(first.id)]);
    assert!(study.fit().is_none());
    assert_eq!(finish(&mut study, &second), [Event::WorkChanged]);
    assert_eq!(
        finish(&mut study, &second),
        [Event::ResultDropped(second.id)]
    );
    assert!(study.running_jobs().is_empty());
}

#[test]
fn the_embedded_demo_has_a_sentence_about_the_best_move() {
    let mut study = Study::demo().unwrap();
    do_now(
        &mut study,
        Command::Analysis(Analysis::Fit(
            SurrogateParams::named("effective-data", &[]).unwrap(),
        )),
    );
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let look = study.look().unwrap();
    assert_eq!(
        look.sentence,
        "Moving 5 points from en_bible to c changes c_nats_per_byte by −0.6 ± 0.3"
    );
    // A linear fit to these runs is poor, and the sentence reports its noise.
    do_now(&mut study, ridge());
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    let look = study.look().unwrap();
    assert!(
        look.sentence.starts_with(
            "No single move of 5 points improves c_nats_per_byte by more than the noise of ± "
        ),
        "{}",
        look.sentence
    );
    assert!(study.is_profile_current());
    assert!(study.apply(Analysis::UpdateProfile).unwrap().is_empty());
    study
        .apply(Edit::SetProportion { domain: 0, to: 0.3 })
        .unwrap();
    assert!(!study.is_profile_current());
}

#[test]
fn a_change_of_the_view_needs_no_saving() {
    let mut study = fitted();
    assert!(study.is_modified());
    study.apply(Session::StudySaved(study.edits())).unwrap();
    do_now(&mut study, Command::Analysis(Analysis::UpdateProfile));
    study
        .apply(ViewChange::ShowPanel {
            panel: Panel::Runs,
            is_shown: true,
        })
        .unwrap();
    assert!(!study.is_modified());
    study
        .apply(Edit::SetProportion { domain: 0, to: 0.3 })
        .unwrap();
    assert!(study.is_modified());
}

#[test]
fn a_profile_is_coarse_during_a_drag_and_fine_after_it() {
    let mut study = fitted();
    let points = |study: &mut Study| {
        do_now(study, Command::Analysis(Analysis::UpdateProfile));
        study.look().unwrap().traces.as_ref().unwrap().domains[0]
            .parts
            .len()
    };
    let fine = points(&mut study);
    study.apply(Session::BeginDrag).unwrap();
    study
        .apply(Edit::SetProportion {
            domain: 0,
            to: 0.31,
        })
        .unwrap();
    assert!(points(&mut study) < fine / 2);
    study.apply(Session::EndDrag).unwrap();
    assert!(!study.is_profile_current());
    assert_eq!(points(&mut study), fine);
}

#[test]
fn limits_move_the_mixture_and_are_refused_when_they_conflict() {
    let mut study = Study::demo().unwrap();
    study
        .apply(Edit::SetUpper {
            domain: 4,
            to: Some(0.2),
        })
        .unwrap();
    let row = &study.domain_rows()[4];
    assert_eq!((row.limit, row.upper), (LimitHit::AtUpper, 0.2));
    assert!((sum(&study) - 1.0).abs() < 1e-12);
    study
        .apply(Edit::SetLower {
            domain: 5,
            to: Some(0.6),
        })
        .unwrap();
    let before = study.state().clone();
    let clash = study
        .apply(Edit::SetLower {
            domain: 6,
            to: Some(0.5),
        })
        .unwrap_err();
    assert!(
        clash
            .to_string()
            .contains("no mixture satisfies the constraints"),
        "{clash}"
    );
    assert_eq!(*study.state(), before);
}

#[test]
fn a_search_keeps_locks_and_its_proposal_can_be_used() {
    let mut study = fitted();
    study
        .apply(Edit::SetLock {
            domain: 4,
            is_locked: true,
        })
        .unwrap();
    let locked = study.current().parts()[4];
    do_now(
        &mut study,
        Command::Analysis(Analysis::Search(SearchSettings {
            samples: 2000,
            ..Default::default()
        })),
    );
    study.apply(Edit::Reset(ResetTo::Proposal)).unwrap();
    assert!((study.current().parts()[4] - locked).abs() < 1e-12);
    assert_eq!(study.undo_title(), Some("Reset mixture"));
    let objective = study.predictions().unwrap().objective.clone().unwrap();
    assert!(objective.difference.value < 0.0);
}

/// Any command that can be undone, right or wrong.
fn any_edit() -> impl Strategy<Value = Command> {
    let domain = 0..9_usize;
    let part = -0.2..1.2_f64;
    prop_oneof![
        4 => (domain.clone(), part.clone())
            .prop_map(|(domain, to)| Command::Edit(Edit::SetProportion { domain, to })),
        1 => Just(Command::Session(Session::BeginDrag)),
        1 => Just(Command::Session(Session::EndDrag)),
        1 => (domain.clone(), domain.clone(), 0.0..0.3_f64)
            .prop_map(|(from, to, points)| Command::Edit(Edit::MovePoints { from, to, points })),
        1 => (0.0..1.0_f64, 0.0..1.0_f64, 0.0..1.0_f64)
            .prop_map(|(a, b, c)| {
                Command::Edit(Edit::SetShares { corners: [0, 1, 2], shares: [a, b, c] })
            }),
        2 => (domain.clone(), any::<bool>())
            .prop_map(|(domain, is_locked)| Command::Edit(Edit::SetLock { domain, is_locked })),
        1 => Just(Command::Edit(Edit::UnlockAll)),
        1 => prop_oneof![
            Just(ResetTo::Natural),
            Just(ResetTo::Uniform),
            Just(ResetTo::RunsMean),
            Just(ResetTo::Baseline),
        ]
        .prop_map(|to| Command::Edit(Edit::Reset(to))),
        1 => prop_oneof![
            Just(Redistribution::Proportional),
            Just(Redistribution::Even),
            domain.clone().prop_map(|with| Redistribution::Swap { with }),
        ]
        .prop_map(|to| Command::Edit(Edit::SetRedistribution(to))),
        1 => (0..400_usize).prop_map(|to| Command::Edit(Edit::ShowRun(to))),
        1 => Just(Command::Edit(Edit::SaveMixture { name: String::new() })),
        1 => "[a-c]{0,2}".prop_map(|name| Command::Edit(Edit::SaveMixture { name })),
        1 => (0..4_usize, "[a-c]{0,2}")
            .prop_map(|(index, name)| Command::Edit(Edit::RenameMixture { index, name })),
        1 => (0..4_usize).prop_map(|to| Command::Edit(Edit::DeleteMixture(to))),
        1 => (0..4_usize).prop_map(|to| Command::Edit(Edit::LoadMixture(to))),
        1 => (0..4_usize, any::<bool>())
            .prop_map(|(index, is_compared)| {
                Command::Edit(Edit::CompareMixture { index, is_compared })
            }),
        1 => prop_oneof![
            Just(BaselineFrom::Current),
            Just(BaselineFrom::Uniform),
            (0..4_usize).prop_map(BaselineFrom::Saved),
        ]
        .prop_map(|to| Command::Edit(Edit::SetBaseline(to))),
        1 => (domain.clone(), proptest::option::of(0.0..0.4_f64))
            .prop_map(|(domain, to)| Command::Edit(Edit::SetLower { domain, to })),
        1 => (domain.clone(), proptest::option::of(0.0..1.1_f64))
            .prop_map(|(domain, to)| Command::Edit(Edit::SetUpper { domain, to })),
        1 => (domain, proptest::option::of(0.0..1e12_f64))
            .prop_map(|(domain, to)| Command::Edit(Edit::SetUniqueTokens { domain, to })),
        1 => proptest::option::of(1e9..1e12_f64)
            .prop_map(|to| Command::Edit(Edit::SetTrainingTokens(to))),
        1 => (0.5..8.0_f64).prop_map(|to| Command::Edit(Edit::SetMaxEpochs(to))),
        1 => Just(Command::Edit(Edit::AddConstraint("python + c <= 2*javascript + 0.3".into()))),
        1 => Just(Command::Edit(Edit::AddConstraint("nonsense".into()))),
        1 => (0..2_usize).prop_map(|to| Command::Edit(Edit::RemoveConstraint(to))),
        1 => Just(Command::Edit(Edit::ClearLimits)),
        1 => (0..9_usize, 0.0..3.0_f64)
            .prop_map(|(metric, to)| Command::Edit(Edit::SetWeight { metric, to })),
        1 => (0..9_usize).prop_map(|to| Command::Edit(Edit::OptimiseMetric(to))),
        1 => Just(Command::Edit(Edit::SetScalarisation(ScalarisationKind::Minimax))),
        1 => (0..100_u64).prop_map(|to| Command::Edit(Edit::SetSeed(to))),
        1 => Just(Command::View(ViewChange::ShowPanel { panel: Panel::Runs, is_shown: true })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn undoing_everything_is_the_start_and_redoing_everything_the_end(
        commands in proptest::collection::vec(any_edit(), 1..60),
    ) {
        let mut study = Study::demo().unwrap();
        let start = study.state().clone();
        let mut states = vec![start.clone()];
        for command in commands {
            let before = study.state().clone();
            if study.apply(command).is_err() {
                prop_assert_eq!(study.state(), &before);
            }
            prop_assert!((sum(&study) - 1.0).abs() <= 1e-12);
            prop_assert_eq!(study.domain_rows().len(), 8);
            if study.state() != &before {
                states.push(study.state().clone());
            }
        }
        let end = study.state().clone();
        let steps = study.undo_steps();
        prop_assert!(steps < states.len());
        while study.can_undo() {
            study.apply(Session::Undo).unwrap();
            prop_assert!(states.contains(study.state()));
        }
        prop_assert_eq!(study.state(), &start);
        while study.can_redo() {
            study.apply(Session::Redo).unwrap();
        }
        prop_assert_eq!(study.state(), &end);
        prop_assert_eq!(study.undo_steps(), steps);
    }

    #[test]
    fn locked_proportions_keep_their_bits_whatever_is_dragged(
        locked in proptest::collection::vec(any::<bool>(), 8),
        constrained in any::<bool>(),
        drags in proptest::collection::vec((0..8_usize, -0.2..1.2_f64, 0..10_usize), 1..40),
    ) {
        let mut study = Study::demo().unwrap();
        if constrained {
            study.apply(Edit::AddConstraint("python + c <= 2*javascript + 0.3".into())).unwrap();
        }
        for (domain, &is_locked) in locked.iter().enumerate() {
            study.apply(Edit::SetLock { domain, is_locked }).unwrap();
        }
        let start = study.current().clone();
        for (domain, to, how) in drags {
            let how = match how {
                0..=3 => Redistribution::Proportional,
                4..=6 => Redistribution::Even,
                with => Redistribution::Swap { with: with - 7 },
            };
            study.apply(Edit::SetRedistribution(how)).unwrap();
            study.apply(Edit::SetProportion { domain, to }).unwrap();
            let shares = [to.abs(), 0.3, 0.1];
            let corners = [domain, (domain + 1) % 8, (domain + 2) % 8];
            study.apply(Edit::SetShares { corners, shares }).unwrap();
            prop_assert!((sum(&study) - 1.0).abs() <= 1e-12);
            prop_assert!(study.state().constraints.contains(study.current().parts(), 1e-9));
            for (domain, _) in locked.iter().enumerate().filter(|(_, locked)| **locked) {
                let (now, before) = (study.current().parts()[domain], start.parts()[domain]);
                prop_assert_eq!(now.to_bits(), before.to_bits());
            }
        }
    }
}
