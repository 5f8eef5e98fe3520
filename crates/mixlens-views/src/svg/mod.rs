//! [`svg_document`]: shapes of egui as a scalable SVG drawing.

mod mesh;
mod outline;
mod text;

use std::fmt::Write;

use egui::epaint::ClippedShape;
use egui::{Color32, Rect, Shape, Stroke, Vec2};

/// Shapes on a page of this size as an SVG document, with a title and a description for
/// screen readers.
pub(crate) fn svg_document(
    shapes: &[ClippedShape],
    size: Vec2,
    title: &str,
    description: &str,
) -> String {
    let page = Rect::from_min_size(egui::Pos2::ZERO, size);
    let (mut clips, mut body, mut open) = (Clips::default(), String::new(), None);
    // egui moves shapes after drawing only to animate popups, and a page has no popups.
    for ClippedShape {
        clip_rect, shape, ..
    } in shapes
    {
        let (clip, bounds) = (clip_rect.intersect(page), shape.visual_bounding_rect());
        if !clip.is_positive() || !clip.intersects(bounds) {
            continue;
        }
        // A shape inside the clip needs none, which keeps the drawing easy to edit.
        let needed = (!clip.contains_rect(bounds)).then(|| clips.index_of(clip));
        if needed != open {
            body += if open.is_some() { "</g>\n" } else { "" };
            if let Some(index) = needed {
                let _ = writeln!(body, "<g clip-path=\"url(#clip{index})\">");
            }
            open = needed;
        }
        write_shape(shape, &mut body);
    }
    body += if open.is_some() { "</g>\n" } else { "" };
    let (width, height) = (number(size.x), number(size.y));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
        viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{}</title>\n<desc \
         id=\"desc\">{}</desc>\n\
         {}{body}</svg>\n",
        text::escape(title),
        text::escape(description),
        clips.definitions(),
    )
}

/// Rectangles that clip shapes, each written once.
#[derive(Default)]
struct Clips(Vec<Rect>);

impl Clips {
    fn index_of(&mut self, clip: Rect) -> usize {
        self.0
            .iter()
            .position(|known| *known == clip)
            .unwrap_or_else(|| {
                self.0.push(clip);
                self.0.len() - 1
            })
    }

    fn definitions(&self) -> String {
        let clip = |(index, rect): (usize, &Rect)| {
            format!(
                "<clipPath id=\"clip{index}\"><rect {}/></clipPath>\n",
                outline::rect_attributes(*rect)
            )
        };
        let clips: String = self.0.iter().enumerate().map(clip).collect();
        if clips.is_empty() {
            clips
        } else {
            format!("<defs>\n{clips}</defs>\n")
        }
    }
}

/// Appends the elements of a shape; none for invisible shapes and for callbacks.
fn write_shape(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Noop | Shape::Callback(_) => {}
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| write_shape(shape, out)),
        Shape::Text(text) => text::write_text(text, out),
        Shape::Mesh(mesh) => mesh::write_mesh(mesh, out),
        outline => outline::write_outline(outline, out),
    }
}

/// Fill and stroke as attributes; `None` when neither is visible.
fn paint(fill: Color32, stroke: Stroke) -> Option<String> {
    let has_fill = fill != Color32::TRANSPARENT;
    if !has_fill && stroke.is_empty() {
        return None;
    }
    let mut attributes = if has_fill {
        colour("fill", fill)
    } else {
        " fill=\"none\"".to_owned()
    };
    if !stroke.is_empty() {
        attributes += &colour("stroke", stroke.color);
        let _ = write!(attributes, " stroke-width=\"{}\"", number(stroke.width));
    }
    Some(attributes)
}

/// A colour as an attribute, with its opacity where it is translucent.
fn colour(attribute: &str, colour: Color32) -> String {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    let opacity = if a == u8::MAX {
        String::new()
    } else {
        format!(
            " {attribute}-opacity=\"{}\"",
            number(f32::from(a) / f32::from(u8::MAX))
        )
    };
    format!(" {attribute}=\"#{r:02x}{g:02x}{b:02x}\"{opacity}")
}

/// A number with at most two decimals; finer than any screen shows.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::Read;
