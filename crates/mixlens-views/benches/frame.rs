//! From drag to repaint: the CPU time of a frame on one core, with 512 runs, 17 domains and 13 metrics.
//!
//! A frame here is everything between the pointer's move and what goes to the graphics card: the command, the
//! predictions, the layout of the whole window and its triangles. Prints the median, the 95th percentile and the greatest
//! of 300 frames for every kind of surrogate, and for every panel in front.
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
use mixlens_study::{Command, Event, Panel, Study, run_job};
use mixlens_views::{CommandQueue, PANELS, Shell, Surroundings, install_theme};

const RUNS: u64 = 512;
const DOMAINS: usize = 17;
const METRICS: usize = 13;
const FRAMES: usize = 300;

fn main() {
    let executor = RayonExecutor::new(None).unwrap();
    let table = Arc::new(table());
    println!("{:<36}{:>10}{:>10}{:>10}   milliseconds", "", "median", "95 %", "most");
    for &name in SurrogateParams::NAMES {
        let mut window = Window::new(&table, name, &executor);
        window.bring_forward(Panel::Traces);
        window.drag(&format!("{name}, profile traces in front"), &executor);
    }
    let mut window = Window::new(&table, "effective-data", &executor);
    for &panel in PANELS {
        window.bring_forward(panel);
        window.drag(&format!("effective-data, {} in front", panel.title().to_lowercase()), &executor);
    }
}

/// A window without a screen.
struct Window {
    ctx: egui::Context,
    study: Study,
    shell: Shell,
}

impl Window {
    /// On a fitted study.
    fn new(table: &Arc<RunTable>, surrogate: &str, executor: &RayonExecutor) -> Self {
        let ctx = egui::Context::default();
        install_theme(&ctx);
        let mut study = Study::of_table("bench", Arc::clone(table));
        do_now(&mut study, Command::Fit(SurrogateParams::named(surrogate, &[]).unwrap()), executor);
        assert!(study.predictions().is_some(), "{surrogate}");
        Self { ctx, study, shell: Shell::default() }
    }

    fn bring_forward(&mut self, panel: Panel) {
        self.study.apply(Command::ShowPanel { panel, is_shown: true }).unwrap();
        self.shell.bring_forward(panel);
    }

    /// Drags one domain after the other and prints what the frames took.
    fn drag(&mut self, title: &str, executor: &RayonExecutor) {
        for step in 0..20 {
            self.frame(step);
        }
        let mut times: Vec<f64> = Vec::new();
        for step in 0..FRAMES {
            // What lies around the mixture is a job: it is not part of the frame, but its result is drawn.
            if step % 30 == 0 {
                do_now(&mut self.study, Command::LookAround, executor);
            }
            let start = ThreadTime::now();
            self.frame(step);
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let (median, high, most) = (times[FRAMES / 2], times[FRAMES * 95 / 100], times[FRAMES - 1]);
        println!("{title:<36}{median:>10.2}{high:>10.2}{most:>10.2}");
    }

    fn frame(&mut self, step: usize) {
        let to = 0.05 + 0.001 * (step % 200) as f64;
        self.study.apply(Command::SetProportion { domain: step / 20 % DOMAINS, to }).unwrap();
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1280.0, 800.0));
        let input = egui::RawInput { screen_rect: Some(screen), ..Default::default() };
        let mut queue = CommandQueue::default();
        let mut output = self.ctx.run_ui(input, |ui| {
            self.shell.ui(ui, &self.study, Surroundings::default(), &mut queue);
        });
        output.textures_delta.clear();
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        assert!(!triangles.is_empty());
    }
}

fn do_now(study: &mut Study, command: Command, executor: &RayonExecutor) {
    for event in study.apply(command).unwrap() {
        if let Event::JobRequested(request) = event {
            let result = run_job(&request, &Control::default(), executor);
            study.apply(Command::JobFinished(result)).unwrap();
        }
    }
}

/// Losses that fall with a domain's own proportion and, less, with its neighbour's.
fn table() -> RunTable {
    let domains = DomainSet::new((0..DOMAINS).map(|i| format!("domain {i}"))).unwrap();
    let metric = |i| Metric { name: format!("loss {i}"), direction: Direction::Lower };
    let metrics = MetricSet::new((0..METRICS).map(metric).collect()).unwrap();
    let centre = Mixture::uniform(&domains);
    let sampler = Sampler::new(&Prior::regmix(), &centre, Constraints::free(&domains), 1).unwrap();
    let mut noise = CounterStream::new(2, 0);
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for run in 0..RUNS {
        let mixture = sampler.sample(run);
        let parts = mixture.parts();
        let loss = |metric: usize| 2.0 + 0.5 / (0.05 + parts[metric] + 0.3 * parts[metric + 1]);
        let losses: Vec<_> = (0..METRICS).map(|metric| Some(loss(metric) + 0.01 * noise.next_unit())).collect();
        builder.push(&run.to_string(), parts, &losses).unwrap();
    }
    builder.finish()
}
