//! Evidence: how well surrogates predict runs that they have not seen.

use egui::{Align2, Grid, RichText, Role, ScrollArea, Stroke, Ui, WidgetInfo, vec2};
use mixlens_study::{Command, Evidence, EvidenceEntry, Study, value_text};

use super::shown::shown_ui;
use crate::empty::empty_ui;
use crate::plot::Axes;
use crate::theme::{DOT, small_font};
use crate::{CommandQueue, Tokens};

/// Draws the panel.
pub(super) fn evidence_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let Some(evidence) = study.evidence() else {
        let compare = Command::Compare { surrogates: Vec::new(), params: Default::default() };
        let action = study.table().is_some().then_some(("Compare surrogates", compare));
        return empty_ui(ui, "Cross-validation tells which surrogate predicts unseen runs best", action, out);
    };
    let width = ui.available_width();
    if width > 640.0 {
        ui.horizontal_top(|ui| {
            let height = ui.available_height();
            ui.allocate_ui(vec2(width * 0.44, height), |ui| {
                ui.vertical(|ui| {
                    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| table_ui(ui, study, evidence, out))
                });
            });
            ui.vertical(|ui| scatter_ui(ui, study, out));
        });
    } else {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            table_ui(ui, study, evidence, out);
            scatter_ui(ui, study, out);
        });
    }
}

/// Surrogates side by side, the best first.
fn table_ui(ui: &mut Ui, study: &Study, evidence: &Evidence, out: &mut CommandQueue) {
    let params = &evidence.params;
    ui.weak(format!("Means over the metrics, each run predicted without it ({} folds)", params.folds));
    let active = study.fit().map(mixlens_study::Fit::name);
    Grid::new("surrogates").striped(true).num_columns(5).show(ui, |ui| {
        for title in ["Surrogate", "Rank corr.", "R²", "RMSE", ""] {
            ui.label(RichText::new(title).weak().small());
        }
        ui.end_row();
        for entry in &evidence.entries {
            entry_ui(ui, study, entry, active == Some(entry.surrogate.name()), out);
            ui.end_row();
        }
    });
    for left_out in &evidence.left_out {
        ui.weak(format!("{} was left out: {}", left_out.name, left_out.reason));
    }
    ui.add_space(4.0);
    if ui.button("Compare again").clicked() {
        out.push(Command::Compare { surrogates: Vec::new(), params: *params });
    }
}

fn entry_ui(ui: &mut Ui, study: &Study, entry: &EvidenceEntry, is_active: bool, out: &mut CommandQueue) {
    let name = entry.surrogate.name();
    ui.label(if is_active { RichText::new(name).strong() } else { RichText::new(name) });
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| value_text(value, Some(0.005)));
    ui.label(number(entry.mean.spearman));
    ui.label(number(entry.mean.r2));
    ui.label(value_text(entry.mean.rmse, Some(entry.mean.rmse / 10.0)));
    if is_active {
        ui.weak("in use");
    } else if ui.small_button("Use").on_hover_text("Take predictions from this surrogate").clicked() {
        let fitted = study.dataset().work.fits.iter().position(|fit| fit.name() == name);
        out.push(fitted.map_or_else(|| Command::Fit(entry.surrogate.clone()), Command::ChooseFit));
    }
}

/// Predicted against measured, for one metric.
fn scatter_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    ui.horizontal_wrapped(|ui| shown_ui(ui, study, out));
    let metric = study.view().metric.unwrap_or(0);
    let pairs = study.measured_pairs(metric);
    let name = study.goal().metrics.get(metric).map_or("", |own| own.name.as_str());
    if pairs.is_empty() {
        ui.weak(format!("The surrogate in use was not compared on {name}"));
        return;
    }
    let bounds = pairs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), pair| {
        (low.min(pair.measured).min(pair.predicted), high.max(pair.measured).max(pair.predicted))
    });
    let fit = study.fit().map_or("", mixlens_study::Fit::name);
    let score = study.evidence().and_then(|evidence| evidence.of(fit, name)).map(|own| own.score);
    let correlation = score
        .and_then(|score| score.spearman)
        .map_or_else(String::new, |rank| format!(", rank correlation {}", value_text(rank, Some(0.005))));
    ui.weak(format!("{name}: predicted by {fit} over measured{correlation}"));
    let size = vec2(ui.available_width(), (ui.available_height() - 4.0).max(150.0));
    let (axes, response) = Axes::new(ui, size, bounds, bounds);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Predicted over measured {name}")));
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(axes.rect);
    painter.line_segment([axes.at(bounds.0, bounds.0), axes.at(bounds.1, bounds.1)], Stroke::new(1.0, tokens.weak));
    for pair in pairs {
        let is_selected = study.view().selected.contains(&pair.row);
        let colour = if is_selected { tokens.worse } else { tokens.accent.gamma_multiply(0.6) };
        painter.circle_filled(
            axes.at(pair.measured, pair.predicted),
            if is_selected { DOT * 1.6 } else { DOT },
            colour,
        );
    }
    painter.text(axes.rect.left_top() + vec2(6.0, 4.0), Align2::LEFT_TOP, "predicted", small_font(), tokens.weak);
    painter.text(
        axes.rect.right_bottom() - vec2(6.0, 4.0),
        Align2::RIGHT_BOTTOM,
        "measured",
        small_font(),
        tokens.weak,
    );
}
