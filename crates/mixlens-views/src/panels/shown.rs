//! The metric that traces, ternary plot and sentence show.

use egui::Ui;
use mixlens_study::{CommandKind, Study, ViewChange};

use crate::CommandQueue;
use crate::accessible_name::choice_ui;

/// Lets the user choose the metric shown, or the objective.
pub(super) fn shown_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let metrics = &study.goal().metrics;
    let chosen = study.view().metric;
    let name = chosen
        .and_then(|metric| metrics.get(metric))
        .map_or("Objective", |settings| settings.name.as_str());
    let response = choice_ui(ui, "Metric shown", name, 190.0, |ui| {
        if ui.selectable_label(chosen.is_none(), "Objective").clicked() {
            out.push(ViewChange::ShowMetric(None));
        }
        for (metric, settings) in metrics.iter().enumerate() {
            if ui
                .selectable_label(chosen == Some(metric), &settings.name)
                .clicked()
            {
                out.push(ViewChange::ShowMetric(Some(metric)));
            }
        }
    });
    response.on_hover_text(CommandKind::ShowMetric.info().tooltip);
}
