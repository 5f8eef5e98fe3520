use std::path::Path;

use egui::{Key, Modifiers};
use mixlens_study::{Analysis, Panel, open_study};

use super::driver::{Answers, Driver};

/// Two files as RegMix has them: mixtures of 12 runs over three domains, and one loss joined by the
/// run's number.
fn write_runs(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut mixtures = "index,train_web,train_code,train_wiki\n".to_owned();
    let mut losses = "index,metric/web_loss\n".to_owned();
    for run in 0..12 {
        let web = 0.1 + 0.06 * f64::from(run);
        let code = (1.0 - web) * (0.2 + 0.05 * f64::from(run % 5));
        mixtures.push_str(&format!("{run},{web},{code},{}\n", 1.0 - web - code));
        losses.push_str(&format!("{run},{}\n", 3.0 - web + 0.5 * code * code));
    }
    let files = [("mixtures.csv", mixtures), ("losses.csv", losses)];
    files
        .map(|(name, text)| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        })
        .into()
}

fn driver(folder: &Path) -> Driver {
    Driver::new(Answers {
        runs: write_runs(folder),
        target: folder.join("study.mixlens.json"),
    })
}

fn loss(driver: &Driver) -> f64 {
    driver.study().predictions().unwrap().rows[0].current.value
}

#[test]
fn a_locked_domain_stays_while_another_is_set_and_undo_brings_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    let python = driver.study().domains().index_of("python").unwrap();
    let start = driver.study().state().clone();
    let loss_before = loss(&driver);

    driver.click("Lock python");
    driver.set("c proportion", 0.4);
    let locked = driver.study().current().parts()[python];
    assert_eq!(locked.to_bits(), start.current.parts()[python].to_bits());
    assert!(
        driver
            .study()
            .domain_rows()
            .iter()
            .any(|row| row.name == "c" && (row.proportion - 0.4).abs() < 1e-9)
    );
    assert!(
        (loss(&driver) - loss_before).abs() > 1e-6,
        "predictions did not move"
    );

    for _ in 0..2 {
        driver.press(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(*driver.study().state(), start);
    assert!(!driver.study().can_undo());
}

#[test]
fn a_saved_study_opens_again_with_nothing_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.set("javascript proportion", 0.3);
    driver.press(Modifiers::COMMAND, Key::D);
    driver.press(Modifiers::COMMAND, Key::S);
    driver.wait_for("the saved study", |study| !study.is_modified());
    let opened = open_study(&folder.path().join("study.mixlens.json")).unwrap();
    let saved = driver.study();
    assert_eq!(opened.current(), saved.current());
    assert_eq!(opened.saved(), saved.saved());
    assert_eq!(opened.table(), saved.table());
    assert_eq!(opened.predictions(), saved.predictions());
    assert_eq!(opened.saved().len(), 1);
}

#[test]
fn two_files_are_previewed_imported_and_fitted() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.press(Modifiers::COMMAND, Key::I);
    let start = std::time::Instant::now();
    while !driver.has("Import") {
        driver.settle();
        assert!(start.elapsed().as_secs() < 60, "no preview came");
    }
    driver.click("Import");
    driver.wait_for("the runs", |study| {
        study.table().is_some_and(|table| table.len() == 12)
    });
    driver.wait_for("a fit", |study| study.fit().is_some());
    assert_eq!(driver.study().domains().names(), ["web", "code", "wiki"]);
    driver.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(
        driver.study().table().unwrap().len(),
        320,
        "undo brings the demo back"
    );
}

#[test]
fn a_search_finds_a_mixture_that_is_applied_with_a_click() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.apply(Analysis::Search(mixlens_study::SearchSettings {
        samples: 2000,
        ..Default::default()
    }));
    driver.wait_for("a proposal", |study| {
        study.dataset().work.results.search.is_some()
    });
    let proposal = driver
        .study()
        .dataset()
        .work
        .results
        .search
        .as_ref()
        .unwrap()
        .mixture
        .clone();
    driver.click("Proposal");
    assert_eq!(*driver.study().current(), proposal);
}

#[test]
fn the_palette_runs_what_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.press(Modifiers::COMMAND, Key::K);
    driver.type_text("keep mix");
    driver.press(Modifiers::NONE, Key::Enter);
    assert_eq!(driver.study().saved().len(), 1);
    assert!(!driver.has("Keep mixture"), "the palette stays open");
}

#[test]
fn tokens_and_bounds_are_set_beside_the_search_and_keep_to_the_mixture() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.bring_forward(Panel::Search);
    driver.click("Limits per domain");
    driver.set("Training tokens of the target run", 1e12);
    driver.set("Unique tokens of python", 5e10);
    driver.set("Maximum proportion of en_bible", 0.1);
    let python = driver.study().domains().index_of("python").unwrap();
    let row = &driver.study().domain_rows()[python];
    assert!(
        (row.upper - 0.2).abs() < 1e-12,
        "four epochs over 50B of 1T: {}",
        row.upper
    );
    assert_eq!(
        row.epochs_text, "4",
        "the mixture was moved into its limits"
    );
    let parts = driver.study().current().parts();
    assert!(
        parts[python] <= 0.2 + 1e-9 && parts[4] <= 0.1 + 1e-9,
        "{parts:?}"
    );
    driver.click("Clear limits");
    assert!(driver.study().domain_rows()[python].epochs.is_none());
}

#[test]
fn a_kept_mixture_is_renamed_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.press(Modifiers::COMMAND, Key::D);
    driver.bring_forward(Panel::Compare);
    driver.focus("Name of mixture 1");
    driver.press(Modifiers::COMMAND, Key::A);
    driver.type_text("for the 7B run");
    driver.press(Modifiers::NONE, Key::Enter);
    assert_eq!(driver.study().saved()[0].name, "for the 7B run");
}
