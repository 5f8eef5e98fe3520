//! The predicted front of the Pareto plot: the button that computes it, a description, and a list
//! of its points.

use egui::{Button, DragValue, ScrollArea, Ui};
use mixlens_study::{
    Analysis, ColumnRef, CommandKind, Edit, ParetoPlane, ParetoSettings, Study, percent_text,
};

use super::pareto::metric_text;
use crate::CommandQueue;
use crate::accessible_name::name;
use crate::widgets::needs_fit_ui;

/// Height of a button in the list, in points.
const HEIGHT: f32 = 24.0;
/// Maximum number of domains in the tooltip of a front point.
const MAX_NAMED: usize = 8;

/// Whether the front was predicted by the surrogate in use.
pub(super) fn is_front_current(study: &Study) -> bool {
    let front = study.dataset().work.results.front.as_ref();
    front
        .zip(study.fit())
        .is_some_and(|(front, fit)| front.surrogate == fit.name())
}

/// Follows the front of the two metrics shown.
pub(super) fn front_bar_ui(
    ui: &mut Ui,
    study: &Study,
    settings: &mut ParetoSettings,
    out: &mut CommandQueue,
) {
    let has_fit = study.fit().is_some();
    let response = ui.add_enabled(
        has_fit,
        DragValue::new(&mut settings.points)
            .range(2..=200)
            .speed(0.2),
    );
    name(ui, &response, "Points of the front");
    if needs_fit_ui(ui, study, "Follow front", CommandKind::FollowFront).clicked() {
        out.push(Analysis::FollowFront(ParetoSettings {
            metrics: study.view().pareto,
            ..*settings
        }));
    }
}

/// The front in words, and a button for each of its points.
pub(super) fn front_list_ui(
    ui: &mut Ui,
    study: &Study,
    plane: &ParetoPlane,
    out: &mut CommandQueue,
) {
    let Some(front) = &study.dataset().work.results.front else {
        return;
    };
    let how = if front.is_exact {
        "exact minima"
    } else {
        "best of simulated mixtures"
    };
    ui.label(format!("Front predicted by {}: {how}", front.surrogate));
    if !is_front_current(study) {
        ui.weak("A different surrogate is now in use. Follow the front again.");
    }
    let metrics = study.view().pareto;
    let [first, second] = metrics.map(|metric| study.column_name(ColumnRef::Metric(metric)));
    ui.weak(format!(
        "Front points with {first} and {second}. Click a point to show its mixture."
    ));
    let count = plane.front.len();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_rows(ui, HEIGHT, count, |ui, shown| {
            let points = front.points.iter().zip(&plane.front).enumerate();
            for (index, ((mixture, _), values)) in points.skip(shown.start).take(shown.len()) {
                let texts = metrics
                    .into_iter()
                    .zip(values)
                    .map(|(metric, value)| metric_text(study, metric, *value));
                let text = texts.collect::<Vec<_>>().join(" and ");
                let response = ui.add(Button::new(&text).truncate().frame(false));
                name(
                    ui,
                    &response,
                    format!("Front point {} of {count}", index + 1),
                );
                ui.ctx()
                    .accesskit_node_builder(response.id, |node| node.set_value(text));
                if response.clicked() {
                    out.push(Edit::SetMixture(mixture.clone()));
                }
                response.on_hover_ui(|ui| {
                    ui.strong("Show this mixture");
                    let mut parts: Vec<(&str, f64)> = mixture.iter().collect();
                    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
                    for (domain, part) in parts.iter().take(MAX_NAMED) {
                        ui.label(format!("{domain} {}", percent_text(*part)));
                    }
                    if parts.len() > MAX_NAMED {
                        ui.weak(format!("and {} more", parts.len() - MAX_NAMED));
                    }
                });
            }
        });
}
