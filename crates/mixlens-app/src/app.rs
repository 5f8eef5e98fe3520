//! [`App`]: a study, its window and its jobs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use mixlens_formats::NamedBytes;
use mixlens_study::{Command, OnRejected, Panel, Study, Theme, open_study, save_study};
use mixlens_views::{CommandQueue, Shell, install_theme};

use crate::AppError;
pub use crate::auto_fit::AutoFit;
use crate::auto_fit::NextStep;
use crate::files::{self, FileDialogs, Inbox, Incoming};
use crate::jobs::Jobs;

/// A study, its window and its jobs.
pub struct App {
    pub(crate) study: Study,
    pub(crate) shell: Shell,
    pub(crate) jobs: Jobs,
    pub(crate) path: Option<PathBuf>,
    /// Files that were looked into and may be imported next.
    pub(crate) previewed: Vec<Arc<NamedBytes>>,
    pub(crate) dialogs: Box<dyn FileDialogs>,
    /// Where threads send what they have.
    pub(crate) inbox: Inbox,
    incoming: Receiver<Incoming>,
    auto_fit: AutoFit,
    /// What fitting by itself does next.
    next: NextStep,
}

impl App {
    /// The app on the embedded demo.
    ///
    /// # Errors
    /// None, unless this program was built with a broken demo.
    pub fn new(ctx: &egui::Context, auto_fit: AutoFit, dialogs: Box<dyn FileDialogs>) -> Result<Self, AppError> {
        install_theme(ctx);
        let (sender, incoming) = channel();
        let mut app = Self {
            study: Study::demo()?,
            shell: Shell::default(),
            jobs: Jobs::new(),
            path: None,
            previewed: Vec::new(),
            dialogs,
            inbox: Inbox { sender, wake: ctx.clone() },
            incoming,
            auto_fit,
            next: NextStep::Nothing,
        };
        app.fit_by_itself();
        Ok(app)
    }

    /// The study as it is.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// Does what the user asks; problems are told in the status bar.
    pub fn apply(&mut self, command: Command) {
        if let Command::PreviewFiles { files, .. } = &command {
            self.previewed.clone_from(files);
        }
        match self.study.apply(command) {
            Ok(events) => events.into_iter().for_each(|event| self.handle(event)),
            Err(problem) => self.shell.say(problem.to_string()),
        }
    }

    /// Opens a saved study, or imports run tables without a preview.
    ///
    /// # Errors
    /// A file that cannot be read, or is no study.
    pub fn open(&mut self, paths: &[PathBuf]) -> Result<(), AppError> {
        match paths {
            [] => {}
            [path] if files::is_study(path) => {
                let study = open_study(path)?;
                self.show(study, Some(path.clone()));
            }
            paths => {
                let files = files::read_files(paths)?;
                let (options, rejected) = (Default::default(), OnRejected::LeaveOut);
                self.apply(Command::ImportFiles { files, options, rejected });
            }
        }
        Ok(())
    }

    /// Saves the study under a name, which it then has.
    pub fn save_to(&mut self, path: &Path) {
        match save_study(&self.study, path) {
            Ok(()) => {
                self.path = Some(path.to_owned());
                self.apply(Command::StudySaved);
                self.shell.say(format!("saved {}", path.display()));
            }
            Err(problem) => self.shell.say(problem.to_string()),
        }
    }

    /// Light or dark, and the panel in front, for a picture.
    pub fn arrange(&mut self, theme: Option<Theme>, panel: Option<Panel>) {
        if let Some(theme) = theme {
            self.apply(Command::SetTheme(theme));
        }
        if let Some(panel) = panel {
            // Shown anew, it comes to the front.
            self.shell.bring_forward(panel);
            self.apply(Command::ShowPanel { panel, is_shown: true });
        }
    }

    /// Draws a frame and does what the user asked for in it.
    pub fn frame(&mut self, ui: &mut egui::Ui) {
        self.take_in();
        self.take_dropped();
        let mut queue = CommandQueue::default();
        self.shell.ui(ui, &self.study, &self.jobs.progress(), &mut queue);
        for command in queue.take() {
            self.apply(command);
        }
    }

    /// Whether no work is in progress and nothing waits to be looked at.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_idle() && (self.study.fit().is_none() || self.study.is_look_current())
    }

    /// Shows another study.
    pub(crate) fn show(&mut self, study: Study, path: Option<PathBuf>) {
        for (id, _) in self.study.running_jobs() {
            self.jobs.cancel(id);
        }
        self.study = study;
        self.path = path;
        self.fit_by_itself();
    }

    /// Fits runs that are new.
    pub(crate) fn fit_by_itself(&mut self) {
        let (command, next) = self.auto_fit.start(&self.study);
        self.next = next;
        command.into_iter().for_each(|command| self.apply(command));
    }

    /// Goes on with fitting by itself, once the work before is done or has failed.
    pub(crate) fn go_on_fitting(&mut self) {
        let (command, next) = self.next.after_work(&self.study);
        self.next = next;
        command.into_iter().for_each(|command| self.apply(command));
    }

    fn take_in(&mut self) {
        while let Ok(incoming) = self.incoming.try_recv() {
            match incoming {
                Incoming::JobDone(result) => {
                    self.jobs.finished(result.id);
                    self.apply(Command::JobFinished(result));
                }
                Incoming::Files(files) => self.apply(Command::PreviewFiles { files, options: Default::default() }),
                Incoming::Opened(path, study) => self.show(*study, Some(path)),
                Incoming::SaveTo(path) => self.save_to(&path),
                Incoming::Told(text) => self.shell.say(text),
            }
        }
    }

    fn take_dropped(&mut self) {
        let dropped = self.inbox.wake.input(|input| input.raw.dropped_files.clone());
        if !dropped.is_empty() {
            self.inbox.load(dropped.iter().map(|file| file.path().to_owned()).collect());
        }
    }
}
