//! From drag to repaint: the CPU time of a frame on one core.
//!
//! A frame here is everything between the pointer's move and what goes to the graphics card: the
//! command, the predictions, the layout of the whole window and its triangles. Prints the median,
//! the 95th percentile and the maximum of 300 frames: with 512 runs, 17 domains and 13 metrics for
//! every kind of surrogate and for every panel in front, and with 10,000 runs and 30 axes for the
//! parallel coordinates, and scrolling through a million runs
//! (`cargo bench --bench frame -- surrogates panels lines rows`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark on data of known size"
)]

use std::sync::Arc;

use cpu_time::ThreadTime;
use mixlens_core::compute::{Control, CounterStream, RayonExecutor};
use mixlens_core::fit::SurrogateParams;
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};
use mixlens_study::{Analysis, Command, Edit, Event, Panel, Study, ViewChange, run_job};
use mixlens_views::{CommandQueue, PANELS, Shell, Surroundings, install_theme};

const FRAMES: usize = 300;

fn main() {
    let executor = RayonExecutor::new(None).unwrap();
    let requested: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    println!(
        "{:<58}{:>10}{:>10}{:>10}   milliseconds",
        "", "median", "95 %", "maximum"
    );
    for (name, times) in [
        ("surrogates", surrogates as fn(&_)),
        ("panels", panels),
        ("lines", lines),
        ("rows", rows),
    ] {
        if requested.is_empty() || requested.iter().any(|request| request == name) {
            times(&executor);
        }
    }
}

fn surrogates(executor: &RayonExecutor) {
    let usual = Arc::new(table(512, 17, 13));
    for &name in SurrogateParams::NAMES {
        let mut window = Window::new(&usual, name, executor);
        window.bring_forward(Panel::Traces);
        window.time(
            &format!("slider dragged, {name}, profile traces in front"),
            executor,
            slider,
        );
    }
}

fn panels(executor: &RayonExecutor) {
    let mut window = Window::new(&Arc::new(table(512, 17, 13)), "effective-data", executor);
    for &panel in PANELS {
        window.bring_forward(panel);
        let title = panel.title().to_lowercase();
        window.time(
            &format!("slider dragged, effective-data, {title} in front"),
            executor,
            slider,
        );
    }
}

fn lines(executor: &RayonExecutor) {
    let mut window = Window::new(&Arc::new(table(10_000, 27, 3)), "ridge", executor);
    window.bring_forward(Panel::Parallel);
    window.time(
        "slider dragged under 10,000 lines over 30 axes",
        executor,
        slider,
    );
    window.press("Brush on domain 3");
    window.time(
        "brush dragged over 10,000 lines and 30 axes",
        executor,
        pointer,
    );
}

fn rows(executor: &RayonExecutor) {
    let mut window = Window::new(&Arc::new(table(1_000_000, 8, 2)), "ridge", executor);
    window.bring_forward(Panel::Runs);
    window.draw();
    window.pointer = window.middle_of("Filter runs") + egui::vec2(0.0, 150.0);
    window.time("wheel turned over 1,000,000 runs", executor, wheel);
    window.time("slider dragged beside 1,000,000 runs", executor, slider);
}

/// The user's action in a frame.
enum UserAction {
    Edit(Edit),
    /// Moves the pointer up by this many points.
    Moves(f32),
    /// Turns the wheel by this many points.
    Turns(f32),
}

/// Drags one domain after the other.
fn slider(study: &Study, step: usize) -> UserAction {
    let domain = step / 20 % study.domains().len();
    UserAction::Edit(Edit::SetProportion {
        domain,
        to: 0.05 + 0.001 * (step % 200) as f64,
    })
}

/// Drags a brush wide open: thousands of lines pass.
fn pointer(_: &Study, step: usize) -> UserAction {
    UserAction::Moves((step % 100) as f32)
}

/// Down and up again, many pages at once.
fn wheel(_: &Study, step: usize) -> UserAction {
    UserAction::Turns(if step % 60 < 40 { -50_000.0 } else { 90_000.0 })
}

/// A window without a screen.
struct Window {
    ctx: egui::Context,
    study: Study,
    shell: Shell,
    pointer: egui::Pos2,
    /// Input events of the next frame.
    events: Vec<egui::Event>,
}

impl Window {
    /// On a fitted study.
    fn new(table: &Arc<RunTable>, surrogate: &str, executor: &RayonExecutor) -> Self {
        let ctx = egui::Context::default();
        install_theme(&ctx);
        let mut study = Study::of_table("bench", Arc::clone(table));
        do_now(
            &mut study,
            Command::Analysis(Analysis::Fit(
                SurrogateParams::named(surrogate, &[]).unwrap(),
            )),
            executor,
        );
        assert!(study.predictions().is_some(), "{surrogate}");
        Self {
            ctx,
            study,
            shell: Shell::default(),
            pointer: egui::Pos2::ZERO,
            events: Vec::new(),
        }
    }

    fn bring_forward(&mut self, panel: Panel) {
        self.study
            .apply(ViewChange::ShowPanel {
                panel,
                is_shown: true,
            })
            .unwrap();
        self.shell.bring_forward(panel);
    }

