//! [`Remote`]: requests to the app from outside its window.

use mixlens_study::{Analysis, Answer, Edit, FrontRequest, ResetTo, Session};
use serde::Deserialize;

use crate::App;
use crate::files::{Inbox, Incoming};
use crate::text_view::usual_commands;

/// Sends requests to the app from outside its window; the next frame serves them.
#[derive(Clone)]
pub struct Remote(Inbox);

/// A request of the page. The page's TypeScript type is generated from this one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "web", derive(tsify::Tsify))]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum PageRequest {
    /// Set a proportion.
    Proportion { domain: usize, to: f64 },
    /// Lock or unlock a domain.
    Lock { domain: usize, is_locked: bool },
    /// Begin a drag: all edits until `drag_end` are one undo step.
    DragBegin,
    /// End a drag.
    DragEnd,
    /// Run a command without arguments, by its title.
    Run { title: String },
    /// Show the mixture proposed by the search.
    ShowProposal,
    /// Stop a job.
    Cancel { job: u64 },
    /// Import the files in the preview.
    Import,
    /// Close the preview.
    CloseImport,
    /// Answer the question, by the index of the answer.
    Answer { index: usize },
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

    /// Sends a page's request in JSON; `false` if it is not a request of this version.
    pub fn request(&self, text: &str) -> bool {
        let request = serde_json::from_str(text);
        request
            .map(|request| self.send(Incoming::PageRequested(request)))
            .is_ok()
    }

    /// Shows a message in the status bar.
    pub fn tell(&self, text: String) {
        self.send(Incoming::Told(text));
    }

    /// Marks the next message as the files named in a link, which skip the preview of runs.
    pub fn expect_linked(&self) {
        self.send(Incoming::LinkedNext);
    }

    /// Shows why the files named in a link cannot be loaded, and opens the link without them.
    pub fn give_up_linked(&self, reason: String) {
        self.send(Incoming::NothingLinked(reason));
    }
}

impl App {
    /// Serves a request of the page.
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
                let command = usual_commands(&self.study).find(|(known, _)| *known == title);
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
            PageRequest::Answer { index } => {
                let question = self.shell.question();
                let answer = question
                    .and_then(|question| question.answers.get(index).copied())
                    .unwrap_or(Answer::Cancel);
                self.shell.close_dialogs();
                self.apply(FrontRequest::Answer(answer));
            }
            PageRequest::Link { fragment } => self.open_link(&fragment),
        }
    }
}
