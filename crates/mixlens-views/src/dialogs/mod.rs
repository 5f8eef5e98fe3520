//! Windows over the panels: import preview, command palette, shortcuts, about.

mod about;
mod import;
mod palette;
mod question;
mod shortcuts;

use std::sync::Arc;

use egui::Context;
use mixlens_study::{Command, FrontRequest, ImportPreview, Study};

use crate::{CommandQueue, Surroundings};

pub use question::Question;

/// Which windows are open.
#[derive(Default)]
pub(crate) struct Dialogs {
    palette: Option<palette::Palette>,
    has_shortcuts: bool,
    about: Option<about::About>,
    import: Option<import::Import>,
    question: Option<Question>,
}

impl Dialogs {
    /// Opens the window that a command requests; false when it is none of these.
    pub fn open(&mut self, request: FrontRequest) -> bool {
        match request {
            FrontRequest::ShowPalette => self.palette = Some(palette::Palette::default()),
            FrontRequest::ShowShortcuts => self.has_shortcuts = true,
            FrontRequest::ShowAbout => self.about = Some(about::About::default()),
            _ => return false,
        }
        true
    }

    /// Shows a preview of files; `import` reads them.
    pub fn preview(&mut self, preview: Arc<ImportPreview>, import: Command) {
        self.import = Some(import::Import {
            preview,
            command: import,
        });
    }

    /// Shows a question; it replaces the one shown before.
    pub fn ask(&mut self, question: Question) {
        self.question = Some(question);
    }

    /// The preview, and the command that imports.
    pub fn shown_preview(&self) -> Option<(&ImportPreview, &Command)> {
        self.import
            .as_ref()
            .map(|import| (&*import.preview, &import.command))
    }

    /// Whether a modal dialog is open: palette, preview or question.
    pub fn is_open(&self) -> bool {
        self.palette.is_some() || self.import.is_some() || self.question.is_some()
    }

    /// The open question.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// Draws the open windows.
    pub fn ui(
        &mut self,
        ctx: &Context,
        study: &Study,
        around: Surroundings<'_>,
        out: &mut CommandQueue,
    ) {
        if self
            .palette
            .as_mut()
            .is_some_and(|palette| palette.ui(ctx, study, around, out))
        {
            self.palette = None;
        }
        if self
            .import
            .as_ref()
            .is_some_and(|import| import.ui(ctx, out))
        {
            self.import = None;
        }
        if self
            .question
            .as_ref()
            .is_some_and(|question| question.ui(ctx, out))
        {
            self.question = None;
        }
        shortcuts::shortcuts_ui(ctx, &mut self.has_shortcuts);
        if self.about.as_ref().is_some_and(|about| !about.ui(ctx)) {
            self.about = None;
        }
    }
}
