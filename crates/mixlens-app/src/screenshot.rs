//! The window drawn off-screen: a picture without a display, on any graphics adapter or a software one.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{FullOutput, Pos2, RawInput, Rect, Vec2};
use egui_wgpu::{RenderState, RendererOptions, ScreenDescriptor, WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use mixlens_study::{Panel, Theme};

use crate::{App, AppError, AppSettings, AutoFit, Picture, Platform};

/// How long fits and comparisons may take before the picture is taken anyway.
const PATIENCE: Duration = Duration::from_secs(600);
/// Frames that egui needs to find its layout.
const SETTLING_FRAMES: usize = 6;
/// How long the adapter may take for a frame.
const DRAWING: Duration = Duration::from_secs(60);

/// What a picture shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureSettings {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Light or dark; what the study says without.
    pub theme: Option<Theme>,
    /// A panel to put in front.
    pub panel: Option<Panel>,
    /// What is fitted to runs without a fit.
    pub auto_fit: AutoFit,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self { size: [1280, 800], theme: None, panel: None, auto_fit: AutoFit::Best }
    }
}

/// Opens `files` (the demo without any), waits for the work that this starts and draws the window.
///
/// # Errors
/// Files that cannot be opened, no graphics adapter (a software one will do), or a failure while drawing.
pub fn screenshot(files: &[PathBuf], settings: &PictureSettings) -> Result<Picture, AppError> {
    let canvas = Canvas::new(settings.size)?;
    let ctx = egui::Context::default();
    let mut app = App::new(&ctx, AppSettings { auto_fit: settings.auto_fit, platform: Platform::default() })?;
    app.open_now(files)?;
    app.arrange(settings.theme, settings.panel);
    canvas.draw_when_idle(&ctx, &mut app)
}

/// An adapter with a renderer, and the size to draw.
struct Canvas {
    state: RenderState,
    size: [u32; 2],
}

impl Canvas {
    /// The first adapter that there is.
    ///
    /// # Errors
    /// [`AppError::NoAdapter`].
    fn new(size: [u32; 2]) -> Result<Self, AppError> {
        let setup = WgpuSetup::CreateNew(WgpuSetupCreateNew::without_display_handle());
        let instance = pollster::block_on(setup.new_instance());
        let config = WgpuConfiguration { wgpu_setup: setup, ..Default::default() };
        let state = RenderState::create(&config, &instance, None, RendererOptions::PREDICTABLE);
        let state =
            pollster::block_on(state).map_err(|problem| AppError::NoAdapter { problem: problem.to_string() })?;
        Ok(Self { state, size })
    }

    /// Runs frames until all work is done and the layout has settled, and draws the last one.
    fn draw_when_idle(&self, ctx: &egui::Context, app: &mut App) -> Result<Picture, AppError> {
        let start = Instant::now();
        let mut idle_frames = 0;
        loop {
            let [width, height] = self.size.map(|side| side as f32);
            let input = RawInput {
                screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(width, height))),
                time: Some(start.elapsed().as_secs_f64()),
                ..RawInput::default()
            };
            let mut output = ctx.run_ui(input, |ui| app.frame(ui));
            self.take_textures(&mut output);
            idle_frames = if app.is_idle() { idle_frames + 1 } else { 0 };
            if idle_frames >= SETTLING_FRAMES || start.elapsed() > PATIENCE {
                return self.draw(ctx, output);
            }
            std::thread::sleep(Duration::from_millis(if app.is_idle() { 1 } else { 20 }));
        }
    }

    fn take_textures(&self, output: &mut FullOutput) {
        let mut renderer = self.state.renderer.write();
        let delta = &mut output.textures_delta;
        #[expect(clippy::iter_over_hash_type, reason = "textures are independent of each other")]
        for (id, images) in delta.set.drain() {
            for image in images {
                renderer.update_texture(&self.state.device, &self.state.queue, id, &image);
            }
        }
        // The picture is the last thing drawn: nothing is gained by freeing.
        delta.free.clear();
    }

    fn draw(&self, ctx: &egui::Context, output: FullOutput) -> Result<Picture, AppError> {
        let RenderState { device, queue, target_format, .. } = &self.state;
        let mut renderer = self.state.renderer.write();
        let screen = ScreenDescriptor { size_in_pixels: self.size, pixels_per_point: output.pixels_per_point };
        let shapes = ctx.tessellate(output.shapes, output.pixels_per_point);
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands = renderer.update_buffers(device, queue, &mut encoder, &shapes, &screen);
        let [width, height] = self.size;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("screenshot"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: *target_format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let attachment = wgpu::RenderPassColorAttachment {
            view: &view,
            resolve_target: None,
            ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store },
            depth_slice: None,
        };
        let pass = wgpu::RenderPassDescriptor { color_attachments: &[Some(attachment)], ..Default::default() };
        let mut pass = encoder.begin_render_pass(&pass).forget_lifetime();
        renderer.render(&mut pass, &shapes, &screen);
        drop(pass);
        commands.push(encoder.finish());
        queue.submit(commands);
        self.read(&texture)
    }

    /// Copies a texture into memory, row by row as the adapter pads them.
    fn read(&self, texture: &wgpu::Texture) -> Result<Picture, AppError> {
        let drawing = |problem: &dyn std::fmt::Display| AppError::Drawing { problem: problem.to_string() };
        let RenderState { device, queue, .. } = &self.state;
        let [width, height] = self.size;
        let row = width * 4;
        let padded = row.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("screenshot"),
            size: u64::from(padded) * u64::from(height),
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(padded), rows_per_image: None };
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer: &buffer, layout },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        queue.submit([encoder.finish()]);
        let slice = buffer.slice(..);
        let (sender, receiver) = std::sync::mpsc::channel();
        slice.map_async(wgpu::MapMode::Read, move |mapped| drop(sender.send(mapped)));
        let wait = wgpu::PollType::Wait { submission_index: None, timeout: Some(DRAWING) };
        device.poll(wait).map_err(|problem| drawing(&problem))?;
        receiver.recv().map_err(|problem| drawing(&problem))?.map_err(|problem| drawing(&problem))?;
        let mapped = slice.get_mapped_range().map_err(|problem| drawing(&problem))?;
        let pixels = mapped.chunks_exact(padded as usize).flat_map(|line| line.iter().take(row as usize)).copied();
        let mut pixels: Vec<u8> = pixels.collect();
        if matches!(self.state.target_format, wgpu::TextureFormat::Bgra8Unorm | wgpu::TextureFormat::Bgra8UnormSrgb) {
            pixels.as_chunks_mut::<4>().0.iter_mut().for_each(|pixel| pixel.swap(0, 2));
        }
        Ok(Picture { size: self.size, pixels })
    }
}
