//! The mixture inferred from a tokenizer: proportions, diagnostics and actions.

use egui::{Grid, RichText, Role, Shape, Stroke, Ui, WidgetInfo, vec2};
use mixlens_study::{
    Command, CommandKind, Edit, InferredAs, InferredMixture, InferredPlot, InferredRow, Output,
    ShareOf, Study, ViewChange, value_range,
};

use super::bars::bars_ui;
use super::command_button_ui;
use crate::output_medium::{is_figure_page, tools_ui};
use crate::plot::Axes;
use crate::{CommandQueue, Tokens};

/// Height of the curve, in points.
const CURVE: f32 = 150.0;

/// Draws the outcome of an inference.
pub(super) fn outcome_ui(
    ui: &mut Ui,
    study: &Study,
    found: &InferredMixture,
    plot: &InferredPlot,
    out: &mut CommandQueue,
) {
    tools_ui(ui, |ui| actions_ui(ui, study, out));
    bars_ui(ui, plot);
    ui.add_space(ui.spacing().item_spacing.x);
    let tokens = Tokens::of(ui);
    for notice in &found.notices {
        ui.label(notice);
    }
    for (index, words) in plot.words.iter().enumerate() {
        // Sentences 1 and 2 are about the misfit and the unexplained merges.
        let is_bad = plot.is_misfit && (1..=2).contains(&index);
        ui.label(RichText::new(words).color(if is_bad { tokens.worse } else { tokens.weak }));
    }
    violation_ui(ui, plot);
    lens_ui(ui, plot);
}

/// The unit of the proportions, and buttons that save, copy or use them.
fn actions_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    for of in ShareOf::ALL {
        let is_chosen = study.view().shares == of;
        let tooltip = CommandKind::ShowShares.info().tooltip;
        if ui
            .selectable_label(is_chosen, of.title())
            .on_hover_text(tooltip)
            .clicked()
        {
            out.push(ViewChange::ShowShares(of));
        }
    }
    ui.separator();
    command_button_ui(
        ui,
        "Save as mixture file…",
        Command::Output(Output::ExportInferred),
        out,
    );
    command_button_ui(ui, "Copy", Command::Output(Output::CopyInferred), out);
    let can_use = study.inferred_mixture().is_some();
    for (title, used) in [
        ("Use as mixture", InferredAs::Mixture),
        ("Use as baseline", InferredAs::Baseline),
    ] {
        let button = ui.add_enabled(can_use, egui::Button::new(title));
        let button = button.on_hover_text(CommandKind::UseInferred.info().tooltip);
        let why = "Available when every domain of the study is a category of the inference";
        if button.on_disabled_hover_text(why).clicked() {
            out.push(Edit::UseInferred(used));
        }
    }
}

/// The violation up to each merge; a steep rise shows where the categories stop explaining the
/// order.
fn violation_ui(ui: &mut Ui, plot: &InferredPlot) {
    let Some(&(merges, total)) = plot
        .violation
        .last()
        .filter(|(merges, total)| *merges > 0.0 && *total > 0.0)
    else {
        return;
    };
    ui.label(
        RichText::new(
            "Violation up to each merge (ppm of pairs). A steep rise shows where the fit breaks \
             down.",
        )
        .small()
        .weak(),
    );
    let bounds = value_range(plot.violation.iter().map(|point| point.1));
    let (axes, response) = Axes::new(ui, vec2(ui.available_width(), CURVE), (0.0, merges), bounds);
    let tokens = Tokens::of(ui);
    let points = plot
        .violation
        .iter()
        .map(|&(merge, sum)| axes.at(merge, sum))
        .collect();
    ui.painter()
        .with_clip_rect(axes.rect)
        .add(Shape::line(points, Stroke::new(1.5, tokens.accent)));
    let pointed = response.hover_pos().map(|at| axes.x_at(at));
    let tooltip =
        |(merge, sum): (f64, f64)| format!("Merge {merge:.0}: {sum:.0} ppm up to this merge");
    let described = format!("{total:.0} ppm up to merge {merges:.0}");
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, "Violation by merge");
        info.current_text_value = Some(described.clone());
        info
    });
    let nearest = pointed.and_then(|at| plot.violation.iter().copied().find(|point| point.0 >= at));
    response.on_hover_text(nearest.map_or(described, tooltip));
}

/// How the tokenizer encodes the text of each category.
fn lens_ui(ui: &mut Ui, plot: &InferredPlot) {
    let add = |ui: &mut Ui| {
        Grid::new("lens")
            .striped(true)
            .num_columns(3)
            .min_col_width(90.0)
            .show(ui, |ui| {
                for title in ["Category", "Bytes per token", "Tokens per word"] {
                    ui.weak(title);
                }
                ui.end_row();
                for InferredRow {
                    name,
                    bytes_per_token,
                    tokens_per_word,
                    ..
                } in plot.groups.iter().flat_map(|group| &group.rows)
                {
                    for cell in [name, bytes_per_token, tokens_per_word] {
                        ui.label(cell);
                    }
                    ui.end_row();
                }
            });
    };
    if is_figure_page(ui) {
        add(ui);
    } else {
        egui::CollapsingHeader::new("How the tokenizer encodes each category").show(ui, add);
    }
}
