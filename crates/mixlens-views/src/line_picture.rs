//! [`LinePicture`]: hundreds of thousands of translucent line segments as one picture.
//!
//! Triangles would be copied and sent to the graphics card in every frame; a picture is sent once.

use egui::{
    Color32, ColorImage, Painter, Pos2, Rect, TextureHandle, TextureOptions, Ui, Vec2, pos2,
};

/// Red, green, blue and opacity, from 0 to 1, colours multiplied by opacity.
type Pixel = [f32; 4];

/// A picture to draw lines on. Pixels are stored column by column, because lines go from left to
/// right.
pub(crate) struct LinePicture {
    /// The rectangle of the picture, in points; aligned to screen pixels unless it is too large for
    /// a texture.
    rect: Rect,
    pixels_per_point: f32,
    width: usize,
    height: usize,
    pixels: Vec<Pixel>,
}

impl LinePicture {
    /// An empty picture for a part of the window.
    pub fn new(ui: &Ui, rect: Rect) -> Self {
        Self::with_limits(
            rect,
            ui.pixels_per_point(),
            ui.input(|input| input.max_texture_side),
        )
    }

    fn with_limits(rect: Rect, pixels_per_point: f32, max_pixels: usize) -> Self {
        let max_side = (max_pixels.max(2) - 1) as f32;
        let scale = pixels_per_point
            .min(max_side / rect.width().max(1.0))
            .min(max_side / rect.height().max(1.0));
        let from = (rect.min.to_vec2() * scale).floor();
        let size = (rect.max.to_vec2() * scale).ceil() - from;
        let (width, height) = (size.x.max(1.0) as usize, size.y.max(1.0) as usize);
        Self {
            rect: Rect::from_min_size(
                (from / scale).to_pos2(),
                Vec2::new(width as f32, height as f32) / scale,
            ),
            pixels_per_point: scale,
            width,
            height,
            pixels: vec![[0.0; 4]; width * height],
        }
    }

    /// Draws a line from left to right where both ends are finite; `thickness` in points.
    pub fn line(&mut self, from: Pos2, to: Pos2, thickness: f32, colour: Color32) {
        // Lines meet between two columns, so that no pixel is covered by two of them.
        let [from, to] = [from, to].map(|end| {
            let at = (end - self.rect.min) * self.pixels_per_point;
            pos2(at.x.round(), at.y)
        });
        let slope = (to.y - from.y) / (to.x - from.x).max(1.0);
        if !slope.is_finite() {
            return;
        }
        let thickness = thickness * self.pixels_per_point;
        let half = 0.5 * (slope.abs() + thickness);
        // In a column of width 1 a line of slope s and thickness t covers an area of t √(1 + s²).
        // That area is spread over the height 2 · half = |s| + t that the line can touch there.
        let ink = (thickness * (1.0 + slope * slope).sqrt() / (2.0 * half)).min(1.0);
        let colour = colour.to_array().map(|part| f32::from(part) / 255.0 * ink);
        let (first, last) = (from.x.max(0.0) as usize, to.x.max(0.0) as usize);
        let columns = self
            .pixels
            .chunks_exact_mut(self.height)
            .enumerate()
            .take(last)
            .skip(first);
        for (column, pixels) in columns {
            let middle = from.y + slope * (column as f32 + 0.5 - from.x);
            cover(pixels, middle - half, middle + half, colour);
        }
    }

    /// The picture as a texture with its rectangle.
    pub fn finish(self, ui: &Ui, name: &str) -> Finished {
        let column = |row: usize| self.pixels.iter().skip(row).step_by(self.height);
        let pixels = (0..self.height).flat_map(|row| column(row).map(|pixel| rounded(*pixel)));
        let image = ColorImage::new([self.width, self.height], pixels.collect());
        Finished {
            texture: ui.ctx().load_texture(name, image, TextureOptions::LINEAR),
            rect: self.rect,
        }
    }
}

/// Blends a colour over the pixels from `low` to `high`; the pixels at both ends by the covered
/// part.
fn cover(pixels: &mut [Pixel], low: f32, high: f32, colour: Pixel) {
    let (first, last) = (low.max(0.0) as u32, high.max(0.0) as u32 + 1);
    let touched = pixels.iter_mut().take(last as usize).skip(first as usize);
    let mut top = first as f32;
    for pixel in touched {
        let part = (high.min(top + 1.0) - low.max(top)).max(0.0);
        let through = 1.0 - colour[3] * part;
        // Source over, premultiplied: new = old · (1 − α part) + colour · part.
        for (channel, new) in pixel.iter_mut().zip(colour) {
            *channel = *channel * through + new * part;
        }
        top += 1.0;
    }
}

fn rounded(pixel: Pixel) -> Color32 {
    let [r, g, b, a] = pixel.map(|part| (255.0 * part).round() as u8);
    Color32::from_rgba_premultiplied(r, g, b, a)
}

/// A picture that has been sent to the graphics card.
#[derive(Clone)]
pub(crate) struct Finished {
    texture: TextureHandle,
    rect: Rect,
}

impl Finished {
    /// Paints the picture into its rectangle.
    pub fn paint(&self, painter: &Painter) {
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        painter.image(self.texture.id(), self.rect, whole, Color32::WHITE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far each pixel is covered after a black line of thickness 1 through `points`, column by
    /// column.
    fn covered(points: &[(f32, f32)]) -> Vec<Vec<f32>> {
        let rect = Rect::from_min_size(pos2(100.0, 50.0), Vec2::new(8.0, 8.0));
        let mut picture = LinePicture::with_limits(rect, 1.0, 2048);
        let at = |(x, y): (f32, f32)| rect.min + Vec2::new(x, y);
        points
            .windows(2)
            .for_each(|ends| picture.line(at(ends[0]), at(ends[1]), 1.0, Color32::BLACK));
        picture
            .pixels
            .chunks(8)
            .map(|column| column.iter().map(|pixel| pixel[3]).collect())
            .collect()
    }

    #[test]
    fn a_level_line_covers_its_row_once_and_two_rows_by_half() {
        for column in covered(&[(0.0, 2.5), (3.2, 2.5), (8.0, 2.5)]) {
            assert_eq!(column, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        }
        assert!(
            covered(&[(0.0, f32::NAN), (8.0, 2.5)])
                .iter()
                .flatten()
                .all(|covered| *covered < 1e-6)
        );
        for column in covered(&[(0.0, 3.0), (8.0, 3.0)]) {
            assert_eq!(column, [0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0]);
        }
    }

    #[test]
    fn a_slanted_line_has_as_much_ink_as_it_is_long() {
        let columns = covered(&[(2.0, 1.0), (6.0, 7.0)]);
        let ink: f32 = columns.iter().flatten().sum();
        assert!((ink - 4.0_f32.hypot(6.0)).abs() < 1e-3, "{ink}");
        assert!(
            [0, 1, 6, 7]
                .iter()
                .all(|&column| columns[column].iter().all(|covered| *covered < 1e-6))
        );
    }

    #[test]
    fn a_picture_larger_than_a_texture_is_coarser_but_whole() {
        let rect = Rect::from_min_size(pos2(0.3, 0.0), Vec2::new(30_000.0, 300.0));
        let picture = LinePicture::with_limits(rect, 2.0, 2048);
        assert!(picture.width <= 2048 && picture.rect.contains_rect(rect));
    }
}
