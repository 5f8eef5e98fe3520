//! [`App`]: a study, its window and its jobs.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use mixlens_formats::{FileTime, ImportOptions, NamedBytes, SaveOutcome};
use mixlens_study::{
    Analysis, CATEGORIES, Command, JobOutcome, OnRejected, Panel, SavedStudy, Session, Study,
    Theme, TokenizerChange, ViewChange, link_domains,
};
use mixlens_views::{CommandQueue, Shell, Surroundings, install_theme};

use crate::AppError;
pub use crate::auto_fit::AutoFit;
use crate::auto_fit::NextStep;
use crate::autosave::Autosave;
use crate::files::{Inbox, Incoming, Opened, Purpose, Save};
use crate::jobs::Jobs;
use crate::leaving::{Leave, Waiting};
use crate::platform::Platform;
use crate::remote::Remote;
use crate::text_view::TextView;

/// Settings that an app starts with.
pub struct AppSettings {
    /// Surrogates that are fitted to new runs automatically.
    pub auto_fit: AutoFit,
    /// The platform that it runs on.
    pub platform: Platform,
}

/// A study, its window and its jobs.
pub struct App {
    pub(crate) study: Study,
    pub(crate) shell: Shell,
    pub(crate) jobs: Jobs,
    pub(crate) path: Option<PathBuf>,
    /// When this window last read or wrote the study's file. A different time in the file system
    /// means that another program has written it.
    modified: Option<FileTime>,
    /// Counts saves and changes of the study shown, so that a save that ends late is not mistaken
    /// for the last one.
    saves: u64,
    /// Files in the import preview, and the options they were read with.
    pub(crate) previewed: (Vec<Arc<NamedBytes>>, ImportOptions),
    pub(crate) platform: Platform,
    /// Receives results of workers and events from outside the frame.
    pub(crate) inbox: Inbox,
    incoming: Receiver<Incoming>,
    auto_fit: AutoFit,
    /// The next step of automatic fitting.
    next: NextStep,
    pub(crate) autosave: Option<Autosave>,
    /// The action that waits for an answer.
    pub(crate) waiting: Option<Waiting>,
    /// The action that waits for the study to be saved.
    pub(crate) after_save: Option<Leave>,
    pub(crate) may_quit: bool,
    /// A link that refers to runs still being loaded.
    waiting_link: Option<String>,
    /// Whether the next files to arrive are those named in a link.
    is_next_linked: bool,
    /// Whether any data came from files since the app was started.
    has_files: bool,
    /// The title of the window.
    title: String,
}

impl App {
    /// The app on the embedded demo.
    ///
    /// # Errors
    /// None, unless this program was built with a broken demo.
    pub fn new(ctx: &egui::Context, settings: AppSettings) -> Result<Self, AppError> {
        let AppSettings { auto_fit, platform } = settings;
        install_theme(ctx);
        let (sender, incoming) = channel();
        let mut app = Self {
            study: Study::demo()?,
            shell: Shell::default(),
            jobs: Jobs::on(&platform),
            path: None,
            modified: None,
            saves: 0,
            previewed: Default::default(),
            inbox: Inbox {
                sender,
                wake: ctx.clone(),
            },
            incoming,
            auto_fit,
            next: NextStep::Nothing,
            autosave: Autosave::claim(&platform),
            platform,
            waiting: None,
            after_save: None,
            may_quit: false,
            waiting_link: None,
            is_next_linked: false,
            has_files: false,
            title: String::new(),
        };
        app.auto_fit_new_runs();
        if let Some(left) = app.autosave.as_ref().and_then(Autosave::left) {
            app.inbox.send(Incoming::Left(left));
        }
        Ok(app)
    }

    /// The study as it is.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// Applies a command; the status bar shows problems.
    pub fn apply(&mut self, command: impl Into<Command>) {
        let command = command.into();
        if let Command::Analysis(Analysis::PreviewFiles { files, options }) = &command {
            self.previewed = (files.clone(), options.clone());
        }
        match self.study.apply(command) {
            Ok(events) => events.into_iter().for_each(|event| self.handle(event)),
            Err(problem) => self.shell.say(problem.to_string()),
        }
    }

    /// Skips the comparison of the demo's surrogates: the files being opened need the machine more.
    pub(crate) fn defer_auto_fit(&mut self) {
        if self.next == NextStep::Compare {
            self.next = NextStep::Last;
        }
    }

    /// Shows the state of a link. If the study is unmodified and has other domains, it is replaced
    /// by a study without runs over the domains of the link.
    pub fn open_link(&mut self, fragment: &str) {
        if let Ok(Some(domains)) = link_domains(fragment)
            && domains != *self.study.domains()
            && !self.study.is_modified()
        {
            let study = Study::of_domains("linked mixture", domains);
            self.show(Opened {
                study: Box::new(study),
                path: None,
                modified: None,
            });
        }
        self.apply(Session::OpenLink(fragment.to_owned()));
    }

