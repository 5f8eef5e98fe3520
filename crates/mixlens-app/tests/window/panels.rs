//! Panels that bring runs, fronts and proposals together, driven as a screen reader would.

use egui::{Key, Modifiers, vec2};
use mixlens_study::{
    Analysis, ColumnRef, Edit, NextRunsSettings, Panel, ParetoSettings, SearchSettings, ViewChange,
};

use super::driver::{Answers, Driver};

/// The demo with one panel in front.
fn driver(panel: Panel) -> Driver {
    let mut driver = Driver::new(Answers {
        runs: Vec::new(),
        target: "unused".into(),
    });
    driver.apply(ViewChange::ShowPanel {
        panel,
        is_shown: true,
    });
    driver
}

#[test]
fn runs_that_pass_a_brush_are_selected_and_an_axis_moves() {
    let mut driver = driver(Panel::Parallel);
    let name = driver.study().domains().names()[1].clone();
    driver.click(&format!("Axis {name}"));
    driver.set(&format!("From of the brush on {name}"), 0.05);
    let table = driver.study().table().unwrap();
    let expected: Vec<usize> = (0..table.len())
        .filter(|&row| table.run(row).unwrap().parts[1] >= 0.05)
        .collect();
    assert!(!expected.is_empty() && expected.len() < table.len());
    driver.press(Modifiers::NONE, Key::Escape);
    driver.click("Select brushed runs");
    assert!(driver.study().view().selected.iter().eq(&expected));
    driver.click(&format!("Brush on {name}"));
    assert!(driver.study().view().brushes.is_empty() && !driver.has("Select brushed runs"));
    driver.click(&format!("Axis {name}"));
    driver.click("Move left");
    assert_eq!(
        driver.study().parallel().axes[0].column,
        ColumnRef::Domain(1)
    );
}

#[test]
fn axes_are_brushed_and_moved_with_the_pointer() {
    let mut driver = driver(Panel::Parallel);
    let names = driver.study().domains().names().to_vec();
    let brush = format!("Brush on {}", names[2]);
    driver.drag(&brush, vec2(0.5, 0.75), vec2(0.5, 0.25));
    let axis = driver.study().parallel().axes[2].clone();
    let (low, high) = axis.brush.unwrap();
    assert!(
        (low - 0.25).abs() < 0.03 && (high - 0.75).abs() < 0.03,
        "{low} {high}"
    );
    assert_eq!(axis.column, ColumnRef::Domain(2));
    // Two axes to the right.
    driver.drag(
        &format!("Axis {}", names[2]),
        vec2(0.3, 0.5),
        vec2(2.3, 0.5),
    );
    let columns: Vec<ColumnRef> = driver
        .study()
        .parallel()
        .axes
        .iter()
        .map(|axis| axis.column)
        .collect();
    assert_eq!(columns[..5], [0, 1, 3, 4, 2].map(ColumnRef::Domain));
    driver.click("Clear brushes");
    assert!(driver.study().view().brushes.is_empty());
}

#[test]
fn a_point_of_the_front_of_the_chosen_metrics_shows_its_mixture() {
    let mut driver = driver(Panel::Pareto);
    driver.apply(ViewChange::SetParetoMetrics([1, 2]));
    driver.click("Follow front");
    driver.wait_for("a front", |study| {
        study.dataset().work.results.front.is_some()
    });
    let front = driver.study().dataset().work.results.front.clone().unwrap();
    let metrics = &driver.study().goal().metrics;
    assert_eq!(
        front.metrics,
        [metrics[1].name.clone(), metrics[2].name.clone()]
    );
    driver.click(&format!("Front point 2 of {}", front.points.len()));
    assert_eq!(*driver.study().current(), front.points[1].0);
    driver.apply(ViewChange::SetParetoMetrics([0, 1]));
    assert!(
        !driver.has("Front point 1 of 21"),
        "the front of other metrics is shown"
    );
    driver.apply(Analysis::FollowFront(ParetoSettings {
        metrics: [0, 1],
        points: 2,
    }));
    driver.wait_for("another front", |study| study.pareto().front.len() == 2);
    assert!(driver.has("Front point 2 of 2"));
}

