//! Preview of files before they are imported.

use std::sync::Arc;

use egui::{Context, Grid, Id, Modal, RichText, ScrollArea, Ui};
use mixlens_study::{Analysis, Command, ImportPreview};

use crate::accessible_name::choice_ui;
use crate::{CommandQueue, Tokens};

/// A preview and the command that imports.
pub(super) struct Import {
    /// The content of the files.
    pub preview: Arc<ImportPreview>,
    /// Reads the files.
    pub command: Command,
}

impl Import {
    /// Draws the dialog; true when it is done.
    pub fn ui(&self, ctx: &Context, out: &mut CommandQueue) -> bool {
        let mut is_done = false;
        let modal = Modal::new(Id::unique("import")).show(ctx, |ui| {
            ui.set_width((ui.ctx().content_rect().width() * 0.8).min(900.0));
            ui.heading(format!("Import {}", self.preview.files.join(", ")));
            self.summary_ui(ui);
            self.group_ui(ui, out);
            ui.separator();
            rows_ui(ui, &self.preview);
            ui.separator();
            ui.horizontal(|ui| {
                let title = match self.preview.rejected.len() {
                    0 => "Import".to_owned(),
                    count => format!("Import without the {count} rejected"),
                };
                let is_possible = self.preview.problem.is_none();
                let import = ui.add_enabled(is_possible, egui::Button::new(title));
                if import.clicked() {
                    out.push(self.command.clone());
                    is_done = true;
                }
                let close = ui.button("Close");
                is_done |= close.clicked();
                // Enter imports; where nothing can be imported it closes the dialog.
                if ui.memory(|memory| memory.focused().is_none()) {
                    if is_possible { import } else { close }.request_focus();
                }
            });
        });
        is_done || modal.should_close()
    }

    /// The command that previews the same files with the runs of another group.
    fn preview_of_group(&self, group: usize) -> Option<Command> {
        let Command::Analysis(Analysis::ImportFiles { files, options, .. }) = &self.command else {
            return None;
        };
        Some(Command::Analysis(Analysis::PreviewFiles {
            files: files.clone(),
            options: self.preview.with_group(group, options)?,
        }))
    }

    /// The groups of runs that the files hold, to choose another one.
    fn group_ui(&self, ui: &mut Ui, out: &mut CommandQueue) {
        let groups = &self.preview.groups;
        let Some(taken) = groups.iter().find(|group| group.is_taken) else {
            return;
        };
        if groups.len() < 2 {
            return;
        }
        ui.horizontal(|ui| {
            ui.label("Runs at");
            choice_ui(ui, "Runs at", &taken.to_string(), 320.0, |ui| {
                for (index, group) in groups.iter().enumerate() {
                    // Runs of which nothing is known cannot be named.
                    let command = self.preview_of_group(index);
                    let command = command.filter(|_| !group.conditions.is_empty());
                    let entry = ui.add_enabled(
                        command.is_some(),
                        egui::Button::selectable(group.is_taken, group.to_string()),
                    );
                    if let Some(command) = command.filter(|_| entry.clicked()) {
                        out.push(command);
                    }
                }
            });
        });
    }

    fn summary_ui(&self, ui: &mut Ui) {
        let preview = &*self.preview;
        let tokens = Tokens::of(ui);
        for line in &preview.layout {
            ui.label(line);
        }
        if let Some(problem) = &preview.problem {
            ui.label(RichText::new(problem).color(tokens.worse));
        } else {
            ui.label(format!("{} runs", preview.runs));
            ui.label(format!("Domains: {}", preview.domains.join(", ")));
            ui.label(format!("Metrics: {}", preview.metrics.join(", ")));
        }
        let notices = preview.notices.iter().map(|text| (text, tokens.weak));
        let rejected = preview.rejected.iter().map(|text| (text, tokens.worse));
        let lines: Vec<_> = rejected.chain(notices).collect();
        if !lines.is_empty() {
            ScrollArea::vertical()
                .id_salt("notices")
                .max_height(110.0)
                .show(ui, |ui| {
                    for (text, colour) in lines {
                        ui.label(RichText::new(text).color(colour));
                    }
                });
        }
    }
}

/// The first runs as read.
fn rows_ui(ui: &mut Ui, preview: &ImportPreview) {
    let header = std::iter::once("run").chain(
        preview
            .domains
            .iter()
            .chain(&preview.metrics)
            .map(String::as_str),
    );
    ScrollArea::both()
        .id_salt("rows")
        .max_height(260.0)
        .show(ui, |ui| {
            Grid::new("preview")
                .striped(true)
                .min_col_width(48.0)
                .show(ui, |ui| {
                    header.for_each(|name| {
                        ui.strong(name);
                    });
                    ui.end_row();
                    for row in &preview.rows {
                        for cell in row {
                            ui.label(cell);
                        }
                        ui.end_row();
                    }
                });
        });
}
