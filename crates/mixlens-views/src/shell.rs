//! [`Shell`]: the whole content of a window.

use egui::{CentralPanel, Panel as Side, Ui};
use mixlens_study::{Analysis, Command, FrontRequest, ImportPreview, Panel, Study};

use crate::dialogs::{Dialogs, Question};
use crate::panels::Drafts;
use crate::workspace::Workspace;
use crate::{CommandQueue, Surroundings, Tokens, keys, menu_bar, panels, status_bar, theme};

/// State of the window that is no part of the study: open dialogs, drafts and the position of
/// tabs.
#[derive(Default)]
pub struct Shell {
    workspace: Workspace,
    dialogs: Dialogs,
    drafts: Drafts,
    message: Option<String>,
    is_bare: bool,
}

impl Shell {
    /// Draws everything and pushes the commands of the user.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        study: &Study,
        around: Surroundings<'_>,
        out: &mut CommandQueue,
    ) {
        theme::apply_view(ui.ctx(), study.view().theme, study.view().zoom);
        if !self.dialogs.is_open() {
            keys::push_shortcuts(ui.ctx(), study, out);
        }
        if !self.is_bare {
            self.bars_ui(ui, study, around, out);
        }
        CentralPanel::no_frame().show(ui, |ui| {
            self.workspace.ui(ui, study, around, &mut self.drafts, out)
        });
        self.dialogs.ui(ui.ctx(), study, around, out);
        drop_hint_ui(ui, self.takes_samples(study));
        if study.fit().is_some() && !study.is_profile_current() {
            out.push(Analysis::UpdateProfile);
        }
    }

    /// Menus above, status below, and the sentence.
    fn bars_ui(
        &mut self,
        ui: &mut Ui,
        study: &Study,
        around: Surroundings<'_>,
        out: &mut CommandQueue,
    ) {
        Side::top("menu").show(ui, |ui| menu_bar::menu_bar_ui(ui, study, around, out));
        Side::bottom("status").show(ui, |ui| {
            status_bar::status_bar_ui(ui, study, around.jobs, &mut self.message, out)
        });
        Side::top("sentence").show(ui, |ui| panels::sentence_ui(ui, study, out));
    }

    /// Whether dropped files are samples: the tokenizer panel is in front and in use.
    pub fn takes_samples(&self, study: &Study) -> bool {
        let tokenizer = study.tokenizer();
        (tokenizer.file.is_some() || !tokenizer.samples.is_empty())
            && self.workspace.has_in_front(Panel::Tokenizer)
    }

    /// Hides menus, sentence and status bar, for a window embedded in another page.
    pub fn hide_bars(&mut self) {
        self.is_bare = true;
    }

    /// Shows a message in the status bar until it is dismissed or replaced.
    pub fn say(&mut self, message: impl Into<String>) {
        self.message = Some(message.into());
    }

    /// The message in the status bar.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Opens the dialog that a command requests; false when the window has no such dialog.
    pub fn open(&mut self, request: FrontRequest) -> bool {
        self.dialogs.open(request)
    }

    /// Puts a panel in front of the others in its group, as soon as it is shown.
    pub fn bring_forward(&mut self, panel: Panel) {
        self.workspace.bring_forward(panel);
    }

    /// Shows a question; the answer comes as [`FrontRequest::Answer`].
    pub fn ask(&mut self, question: Question) {
        self.dialogs.ask(question);
    }

    /// Shows a preview of files before they are imported.
    pub fn preview(&mut self, preview: std::sync::Arc<ImportPreview>, import: Command) {
        self.dialogs.preview(preview, import);
    }

    /// The preview that is shown, and the command that imports.
    pub fn shown_preview(&self) -> Option<(&ImportPreview, &Command)> {
        self.dialogs.shown_preview()
    }

    /// The open question.
    pub fn question(&self) -> Option<&Question> {
        self.dialogs.question()
    }

    /// Closes all dialogs: preview and question have been answered elsewhere.
    pub fn close_dialogs(&mut self) {
        self.dialogs = Dialogs::default();
    }
}

/// Shows the effect of a drop while files are held over the window.
fn drop_hint_ui(ui: &Ui, takes_samples: bool) {
    let files = ui.input(|input| input.raw.hovered_files.len());
    if files == 0 {
        return;
    }
    let tokens = Tokens::of(ui);
    let screen = ui.ctx().content_rect();
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop hint"));
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(screen, 0.0, tokens.panel.gamma_multiply(0.9));
    let text = if takes_samples {
        "Drop samples (one category per file or folder) or another tokenizer".to_owned()
    } else if files == 1 {
        "Drop to open this file".to_owned()
    } else {
        format!("Drop to open these {files} files together")
    };
    painter.text(
        screen.center(),
        egui::Align2::CENTER_CENTER,
        text,
        egui::FontId::proportional(22.0),
        tokens.text,
    );
}
