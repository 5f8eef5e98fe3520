//! Next runs: the proxy runs that improve the fit the most, or the best predicted ones.

use egui::{DragValue, Ui};
use egui_extras::{Column, TableBuilder};
use mixlens_study::{
    Analysis, Command, CommandKind, Edit, NextRuns, NextRunsSettings, Output, Panel, Study,
    percent_text,
};

use crate::CommandQueue;
use crate::accessible_name::{choice_ui, name};
use crate::empty::empty_ui;

/// Height of a row, and width of a column of numbers, in points.
const HEIGHT: f32 = 24.0;
const NUMBER: f32 = 92.0;
/// The two methods of choosing runs.
const METHODS: [(bool, &str); 2] = [(false, "Improve the fit"), (true, "Best predicted")];

/// Draws the panel.
pub(super) fn next_runs_ui(
    ui: &mut Ui,
    study: &Study,
    settings: &mut NextRunsSettings,
    out: &mut CommandQueue,
) {
    if study.fit().is_none() {
        return empty_ui(
            ui,
            "Fit a surrogate to see which runs would improve it the most",
            None,
            out,
        );
    }
    settings_ui(ui, settings, out);
    match &study.dataset().work.results.next_runs {
        Some(runs) => {
            outcome_ui(ui, study, runs, out);
            egui::ScrollArea::horizontal()
                .auto_shrink([false, false])
                .show(ui, |ui| table_ui(ui, study, runs, out));
        }
        None => {
            let propose = Command::Analysis(Analysis::ProposeRuns(settings.clone()));
            empty_ui(
                ui,
                "Proxy runs to train next are listed here",
                Some(("Propose", propose)),
                out,
            );
        }
    }
}

fn settings_ui(ui: &mut Ui, settings: &mut NextRunsSettings, out: &mut CommandQueue) {
    ui.horizontal_wrapped(|ui| {
        let response = ui.add(
            DragValue::new(&mut settings.count)
                .range(1..=1000)
                .speed(0.1),
        );
        name(ui, &response, "Runs to propose");
        ui.label("runs");
        let method = METHODS
            .iter()
            .find(|(climb, _)| *climb == settings.climb)
            .map_or("", |(_, title)| title);
        choice_ui(ui, "How runs are chosen", method, 130.0, |ui| {
            for (climb, title) in METHODS {
                ui.selectable_value(&mut settings.climb, climb, title);
            }
        });
        ui.label("of");
        let response = ui.add(
            DragValue::new(&mut settings.pool)
                .range(10..=100_000)
                .speed(20.0),
        );
        name(ui, &response, "Mixtures to choose from");
        ui.label("sampled mixtures");
        // The pool holds at least the runs to propose.
        settings.pool = settings.pool.max(settings.count);
        if ui
            .button("Propose next runs")
            .on_hover_text(CommandKind::ProposeRuns.info().tooltip)
            .clicked()
        {
            out.push(Analysis::ProposeRuns(settings.clone()));
        }
    });
}

/// How the runs were chosen, and a button to save them.
fn outcome_ui(ui: &mut Ui, study: &Study, runs: &NextRuns, out: &mut CommandQueue) {
    ui.horizontal_wrapped(|ui| {
        let why = match runs.chosen_by.as_str() {
            "variance" => "where the surrogate is least certain",
            "sensitivity" => "where they determine the surrogate's parameters best (D-optimal)",
            "distance" => "farthest from the runs and from each other",
            _ => "at random from the best predicted",
        };
        let count = runs.mixtures.len();
        ui.label(format!(
            "{count} of {} sampled mixtures, chosen by {} {why}",
            runs.settings.pool, runs.surrogate
        ));
        if ui
            .button("Export as CSV…")
            .on_hover_text("Save the runs as a table that Mixlens can import")
            .clicked()
        {
            out.push(Output::ExportPlotData(Panel::NextRuns));
        }
        if study.fit().is_some_and(|fit| fit.name() != runs.surrogate) {
            ui.weak("A different surrogate is now in use. Propose again to use it.");
        }
    });
}

/// A row for each run, a column for each domain.
fn table_ui(ui: &mut Ui, study: &Study, runs: &NextRuns, out: &mut CommandQueue) {
    let domains = study.domains().names();
    TableBuilder::new(ui)
        .striped(true)
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
        .auto_shrink([false, false])
        .column(Column::exact(64.0))
        .column(Column::exact(56.0))
        .columns(
            Column::initial(NUMBER)
                .at_least(48.0)
                .clip(true)
                .resizable(true),
            domains.len(),
        )
        .header(22.0, |mut header| {
            for title in ["Run", ""]
                .into_iter()
                .chain(domains.iter().map(String::as_str))
            {
                header.col(|ui| {
                    ui.add(egui::Label::new(title).truncate())
                        .on_hover_text(title);
                });
            }
        })
        .body(|body| {
            body.rows(HEIGHT, runs.mixtures.len(), |mut row| {
                let index = row.index();
                let Some(mixture) = runs.mixtures.get(index) else {
                    return;
                };
                let id = format!("next-{}", index + 1);
                row.col(|ui| {
                    ui.label(&id);
                });
                row.col(|ui| {
                    let show = ui.small_button("Show");
                    name(ui, &show, format!("Show {id}"));
                    if show.on_hover_text("Show this mixture").clicked() {
                        out.push(Edit::SetMixture(mixture.clone()));
                    }
                });
                for &part in mixture.parts() {
                    row.col(|ui| {
                        ui.label(percent_text(part));
                    });
                }
            });
        });
}
