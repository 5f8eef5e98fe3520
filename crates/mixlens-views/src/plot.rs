//! [`Axes`]: a frame with round values, and the mapping from numbers to points on the screen.

use egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rangef, Rect, Response, Sense, Stroke, Ui, Vec2, pos2,
    vec2,
};
use mixlens_study::axis_ticks;

use crate::Tokens;
use crate::theme::small_font;

/// Space for the values along the left and lower edge, in points.
const LEFT: f32 = 46.0;
const BELOW: f32 = 18.0;
/// Approximate space for a label along an axis, in points.
const LABEL: f32 = 60.0;
/// Steps of colour along a bar.
const RAMP_STEPS: u32 = 24;
/// Free space at each end of an axis, as a part of the range.
const MARGIN: f64 = 0.04;

/// A plot's frame.
pub(crate) struct Axes {
    /// Inside the frame.
    pub rect: Rect,
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    /// Draws a frame of `size` for these ranges, with some space beyond the ends of `y`.
    pub fn new(ui: &mut Ui, size: Vec2, x: (f64, f64), y: (f64, f64)) -> (Self, Response) {
        let (outer, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let rect = Rect::from_min_max(outer.min + vec2(LEFT, 4.0), outer.max - vec2(6.0, BELOW));
        let axes = Self {
            rect,
            x,
            y: widened(y),
        };
        let tokens = Tokens::of(ui);
        let painter = ui.painter();
        painter.rect_filled(rect, 2.0, tokens.ground);
        for (value, text) in axis_ticks(axes.x.0, axes.x.1, (rect.width() / LABEL) as usize) {
            let at = axes.at(value, axes.y.0);
            painter.vline(at.x, rect.y_range(), Stroke::new(0.5, tokens.line));
            painter.text(
                at + vec2(0.0, 3.0),
                Align2::CENTER_TOP,
                text,
                small_font(),
                tokens.weak,
            );
        }
        for (value, text) in axis_ticks(
            axes.y.0,
            axes.y.1,
            ((rect.height() / 26.0) as usize).clamp(1, 6),
        ) {
            let at = axes.at(axes.x.0, value);
            painter.hline(rect.x_range(), at.y, Stroke::new(0.5, tokens.line));
            painter.text(
                at - vec2(4.0, 0.0),
                Align2::RIGHT_CENTER,
                text,
                small_font(),
                tokens.weak,
            );
        }
        painter.rect_stroke(
            rect,
            2.0,
            Stroke::new(1.0, tokens.line),
            egui::StrokeKind::Inside,
        );
        (axes, response)
    }

    /// The point of a pair of numbers on the screen.
    pub fn at(&self, x: f64, y: f64) -> Pos2 {
        let position = |value: f64, (low, high): (f64, f64), to: Rangef| {
            egui::emath::lerp(to.min..=to.max, ((value - low) / (high - low)) as f32)
        };
        pos2(
            position(x, self.x, self.rect.x_range()),
            position(y, self.y, self.rect.y_range().flipped()),
        )
    }

    /// The number along x under a point.
    pub fn x_at(&self, at: Pos2) -> f64 {
        let fraction = f64::from((at.x - self.rect.left()) / self.rect.width());
        (self.x.0 + fraction * (self.x.1 - self.x.0)).clamp(self.x.0, self.x.1)
    }
}

/// A bar of colours from left to right or, where it is higher than wide, upwards; `colour` takes a
/// fraction from 0 to 1.
pub(crate) fn colour_bar(painter: &Painter, rect: Rect, colour: impl Fn(f32) -> Color32) {
    let mut mesh = Mesh::default();
    for step in 0..=RAMP_STEPS {
        let fraction = step as f32 / RAMP_STEPS as f32;
        let ends = if rect.height() > rect.width() {
            let y = egui::emath::lerp(rect.bottom()..=rect.top(), fraction);
            [pos2(rect.left(), y), pos2(rect.right(), y)]
        } else {
            let x = egui::emath::lerp(rect.left()..=rect.right(), fraction);
            [pos2(x, rect.top()), pos2(x, rect.bottom())]
        };
        ends.iter()
            .for_each(|end| mesh.colored_vertex(*end, colour(fraction)));
        if step > 0 {
            let last = 2 * step + 1;
            mesh.add_triangle(last - 3, last - 2, last - 1);
            mesh.add_triangle(last - 2, last - 1, last);
        }
    }
    painter.add(mesh);
}

/// A range with space at its ends, and never empty.
pub(crate) fn widened((low, high): (f64, f64)) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    let width = (high - low)
        .max(low.abs().max(high.abs()) * 1e-6)
        .max(f64::MIN_POSITIVE);
    (low - MARGIN * width, high + MARGIN * width)
}
