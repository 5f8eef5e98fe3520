//! What commands led to, and what only a window can do.

use mixlens_study::{Ask, Command, Event, OnRejected, study_link};

use crate::files::Incoming;
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
                let rejected = if preview.rejected.is_empty() { OnRejected::Refuse } else { OnRejected::LeaveOut };
                let files = std::mem::take(&mut self.previewed);
                let import = Command::ImportFiles { files, options: Default::default(), rejected };
                self.shell.preview(preview, import);
            }
            Event::TextCopied(text) => {
                self.inbox.wake.copy_text(text);
                self.shell.say("copied");
            }
            Event::FileReady { name, text } => self.export(name, move || Ok(text.into_bytes())),
            Event::DataChanged => self.fit_by_itself(),
            Event::WorkChanged => self.go_on_fitting(),
            Event::Asked(ask) => self.answer(ask),
            _ => {}
        }
    }

    /// What only a window can do.
    fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::ImportFiles => self.choose_to_load(Choose::Runs),
            Ask::OpenStudy => self.choose_to_load(Choose::Study),
            Ask::SaveStudy => match self.path.clone() {
                Some(path) => self.save_to(path),
                None => self.choose_target(),
            },
            Ask::SaveStudyAs => self.choose_target(),
            Ask::OpenExample(example) => self.leave(Leave::Example(example)),
            Ask::OpenRecent(place) => {
                let paths = self.recent.get(place).unwrap_or_default().to_vec();
                self.open(paths);
            }
            Ask::Answer(answer) => self.take_answer(answer),
            Ask::CopyLink => {
                self.inbox.wake.copy_text(study_link(&self.study));
                self.shell.say("copied a link to the present state");
            }
            Ask::ExportSvg(panel) => self.export_svg(panel),
            Ask::ExportPng(panel) => self.export_png(panel),
            Ask::Quit => self.leave(Leave::Quit),
            ask => {
                self.shell.open(ask);
            }
        }
    }

    fn choose_to_load(&self, what: Choose) {
        let inbox = self.inbox.clone();
        self.dialogs.choose(what, Box::new(move |paths| inbox.load(paths)));
    }

    fn choose_target(&self) {
        let inbox = self.inbox.clone();
        let chosen = move |paths: Vec<_>| inbox.send(Incoming::SaveTo(paths.into_iter().next()));
        self.dialogs.choose(Choose::Target("study.mixlens.json".to_owned()), Box::new(chosen));
    }
}
