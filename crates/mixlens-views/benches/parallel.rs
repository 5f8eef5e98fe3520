//! What a frame of the whole window costs while a slider is dragged under the parallel coordinates: 10,000 runs × 30 axes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark on data of known size")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use egui::{Context, Pos2, RawInput, Rect, Vec2};
use mixlens_core::compute::{Control, Sequential};
use mixlens_core::fit::SurrogateParams;
use mixlens_core::simplex::{Constraints, DomainSet, Mixture, Prior, Sampler};
use mixlens_core::table::{Direction, Metric, MetricSet, RowSums, RunTable, RunTableBuilder};
use mixlens_study::{ColumnRef, Command, Event, Panel, Study, run_job};
use mixlens_views::{CommandQueue, Shell, install_theme};

const RUNS: u64 = 10_000;
const DOMAINS: usize = 27;
const METRICS: usize = 3;

fn table() -> RunTable {
    let domains = DomainSet::new((0..DOMAINS).map(|place| format!("domain {place}"))).unwrap();
    let metric = |place| Metric { name: format!("loss {place}"), direction: Direction::Lower };
    let metrics = MetricSet::new((0..METRICS).map(metric).collect()).unwrap();
    let free = Constraints::free(&domains);
    let sampler = Sampler::new(&Prior::regmix(), &Mixture::uniform(&domains), free, 1).unwrap();
    let mut builder = RunTableBuilder::new(domains, metrics, RowSums::Rescale);
    for run in 0..RUNS {
        let mixture = sampler.sample(run);
        let losses: Vec<_> = (0..METRICS).map(|metric| Some(3.0 - mixture.parts()[metric])).collect();
        builder.push(&run.to_string(), mixture.parts(), &losses).unwrap();
    }
    builder.finish()
}

/// A window with a fit and its parallel coordinates in front.
struct Window {
    ctx: Context,
    shell: Shell,
    study: Study,
}

impl Window {
    fn new() -> Self {
        let mut study = Study::of_table("bench", Arc::new(table()));
        let fit = Command::Fit(SurrogateParams::named("ridge", &[]).unwrap());
        for event in study.apply(fit).unwrap() {
            if let Event::JobRequested(request) = event {
                let result = run_job(&request, &Control::default(), &Sequential);
                study.apply(Command::JobFinished(result)).unwrap();
            }
        }
        study.apply(Command::ShowPanel { panel: Panel::Parallel, is_shown: true }).unwrap();
        let (ctx, mut shell) = (Context::default(), Shell::default());
        install_theme(&ctx);
        shell.bring_forward(Panel::Parallel);
        let mut window = Self { ctx, shell, study };
        for _ in 0..4 {
            window.frame();
        }
        window
    }

    /// Lays a frame out and turns it into triangles.
    fn frame(&mut self) -> Vec<egui::ClippedPrimitive> {
        let screen = Rect::from_min_size(Pos2::ZERO, Vec2::new(1920.0, 1080.0));
        let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
        let (shell, study) = (&mut self.shell, &self.study);
        // Work that the window asks for is done elsewhere.
        let mut output = self.ctx.run_ui(input, |ui| shell.ui(ui, study, &[], &mut CommandQueue::default()));
        output.textures_delta.clear();
        self.ctx.tessellate(output.shapes, output.pixels_per_point)
    }
}

fn frames(criterion: &mut Criterion) {
    let mut window = Window::new();
    assert_eq!(window.study.parallel().lines.places.len(), RUNS as usize * (DOMAINS + METRICS));
    let has_picture = |own: &egui::ClippedPrimitive| match &own.primitive {
        egui::epaint::Primitive::Mesh(mesh) => mesh.texture_id != egui::TextureId::default(),
        egui::epaint::Primitive::Callback(_) => false,
    };
    assert!(window.frame().iter().any(has_picture), "the lines are not drawn");
    let mut step = 0_u32;
    criterion.bench_function("drag_slider/10000x30", |bench| {
        bench.iter(|| {
            step += 1;
            let to = 0.05 + 0.001 * f64::from(step % 200);
            window.study.apply(Command::SetProportion { domain: step as usize % DOMAINS, to }).unwrap();
            black_box(window.frame())
        });
    });
    criterion.bench_function("drag_brush/10000x30", |bench| {
        bench.iter(|| {
            step += 1;
            let to = Some((0.1, 0.2 + 0.001 * f64::from(step % 200)));
            window.study.apply(Command::BrushAxis { axis: ColumnRef::Domain(3), to }).unwrap();
            black_box(window.frame())
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(3)).warm_up_time(std::time::Duration::from_millis(500));
    targets = frames
}
criterion_main!(benches);