    /// Shows the state of a link once the runs that it refers to are loaded.
    pub fn await_runs(&mut self, link: Option<String>) {
        self.defer_auto_fit();
        self.waiting_link = link;
    }

    pub(crate) fn open_waiting_link(&mut self) {
        if let Some(fragment) = self.waiting_link.take() {
            self.apply(Session::OpenLink(fragment));
        }
    }

    /// A handle that sends requests from outside the window.
    pub fn remote(&self) -> Remote {
        Remote::new(self.inbox.clone())
    }

    /// Saves the study off the frame; the study is called by this name from then on.
    pub(crate) fn save_to(&mut self, path: PathBuf) {
        self.saves += 1;
        self.platform
            .save(SavedStudy::of(&self.study), path, self.saves, &self.inbox);
    }

    /// Sets the theme and the front panel for a picture.
    pub fn arrange(&mut self, theme: Option<Theme>, panel: Option<Panel>) {
        if let Some(theme) = theme {
            self.apply(ViewChange::SetTheme(theme));
        }
        if let Some(panel) = panel {
            // A panel comes to the front when it is shown again.
            self.shell.bring_forward(panel);
            self.apply(ViewChange::ShowPanel {
                panel,
                is_shown: true,
            });
        }
    }

    /// Shows these panels alone, without menus and status, as a part of another page.
    pub fn embed(&mut self, panels: &[Panel]) {
        for panel in Panel::ALL {
            self.apply(ViewChange::ShowPanel {
                panel,
                is_shown: panels.contains(&panel),
            });
        }
        self.shell.hide_bars();
    }

    /// Draws a frame and applies the user's commands from it.
    pub fn frame(&mut self, ui: &mut egui::Ui) {
        self.receive();
        self.take_dropped();
        self.guard_closing(ui.ctx());
        let mut queue = CommandQueue::default();
        let jobs = self.jobs.progress();
        let around = Surroundings {
            jobs: &jobs,
            recent: self.platform.recent(),
            may_quit: Platform::MAY_QUIT,
        };
        self.shell.ui(ui, &self.study, around, &mut queue);
        for command in queue.take() {
            self.apply(command);
        }
        if let Some(autosave) = &mut self.autosave {
            autosave.tick(&self.study, self.path.as_deref(), &self.inbox);
        }
        let plain = || TextView::of(&self.study, &self.shell, &jobs, self.has_files).to_text();
        self.platform.follow(plain, &self.inbox);
        self.name_window(ui.ctx());
    }

    /// The study's name: that of its file, or that of its data.
    pub(crate) fn name(&self) -> String {
        let file = self.path.as_ref().and_then(|path| path.file_name());
        file.map_or_else(
            || self.study.dataset().name.clone(),
            |name| name.to_string_lossy().into_owned(),
        )
    }

    fn name_window(&mut self, ctx: &egui::Context) {
        let mark = if self.study.is_modified() {
            " (changed)"
        } else {
            ""
        };
        let title = format!("{}{mark} – Mixlens", self.name());
        if self.title != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Whether no work is in progress and the local profile is current.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_idle() && (self.study.fit().is_none() || self.study.is_profile_current())
    }

    /// Shows another study.
    pub(crate) fn show(&mut self, opened: Opened) {
        for (id, _) in self.study.running_jobs() {
            self.jobs.cancel(id);
        }
        self.study = *opened.study;
        self.path = opened.path;
        self.modified = opened.modified;
        self.saves += 1;
        if let Some(path) = &self.path {
            self.platform.remember(std::slice::from_ref(path));
        }
        if let Some(autosave) = &mut self.autosave {
            autosave.start_anew(&self.study);
        }
        self.auto_fit_new_runs();
    }

    /// Starts the automatic fit to new runs.
    pub(crate) fn auto_fit_new_runs(&mut self) {
        let (command, next) = self.auto_fit.start(&self.study);
        self.next = next;
        command.into_iter().for_each(|command| self.apply(command));
    }

    /// Continues automatic fitting once the previous job is done or has failed.
    pub(crate) fn go_on_fitting(&mut self) {
        let (command, next) = self.next.after_work(&self.study);
        self.next = next;
        command.into_iter().for_each(|command| self.apply(command));
    }

