//! The window drawn off-screen: a picture without a display, on any graphics adapter or a software
//! one.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{Pos2, RawInput, Rect, Vec2};
use mixlens_study::{Panel, Theme};

use super::canvas::Canvas;
use crate::{App, AppError, AppSettings, AutoFit, Picture, Platform};

/// How long fits and comparisons may take before the picture is taken anyway.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a frame lasts on the window's clock.
const FRAME_SECS: f64 = 0.1;
/// Frames that egui needs to find its layout.
const SETTLING_FRAMES: usize = 6;

/// Settings of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureSettings {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Light or dark; the study's theme if `None`.
    pub theme: Option<Theme>,
    /// A panel to bring to the front.
    pub panel: Option<Panel>,
    /// Surrogates that are fitted to runs without a fit.
    pub auto_fit: AutoFit,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self {
            size: [1280, 800],
            theme: None,
            panel: None,
            auto_fit: AutoFit::Best,
        }
    }
}

/// Opens `files` (the demo without any), waits for the work that this starts and draws the window.
///
/// # Errors
/// Files that cannot be opened, no graphics adapter (software is enough), or a failure while
/// drawing.
pub fn screenshot(files: &[PathBuf], settings: &PictureSettings) -> Result<Picture, AppError> {
    let canvas = Canvas::new(settings.size)?;
    let ctx = egui::Context::default();
    let mut app = App::new(
        &ctx,
        AppSettings {
            auto_fit: settings.auto_fit,
            platform: Platform::default(),
        },
    )?;
    app.open_now(files)?;
    app.arrange(settings.theme, settings.panel);
    ctx.all_styles_mut(|style| style.animation_time = 0.0);
    draw_when_idle(&canvas, &ctx, &mut app)
}

/// Runs frames until all work is done and the layout has settled, and draws the last one.
fn draw_when_idle(
    canvas: &Canvas,
    ctx: &egui::Context,
    app: &mut App,
) -> Result<Picture, AppError> {
    let start = Instant::now();
    let (mut idle_frames, mut time) = (0, 0.0);
    loop {
        let [width, height] = canvas.size.map(|side| side as f32);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(width, height))),
            // A simulated clock, so that a picture does not depend on how long it took.
            time: Some(time),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| app.frame(ui));
        canvas.take_textures(&mut output.textures_delta);
        time += FRAME_SECS;
        idle_frames = if app.is_idle() { idle_frames + 1 } else { 0 };
        if idle_frames >= SETTLING_FRAMES || start.elapsed() > PATIENCE {
            return canvas.draw(ctx, output.shapes, output.pixels_per_point);
        }
        std::thread::sleep(Duration::from_millis(if app.is_idle() { 1 } else { 20 }));
    }
}
