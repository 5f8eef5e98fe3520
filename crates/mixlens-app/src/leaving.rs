//! Leaving a study, with a question about unsaved changes, and recovery after a crash.

use mixlens_study::{Answer, Example, FrontRequest, Study};
use mixlens_views::Question;

use crate::App;
use crate::files::{Left, Opened};

/// The destination after leaving a study.
#[derive(Debug)]
pub(crate) enum Leave {
    /// Quit the program.
    Quit,
    /// Open another study.
    Show(Opened),
    /// Open an example.
    Example(Example),
}

/// The action that waits for an answer.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// Whether to save before leaving.
    Leave(Leave),
    /// Whether to recover.
    Recovery(Left),
}

impl App {
    /// Leaves the study, after a question about unsaved changes.
    pub(crate) fn leave(&mut self, to: Leave) {
        if !self.study.is_modified() {
            return self.leave_now(to);
        }
        let name = self.name();
        self.shell.ask(Question {
            title: format!("Save changes to {name}?"),
            text: "Changes since the last save will be lost otherwise.".to_owned(),
            answers: vec![Answer::Save, Answer::Discard, Answer::Cancel],
        });
        self.waiting = Some(Waiting::Leave(to));
    }

    /// Offers a backup left by a crash.
    pub(crate) fn offer(&mut self, left: Left) {
        let question = match (&left.path, &left.problem) {
            (None, _) => Question {
                title: "Recover the last study?".to_owned(),
                text: "Mixlens closed before the study was saved.".to_owned(),
                answers: vec![Answer::Recover, Answer::Discard],
            },
            (Some(path), None) => Question {
                title: "Recover unsaved changes?".to_owned(),
                text: format!(
                    "Mixlens closed before changes to \"{}\" were saved.",
                    path.display()
                ),
                answers: vec![Answer::Recover, Answer::OpenSaved, Answer::Cancel],
            },
            (Some(path), Some(problem)) => Question {
                title: "Open the previous version?".to_owned(),
                text: format!(
                    "\"{}\" cannot be read and was left untouched: {problem}.",
                    path.display()
                ),
                answers: vec![Answer::Recover, Answer::Cancel],
            },
        };
        self.shell.ask(question);
        self.waiting = Some(Waiting::Recovery(left));
    }

    /// Continues the action that waited for this answer.
    pub(crate) fn take_answer(&mut self, answer: Answer) {
        match (self.waiting.take(), answer) {
            (Some(Waiting::Leave(to)), Answer::Discard) => self.leave_now(to),
            (Some(Waiting::Leave(to)), Answer::Save) => {
                self.after_save = Some(to);
                self.apply(FrontRequest::SaveStudy);
            }
            (Some(Waiting::Recovery(left)), Answer::Recover) => {
                self.platform.recover(left, &self.inbox)
            }
            (
                Some(Waiting::Recovery(Left {
                    path: Some(path), ..
                })),
                Answer::OpenSaved,
            ) => {
                self.platform.open_saved(path, &self.inbox);
            }
            (Some(Waiting::Recovery(left)), Answer::Discard) => {
                self.autosave
                    .iter()
                    .for_each(|autosave| autosave.discard(&left));
            }
            _ => {}
        }
    }

    /// Leaves without saving.
    pub(crate) fn leave_now(&mut self, to: Leave) {
        match to {
            Leave::Quit => {
                self.may_quit = true;
                if let Some(autosave) = &mut self.autosave {
                    autosave.remove();
                }
                self.inbox
                    .wake
                    .send_viewport_cmd(egui::ViewportCommand::Close);
            }
            Leave::Show(opened) => self.show(opened),
            Leave::Example(example) => match Study::example(example) {
                Ok(study) => self.show(Opened {
                    study: Box::new(study),
                    path: None,
                    modified: None,
                }),
                Err(problem) => self.shell.say(problem.to_string()),
            },
        }
    }

    /// Asks before the window is closed.
    pub(crate) fn guard_closing(&mut self, ctx: &egui::Context) {
        if ctx.input(|input| input.viewport().close_requested())
            && !self.may_quit
            && self.study.is_modified()
        {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.leave(Leave::Quit);
        }
    }
}
