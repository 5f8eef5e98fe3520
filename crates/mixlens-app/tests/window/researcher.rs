//! A researcher's way through the window, from two dropped files to a mixture for the trainer, and
//! through a crash.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use mixlens_study::{
    Analysis, Command, Edit, MixtureFormat, Output, Panel, ResetTo, SearchSettings, State,
    ViewChange, autosave_path, open_study,
};

use super::driver::{Answers, Driver};

/// RegMix's two files, where the shared data are; `None`, and a word about it, elsewhere.
fn regmix() -> Option<Vec<PathBuf>> {
    let shared = std::env::var_os("MIXLENS_SHARED")
        .map_or_else(|| Path::new("../../../shared").to_owned(), PathBuf::from);
    let files = ["train_mixture_1m.csv", "train_pile_loss_1m.csv"]
        .map(|name| shared.join("data/regmix").join(name));
    if files.iter().all(|file| file.exists()) {
        return Some(files.into());
    }
    #[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
    {
        eprintln!("skipped: RegMix's run table is not in {}", shared.display());
    }
    None
}

fn part(window: &Driver, domain: &str) -> f64 {
    let index = window.study().domains().index_of(domain).unwrap();
    window.study().current().parts()[index]
}

/// The same in everything that the user chose.
fn is_same(a: &State, b: &State) -> bool {
    let of = |state: &State| {
        (
            state.saved.clone(),
            state.limits.clone(),
            state.goal.clone(),
            state.locks.clone(),
        )
    };
    a.current == b.current && a.baseline == b.baseline && of(a) == of(b)
}

/// Drops the files and imports them after a look at the preview.
fn drop_and_import(window: &mut Driver, files: &[PathBuf]) {
    window.drop_files(files);
    window.wait_to_see("512 runs");
    assert!(
        window.has_part("joined by `index`"),
        "the preview says how the files go together"
    );
    window.click("Import");
    window.wait_for("the runs", |study| {
        study.table().is_some_and(|table| table.len() == 512)
    });
    window.wait_for("a fit", |study| study.fit().is_some());
}

#[test]
fn from_two_files_to_a_mixture_and_through_a_crash() {
    let Some(files) = regmix() else { return };
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("plan.mixlens.json");
    let answers = || Answers {
        runs: Vec::new(),
        target: target.clone(),
    };
    let mut window = Driver::with_folder(answers(), Some(folder.path().to_owned()));

    drop_and_import(&mut window, &files);
    let start = window.study().state().clone();

    // Evidence: the fit's held-out predictions follow what was measured.
    window.apply(ViewChange::ShowMetric(Some(0)));
    window.apply(ViewChange::ShowPanel {
        panel: Panel::Evidence,
        is_shown: true,
    });
    assert!(
        window.study().measured_pairs(0).len() == 512,
        "every run was predicted without it"
    );

    // A locked domain stays while another one moves, and the predictions follow.
    let (locked, before) = (part(&window, "the_pile_wikipedia_en"), window.predicted(0));
    window.click("Lock the_pile_wikipedia_en");
    window.set("the_pile_github proportion", 0.3);
    assert_eq!(
        part(&window, "the_pile_wikipedia_en").to_bits(),
        locked.to_bits()
    );
    assert!((window.predicted(0) - before).abs() > 1e-4);

    // A search within limits.
    window.apply(Edit::AddConstraint(
        "the_pile_github <= 2*the_pile_arxiv + 0.1".to_owned(),
    ));
    window.apply(Edit::SetUpper {
        domain: 0,
        to: Some(0.2),
    });
    window.apply(Analysis::Search(SearchSettings {
        samples: 5000,
        ..Default::default()
    }));
    window.wait_for("a proposal", |study| {
        study.dataset().work.results.search.is_some()
    });
    let mixture = window
        .study()
        .dataset()
        .work
        .results
        .search
        .as_ref()
        .unwrap()
        .mixture
        .clone();
    assert!(mixture.parts()[0] <= 0.2 + 1e-9);

    // Two mixtures are kept and compared.
    window.press(Modifiers::COMMAND, Key::D);
    window.apply(Edit::Reset(ResetTo::Proposal));
    window.press(Modifiers::COMMAND, Key::D);
    window.apply(ViewChange::ShowPanel {
        panel: Panel::Compare,
        is_shown: true,
    });
    let differences = window.study().differences().unwrap();
    assert_eq!(
        differences.columns.len(),
        3,
        "the baseline and both: {:?}",
        differences.columns
    );

    // What goes to the trainer, and into the paper.
    let yaml = window.exported(
        Command::Output(Output::ExportMixture(MixtureFormat::Yaml)),
        &folder.path().join("mixture.yaml"),
    );
    assert!(yaml.contains("github"), "{yaml}");
    let svg = window.exported(
        Command::Output(Output::ExportSvg(Panel::Metrics)),
        &folder.path().join("predicted-metrics.svg"),
    );
    assert!(svg.starts_with("<svg") && svg.contains("arxiv"), "{svg}");

    // Everything can be taken back, to the bit, and done again.
    let end = window.study().state().clone();
    while *window.study().state() != start {
        assert!(window.study().can_undo());
        window.press(Modifiers::COMMAND, Key::Z);
    }
    while window.study().can_redo() {
        window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }
    assert!(
        *window.study().state() == end,
        "redo does not come back to where undo began"
    );

    // Saved, changed once more, killed, opened again: nothing is lost.
    window.press(Modifiers::COMMAND, Key::S);
    window.wait_for("the saved study", |study| !study.is_modified());
    assert!(
        is_same(open_study(&target).unwrap().state(), &end),
        "the file holds the study"
    );
    window.set("the_pile_github proportion", 0.25);
    let autosave = autosave_path(Some(&target), folder.path());
    window.wait_until("an autosave", || autosave.exists());
    let last = window.study().state().clone();
    drop(window);
    let mut window = Driver::with_folder(answers(), Some(folder.path().to_owned()));
    window.open(&target);
    window.wait_to_see("Recover");
    window.click("Recover");
    window.wait_for("the study", |study| study.is_modified());
    assert!(is_same(window.study().state(), &last), "something was lost");
    assert_eq!(window.study().saved().len(), 2);
    assert!(window.study().predictions().is_some());
}
