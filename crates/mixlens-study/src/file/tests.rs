use std::sync::Arc;

use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::{CompareParams, SurrogateParams, SurrogateSet};
use mixlens_core::simplex::Redistribution;
use mixlens_core::table::Direction;
use mixlens_formats::{ImportOptions, NamedBytes, SaveOrder, import_run_table};

use super::*;
use crate::testing::do_now;
use crate::{
    Analysis, BaselineFrom, Command, Edit, NextRunsSettings, Panel, ParetoSettings, RunSelection,
    SearchSettings, Study, StudyError, ViewChange,
};
use crate::{Fit, JobOutcome, JobResult};

/// Sixty runs over three domains, quick to fit.
fn small() -> Study {
    let mut text = "run_id,train_web,train_code,train_law,loss_web,code_acc\n".to_owned();
    for run in 0..60 {
        let (a, b) = (f64::from(run % 6) / 10.0, f64::from(run % 5) / 10.0);
        let (web, code) = (3.0 - a + 0.01 * f64::from(run % 7), 0.2 + 0.5 * b);
        text += &format!("r{run},{a},{b},{},{web},{code}\n", 1.0 - a - b);
    }
    let file = NamedBytes::new("runs.csv", text);
    Study::of_table(
        "runs.csv",
        Arc::new(
            import_run_table(&[file], &ImportOptions::default())
                .unwrap()
                .table,
        ),
    )
}

/// Adds a fit without intervals, as a job would. Intervals take ten times as long.
fn keep_quick_fit(study: &mut Study, params: &SurrogateParams) {
    let events = study.apply(Analysis::Fit(params.clone())).unwrap();
    let id = study.running_jobs()[0].0;
    assert_eq!(events.len(), 1);
    let set = SurrogateSet::fit(
        study.table().unwrap(),
        &[0, 1],
        params,
        &Control::default(),
        &Sequential,
    )
    .unwrap();
    let fit = Fit {
        params: Some(params.clone()),
        set: Arc::new(set),
        typical_errors: vec![None; 2],
    };
    let result = JobResult {
        id,
        outcome: Ok(JobOutcome::Fit(Box::new(fit))),
    };
    study.apply(Analysis::JobFinished(result)).unwrap();
}

/// A study with something in every field.
fn full() -> Study {
    let mut study = small();
    let names = SurrogateParams::NAMES.iter();
    let surrogates: Vec<SurrogateParams> = names
        .map(|name| SurrogateParams::named(name, &[]).unwrap())
        .collect();
    for params in &surrogates {
        keep_quick_fit(&mut study, params);
    }
    do_now(
        &mut study,
        Command::Analysis(Analysis::Fit(surrogates[0].clone())),
    );
    let quick = vec![surrogates[0].clone(), surrogates[5].clone()];
    do_now(
        &mut study,
        Command::Analysis(Analysis::Compare {
            surrogates: quick,
            params: CompareParams::default(),
        }),
    );
    do_now(&mut study, Command::Analysis(Analysis::ChooseFit(0)));
    do_now(
        &mut study,
        Command::Analysis(Analysis::Search(SearchSettings {
            samples: 500,
            ..Default::default()
        })),
    );
    do_now(
        &mut study,
        Command::Edit(Edit::SetDirection {
            metric: 1,
            to: Direction::Lower,
        }),
    );
    do_now(
        &mut study,
        Command::Analysis(Analysis::FollowFront(ParetoSettings {
            metrics: [0, 1],
            points: 3,
        })),
    );
    do_now(
        &mut study,
        Command::Analysis(Analysis::ProposeRuns(NextRunsSettings {
            count: 2,
            pool: 50,
            ..Default::default()
        })),
    );
    for command in [
        Command::Edit(Edit::SaveMixture {
            name: "mine".into(),
        }),
        Command::Edit(Edit::SetProportion {
            domain: 1,
            to: 1.0 / 3.0,
        }),
        Command::Edit(Edit::SaveMixture {
            name: String::new(),
        }),
        Command::Edit(Edit::CompareMixture {
            index: 1,
            is_compared: true,
        }),
        Command::Edit(Edit::SetBaseline(BaselineFrom::Saved(0))),
        Command::Edit(Edit::SetUniqueTokens {
            domain: 1,
            to: Some(1.2e11),
        }),
        Command::Edit(Edit::SetTrainingTokens(Some(1e12))),
        Command::Edit(Edit::SetMaxEpochs(5.0)),
        Command::Edit(Edit::SetUpper {
            domain: 0,
            to: Some(0.7),
        }),
        Command::Edit(Edit::AddConstraint("code <= 2*law + 0.3".into())),
        Command::Edit(Edit::AddBound("loss_web <= baseline + 0.1".into())),
        Command::Edit(Edit::SetWeight {
            metric: 1,
            to: 0.25,
        }),
        Command::Edit(Edit::SetLock {
            domain: 2,
            is_locked: true,
        }),
        Command::Edit(Edit::SetRedistribution(Redistribution::Swap { with: 1 })),
        Command::Edit(Edit::AddPhase),
        Command::Edit(Edit::SetPhasePart { index: 0, to: 0.6 }),
        Command::Edit(Edit::SetSeed(7)),
        Command::View(ViewChange::ShowPanel {
            panel: Panel::Runs,
            is_shown: true,
        }),
        Command::View(ViewChange::SelectRuns(RunSelection::Toggle(3))),
        Command::View(ViewChange::ShowMetric(Some(1))),
    ] {
        do_now(&mut study, command);
    }
    study
}

