//! The tools above the parallel coordinates: colours, axes, samples and brushed runs.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{DragValue, PopupCloseBehavior, ScrollArea, Ui};
use mixlens_study::{
    Analysis, ColumnRef, Command, CommandKind, ParallelPlot, RunSelection, SamplingSettings, Study,
    ViewChange,
};

use super::runs::{colour_ui, select_none_ui};
use crate::CommandQueue;
use crate::accessible_name::name;
use crate::theme::row_height;
use crate::widgets::needs_fit_ui;

/// Draws the tools.
pub(super) fn bar_ui(
    ui: &mut Ui,
    study: &Study,
    cloud: &mut SamplingSettings,
    out: &mut CommandQueue,
) {
    let plot = study.parallel();
    ui.horizontal_wrapped(|ui| {
        if let Some(table) = study.table() {
            colour_ui(ui, study, table, out);
        }
        axes_ui(ui, study, plot, out);
        sample_ui(ui, study, cloud, out);
        brushed_ui(ui, study, plot, out);
        select_none_ui(ui, study, out);
    });
}

/// Samples mixtures.
fn sample_ui(ui: &mut Ui, study: &Study, cloud: &mut SamplingSettings, out: &mut CommandQueue) {
    let has_fit = study.fit().is_some();
    let response = ui.add_enabled(
        has_fit,
        DragValue::new(&mut cloud.count)
            .range(100..=100_000)
            .speed(50.0),
    );
    name(ui, &response, "Mixtures to sample");
    if needs_fit_ui(ui, study, "Sample mixtures", CommandKind::SampleMixtures).clicked() {
        out.push(Analysis::SampleMixtures(cloud.clone()));
    }
}

/// The runs that pass the brushes.
fn brushed_ui(ui: &mut Ui, study: &Study, plot: &ParallelPlot, out: &mut CommandQueue) {
    if !plot.has_brush() {
        return;
    }
    let runs = study.table().map_or(0, |table| table.len());
    ui.weak(format!(
        "{} of {runs} runs pass",
        plot.brushed_runs().count()
    ));
    let select = ui
        .button("Select brushed runs")
        .on_hover_text(CommandKind::SelectRuns.info().tooltip);
    if select.clicked() {
        out.push(ViewChange::SelectRuns(RunSelection::Only(
            plot.brushed_runs().collect(),
        )));
    }
    if ui
        .button("Clear brushes")
        .on_hover_text("Remove all brushes")
        .clicked()
    {
        let brushes = study.view().brushes.iter();
        out.extend(brushes.map(|brush| {
            Command::View(ViewChange::BrushAxis {
                axis: brush.column,
                to: None,
            })
        }));
    }
}

/// Chooses the axes.
fn axes_ui(ui: &mut Ui, study: &Study, plot: &ParallelPlot, out: &mut CommandQueue) {
    let (domains, metrics) = (study.domains().len(), study.goal().metrics.len());
    let column = |row: usize| {
        if row < domains {
            ColumnRef::Domain(row)
        } else {
            ColumnRef::Metric(row - domains)
        }
    };
    let shown: Vec<ColumnRef> = plot.axes.iter().map(|axis| axis.column).collect();
    let title = format!("{} of {} axes", shown.len(), domains + metrics);
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new(title).config(config).ui(ui, |ui| {
        if ui
            .button("Default axes")
            .on_hover_text("Show domains, then metrics")
            .clicked()
        {
            out.push(ViewChange::SetAxes(Vec::new()));
        }
        ui.separator();
        ScrollArea::vertical().max_height(320.0).show_rows(
            ui,
            row_height(ui),
            domains + metrics,
            |ui, rows| {
                for column in rows.map(column) {
                    let mut is_shown = shown.contains(&column);
                    // The last axis stays: an empty list means the default axes.
                    let is_possible = !is_shown || shown.len() > 1;
                    let checkbox = egui::Checkbox::new(&mut is_shown, study.column_name(column));
                    if ui.add_enabled(is_possible, checkbox).changed() {
                        let others = shown.iter().copied().filter(|other| *other != column);
                        out.push(ViewChange::SetAxes(
                            others.chain(is_shown.then_some(column)).collect(),
                        ));
                    }
                }
            },
        );
    });
    response.on_hover_text(CommandKind::SetAxes.info().tooltip);
}
