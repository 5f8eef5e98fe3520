//! A question before something is lost.

use egui::{Context, Id, Modal, Ui};
use mixlens_study::{Answer, Command, FrontRequest};

use crate::CommandQueue;

/// A question and its answers: the safest first, which Enter chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question, in a few words.
    pub title: String,
    /// The consequences.
    pub text: String,
    /// The answers; closing the dialog means [`Answer::Cancel`].
    pub answers: Vec<Answer>,
}

impl Question {
    /// Draws the dialog; true when it was answered.
    pub(super) fn ui(&self, ctx: &Context, out: &mut CommandQueue) -> bool {
        let mut answer = None;
        let modal = Modal::new(Id::unique("question")).show(ctx, |ui| {
            ui.set_max_width(440.0);
            ui.heading(&self.title);
            ui.label(&self.text);
            ui.add_space(6.0);
            answer = self.answers_ui(ui);
        });
        let answer = answer.or(modal.should_close().then_some(Answer::Cancel));
        out.extend(answer.map(|to| Command::Front(FrontRequest::Answer(to))));
        answer.is_some()
    }

    fn answers_ui(&self, ui: &mut Ui) -> Option<Answer> {
        let buttons = ui.horizontal(|ui| {
            self.answers
                .iter()
                .map(|answer| (ui.button(answer.title()), *answer))
                .collect::<Vec<_>>()
        });
        if let Some((first, _)) = buttons.inner.first()
            && ui.memory(|memory| memory.focused().is_none())
        {
            first.request_focus();
        }
        buttons
            .inner
            .into_iter()
            .find(|(button, _)| button.clicked())
            .map(|(_, answer)| answer)
    }
}
