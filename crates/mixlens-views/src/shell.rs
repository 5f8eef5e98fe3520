//! [`Shell`]: the whole window inside its frame.

use egui::{CentralPanel, Panel as Side, Ui};
use mixlens_study::{Ask, Command, ImportPreview, JobId, Panel, Study};

use crate::dialogs::Dialogs;
use crate::panels::Drafts;
use crate::workspace::Workspace;
use crate::{CommandQueue, keys, menu_bar, panels, status_bar, theme};

/// How far a running job is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobProgress {
    /// The job.
    pub id: JobId,
    /// What is being done.
    pub title: &'static str,
    /// From 0 to 1; `None` before the first report.
    pub fraction: Option<f32>,
}

/// What the window remembers that is no part of the study: open dialogs, half-typed texts, where the tabs are.
#[derive(Default)]
pub struct Shell {
    workspace: Workspace,
    dialogs: Dialogs,
    drafts: Drafts,
    message: Option<String>,
}

impl Shell {
    /// Draws everything and pushes what the user asks for.
    pub fn ui(&mut self, ui: &mut Ui, study: &Study, jobs: &[JobProgress], out: &mut CommandQueue) {
        theme::apply_view(ui.ctx(), study.view().theme, study.view().zoom);
        keys::push_shortcuts(ui.ctx(), study, out);
        Side::top("menu").show(ui, |ui| menu_bar::menu_bar_ui(ui, study, out));
        Side::bottom("status").show(ui, |ui| status_bar::status_bar_ui(ui, study, jobs, &mut self.message, out));
        Side::top("sentence").show(ui, |ui| panels::sentence_ui(ui, study, out));
        CentralPanel::no_frame().show(ui, |ui| self.workspace.ui(ui, study, &mut self.drafts, out));
        self.dialogs.ui(ui.ctx(), study, out);
        if study.fit().is_some() && !study.is_look_current() {
            out.push(Command::LookAround);
        }
    }

    /// Says something in the status bar until it is dismissed or replaced.
    pub fn say(&mut self, message: impl Into<String>) {
        self.message = Some(message.into());
    }

    /// Opens the dialog that a command asked for; false when it is none of the window's.
    pub fn open(&mut self, ask: Ask) -> bool {
        self.dialogs.open(ask)
    }

    /// Puts a panel in front of the others in its group, as soon as it is shown.
    pub fn bring_forward(&mut self, panel: Panel) {
        self.workspace.bring_forward(panel);
    }

    /// Shows what files hold, before they are imported.
    pub fn preview(&mut self, preview: std::sync::Arc<ImportPreview>, import: Command) {
        self.dialogs.preview(preview, import);
    }
}