    fn receive(&mut self) {
        while let Ok(incoming) = self.incoming.try_recv() {
            self.has_files |= incoming.is_of_files();
            let is_linked = std::mem::take(&mut self.is_next_linked);
            match incoming {
                Incoming::JobDone(result) => {
                    self.jobs.finished(result.id);
                    let is_inferred = matches!(result.outcome, Ok(JobOutcome::Inferred(_)));
                    let is_pristine =
                        self.next != NextStep::Nothing && !self.study.is_modified() && !is_inferred;
                    self.apply(Analysis::JobFinished(result));
                    if is_pristine {
                        // Automatic fits are repeated after loading, so they need no saving.
                        self.apply(Session::StudySaved(self.study.edits()));
                    }
                }
                Incoming::Files(paths, files) => {
                    self.platform.remember(&paths);
                    let options = Default::default();
                    let command = match is_linked {
                        true => Command::Analysis(Analysis::ImportFiles {
                            files,
                            options,
                            rejected: OnRejected::LeaveOut,
                        }),
                        false => Command::Analysis(Analysis::PreviewFiles { files, options }),
                    };
                    self.apply(command);
                }
                Incoming::LinkedNext => self.is_next_linked = true,
                Incoming::NothingLinked(reason) => {
                    if let Some(fragment) = self.waiting_link.take() {
                        self.open_link(&fragment);
                    }
                    self.shell.say(reason);
                }
                Incoming::Tokenizer(tokenizer, samples) => self.take_tokenizer(tokenizer, samples),
                Incoming::Surrogates(text) => self.apply(Analysis::LoadFit { text }),
                Incoming::Opened(opened) => self.leave(Leave::Show(opened)),
                Incoming::Left(left) => self.offer(left),
                Incoming::Recovered(opened, from) => {
                    self.show(opened);
                    self.apply(Session::StudyRecovered);
                    if let Some(autosave) = &mut self.autosave {
                        autosave.recovered(self.path.as_deref(), from);
                    }
                }
                Incoming::SaveTo(Some(path)) => self.save_to(path),
                Incoming::SaveTo(None) => self.after_save = None,
                Incoming::Saved(save) => self.take_saved(save),
                Incoming::Autosaved(saved) => {
                    if let Some(autosave) = &mut self.autosave {
                        autosave.finished();
                    }
                    if let Err(problem) = saved {
                        self.shell
                            .say(format!("unsaved changes cannot be backed up: {problem}"));
                    }
                }
                Incoming::Told(text) => self.shell.say(text),
                Incoming::PageRequested(request) => self.handle_request(request),
            }
        }
    }

    /// Adds samples as categories, and infers the mixture behind the tokenizer if there is one.
    /// Samples that come with a tokenizer replace the built-in categories, as on the command line.
    fn take_tokenizer(
        &mut self,
        tokenizer: Option<(PathBuf, Arc<NamedBytes>)>,
        samples: Vec<(String, Vec<Arc<NamedBytes>>)>,
    ) {
        if tokenizer.is_some() && !samples.is_empty() {
            let names = CATEGORIES
                .iter()
                .map(|category| category.name.to_owned())
                .collect();
            self.apply(TokenizerChange::ChooseCategories {
                names,
                is_chosen: false,
            });
        }
        for (name, files) in samples {
            self.apply(TokenizerChange::TakeSamples { name, files });
        }
        match tokenizer {
            Some((path, file)) => {
                self.defer_auto_fit();
                self.platform.remember(std::slice::from_ref(&path));
                self.apply(TokenizerChange::TakeTokenizer(file));
            }
            None => self.show_tokenizer(),
        }
    }

    /// Brings the tokenizer panel to the front.
    pub(crate) fn show_tokenizer(&mut self) {
        self.shell.bring_forward(Panel::Tokenizer);
        self.apply(ViewChange::ShowPanel {
            panel: Panel::Tokenizer,
            is_shown: true,
        });
    }

    fn take_saved(&mut self, save: Save) {
        // If not, a newer save is running or another study is shown, so the study in the window is
        // not the saved one.
        let is_last = save.number == self.saves;
        let shown = save.path.display();
        match save.outcome {
            // The newer save reports its outcome.
            Ok(SaveOutcome::Superseded) => {}
            Ok(SaveOutcome::SupersededElsewhere) => {
                self.shell.say(format!(
                    "not saved: another program has just saved {shown}; save again to replace it"
                ));
                self.after_save.take_if(|_| is_last);
            }
            Ok(SaveOutcome::Saved { replaced, written }) => {
                let is_known = self.path.as_ref() != Some(&save.path) || replaced == self.modified;
                self.shell.say(if is_known || replaced.is_none() {
                    format!("saved {shown}")
                } else {
                    format!(
                        "saved {shown}; another program had changed it, and its version is kept as \
                            {shown}.bak"
                    )
                });
                self.platform.remember(std::slice::from_ref(&save.path));
                if is_last {
                    self.path = Some(save.path);
                    self.modified = written;
                    self.apply(Session::StudySaved(save.edits));
                    if let Some(to) = self.after_save.take() {
                        self.leave(to);
                    }
                } else if self.path.as_ref() == Some(&save.path) {
                    self.modified = written;
                }
            }
            Err(problem) => {
                self.after_save.take_if(|_| is_last);
                self.shell.say(problem);
            }
        }
    }

    fn take_dropped(&mut self) {
        let dropped = self
            .inbox
            .wake
            .input(|input| input.raw.dropped_files.clone());
        if !dropped.is_empty() {
            let takes_samples = self.shell.takes_samples(&self.study);
            let purpose = if takes_samples {
                Purpose::Samples
            } else {
                Purpose::Open
            };
            self.platform.take(&dropped, purpose, &self.inbox);
        }
    }
}