    /// Prints the times of frames in which the user does `drag`.
    fn time(
        &mut self,
        title: &str,
        executor: &RayonExecutor,
        drag: fn(&Study, usize) -> UserAction,
    ) {
        for step in 0..20 {
            self.frame(drag, step);
        }
        let mut times: Vec<f64> = Vec::new();
        for step in 0..FRAMES {
            // The profile around the mixture is a job: not part of the frame, but its result is
            // drawn.
            if step % 30 == 0 {
                do_now(
                    &mut self.study,
                    Command::Analysis(Analysis::UpdateProfile),
                    executor,
                );
            }
            let start = ThreadTime::now();
            self.frame(drag, step);
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let (median, high, maximum) = (
            times[FRAMES / 2],
            times[FRAMES * 95 / 100],
            times[FRAMES - 1],
        );
        println!("{title:<58}{median:>10.2}{high:>10.2}{maximum:>10.2}");
    }

    fn frame(&mut self, drag: fn(&Study, usize) -> UserAction, step: usize) {
        match drag(&self.study, step) {
            UserAction::Edit(edit) => drop(self.study.apply(edit).unwrap()),
            UserAction::Turns(by) => {
                self.events.push(egui::Event::PointerMoved(self.pointer));
                self.events.push(egui::Event::MouseWheel {
                    unit: egui::MouseWheelUnit::Point,
                    delta: egui::vec2(0.0, by),
                    phase: egui::TouchPhase::Move,
                    source: egui::MouseWheelSource::Unknown,
                    modifiers: egui::Modifiers::NONE,
                });
            }
            UserAction::Moves(by) => self.events.push(egui::Event::PointerMoved(
                self.pointer - egui::vec2(0.0, by),
            )),
        }
        self.draw();
    }

    /// Where a widget is.
    fn middle_of(&mut self, label: &str) -> egui::Pos2 {
        self.ctx.enable_accesskit();
        let tree = self.draw().expect("the accessibility tree is enabled");
        self.ctx.disable_accesskit();
        let is_named = |node: &&egui::accesskit::Node| node.label() == Some(label);
        let bounds = tree
            .nodes
            .iter()
            .map(|(_, node)| node)
            .find(is_named)
            .and_then(|node| node.bounds())
            .unwrap();
        egui::pos2(
            (bounds.x0 + bounds.x1) as f32 / 2.0,
            (bounds.y0 + bounds.y1) as f32 / 2.0,
        )
    }

    /// Presses the mouse button in the middle of a widget.
    fn press(&mut self, label: &str) {
        self.pointer = self.middle_of(label);
        let (pos, modifiers) = (self.pointer, egui::Modifiers::NONE);
        self.events.push(egui::Event::PointerMoved(pos));
        self.draw();
        let button = egui::PointerButton::Primary;
        self.events.push(egui::Event::PointerButton {
            pos,
            button,
            pressed: true,
            modifiers,
        });
        self.draw();
    }

    /// Draws a frame, applies the brush commands it pushed, and returns the accessibility tree,
    /// where that is enabled.
    fn draw(&mut self) -> Option<egui::accesskit::TreeUpdate> {
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1280.0, 800.0));
        let events = std::mem::take(&mut self.events);
        let input = egui::RawInput {
            screen_rect: Some(screen),
            events,
            ..Default::default()
        };
        let mut queue = CommandQueue::default();
        let mut output = self.ctx.run_ui(input, |ui| {
            self.shell
                .ui(ui, &self.study, Surroundings::default(), &mut queue);
        });
        output.textures_delta.clear();
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        assert!(!triangles.is_empty());
        for command in queue
            .take()
            .into_iter()
            .filter(|command| matches!(command, Command::View(ViewChange::BrushAxis { .. })))
        {
            self.study.apply(command).unwrap();
        }
        output.platform_output.accesskit_update
    }
}

fn do_now(study: &mut Study, command: Command, executor: &RayonExecutor) {
    for event in study.apply(command).unwrap() {
        if let Event::JobRequested(request) = event {
            let result = run_job(&request, &Control::default(), executor);
            study.apply(Analysis::JobFinished(result)).unwrap();
        }
    }
}

/// Losses that fall with the proportion of one domain and, less, with that of the next.
fn table(runs: u64, domains: usize, metrics: usize) -> RunTable {
    let domains = DomainSet::new((0..domains).map(|i| format!("domain {i}"))).unwrap();
    let metric = |i| Metric {
        name: format!("loss {i}"),
        direction: Direction::Lower,
    };
    let set = MetricSet::new((0..metrics).map(metric).collect()).unwrap();
    let centre = Mixture::uniform(&domains);
    let sampler = Sampler::new(&Prior::regmix(), &centre, Constraints::free(&domains), 1).unwrap();
    let mut noise = CounterStream::new(2, 0);
    let mut builder = RunTableBuilder::new(domains, set, RowSums::Rescale);
    for run in 0..runs {
        let mixture = sampler.sample(run);
        let parts = mixture.parts();
        // L_m = 2 + 0.5 / (0.05 + x_m + 0.3 x_{m+1}), x = parts.
        let loss = |metric: usize| 2.0 + 0.5 / (0.05 + parts[metric] + 0.3 * parts[metric + 1]);
        let losses: Vec<_> = (0..metrics)
            .map(|metric| Some(loss(metric) + 0.01 * noise.next_unit()))
            .collect();
        builder.push(&run.to_string(), parts, &losses).unwrap();
    }
    builder.finish()
}
