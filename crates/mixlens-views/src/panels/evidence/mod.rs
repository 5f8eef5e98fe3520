//! Evidence: how far the predictions can be trusted.

mod interactions;
mod learning_curve;
mod pairs;

use egui::{Grid, RichText, ScrollArea, Ui, vec2};
use mixlens_study::{
    Analysis, Command, CommandKind, EvidenceEntry, EvidencePlot, Study, ViewChange, value_text,
};

use super::shown::shown_ui;
use crate::CommandQueue;
use crate::empty::empty_ui;
use crate::output_medium::{is_figure_page, tools_ui};

/// Minimum width for the surrogates beside the plot, in points.
const SIDE_BY_SIDE: f32 = 640.0;
/// The width of the surrogates beside the plot, in points.
const SURROGATES: f32 = 310.0;
/// The height of a plot below the surrogates, with its controls, in points.
const STACKED_HEIGHT: f32 = 380.0;
/// Minimum height of a plot, in points.
const MIN_HEIGHT: f32 = 100.0;

/// Draws the panel.
pub(super) fn evidence_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    if study.fit().is_none() && study.evidence().is_none() {
        let action = study
            .table()
            .is_some()
            .then(|| ("Compare surrogates", Command::compare_usual()));
        return empty_ui(
            ui,
            "Cross-validation shows which surrogate predicts unseen runs best",
            action,
            out,
        );
    }
    if is_figure_page(ui) && study.evidence().is_none() {
        return plot_ui(ui, study, out);
    }
    if ui.available_width() >= SIDE_BY_SIDE {
        let height = ui.available_height();
        ui.horizontal_top(|ui| {
            ui.allocate_ui(vec2(SURROGATES, height), |ui| {
                ScrollArea::vertical()
                    .auto_shrink([false, false])
                    .show(ui, |ui| ui.vertical(|ui| surrogates_ui(ui, study, out)));
            });
            ui.vertical(|ui| plot_ui(ui, study, out));
        });
    } else {
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                surrogates_ui(ui, study, out);
                ui.separator();
                ui.allocate_ui(vec2(ui.available_width(), STACKED_HEIGHT), |ui| {
                    plot_ui(ui, study, out)
                });
            });
    }
}

/// Surrogates side by side, the best first.
fn surrogates_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let Some(evidence) = study.evidence() else {
        ui.weak("Surrogates have not been compared yet");
        return compare_ui(ui, "Compare surrogates", Default::default(), out);
    };
    let params = &evidence.params;
    ui.weak(format!(
        "Held-out predictions, means over the metrics ({} folds)",
        params.folds
    ));
    let active = study.fit().map(mixlens_study::Fit::name);
    Grid::new("surrogates")
        .striped(true)
        .num_columns(5)
        .spacing([12.0, 4.0])
        .show(ui, |ui| {
            for title in ["Surrogate", "Rank corr.", "R²", "RMSE", ""] {
                ui.label(RichText::new(title).weak().small());
            }
            ui.end_row();
            for entry in &evidence.entries {
                entry_ui(
                    ui,
                    study,
                    entry,
                    active == Some(entry.surrogate.name()),
                    out,
                );
                ui.end_row();
            }
        });
    for left_out in &evidence.left_out {
        ui.weak(format!(
            "{} was left out: {}",
            left_out.name, left_out.reason
        ));
    }
    let words = study.shown_metric().map(|(_, name)| evidence.words(name));
    words_ui(ui, &words.unwrap_or_default());
    compare_ui(ui, "Compare again", *params, out);
}

fn compare_ui(
    ui: &mut Ui,
    title: &str,
    params: mixlens_core::fit::CompareParams,
    out: &mut CommandQueue,
) {
    tools_ui(ui, |ui| {
        if ui
            .button(title)
            .on_hover_text(CommandKind::Compare.info().tooltip)
            .clicked()
        {
            out.push(Analysis::Compare {
                surrogates: Vec::new(),
                params,
            });
        }
    });
}

fn entry_ui(
    ui: &mut Ui,
    study: &Study,
    entry: &EvidenceEntry,
    is_active: bool,
    out: &mut CommandQueue,
) {
    let name = entry.surrogate.name();
    ui.label(if is_active {
        RichText::new(name).strong()
    } else {
        RichText::new(name)
    });
    let number = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| value_text(value, Some(0.005)))
    };
    ui.label(number(entry.mean.spearman));
    ui.label(number(entry.mean.r2));
    ui.label(value_text(entry.mean.rmse, Some(entry.mean.rmse / 10.0)));
    if is_active {
        ui.weak("in use");
    } else if is_figure_page(ui) {
        ui.label("");
    } else if ui
        .small_button("Use")
        .on_hover_text(format!("Use {name} for the predictions"))
        .clicked()
    {
        let fitted = study
            .dataset()
            .work
            .fits
            .iter()
            .position(|fit| fit.name() == name);
        out.push(fitted.map_or_else(
            || Command::Analysis(Analysis::Fit(entry.surrogate.clone())),
            |to| Command::Analysis(Analysis::ChooseFit(to)),
        ));
    }
}

/// The chosen plot, below the list of plots.
fn plot_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let chosen = study.view().evidence;
    if is_figure_page(ui) {
        ui.label(chosen.title());
    }
    tools_ui(ui, |ui| {
        for plot in EvidencePlot::ALL {
            let entry = ui.selectable_label(plot == chosen, plot.title());
            if entry
                .on_hover_text(CommandKind::ShowEvidence.info().tooltip)
                .clicked()
            {
                out.push(ViewChange::ShowEvidence(plot));
            }
        }
        if chosen != EvidencePlot::LearningCurve {
            shown_ui(ui, study, out);
        }
    });
    match chosen {
        EvidencePlot::Predicted => pairs::predicted_ui(ui, study),
        EvidencePlot::Residuals => pairs::residuals_ui(ui, study),
        EvidencePlot::LearningCurve => learning_curve::learning_curve_ui(ui, study, out),
        EvidencePlot::Interactions => interactions::interactions_ui(ui, study, out),
    }
}

/// Sentences, one below the other.
fn words_ui(ui: &mut Ui, sentences: &[String]) {
    for sentence in sentences {
        ui.weak(sentence);
    }
}

/// The size that is left in the panel for a plot.
fn plot_size(ui: &Ui) -> egui::Vec2 {
    vec2(
        ui.available_width(),
        (ui.available_height() - 4.0).max(MIN_HEIGHT),
    )
}
