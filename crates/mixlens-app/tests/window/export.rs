use std::path::Path;

use mixlens_study::{
    Analysis, Edit, EvidencePlot, Output, Panel, SearchSettings, SurveySettings, Theme, ViewChange,
};
use mixlens_views::PANELS;

use super::driver::{Answers, Driver};
use super::tokenizer::infer;

/// The demo with something in every panel.
fn driver(folder: &Path) -> Driver {
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: folder.join("study.mixlens.json"),
    });
    for &panel in PANELS {
        driver.apply(ViewChange::ShowPanel {
            panel,
            is_shown: true,
        });
    }
    driver.apply(ViewChange::SetTheme(Theme::Light));
    driver.set("python proportion", 0.3);
    driver.apply(Edit::SaveMixture {
        name: "more python".to_owned(),
    });
    driver.apply(Analysis::Search(SearchSettings {
        samples: 500,
        ..Default::default()
    }));
    driver.wait_for("a proposal", |study| {
        study.dataset().work.results.search.is_some()
    });
    let mut survey = SurveySettings::default();
    survey.params.samples = 5000;
    driver.apply(Analysis::Survey(survey));
    driver.wait_for("a survey", |study| study.survey().is_some());
    infer(&mut driver);
    driver
}

/// Keeps a file in the folder that `MIXLENS_PICTURES` names, for a look.
fn keep(path: &Path, name: &str) {
    if let Some(folder) = std::env::var_os("MIXLENS_PICTURES") {
        std::fs::copy(path, Path::new(&folder).join(name)).unwrap();
    }
}

/// Width and height in the header of a PNG file.
fn png_size(bytes: &[u8]) -> [u32; 2] {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    [16, 20].map(|at| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()))
}

/// Width and height of an SVG file.
fn svg_size(svg: &str) -> [f32; 2] {
    ["width", "height"].map(|side| {
        let from = svg.find(&format!("{side}=\"")).unwrap() + side.len() + 2;
        svg[from..].split('"').next().unwrap().parse().unwrap()
    })
}

#[test]
fn every_plot_is_saved_as_svg_and_as_png_of_the_same_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    for &panel in PANELS.iter().filter(|panel| panel.has_plot()) {
        let [svg_path, png_path] =
            ["svg", "png"].map(|ending| folder.path().join(panel.file_name(ending)));
        driver.apply(Output::ExportSvg(panel));
        driver.wait_for_text(&[&format!("saved {}", svg_path.display())]);
        let svg = std::fs::read_to_string(&svg_path).unwrap();
        assert!(
            svg.starts_with("<svg ") && svg.contains(panel.title()),
            "{}",
            panel.title()
        );
        keep(&svg_path, &panel.file_name("svg"));

        driver.apply(Output::ExportPng(panel));
        let told = [
            &*format!("saved {}", png_path.display()),
            "expected a graphics adapter",
        ];
        if driver.wait_for_text(&told) == 1 {
            continue; // nothing can draw here, and the user is told
        }
        let size = png_size(&std::fs::read(&png_path).unwrap());
        assert_eq!(
            size,
            svg_size(&svg).map(|side| (2.0 * side).ceil() as u32),
            "{}",
            panel.title()
        );
        keep(&png_path, &panel.file_name("png"));
    }
}

#[test]
fn the_evidence_that_is_chosen_is_the_evidence_that_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.apply(Analysis::ExamineFit);
    driver.wait_for("an examination", |study| {
        study.dataset().work.results.examination.is_some()
    });
    for is_shown in [false, true] {
        driver.apply(ViewChange::ShowPanel {
            panel: Panel::Evidence,
            is_shown,
        }); // shown anew, it comes to the front
    }
    let path = folder.path().join(Panel::Evidence.file_name("svg"));
    for plot in EvidencePlot::ALL {
        driver.click(plot.title());
        assert_eq!(driver.study().view().evidence, plot);
        driver.apply(Output::ExportSvg(Panel::Evidence));
        let start = std::time::Instant::now();
        while !std::fs::read_to_string(&path)
            .is_ok_and(|svg| svg.contains(&format!(">{}</text>", plot.title())))
        {
            driver.settle();
            assert!(
                start.elapsed().as_secs() < 60,
                "{} is not in the drawing",
                plot.title()
            );
        }
        keep(
            &path,
            &format!(
                "evidence-{}.svg",
                plot.title().to_lowercase().replace(' ', "-")
            ),
        );
    }
}

#[test]
fn a_tab_offers_what_can_be_saved_of_its_panel() {
    let folder = tempfile::tempdir().unwrap();
    let mut driver = driver(folder.path());
    driver.click("Export mixture");
    driver.click("Data as CSV…");
    let path = folder.path().join(Panel::Mixture.file_name("csv"));
    driver.wait_for_text(&[&format!("saved {}", path.display())]);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 1 + driver.study().domains().len());
    let files = folder
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    assert_eq!(
        files.collect::<Vec<_>>(),
        [path],
        "nothing else is left behind"
    );
}
