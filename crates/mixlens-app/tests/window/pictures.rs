//! What every view looks like: pictures in `tests/snapshots`, which were looked at, against the
//! window of today.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test window pictures` makes them again; look at them before you
//! commit them.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use egui_kittest::{SnapshotOptions, try_image_snapshot_options};
use image::RgbaImage;
use mixlens_app::{AppError, Picture, PictureSettings, screenshot};
use mixlens_core::fit::{CompareParams, SurrogateParams};
use mixlens_study::{Analysis, ColumnRef, EvidencePlot, Panel, Theme, ViewChange};

use super::driver::{Answers, Driver};

/// Pixels that may differ: graphics drivers round the edges of letters and lines differently.
/// A number that changed or a row that moved is more.
const MAX_DISTINCT: usize = 400;

/// A saved study in which every panel has something to show and nothing is fitted again.
fn saved_study(folder: &Path) -> PathBuf {
    let target = folder.join("study.mixlens.json");
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: target.clone(),
    });
    driver.press(Modifiers::COMMAND, Key::D);
    driver.set("python proportion", 0.5);
    driver.press(Modifiers::COMMAND, Key::D);
    driver.apply(ViewChange::SetTernary([4, 5, 6]));
    driver.apply(ViewChange::ColourRuns(Some(ColumnRef::Metric(0))));
    let surrogates = ["ridge", "effective-data", "log-quadratic"]
        .map(|name| SurrogateParams::named(name, &[]).unwrap());
    driver.apply(Analysis::Compare {
        surrogates: surrogates.into(),
        params: CompareParams {
            folds: 3,
            ..Default::default()
        },
    });
    driver.wait_for("a comparison", |study| study.evidence().is_some());
    driver.search_and_propose();
    super::tokenizer::infer(&mut driver);
    driver.apply(ViewChange::ShowPanel {
        panel: Panel::Tokenizer,
        is_shown: false,
    });
    driver.press(Modifiers::COMMAND, Key::S);
    driver.wait_for("the saved study", |study| !study.is_modified());
    target
}

/// A picture of the study beside the one that was kept; `Err` says how they differ, `Ok(false)`
/// that nothing can draw here.
fn compared(study: &Path, name: &str, settings: &PictureSettings) -> Result<bool, String> {
    let Picture {
        size: [width, height],
        pixels,
    } = match screenshot(&[study.to_owned()], settings) {
        Ok(picture) => picture,
        Err(AppError::NoAdapter { problem }) => {
            #[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
            {
                eprintln!("skipped: no graphics adapter ({problem})");
            }
            return Ok(false);
        }
        Err(problem) => return Err(problem.to_string()),
    };
    let image = RgbaImage::from_raw(width, height, pixels).unwrap();
    let options = SnapshotOptions::new().max_failed_pixels(MAX_DISTINCT);
    try_image_snapshot_options(&image, name, &options).map_err(|problem| problem.to_string())?;
    Ok(true)
}

#[test]
fn every_view_looks_as_it_was_last_seen() {
    let folder = tempfile::tempdir().unwrap();
    let study = saved_study(folder.path());
    let mut different = Vec::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let usual = PictureSettings {
            theme: Some(theme),
            ..PictureSettings::default()
        };
        // Mixture and predicted metrics are beside every other panel.
        for &panel in mixlens_views::PANELS.iter().skip(2) {
            let settings = PictureSettings {
                panel: Some(panel),
                ..usual.clone()
            };
            let title = panel.title().to_lowercase().replace(' ', "-");
            match compared(&study, &format!("{name}/{title}"), &settings) {
                Ok(true) => {}
                Ok(false) => return,
                Err(problem) => different.push(problem),
            }
        }
        let settings = PictureSettings {
            size: [1920, 1080],
            ..usual
        };
        different.extend(compared(&study, &format!("{name}/whole-window"), &settings).err());
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_kind_of_evidence_looks_as_it_was_last_seen() {
    let folder = tempfile::tempdir().unwrap();
    let study = saved_study(folder.path());
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: study.clone(),
    });
    driver.open(&study);
    driver.wait_for("the study", |study| study.saved().len() == 2);
    driver.apply(Analysis::ExamineFit);
    driver.wait_for("a learning curve", |study| {
        study.dataset().work.results.examination.is_some()
    });
    let plots = [
        ("residuals", EvidencePlot::Residuals),
        ("learning-curve", EvidencePlot::LearningCurve),
        ("interactions", EvidencePlot::Interactions),
    ];
    for (name, plot) in plots {
        driver.apply(ViewChange::ShowEvidence(plot));
        // How a study is looked at needs no saving, so the study does not say when it is saved.
        std::fs::remove_file(&study).unwrap();
        driver.press(Modifiers::COMMAND, Key::S);
        driver.wait_until("the saved study", || study.exists());
        let settings = PictureSettings {
            theme: Some(Theme::Light),
            panel: Some(Panel::Evidence),
            ..PictureSettings::default()
        };
        compared(&study, &format!("light/evidence-{name}"), &settings).unwrap();
    }
}
