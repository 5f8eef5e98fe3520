//! Drives the app through AccessKit, as a screen reader would.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{DroppedFile, DroppedFileHandle, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use mixlens_app::{App, AppSettings, AutoFit, Choose, Chosen, FileDialogs, Platform};
use mixlens_study::{
    Analysis, Command, NextRunsSettings, Panel, ParetoSettings, SearchSettings, Study,
    SurveySettings, ViewChange,
};

/// The time limit for work on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Answers every dialog at once; exports go beside the study.
pub struct Answers {
    pub runs: Vec<PathBuf>,
    pub target: PathBuf,
}

impl FileDialogs for Answers {
    fn choose(&self, what: Choose, chosen: Chosen) {
        match what {
            Choose::Runs => chosen(self.runs.clone()),
            Choose::Tokenizer | Choose::Samples(_) => chosen(self.runs.clone()),
            Choose::Study => chosen(vec![self.target.clone()]),
            Choose::Target(name) if name.ends_with(".mixlens.json") => {
                chosen(vec![self.target.clone()])
            }
            Choose::Target(name) => chosen(vec![self.target.with_file_name(name)]),
        }
    }
}

/// A file that is dropped.
#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|problem| problem.to_string())
    }
}

/// A window without a screen.
pub struct Driver {
    harness: Harness<'static, Option<App>>,
}

impl Driver {
    /// The app on the demo, fitted.
    pub fn new(answers: Answers) -> Self {
        Self::with_folder(answers, None)
    }

    /// The same, remembering things in `folder`.
    pub fn with_folder(answers: Answers, folder: Option<PathBuf>) -> Self {
        let dialogs: Box<dyn FileDialogs> = Box::new(answers);
        let mut settings = Some(AppSettings {
            auto_fit: AutoFit::Quick,
            platform: Platform::new(dialogs, folder),
        });
        let frame = move |ui: &mut egui::Ui, app: &mut Option<App>| {
            app.get_or_insert_with(|| App::new(ui.ctx(), settings.take().unwrap()).unwrap())
                .frame(ui);
        };
        let mut driver = Self {
            harness: Harness::builder()
                .with_size([1280.0, 800.0])
                .build_ui_state(frame, None),
        };
        driver.settle();
        driver
    }

    pub fn study(&self) -> &Study {
        self.harness.state().as_ref().unwrap().study()
    }

    pub fn apply(&mut self, command: impl Into<Command>) {
        self.harness.state_mut().as_mut().unwrap().apply(command);
        self.settle();
    }

    /// The same without a frame in between.
    pub fn apply_at_once(&mut self, command: impl Into<Command>) {
        self.harness.state_mut().as_mut().unwrap().apply(command);
    }

    /// Runs frames until all work is done and its results are drawn.
    pub fn settle(&mut self) {
        let start = Instant::now();
        let mut idle_frames = 0;
        while idle_frames < 4 {
            self.harness.step();
            let is_idle = self.harness.state().as_ref().is_some_and(App::is_idle);
            idle_frames = if is_idle { idle_frames + 1 } else { 0 };
            assert!(start.elapsed() < PATIENCE, "work did not end");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits for a result of a thread.
    pub fn wait_for(&mut self, what: &str, mut is_there: impl FnMut(&Study) -> bool) {
        let start = Instant::now();
        while !is_there(self.study()) {
            self.settle();
            assert!(start.elapsed() < PATIENCE, "{what} did not come");
        }
    }

    /// Runs frames until a condition outside the study holds.
    pub fn wait_until(&mut self, what: &str, is_so: impl Fn() -> bool) {
        self.wait_until_driven(what, |_| is_so());
    }

    /// Runs frames until a condition of the window holds.
    pub fn wait_until_driven(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while {
            self.settle();
            !is_so(self)
        } {
            assert!(
                start.elapsed() < PATIENCE,
                "{what} did not come; the window says: {}",
                self.texts()
            );
        }
    }

    /// Role and bounding box of every usable widget without a name.
    pub fn nameless(&self) -> Vec<String> {
        use egui::accesskit::Role::*;
        let found = std::cell::RefCell::new(Vec::new());
        let look = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            let is_used = matches!(
                node.role(),
                Button
                    | CheckBox
                    | RadioButton
                    | Switch
                    | Slider
                    | SpinButton
                    | TextInput
                    | ComboBox
                    | Link
                    | Tab
                    | Image
            );
            if is_used && node.label().is_none_or(|name| name.trim().is_empty()) {
                found
                    .borrow_mut()
                    .push(format!("{:?} at {:?}", node.role(), node.bounding_box()));
            }
            false
        };
        assert!(self.harness.query_all_by(look).next().is_none());
        found.into_inner()
    }

    /// All texts in the window, for the message of a failed test.
    fn texts(&self) -> String {
        let texts = std::cell::RefCell::new(Vec::new());
        let read = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            texts
                .borrow_mut()
                .extend(node.label().or_else(|| node.value()));
            false
        };
        assert!(self.harness.query_all_by(read).next().is_none());
        texts.into_inner().join(" | ")
    }

