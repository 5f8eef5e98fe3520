//! Compare: kept mixtures side by side.

use egui::{Grid, RichText, ScrollArea, Ui};
use mixlens_study::{Command, Difference, DifferenceTable, Standing, Study};

use crate::empty::empty_ui;
use crate::{CommandQueue, Tokens};

/// Draws the panel.
pub(super) fn compare_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    if study.saved().is_empty() {
        let keep = Command::SaveMixture { name: String::new() };
        return empty_ui(ui, "Kept mixtures are compared here", Some(("Keep mixture", keep)), out);
    }
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        saved_ui(ui, study, out);
        ui.separator();
        if let Some(table) = study.differences() {
            table_ui(ui, table);
        }
    });
}

fn saved_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    for (place, saved) in study.saved().iter().enumerate() {
        ui.horizontal(|ui| {
            let mut is_compared = study.state().compared.contains(&place);
            if ui.checkbox(&mut is_compared, &saved.name).changed() {
                out.push(Command::CompareMixture { place, is_compared });
            }
            if ui.small_button("Show").on_hover_text(format!("Show {}", saved.name)).clicked() {
                out.push(Command::LoadMixture(place));
            }
            if ui.small_button("Delete").on_hover_text(format!("Delete {}", saved.name)).clicked() {
                out.push(Command::DeleteMixture(place));
            }
        });
    }
}

fn table_ui(ui: &mut Ui, table: &DifferenceTable) {
    Grid::new("differences").striped(true).num_columns(table.columns.len() + 1).show(ui, |ui| {
        ui.label("");
        for name in &table.columns {
            ui.strong(name);
        }
        ui.end_row();
        for (name, cells) in table.domains.iter().chain(&table.metrics) {
            ui.label(name);
            for (column, cell) in cells.iter().enumerate() {
                cell_ui(ui, cell, column == 0);
            }
            ui.end_row();
        }
    });
}

fn cell_ui(ui: &mut Ui, cell: &Difference, is_baseline: bool) {
    let tokens = Tokens::of(ui);
    let colour = match cell.standing {
        Standing::Better => tokens.better,
        Standing::Worse => tokens.worse,
        Standing::Tied => tokens.tied,
        Standing::Unknown => tokens.weak,
    };
    ui.horizontal(|ui| {
        ui.label(&cell.text);
        if !is_baseline {
            ui.label(RichText::new(&cell.difference_text).small().color(colour));
        }
    });
}
