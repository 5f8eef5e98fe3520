use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use mixlens_app::{AppError, Picture, PictureSettings, screenshot};
use mixlens_study::{ColumnRef, Command, NextRunsSettings, Panel, Theme};

use super::driver::{Answers, Driver};

/// A saved study with a fit, two kept mixtures, a front and next runs, so that every panel has something to show and nothing is fitted again.
fn saved_study(folder: &Path) -> PathBuf {
    let target = folder.join("study.mixlens.json");
    let mut driver = Driver::new(Answers { runs: Vec::new(), target: target.clone() });
    driver.press(Modifiers::COMMAND, Key::D);
    driver.set("python proportion", 0.5);
    driver.press(Modifiers::COMMAND, Key::D);
    driver.apply(Command::ColourRuns(Some(ColumnRef::Metric(0))));
    driver.apply(Command::FollowFront(Default::default()));
    driver.wait_for("a front", |study| study.dataset().work.front.is_some());
    driver.apply(Command::ProposeRuns(NextRunsSettings { pool: 200, ..Default::default() }));
    driver.wait_for("proposals", |study| study.dataset().work.next_runs.is_some());
    driver.press(Modifiers::COMMAND, Key::S);
    driver.wait_for("the saved study", |study| !study.is_modified());
    target
}

/// A study as a picture; `None` where nothing can draw. Kept in the folder that `MIXLENS_PICTURES` names, for a look.
fn picture(study: &Path, name: &str, theme: Theme, panel: Option<Panel>) -> Option<Picture> {
    let settings = PictureSettings { theme: Some(theme), panel, ..PictureSettings::default() };
    match screenshot(&[study.to_owned()], &settings) {
        Ok(picture) => {
            if let Some(folder) = std::env::var_os("MIXLENS_PICTURES") {
                picture.save_png(&PathBuf::from(folder).join(format!("{name}.png"))).unwrap();
            }
            Some(picture)
        }
        Err(AppError::NoAdapter { problem }) => {
            #[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
            {
                eprintln!("skipped {name}: no graphics adapter ({problem})");
            }
            None
        }
        Err(problem) => panic!("{problem}"),
    }
}

/// Mean brightness from 0 to 255.
fn brightness(picture: &Picture) -> f64 {
    let colours =
        picture.pixels.chunks_exact(4).map(|pixel| f64::from(pixel[0]) + f64::from(pixel[1]) + f64::from(pixel[2]));
    colours.sum::<f64>() / (3.0 * (picture.pixels.len() / 4) as f64)
}

#[test]
fn light_and_dark_windows_are_drawn_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let study = saved_study(folder.path());
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let Some(picture) = picture(&study, name, theme, None) else { return };
        assert_eq!(picture.pixels.len(), 1280 * 800 * 4);
        assert_eq!(brightness(&picture) > 128.0, theme == Theme::Light, "{name}");
        let colours: BTreeSet<&[u8]> = picture.pixels.chunks_exact(4).collect();
        assert!(colours.len() > 100, "{name}: {} colours", colours.len());
    }
}

#[test]
fn every_panel_comes_to_the_front_and_draws_something_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let study = saved_study(folder.path());
    let mut seen = Vec::new();
    for &panel in mixlens_views::PANELS.iter().skip(2) {
        let Some(picture) = picture(&study, panel.title(), Theme::Light, Some(panel)) else { return };
        assert!(!seen.contains(&picture), "{} looks like another panel", panel.title());
        seen.push(picture);
    }
}
