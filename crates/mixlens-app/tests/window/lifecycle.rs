//! What a study goes through between windows: saved, left, crashed, recovered, damaged.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Key, Modifiers};
use mixlens_core::simplex::Mixture;
use mixlens_study::{Edit, FrontRequest, autosave_path, backup_path};

use super::driver::{Answers, Driver};

/// A window that remembers things in `folder` and saves to a file in it.
fn window(folder: &Path) -> Driver {
    let answers = Answers {
        runs: Vec::new(),
        target: target(folder),
    };
    Driver::with_folder(answers, Some(folder.to_owned()))
}

fn target(folder: &Path) -> PathBuf {
    folder.join("plan.mixlens.json")
}

/// Changes something and waits until it is kept for a crash.
fn change_and_wait(window: &mut Driver, autosave: &Path) {
    let before = std::fs::read(autosave).ok();
    window.set("python proportion", 0.5);
    window.wait_until("an autosave", || {
        std::fs::read(autosave)
            .ok()
            .is_some_and(|now| Some(&now) != before.as_ref())
    });
}

fn python(window: &Driver) -> f64 {
    let domain = window.study().domains().index_of("python").unwrap();
    window.study().current().parts()[domain]
}

#[test]
fn an_untitled_study_survives_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let autosave = autosave_path(None, &folder.path().join("untitled-1"));
    let mut first = window(folder.path());
    assert!(
        !first.study().is_modified(),
        "the demo with an automatic fit needs no saving"
    );
    change_and_wait(&mut first, &autosave);
    let state = first.study().state().clone();
    // A window that is dropped closes nothing: as if the process had been killed.
    drop(first);

    let mut second = window(folder.path());
    second.click("Recover");
    second.wait_for("the recovered study", |study| *study.state() == state);
    assert!(second.study().is_modified(), "nothing of it is saved yet");
    second.press(Modifiers::COMMAND, Key::S);
    second.wait_for("the saved study", |study| !study.is_modified());
    second.wait_until("the end of the autosave", || !autosave.exists());
    drop(second);

    let third = window(folder.path());
    assert!(!third.has("Recover"), "what was saved is not offered");
}

#[test]
fn changes_to_a_saved_study_are_offered_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let path = target(folder.path());
    let mut first = window(folder.path());
    first.press(Modifiers::COMMAND, Key::S);
    first.wait_until("the file", || path.exists());
    first.wait_for("the saved study", |study| !study.is_modified());
    let saved = std::fs::read(&path).unwrap();
    change_and_wait(&mut first, &autosave_path(Some(&path), folder.path()));
    assert_eq!(
        std::fs::read(&path).unwrap(),
        saved,
        "the file itself waits for the user"
    );
    drop(first);

    let mut second = window(folder.path());
    second.open(&path);
    second.wait_to_see("Open as saved");
    second.click("Recover");
    second.wait_for("the recovered study", |study| study.is_modified());
    assert!((python(&second) - 0.5).abs() < 1e-9);
}

#[test]
fn a_damaged_study_is_refused_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = target(folder.path());
    std::fs::write(&path, "{\"format\":\"mixlens-study\",\"version\":1").unwrap();
    let mut window = window(folder.path());
    let before = window.study().state().clone();
    window.open(&path);
    window.wait_to_see_part("was left untouched");
    assert_eq!(*window.study().state(), before);
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{\"format\":\"mixlens-study\",\"version\":1"
    );
}

#[test]
fn leaving_a_changed_study_asks_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(folder.path());
    window.set("python proportion", 0.5);
    window.apply(FrontRequest::OpenExample(mixlens_study::Example::Demo));
    window.click("Cancel");
    assert!(
        (python(&window) - 0.5).abs() < 1e-9,
        "cancelling leaves everything as it is"
    );
    window.apply(FrontRequest::OpenExample(mixlens_study::Example::Demo));
    window.click("Save");
    window.wait_for("the example", |study| !study.is_modified());
    assert!(target(folder.path()).exists());
    window.set("python proportion", 0.4);
    window.apply(FrontRequest::OpenExample(mixlens_study::Example::Demo));
    window.click("Discard");
    window.wait_for("the example", |study| !study.is_modified());
    assert!((python(&window) - 0.4).abs() > 1e-3);

    window.apply(FrontRequest::OpenRecent(0));
    window.wait_until_driven("the recent study", |window| {
        (python(window) - 0.5).abs() < 1e-9
    });
}

#[test]
fn a_version_that_another_program_saved_is_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = target(folder.path());
    let mut window = window(folder.path());
    let save = |window: &mut Driver| {
        window.press(Modifiers::COMMAND, Key::S);
        window.wait_for("the saved study", |study| !study.is_modified());
    };
    window.set("python proportion", 0.5);
    save(&mut window);
    window.set("python proportion", 0.4);
    save(&mut window);
    assert!(
        !window.has_part("another program"),
        "this window alone has saved"
    );
    std::fs::write(&path, "from elsewhere").unwrap();
    window.set("python proportion", 0.3);
    save(&mut window);
    window.wait_to_see_part("another program had changed it");
    assert_eq!(
        std::fs::read_to_string(backup_path(&path)).unwrap(),
        "from elsewhere"
    );
}

#[test]
fn of_two_saves_in_a_row_the_later_one_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(folder.path());
    let domains = Arc::clone(window.study().domains());
    for round in 1..=20_u32 {
        for first in [1.0, 2.0] {
            let weights: Vec<f64> = (0..domains.len())
                .map(|index| if index == 0 { first } else { 3.0 })
                .collect();
            let (mixture, _) = Mixture::from_weights(&domains, &weights).unwrap();
            window.apply_at_once(Edit::SetMixture(mixture));
            window.apply_at_once(FrontRequest::SaveStudy);
        }
        window.wait_for("the saved study", |study| !study.is_modified());
        let saved = mixlens_study::open_study(&target(folder.path())).unwrap();
        assert_eq!(saved.current(), window.study().current(), "round {round}");
    }
    assert!(
        !window.has_part("another program"),
        "this window alone has saved"
    );
}
