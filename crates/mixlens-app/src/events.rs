//! Events of the study, and requests that only a window can serve.

use mixlens_study::{Analysis, Command, Event, FrontRequest, OnRejected, Panel, study_link};

use crate::leaving::Leave;
use crate::{App, Choose};

impl App {
    pub(crate) fn handle(&mut self, event: Event) {
        match event {
            Event::JobRequested(request) => self.jobs.start(*request, self.inbox.clone()),
            Event::JobCancelled(id) => self.jobs.cancel(id),
            Event::JobFailed { title, problem, .. } => {
                self.shell.say(format!("{title}: {problem}"));
                self.go_on_fitting();
            }
            Event::PreviewReady(preview) => {
                let rejected = if preview.rejected.is_empty() {
                    OnRejected::Refuse
                } else {
                    OnRejected::LeaveOut
                };
                let (files, options) = std::mem::take(&mut self.previewed);
                let import = Command::Analysis(Analysis::ImportFiles {
                    files,
                    options,
                    rejected,
                });
                self.shell.preview(preview, import);
            }
            Event::TextCopied(text) => {
                self.inbox.wake.copy_text(text);
                self.shell.say("copied");
            }
            Event::FileReady { name, text } => {
                self.platform
                    .export(name, move || Ok(text.into_bytes()), &self.inbox);
            }
            Event::DataChanged => {
                self.open_waiting_link();
                self.auto_fit_new_runs();
            }
            Event::WorkChanged => self.go_on_fitting(),
            Event::TokenizerTaken => self.shell.bring_forward(Panel::Tokenizer),
            Event::InferenceChanged => {
                let problem = self.study.tokenizer().problem.clone();
                problem
                    .into_iter()
                    .for_each(|problem| self.shell.say(problem));
            }
            Event::SvgRequested(panel) => self.export_svg(panel),
            Event::PngRequested(panel) => self.export_png(panel),
            Event::FrontRequested(request) => self.answer(request),
            _ => {}
        }
    }

    /// Serves a request that needs a window.
    fn answer(&mut self, request: FrontRequest) {
        match request {
            FrontRequest::OpenFiles => self.platform.choose_to_load(Choose::Runs, &self.inbox),
            FrontRequest::OpenTokenizer => {
                self.platform.choose_to_load(Choose::Tokenizer, &self.inbox)
            }
            FrontRequest::AddSamples(from) => self
                .platform
                .choose_to_load(Choose::Samples(from), &self.inbox),
            FrontRequest::OpenStudy => self.platform.choose_to_load(Choose::Study, &self.inbox),
            FrontRequest::SaveStudy => match self.path.clone() {
                Some(path) => self.save_to(path),
                None => self.choose_target(),
            },
            FrontRequest::SaveStudyAs => self.choose_target(),
            FrontRequest::OpenExample(example) => self.leave(Leave::Example(example)),
            FrontRequest::OpenRecent(index) => {
                self.defer_auto_fit();
                self.platform.reopen(index, &self.inbox);
            }
            FrontRequest::Answer(answer) => self.take_answer(answer),
            FrontRequest::CopyLink => {
                self.inbox
                    .wake
                    .copy_text(self.platform.link(study_link(&self.study)));
                self.shell.say("copied a link to the current state");
            }
            FrontRequest::Quit => self.leave(Leave::Quit),
            FrontRequest::ShowPalette | FrontRequest::ShowShortcuts | FrontRequest::ShowAbout => {
                self.shell.open(request);
            }
        }
    }

    fn choose_target(&self) {
        self.platform
            .choose_target("study.mixlens.json", &self.inbox);
    }
}