#[test]
fn a_study_with_every_kind_of_fit_opens_as_it_was_saved() {
    let study = full();
    assert_eq!(
        study.dataset().work.fits.len(),
        SurrogateParams::NAMES.len()
    );
    let text = SavedStudy::of(&study).to_text();
    let opened = parse_study(&text).unwrap();
    assert_eq!(
        (opened.state(), opened.view()),
        (study.state(), study.view())
    );
    assert_eq!(opened.dataset(), study.dataset());
    assert_eq!(opened.predictions(), study.predictions());
    assert_eq!(SavedStudy::of(&opened).to_text(), text);
    assert!(!opened.can_undo() && !opened.is_modified());
}

#[test]
fn a_study_keeps_the_conditions_of_its_runs() {
    let text = "run,size,train_web,train_code,loss_web\nr,70M,0.5,0.5,3\nr,1B,0.5,0.5,2\n";
    let options = ImportOptions {
        group: mixlens_formats::GroupChoice::All,
        ..ImportOptions::default()
    };
    let imported = import_run_table(&[NamedBytes::new("runs.csv", text)], &options).unwrap();
    let study = Study::of_table("runs.csv", Arc::new(imported.table));
    let saved = SavedStudy::of(&study).to_text();
    let opened = parse_study(&saved).unwrap();
    assert_eq!(opened.dataset(), study.dataset());
    let sizes: Vec<Option<f64>> = opened
        .table()
        .unwrap()
        .runs()
        .map(|run| run.conditions.parameters())
        .collect();
    assert_eq!(sizes, [Some(70e6), Some(1e9)]);
    // A study without conditions is written as before.
    let plain = SavedStudy::of(&small()).to_text();
    assert!(!plain.contains("condition"), "{plain}");
}

#[test]
fn a_damaged_study_is_refused_with_a_message() {
    let text = SavedStudy::of(&small()).to_text();
    let damaged = |from: &str, to: &str| {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        parse_study(&damaged).unwrap_err().to_string()
    };
    assert!(
        damaged("mixlens-study", "mixlens-surrogates")
            .contains("expected format \"mixlens-study\"")
    );
    assert!(
        damaged("\"domains\":[\"web\",", "\"domains\":[\"wob\",").contains("different domains")
    );
    assert!(damaged("\"weight\":1.0", "\"weight\":-1.0").contains("weight"));
    assert!(
        damaged("\"upper\":[null", "\"upper\":[0.1,null").contains("different numbers of domains")
    );
    assert!(damaged("\"lower\":[null", "\"lower\":[1.5").contains("from 0 to 1"));
    assert!(damaged("\"locked\":[]", "\"locked\":[\"books\"]").contains("books"));
    for cut in [0, 1, 10, text.len() / 2, text.len() - 3] {
        assert!(
            parse_study(&text[..cut])
                .unwrap_err()
                .to_string()
                .starts_with("not a readable study: "),
            "{cut}"
        );
    }
}