#[test]
fn next_runs_are_proposed_and_shown() {
    let mut driver = driver(Panel::NextRuns);
    driver.set("Runs to propose", 3.0);
    driver.click("Propose next runs");
    driver.wait_for("proposals", |study| {
        study.dataset().work.results.next_runs.is_some()
    });
    let runs = driver
        .study()
        .dataset()
        .work
        .results
        .next_runs
        .clone()
        .unwrap();
    assert_eq!(
        (runs.mixtures.len(), runs.settings.clone()),
        (
            3,
            NextRunsSettings {
                count: 3,
                ..Default::default()
            }
        )
    );
    driver.click("Show next-2");
    assert_eq!(*driver.study().current(), runs.mixtures[1]);
}

#[test]
fn phases_are_planned_and_what_they_read_is_told() {
    let mut driver = driver(Panel::Plan);
    let first = driver.study().current().clone();
    assert!(driver.study().state().phases.is_empty() && !driver.has("Phase 1"));
    driver.click("Add phase");
    driver.set("python proportion", 0.9);
    driver.click("Use current phase 2");
    driver.set("Part of the run in phase 2", 50.0);
    let phases = driver.study().state().phases.clone();
    assert_eq!(
        (phases.len(), &phases[0].mixture, &phases[1].mixture),
        (2, &first, driver.study().current())
    );
    assert!(
        (phases[0].part - 0.5).abs() < 1e-9 && (phases[1].part - 0.5).abs() < 1e-9,
        "{phases:?}"
    );
    // What is read too often is told; the phases stay as they are, whatever the limits.
    driver.apply(Edit::SetTrainingTokens(Some(1e12)));
    for domain in 0..driver.study().domains().len() {
        driver.apply(Edit::SetUniqueTokens {
            domain,
            to: Some(2e11),
        });
    }
    driver.apply(Edit::SetMaxEpochs(2.0));
    let plan = driver.study().training_plan().unwrap().clone();
    let python = plan.rows.iter().find(|row| row.name == "python").unwrap();
    assert!(python.epochs.unwrap() > 2.0, "{python:?}");
    assert!(
        plan.checks
            .iter()
            .any(|check| check.text.starts_with("python is read")),
        "{:?}",
        plan.checks
    );
    assert!(driver.has_part("python is read"));
    driver.click("Show phase 1");
    assert_eq!(*driver.study().current(), first);
    driver.click("Remove phase 1");
    assert_eq!(driver.study().state().phases.len(), 1);
    driver.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(driver.study().state().phases, phases);
}

#[test]
fn a_survey_is_made_and_a_strip_sets_its_proportion() {
    let mut driver = driver(Panel::Survey);
    let names = driver.study().domains().names().to_vec();
    driver.set("Mixtures to survey", 20_000.0);
    driver.click("Survey mixtures");
    driver.wait_for("a survey", |study| study.survey().is_some());
    let found = driver
        .study()
        .dataset()
        .work
        .results
        .survey
        .clone()
        .unwrap();
    assert_eq!(
        (found.survey.samples, found.settings.params.pair),
        (20_000, Some([0, 1]))
    );
    assert!(found.ran_on.secs.is_some_and(|secs| secs > 0.0) && found.ran_on.device.is_none());
    driver.wait_to_see_part("20k mixtures simulated");
    assert!(
        driver.has_part("mixtures a second")
            && driver.has(&format!("{} over {}", names[1], names[0]))
    );
    let strip = driver.study().survey().unwrap().strips[3].clone();
    let label = format!("Good mixtures along {}: {}", names[3], strip.good_text);
    driver.drag(&label, vec2(0.6, 0.3), vec2(0.61, 0.3));
    let (part, before) = (
        driver.study().current().parts()[3],
        driver.study().baseline().mixture.parts()[3],
    );
    assert!(
        part > strip.range.0 && part < strip.range.1 && (part - before).abs() > 0.01,
        "{part}, {before} before"
    );
}

#[test]
fn a_search_tells_the_device_and_how_fast_it_was() {
    let mut driver = driver(Panel::Search);
    let settings = SearchSettings {
        samples: 20_000,
        simulate_always: true,
        ..Default::default()
    };
    driver.apply(Analysis::Search(settings));
    driver.bring_forward(Panel::Search);
    driver.wait_for("a search", |study| {
        study.dataset().work.results.search.is_some()
    });
    driver.wait_to_see_part("on the processor in");
    assert!(driver.has_part("mixtures a second"));
}
