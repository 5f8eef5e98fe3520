//! The command palette: find and run any command.

use egui::{Context, Id, Key, Modal, ScrollArea, TextEdit};
use mixlens_study::{Command, CommandKind, FrontRequest, Output, Session, Study, ViewChange};

use crate::accessible_name::name;
use crate::keys::usual_command;
use crate::workspace::PANELS;
use crate::{CommandQueue, Surroundings};

/// The query, and the entry that Enter runs.
#[derive(Default)]
pub(super) struct Palette {
    query: String,
    chosen: usize,
}

impl Palette {
    /// Draws the palette; true when it is done.
    pub fn ui(
        &mut self,
        ctx: &Context,
        study: &Study,
        around: Surroundings<'_>,
        out: &mut CommandQueue,
    ) -> bool {
        let entries = entries(study, around, &self.query);
        let mut run = None;
        let modal = Modal::new(Id::unique("palette")).show(ctx, |ui| {
            ui.set_width(420.0);
            let edit = TextEdit::singleline(&mut self.query)
                .hint_text("Type a command")
                .desired_width(f32::INFINITY);
            let response = ui.add(edit);
            name(ui, &response, "Command");
            response.request_focus();
            if response.changed() {
                self.chosen = 0;
            }
            let pressed = |key| ui.input(|input| input.key_pressed(key));
            if pressed(Key::ArrowDown) {
                self.chosen = (self.chosen + 1).min(entries.len().saturating_sub(1));
            }
            if pressed(Key::ArrowUp) {
                self.chosen = self.chosen.saturating_sub(1);
            }
            if pressed(Key::Enter) {
                run = Some(self.chosen);
            }
            ScrollArea::vertical()
                .max_height(320.0)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    for (index, (title, command)) in entries.iter().enumerate() {
                        let entry = ui.selectable_label(index == self.chosen, title);
                        if entry.on_hover_text(command.info().tooltip).clicked() {
                            run = Some(index);
                        }
                    }
                });
        });
        let command = run.and_then(|index| entries.into_iter().nth(index));
        let is_run = command.map(|(_, command)| out.push(command)).is_some();
        is_run || modal.should_close()
    }
}

/// Commands whose titles contain every word of the query.
fn entries(study: &Study, around: Surroundings<'_>, query: &str) -> Vec<(String, Command)> {
    let query = query.to_lowercase();
    let is_possible = |command: &Command| match command {
        Command::View(ViewChange::ShowPanel { panel, .. }) => PANELS.contains(panel),
        Command::Output(Output::ExportSvg(panel))
        | Command::Output(Output::ExportPng(panel))
        | Command::Output(Output::ExportPlotData(panel)) => {
            PANELS.contains(panel) && study.view().panels.contains(panel)
        }
        Command::Session(Session::Undo) => study.can_undo(),
        Command::Session(Session::Redo) => study.can_redo(),
        Command::Front(FrontRequest::Quit) => around.may_quit,
        _ => true,
    };
    let mut all = Command::palette();
    let recent = around.recent.iter().enumerate();
    all.extend(recent.map(|(index, title)| {
        (
            format!("Open recent {title}"),
            Command::Front(FrontRequest::OpenRecent(index)),
        )
    }));
    // The front of the two metrics shown.
    for (_, command) in all
        .iter_mut()
        .filter(|(_, command)| command.kind() == CommandKind::FollowFront)
    {
        *command = usual_command(study, CommandKind::FollowFront).unwrap_or(command.clone());
    }
    all.retain(|(title, command)| {
        let title = title.to_lowercase();
        is_possible(command) && query.split_whitespace().all(|word| title.contains(word))
    });
    all
}