#[test]
fn a_newer_study_is_refused_by_its_version_even_when_its_shape_is_unknown() {
    let error =
        parse_study(r#"{"format":"mixlens-study","version":99,"everything":"else"}"#).unwrap_err();
    assert_eq!(
        error,
        StudyError::NewerVersion {
            found: 99,
            newest: 1
        }
    );
}

/// The study of the fixtures: small, with one item of every shape in the file.
fn fixture() -> Study {
    let mut study = small();
    do_now(
        &mut study,
        Command::Analysis(Analysis::Fit(SurrogateParams::named("ridge", &[]).unwrap())),
    );
    do_now(
        &mut study,
        Command::Analysis(Analysis::Search(SearchSettings::default())),
    );
    for command in [
        Command::Edit(Edit::SaveMixture {
            name: "mine".into(),
        }),
        Command::Edit(Edit::SetUpper {
            domain: 1,
            to: Some(0.5),
        }),
        Command::Edit(Edit::AddConstraint("code <= 2*law + 0.3".into())),
        Command::Edit(Edit::SetLock {
            domain: 2,
            is_locked: true,
        }),
        Command::Edit(Edit::SetProportion {
            domain: 1,
            to: 0.25,
        }),
        Command::Edit(Edit::SetSeed(7)),
    ] {
        do_now(&mut study, command);
    }
    study
}

#[test]
#[ignore = "writes the fixture of a new version of the file"]
fn write_the_fixture() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/version-1.mixlens.json"
    );
    std::fs::write(path, SavedStudy::of(&fixture()).to_text()).unwrap();
}

#[test]
fn a_study_of_the_first_version_still_opens() {
    let study = parse_study(include_str!("../../tests/data/version-1.mixlens.json")).unwrap();
    let expected = fixture();
    assert_eq!(study.state(), expected.state());
    assert_eq!(study.table(), expected.table());
    // New fits may differ in later versions; saved ones must keep their predictions.
    let predicted: Vec<&str> = study
        .predictions()
        .unwrap()
        .rows
        .iter()
        .map(|row| row.text.as_str())
        .collect();
    assert_eq!(predicted, ["2.83", "0.3248"]);
}

#[test]
fn recovery_offers_only_work_that_would_be_lost() {
    let text = SavedStudy::of(&small()).to_text();
    let mut edited = small();
    edited
        .apply(Edit::SetProportion { domain: 0, to: 0.5 })
        .unwrap();
    let at = |text: &str, secs| FoundFile::new(text, Some(secs));
    let (saved, newer, older) = (
        at(&text, 100),
        at(&SavedStudy::of(&edited).to_text(), 200),
        at(&SavedStudy::of(&edited).to_text(), 50),
    );
    let broken = at(&text[..text.len() / 2], 300);
    let problem = broken.problem.clone().unwrap();
    assert_eq!(recovery(None, None, None), Recovery::Nothing);
    assert_eq!(recovery(Some(&saved), None, None), Recovery::OpenSaved);
    assert_eq!(
        recovery(Some(&saved), Some(&newer), None),
        Recovery::OfferAutosave
    );
    assert_eq!(
        recovery(Some(&saved), Some(&at(&text, 200)), None),
        Recovery::OpenSaved
    );
    assert_eq!(
        recovery(Some(&saved), Some(&older), None),
        Recovery::OpenSaved
    );
    assert_eq!(
        recovery(Some(&saved), Some(&broken), None),
        Recovery::OpenSaved
    );
    assert_eq!(recovery(None, Some(&older), None), Recovery::OfferAutosave);
    assert_eq!(
        recovery(Some(&broken), Some(&older), None),
        Recovery::OfferAutosave
    );
    assert_eq!(
        recovery(Some(&broken), None, Some(&older)),
        Recovery::OfferBackup {
            problem: problem.clone()
        }
    );
    assert_eq!(
        recovery(Some(&broken), None, Some(&broken)),
        Recovery::Refuse { problem }
    );
}

#[test]
fn a_crash_between_saves_is_recovered_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.mixlens.json");
    let mut study = small();
    save_study(&SavedStudy::of(&study), &path, SaveOrder::now()).unwrap();
    study
        .apply(Edit::SetProportion { domain: 0, to: 0.5 })
        .unwrap();
    assert!(study.is_modified());
    save_autosave(&SavedStudy::of(&study), Some(&path), folder.path()).unwrap();
    assert_eq!(
        find_recovery(Some(&path), folder.path()),
        Recovery::OfferAutosave
    );
    let recovered = open_study(&autosave_path(Some(&path), folder.path())).unwrap();
    assert_eq!(recovered.state(), study.state());
    save_study(&SavedStudy::of(&recovered), &path, SaveOrder::now()).unwrap();
    assert_eq!(
        find_recovery(Some(&path), folder.path()),
        Recovery::OpenSaved
    );
    assert_eq!(
        open_study(&backup_path(&path)).unwrap().state(),
        small().state()
    );
    std::fs::write(&path, "{").unwrap();
    std::fs::remove_file(autosave_path(Some(&path), folder.path())).unwrap();
    assert!(matches!(
        find_recovery(Some(&path), folder.path()),
        Recovery::OfferBackup { .. }
    ));
    assert!(open_study(&path).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
}
