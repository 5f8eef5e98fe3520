//! The runs: a table that draws only the visible rows.

use std::collections::BTreeSet;

use egui::{Sense, TextEdit, Ui};
use egui_extras::{Column, TableBuilder, TableRow};
use mixlens_core::table::{Run, RunTable};
use mixlens_study::{
    ColumnRef, Command, CommandKind, Edit, FrontRequest, RunSelection, SortOrder, Study,
    ViewChange, value_text,
};

use crate::accessible_name::{choice_ui, name};
use crate::empty::empty_ui;
use crate::palette::viridis;
use crate::theme::DOT;
use crate::{CommandQueue, Tokens};

/// Width of a column of numbers, in points.
const NUMBER: f32 = 92.0;
/// Height of a row, in points.
const HEIGHT: f32 = 20.0;
/// The error assumed for a measured number, which sets its digits.
const ERROR: f64 = 1e-3;

/// Draws the panel.
pub(super) fn runs_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let Some(table) = study.table() else {
        return empty_ui(
            ui,
            "Import runs from one or more files",
            Some(("Import runs…", Command::Front(FrontRequest::OpenFiles))),
            out,
        );
    };
    bar_ui(ui, study, table, out);
    let columns = columns(table);
    let rows = study.listed_runs();
    let colours = study.run_colours();
    egui::ScrollArea::horizontal()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            TableBuilder::new(ui)
                .striped(true)
                .sense(Sense::click())
                .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
                .auto_shrink([false, false])
                .column(Column::initial(110.0).at_least(60.0).clip(true))
                .columns(
                    Column::initial(NUMBER)
                        .at_least(48.0)
                        .clip(true)
                        .resizable(true),
                    columns.len().saturating_sub(1),
                )
                .header(22.0, |mut header| {
                    for &column in &columns {
                        header.col(|ui| header_ui(ui, study, column, out));
                    }
                })
                .body(|body| {
                    body.rows(HEIGHT, rows.len(), |mut row| {
                        let Some(&index) = rows.get(row.index()) else {
                            return;
                        };
                        let Some(run) = table.run(index) else { return };
                        row.set_selected(study.view().selected.contains(&index));
                        row_ui(&mut row, &run, colours.get(index).copied().flatten());
                        let response = row.response();
                        if response.double_clicked() {
                            out.push(Edit::ShowRun(index));
                        } else if response.clicked() {
                            let is_added = response.ctx.input(|input| input.modifiers.command);
                            let selection = if is_added {
                                RunSelection::Toggle(index)
                            } else {
                                RunSelection::Only(BTreeSet::from([index]))
                            };
                            out.push(ViewChange::SelectRuns(selection));
                        }
                    });
                });
        });
}

fn columns(table: &RunTable) -> Vec<ColumnRef> {
    let domains = (0..table.domains().len()).map(ColumnRef::Domain);
    let metrics = (0..table.metrics().len()).map(ColumnRef::Metric);
    std::iter::once(ColumnRef::Id)
        .chain(metrics)
        .chain(domains)
        .collect()
}

fn bar_ui(ui: &mut Ui, study: &Study, table: &RunTable, out: &mut CommandQueue) {
    ui.horizontal_wrapped(|ui| {
        let mut filter = study.view().runs.filter.clone();
        let edit = TextEdit::singleline(&mut filter)
            .hint_text("Filter: name, or metric <= 2.5")
            .desired_width(190.0);
        let response = ui
            .add(edit)
            .on_hover_text(CommandKind::FilterRuns.info().tooltip);
        name(ui, &response, "Filter runs");
        if response.changed() {
            out.push(ViewChange::FilterRuns(filter));
        }
        colour_ui(ui, study, table, out);
        ui.weak(format!(
            "{} of {} runs",
            study.listed_runs().len(),
            table.len()
        ));
        select_none_ui(ui, study, out);
        ui.weak("Double-click a run to show its mixture");
    });
}

/// The number of selected runs, with a button that clears the selection.
pub(super) fn select_none_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let selected = study.view().selected.len();
    if selected > 0 {
        ui.weak(format!("{selected} selected"));
        if ui.small_button("Select none").clicked() {
            out.push(ViewChange::SelectRuns(RunSelection::Nothing));
        }
    }
}

/// Chooses the column that colours runs everywhere.
pub(super) fn colour_ui(ui: &mut Ui, study: &Study, table: &RunTable, out: &mut CommandQueue) {
    ui.weak("Colour");
    let chosen = study.view().runs.colour_by;
    let title = chosen.map_or("No colour", |column| study.column_name(column));
    choice_ui(ui, "Colour of the runs", title, 150.0, |ui| {
        if ui.selectable_label(chosen.is_none(), "No colour").clicked() {
            out.push(ViewChange::ColourRuns(None));
        }
        for column in columns(table).into_iter().skip(1) {
            if ui
                .selectable_label(chosen == Some(column), study.column_name(column))
                .clicked()
            {
                out.push(ViewChange::ColourRuns(Some(column)));
            }
        }
    });
}

fn header_ui(ui: &mut Ui, study: &Study, column: ColumnRef, out: &mut CommandQueue) {
    let sort = study
        .view()
        .runs
        .sort
        .filter(|(sorted, _)| *sorted == column)
        .map(|(_, order)| order);
    let name = study.column_name(column);
    let title = match sort {
        None => name.to_owned(),
        Some(SortOrder::Rising) => format!("{name} (ascending)"),
        Some(SortOrder::Falling) => format!("{name} (descending)"),
    };
    if ui
        .selectable_label(sort.is_some(), title)
        .on_hover_text(format!("Sort by {name}"))
        .clicked()
    {
        let next = match sort {
            None => Some((column, SortOrder::Rising)),
            Some(SortOrder::Rising) => Some((column, SortOrder::Falling)),
            Some(SortOrder::Falling) => None,
        };
        out.push(ViewChange::SortRuns(next));
    }
}

fn row_ui(row: &mut TableRow<'_, '_>, run: &Run<'_>, colour: Option<f32>) {
    row.col(|ui| {
        indent(ui);
        if let Some(colour) = colour {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), Sense::hover());
            ui.painter().circle(
                rect.center(),
                DOT * 1.6,
                viridis(colour),
                egui::Stroke::new(0.5, Tokens::of(ui).line),
            );
        }
        ui.add(egui::Label::new(run.id).selectable(false));
    });
    let text =
        |value: Option<f64>| value.map_or_else(String::new, |value| value_text(value, Some(ERROR)));
    let parts = run
        .parts
        .iter()
        .map(|&part| mixlens_study::percent_text(part));
    for cell in run.values.iter().map(|value| text(*value)).chain(parts) {
        row.col(|ui| {
            indent(ui);
            ui.add(egui::Label::new(cell).selectable(false));
        });
    }
}

/// Aligns a cell with the text of its header, which is a button.
fn indent(ui: &mut Ui) {
    ui.add_space(ui.spacing().button_padding.x);
}
