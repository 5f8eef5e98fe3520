//! Drives the app through AccessKit, as a screen reader would.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use mixlens_app::{App, AutoFit, Choose, Chosen, FileDialogs};
use mixlens_study::{Command, Study};

/// How long work may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Answers every dialog at once.
pub struct Answers {
    pub runs: Vec<PathBuf>,
    pub target: PathBuf,
}

impl FileDialogs for Answers {
    fn choose(&self, what: Choose, chosen: Chosen) {
        match what {
            Choose::Runs => chosen(self.runs.clone()),
            Choose::Study | Choose::Target(_) => chosen(vec![self.target.clone()]),
        }
    }
}

/// A window without a screen.
pub struct Driver {
    harness: Harness<'static, Option<App>>,
}

impl Driver {
    /// The app on the demo, fitted.
    pub fn new(answers: Answers) -> Self {
        let mut answers = Some(answers);
        let frame = move |ui: &mut egui::Ui, app: &mut Option<App>| {
            let app = app
                .get_or_insert_with(|| App::new(ui.ctx(), AutoFit::Quick, Box::new(answers.take().unwrap())).unwrap());
            app.frame(ui);
        };
        let mut driver = Self { harness: Harness::builder().with_size([1280.0, 800.0]).build_ui_state(frame, None) };
        driver.settle();
        driver
    }

    pub fn study(&self) -> &Study {
        self.harness.state().as_ref().unwrap().study()
    }

    pub fn apply(&mut self, command: Command) {
        self.harness.state_mut().as_mut().unwrap().apply(command);
        self.settle();
    }

    /// Runs frames until work is done and what it brought is drawn.
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

    /// Waits for something that threads bring.
    pub fn wait_for(&mut self, what: &str, mut is_there: impl FnMut(&Study) -> bool) {
        let start = Instant::now();
        while !is_there(self.study()) {
            self.settle();
            assert!(start.elapsed() < PATIENCE, "{what} did not come");
        }
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

    /// Drags with the pointer between two places of a widget, as parts of its width and height.
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
