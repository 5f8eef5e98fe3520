//! [`Remote`]: asks the app for things from outside of its window.

use mixlens_study::{Analysis, Answer, Edit, FrontRequest, ResetTo, Session};
use serde::Deserialize;

use crate::App;
use crate::files::{Inbox, Incoming};
use crate::text_view::usual_commands;

/// Asks the app for things from outside of its window; they are done in the next frame.
#[derive(Clone)]
pub struct Remote(Inbox);

/// A request of the page. The TypeScript of the page gets this type from here.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "web", derive(tsify::Tsify))]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum PageRequest {
    /// Set a proportion.
    Proportion { domain: usize, to: f64 },
    /// Lock or unlock a domain.
    Lock { domain: usize, is_locked: bool },
    /// Everything until `drag_end` is one step.
    DragBegin,
    /// End a drag.
    DragEnd,
    /// Run a command that needs nothing else, by its title.
    Run { title: String },
    /// Show what the search proposes.
    ShowProposal,
    /// Stop a job.
    Cancel { job: u64 },
    /// Import what the preview shows.
    Import,
    /// Close the preview.
    CloseImport,
    /// Answer the question, by the place of the answer.
    Answer { place: usize },
    /// Open a link.
    Link { fragment: String },
}

impl Remote {
    pub(crate) fn new(inbox: Inbox) -> Self {
        Self(inbox)
    }

    pub(crate) fn send(&self, incoming: Incoming) {
        self.0.send(incoming);
    }

    /// Asks for something in the words of a page; `false` for what no page of this version asks
    /// for.
    pub fn request(&self, text: &str) -> bool {
        let request = serde_json::from_str(text);
        request
            .map(|request| self.send(Incoming::PageRequested(request)))
            .is_ok()
    }

    /// Tells the user something.
    pub fn tell(&self, text: String) {
        self.send(Incoming::Told(text));
    }

    /// Takes what is loaded next for what a link names: runs are then imported without a preview.
    pub fn expect_linked(&self) {
        self.send(Incoming::LinkedNext);
    }

    /// Tells the user why the files that a link names cannot be had, and shows the state of the
    /// link without them.
    pub fn give_up_linked(&self, reason: String) {
        self.send(Incoming::NothingLinked(reason));
    }
}

impl App {
    /// Does what a page asks for.
    pub(crate) fn handle_request(&mut self, request: PageRequest) {
        match request {
            PageRequest::Proportion { domain, to } => {
                self.apply(Edit::SetProportion { domain, to })
            }
            PageRequest::Lock { domain, is_locked } => {
                self.apply(Edit::SetLock { domain, is_locked })
            }
            PageRequest::DragBegin => self.apply(Session::BeginDrag),
            PageRequest::DragEnd => self.apply(Session::EndDrag),
            PageRequest::Run { title } => {
                let command = usual_commands(&self.study).find(|(own, _)| *own == title);
                command
                    .into_iter()
                    .for_each(|(_, command)| self.apply(command));
            }
            PageRequest::ShowProposal => self.apply(Edit::Reset(ResetTo::Proposal)),
            PageRequest::Cancel { job } => self.apply(Analysis::CancelJob(job)),
            PageRequest::Import => {
                let import = self
                    .shell
                    .shown_preview()
                    .map(|(_, command)| command.clone());
                self.shell.close_dialogs();
                import.into_iter().for_each(|command| self.apply(command));
            }
            PageRequest::CloseImport => self.shell.close_dialogs(),
            PageRequest::Answer { place } => {
                let question = self.shell.question();
                let answer = question
                    .and_then(|own| own.answers.get(place).copied())
                    .unwrap_or(Answer::Cancel);
                self.shell.close_dialogs();
                self.apply(FrontRequest::Answer(answer));
            }
            PageRequest::Link { fragment } => self.open_link(&fragment),
        }
    }
}
