//! [`Canvas`]: draws egui's output on a graphics adapter (software is enough) without a window.

use std::time::Duration;

use egui::epaint::ClippedShape;
use egui::epaint::textures::TexturesDelta;
use egui_wgpu::{
    RenderState, RendererOptions, ScreenDescriptor, WgpuConfiguration, WgpuSetup,
    WgpuSetupCreateNew,
};
use mixlens_views::{FIGURE_PIXELS_PER_POINT, FigurePage};

use crate::{AppError, Picture};

/// How long the adapter may take for a picture.
const DRAWING: Duration = Duration::from_secs(60);

/// An adapter with a renderer, and the size to draw.
pub(crate) struct Canvas {
    state: RenderState,
    pub size: [u32; 2],
}

impl Canvas {
    /// The first adapter that there is.
    ///
    /// # Errors
    /// [`AppError::NoAdapter`].
    pub fn new(size: [u32; 2]) -> Result<Self, AppError> {
        let setup = WgpuSetup::CreateNew(WgpuSetupCreateNew::without_display_handle());
        let instance = pollster::block_on(setup.new_instance());
        let config = WgpuConfiguration {
            wgpu_setup: setup,
            ..Default::default()
        };
        let state = RenderState::create(&config, &instance, None, RendererOptions::PREDICTABLE);
        let state = pollster::block_on(state).map_err(|problem| AppError::NoAdapter {
            problem: problem.to_string(),
        })?;
        Ok(Self { state, size })
    }

    /// Draws a page of paper.
    ///
    /// # Errors
    /// [`AppError::NoAdapter`], or a failure while drawing.
    pub fn picture_of(mut paper: FigurePage) -> Result<Picture, AppError> {
        let size =
            [paper.size.x, paper.size.y].map(|side| (side * FIGURE_PIXELS_PER_POINT).ceil() as u32);
        let canvas = Self::new(size)?;
        canvas.take_textures(&mut paper.textures);
        canvas.draw(
            &paper.ctx,
            std::mem::take(&mut paper.shapes),
            FIGURE_PIXELS_PER_POINT,
        )
    }

    /// Uploads new and changed textures; egui passes each change once.
    pub fn take_textures(&self, delta: &mut TexturesDelta) {
        let mut renderer = self.state.renderer.write();
        #[expect(
            clippy::iter_over_hash_type,
            reason = "textures are independent of each other"
        )]
        for (id, images) in delta.set.drain() {
            for image in images {
                renderer.update_texture(&self.state.device, &self.state.queue, id, &image);
            }
        }
        // The picture is drawn last, so freeing textures gains nothing.
        delta.free.clear();
    }

    /// Draws shapes that `ctx` laid out.
    ///
    /// # Errors
    /// A failure while drawing.
    pub fn draw(
        &self,
        ctx: &egui::Context,
        shapes: Vec<ClippedShape>,
        pixels_per_point: f32,
    ) -> Result<Picture, AppError> {
        let RenderState {
            device,
            queue,
            target_format,
            ..
        } = &self.state;
        let mut renderer = self.state.renderer.write();
        let screen = ScreenDescriptor {
            size_in_pixels: self.size,
            pixels_per_point,
        };
        let shapes = ctx.tessellate(shapes, pixels_per_point);
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands = renderer.update_buffers(device, queue, &mut encoder, &shapes, &screen);
        let [width, height] = self.size;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("screenshot"),
            size: wgpu::Extent3d {
                width,
                height,
                depth_or_array_layers: 1,
            },
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
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
            depth_slice: None,
        };
        let pass = wgpu::RenderPassDescriptor {
            color_attachments: &[Some(attachment)],
            ..Default::default()
        };
        let mut pass = encoder.begin_render_pass(&pass).forget_lifetime();
        renderer.render(&mut pass, &shapes, &screen);
        drop(pass);
        commands.push(encoder.finish());
        queue.submit(commands);
        self.read(&texture)
    }

    /// Copies a texture into memory, row by row as the adapter pads them.
    fn read(&self, texture: &wgpu::Texture) -> Result<Picture, AppError> {
        let drawing = |problem: &dyn std::fmt::Display| AppError::Drawing {
            problem: problem.to_string(),
        };
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
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(padded),
            rows_per_image: None,
        };
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout,
            },
            wgpu::Extent3d {
                width,
                height,
                depth_or_array_layers: 1,
            },
        );
        queue.submit([encoder.finish()]);
        let slice = buffer.slice(..);
        let (sender, receiver) = std::sync::mpsc::channel();
        slice.map_async(wgpu::MapMode::Read, move |mapped| drop(sender.send(mapped)));
        let wait = wgpu::PollType::Wait {
            submission_index: None,
            timeout: Some(DRAWING),
        };
        device.poll(wait).map_err(|problem| drawing(&problem))?;
        receiver
            .recv()
            .map_err(|problem| drawing(&problem))?
            .map_err(|problem| drawing(&problem))?;
        let mapped = slice
            .get_mapped_range()
            .map_err(|problem| drawing(&problem))?;
        let pixels = mapped
            .chunks_exact(padded as usize)
            .flat_map(|line| line.iter().take(row as usize))
            .copied();
        let mut pixels: Vec<u8> = pixels.collect();
        if matches!(
            self.state.target_format,
            wgpu::TextureFormat::Bgra8Unorm | wgpu::TextureFormat::Bgra8UnormSrgb
        ) {
            pixels
                .as_chunks_mut::<4>()
                .0
                .iter_mut()
                .for_each(|pixel| pixel.swap(0, 2));
        }
        Ok(Picture {
            size: self.size,
            pixels,
        })
    }
}
