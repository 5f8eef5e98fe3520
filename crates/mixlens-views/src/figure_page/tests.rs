use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::SurrogateParams;
use mixlens_study::{
    Analysis, Command, Edit, Event, EvidencePlot, SearchSettings, SurveySettings, ViewChange,
    run_job,
};

use super::*;
use crate::PANELS;
use crate::svg::Read;

/// Applies a command and runs the jobs that it requests.
fn work(study: &mut Study, command: Command) {
    for event in study.apply(command).unwrap() {
        if let Event::JobRequested(request) = event {
            let result = run_job(&request, &Control::default(), &Sequential);
            study.apply(Analysis::JobFinished(result)).unwrap();
        }
    }
}

/// The demo with something in every panel.
fn full_study() -> Study {
    let mut study = Study::demo().unwrap();
    for &panel in PANELS {
        work(
            &mut study,
            Command::View(ViewChange::ShowPanel {
                panel,
                is_shown: true,
            }),
        );
    }
    work(&mut study, Command::fit_first());
    let surrogates = ["ridge", "scheffe"]
        .map(|name| SurrogateParams::named(name, &[]).unwrap())
        .into();
    let params = mixlens_core::fit::CompareParams {
        folds: 3,
        ..Default::default()
    };
    work(
        &mut study,
        Command::Analysis(Analysis::Compare { surrogates, params }),
    );
    work(
        &mut study,
        Command::Edit(Edit::SaveMixture {
            name: "kept <1> & \"2\"".to_owned(),
        }),
    );
    work(
        &mut study,
        Command::Analysis(Analysis::Search(SearchSettings {
            samples: 500,
            ..Default::default()
        })),
    );
    let mut survey = SurveySettings::default();
    survey.params.samples = 2000;
    work(&mut study, Command::Analysis(Analysis::Survey(survey)));
    work(
        &mut study,
        Command::View(ViewChange::ShowEvidence(EvidencePlot::Interactions)),
    );
    work(&mut study, Command::Analysis(Analysis::UpdateProfile));
    study
}

/// The page as it would be in the window, controls included.
fn in_window(study: &Study, panel: Panel) -> String {
    let mut page = FigurePage::new(study, panel, Theme::Light);
    output_medium::set_figure_page(&page.ctx, false);
    page.size = vec2(PAGE.x, MAX_SIDE);
    page.draw(study, panel);
    page.svg()
}

#[test]
fn every_plot_is_a_drawing_that_names_what_it_shows_and_has_no_controls() {
    let study = full_study();
    let domains = study.domains().names();
    let metrics: Vec<&String> = study
        .goal()
        .metrics
        .iter()
        .map(|metric| &metric.name)
        .collect();
    for &panel in PANELS.iter().filter(|panel| panel.has_plot()) {
        let read = Read::of(&FigurePage::new(&study, panel, Theme::Dark).svg());
        let contains = |text: &str| read.texts.iter().any(|drawn| drawn.contains(text));
        assert_eq!(read.texts.first().map(String::as_str), Some(panel.title()));
        let all = |names: &[&String]| names.iter().all(|name| contains(name));
        let names_all = match panel {
            Panel::Mixture | Panel::Traces | Panel::Search | Panel::Survey | Panel::Evidence => {
                all(&domains.iter().collect::<Vec<_>>())
            }
            Panel::Metrics => all(&metrics),
            Panel::Pareto => metrics.iter().take(2).all(|name| contains(name)),
            Panel::Compare => {
                all(&domains
                    .iter()
                    .chain(metrics.iter().copied())
                    .collect::<Vec<_>>())
                    && contains("kept <1>")
            }
            Panel::Ternary => domains.iter().take(3).all(|name| contains(name)),
            _ => true,
        };
        assert!(names_all, "{}: {:?}", panel.title(), read.texts);
    }
    let controls = [
        (Panel::Mixture, "Reset to"),
        (Panel::Mixture, "Table order"),
        (Panel::Traces, "Drag to set the proportion"),
        (Panel::Ternary, "Drag to set the mixture"),
        (Panel::Parallel, "Sample mixtures"),
        (Panel::Parallel, "Click a name for more"),
        (Panel::Pareto, "Follow front"),
        (Panel::Evidence, "Use"),
        (Panel::Evidence, "Residuals"),
        (Panel::Evidence, "Compare again"),
        (Panel::Search, "Apply"),
        (Panel::Search, "Metric bound"),
        (Panel::Survey, "mixtures on"),
        (Panel::Compare, "Delete"),
    ];
    for (panel, label) in controls {
        let has = |svg: &str| {
            Read::of(svg)
                .texts
                .iter()
                .any(|drawn| drawn == label || drawn.ends_with(label))
        };
        assert!(
            has(&in_window(&study, panel)),
            "{label} is not in the window"
        );
        assert!(
            !has(&FigurePage::new(&study, panel, Theme::Light).svg()),
            "{label} is on the figure page"
        );
    }
}

#[test]
fn a_page_is_as_large_as_what_it_lists() {
    let mut study = full_study();
    let size = |study: &Study, panel| FigurePage::new(study, panel, Theme::Light).size;
    assert_eq!(size(&study, Panel::Ternary), PAGE);
    let (mixture, rows) = (
        size(&study, Panel::Mixture),
        study.domains().len() as f32 * crate::theme::ROW,
    );
    assert!(
        mixture.x >= PAGE.x && (rows..rows + 150.0).contains(&mixture.y),
        "{mixture} for rows of {rows}"
    );

    let narrow = size(&study, Panel::Compare);
    for index in 0..7 {
        work(
            &mut study,
            Command::Edit(Edit::SaveMixture {
                name: format!("{index}, and a name that is far too long for its column"),
            }),
        );
    }
    let wide = size(&study, Panel::Compare);
    assert!(
        wide.x > narrow.x && wide.x > PAGE.x && (wide.y - narrow.y).abs() < 1.0,
        "{narrow} {wide}"
    );
}