    pub fn wait_to_see(&mut self, label: &str) {
        self.wait_until_driven(label, |driver| driver.has(label));
    }

    pub fn wait_to_see_part(&mut self, label: &str) {
        self.wait_until_driven(label, |driver| driver.has_part(label));
    }

    pub fn has_part(&self, label: &str) -> bool {
        self.harness
            .query_all_by_label_contains(label)
            .next()
            .is_some()
    }

    /// Drops files on the window, all at once.
    pub fn drop_files(&mut self, paths: &[PathBuf]) {
        let files = paths
            .iter()
            .map(|path| Arc::new(Dropped(path.clone())) as DroppedFileHandle);
        self.harness.input_mut().dropped_files.extend(files);
        self.settle();
    }

    /// The file that a command saves at `target`.
    pub fn exported(&mut self, command: Command, target: &Path) -> String {
        self.apply(command);
        self.wait_until("the file", || target.exists());
        std::fs::read_to_string(target).unwrap()
    }

    /// The prediction in a row of the metrics.
    pub fn predicted(&self, row: usize) -> f64 {
        self.study().predictions().unwrap().rows[row].current.value
    }

    pub fn open(&mut self, path: &Path) {
        self.harness
            .state_mut()
            .as_mut()
            .unwrap()
            .open(vec![path.to_owned()]);
        self.settle();
    }

    /// Waits for a text with one of these beginnings and returns the beginning's index.
    pub fn wait_for_text(&mut self, beginnings: &[&str]) -> usize {
        let start = Instant::now();
        loop {
            if let Some(index) = beginnings.iter().position(|begins| self.says(begins)) {
                return index;
            }
            self.settle();
            assert!(start.elapsed() < PATIENCE, "nothing says {beginnings:?}");
        }
    }

    fn says(&self, begins: &str) -> bool {
        let says = |text: Option<String>| text.is_some_and(|text| text.starts_with(begins));
        self.harness
            .query_all_by(|node| says(node.value()) || says(node.label()))
            .next()
            .is_some()
    }

    /// Finds a proposal, a front and the next runs, so that their panels have something to show.
    pub fn search_and_propose(&mut self) {
        self.apply(Analysis::Search(SearchSettings::default()));
        self.wait_for("a proposal", |study| {
            study.dataset().work.results.search.is_some()
        });
        let mut survey = SurveySettings::default();
        survey.params.samples = 50_000;
        self.apply(Analysis::Survey(survey));
        self.wait_for("a survey", |study| study.survey().is_some());
        self.apply(Analysis::FollowFront(ParetoSettings::default()));
        self.wait_for("a front", |study| {
            study.dataset().work.results.front.is_some()
        });
        self.apply(Analysis::ProposeRuns(NextRunsSettings {
            pool: 200,
            ..Default::default()
        }));
        self.wait_for("proposals", |study| {
            study.dataset().work.results.next_runs.is_some()
        });
    }

    /// Puts a panel in front of the others in its group.
    pub fn bring_forward(&mut self, panel: Panel) {
        self.apply(ViewChange::ShowPanel {
            panel,
            is_shown: false,
        });
        self.apply(ViewChange::ShowPanel {
            panel,
            is_shown: true,
        });
    }

    /// The value of a widget.
    pub fn value(&self, label: &str) -> String {
        self.harness.get_by_label(label).value().unwrap_or_default()
    }

    pub fn focus(&mut self, label: &str) {
        self.harness.get_by_label(label).focus();
        self.settle();
    }

    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click_accesskit();
        self.settle();
    }

    pub fn has(&self, label: &str) -> bool {
        self.harness.query_by_label(label).is_some()
    }

    /// Sets a slider as assistive technology does.
    pub fn set(&mut self, label: &str, value: f64) {
        self.harness.get_by_label(label).set_value_accesskit(value);
        self.settle();
    }

    /// Drags with the pointer between two points of a widget, as fractions of its width and height.
    pub fn drag(&mut self, label: &str, from: egui::Vec2, to: egui::Vec2) {
        let rect = self.harness.get_by_label(label).rect();
        let [from, to] = [from, to].map(|part| rect.min + part * rect.size());
        self.harness.hover_at(from);
        self.harness.step();
        self.harness.drag_at(from);
        self.harness.step();
        self.harness.hover_at(to);
        self.harness.step();
        self.harness.drop_at(to);
        self.settle();
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }
    pub fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }
}
