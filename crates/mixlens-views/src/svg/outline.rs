//! Circles, rectangles, lines and curves.

use std::fmt::Write;

use egui::emath::Rot2;
use egui::epaint::{BandShape, ColorMode, CornerRadiusF32, PathStroke, RectShape};
use egui::{Color32, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};

use super::{number, paint};

/// Appends an outline, filled or not.
pub(super) fn write_outline(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Circle(circle) => {
            // egui draws the stroke outside a circle, SVG centred on it.
            let radius = circle.radius + circle.stroke.width / 2.0;
            let geometry = format!(
                "cx=\"{}\" cy=\"{}\" r=\"{}\"",
                number(circle.center.x),
                number(circle.center.y),
                number(radius)
            );
            element("circle", &geometry, circle.fill, circle.stroke, out);
        }
        Shape::Ellipse(ellipse) => {
            let (center, half) = (ellipse.center, ellipse.radius);
            let geometry = format!(
                "cx=\"{}\" cy=\"{}\" rx=\"{}\" ry=\"{}\"{}",
                number(center.x),
                number(center.y),
                number(half.x),
                number(half.y),
                rotated(ellipse.angle, center)
            );
            element("ellipse", &geometry, ellipse.fill, ellipse.stroke, out);
        }
        Shape::Rect(rect) => write_rect(rect, out),
        Shape::LineSegment { points, stroke } => {
            path(&line(points, false), Color32::TRANSPARENT, *stroke, out)
        }
        Shape::Path(shape) => {
            path(
                &line(&shape.points, shape.closed),
                shape.fill,
                plain(&shape.stroke, &shape.points),
                out,
            );
        }
        Shape::Band(band) => path(
            &line(&band_outline(band), true),
            band.fill,
            band.stroke,
            out,
        ),
        Shape::QuadraticBezier(curve) => {
            let [from, bend, to] = curve.points.map(point);
            let commands = format!("M{from}Q{bend} {to}{}", end(curve.closed));
            path(
                &commands,
                curve.fill,
                plain(&curve.stroke, &curve.points),
                out,
            );
        }
        Shape::CubicBezier(curve) => {
            let [from, first, second, to] = curve.points.map(point);
            let commands = format!("M{from}C{first} {second} {to}{}", end(curve.closed));
            path(
                &commands,
                curve.fill,
                plain(&curve.stroke, &curve.points),
                out,
            );
        }
        _ => {}
    }
}

/// `x`, `y`, `width` and `height`.
pub(super) fn rect_attributes(rect: Rect) -> String {
    let [x, y, width, height] = [rect.left(), rect.top(), rect.width(), rect.height()].map(number);
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

/// The commands of a path through points.
pub(super) fn line(points: &[Pos2], is_closed: bool) -> String {
    let mut commands = String::new();
    for (index, &at) in points.iter().enumerate() {
        let _ = write!(
            commands,
            "{}{}",
            if index == 0 { 'M' } else { 'L' },
            point(at)
        );
    }
    commands + end(is_closed)
}

fn point(at: Pos2) -> String {
    format!("{},{}", number(at.x), number(at.y))
}

fn end(is_closed: bool) -> &'static str {
    if is_closed { "Z" } else { "" }
}

fn write_rect(shape: &RectShape, out: &mut String) {
    // Only shadows are blurred.
    if shape.blur_width > 0.0 {
        return;
    }
    // SVG centres strokes on the edge.
    let outwards = match shape.stroke_kind {
        StrokeKind::Inside => -shape.stroke.width / 2.0,
        StrokeKind::Middle => 0.0,
        StrokeKind::Outside => shape.stroke.width / 2.0,
    };
    let (rect, corners) = (
        shape.rect.expand(outwards),
        CornerRadiusF32::from(shape.corner_radius),
    );
    let max_radius = (rect.width().min(rect.height()) / 2.0).max(0.0);
    let [nw, ne, se, sw] = [corners.nw, corners.ne, corners.se, corners.sw].map(|radius| {
        if radius > 0.0 {
            (radius + outwards).clamp(0.0, max_radius)
        } else {
            0.0
        }
    });
    let turned = rotated(shape.angle, rect.center());
    if [ne, se, sw].iter().all(|radius| (radius - nw).abs() < 0.01) {
        let round = if nw > 0.0 {
            format!(" rx=\"{}\"", number(nw))
        } else {
            String::new()
        };
        let geometry = format!("{}{round}{turned}", rect_attributes(rect));
        return element("rect", &geometry, shape.fill, shape.stroke, out);
    }
    let arc = |radius: f32, to: Pos2| format!("A{0} {0} 0 0 1 {1}", number(radius), point(to));
    let commands = format!(
        "M{}L{}{}L{}{}L{}{}L{}{}Z",
        point(pos2(rect.left() + nw, rect.top())),
        point(pos2(rect.right() - ne, rect.top())),
        arc(ne, pos2(rect.right(), rect.top() + ne)),
        point(pos2(rect.right(), rect.bottom() - se)),
        arc(se, pos2(rect.right() - se, rect.bottom())),
        point(pos2(rect.left() + sw, rect.bottom())),
        arc(sw, pos2(rect.left(), rect.bottom() - sw)),
        point(pos2(rect.left(), rect.top() + nw)),
        arc(nw, pos2(rect.left() + nw, rect.top())),
    );
    element(
        "path",
        &format!("d=\"{commands}\"{turned}"),
        shape.fill,
        shape.stroke,
        out,
    );
}

/// Along the upper edge and back along the lower one.
fn band_outline(band: &BandShape) -> Vec<Pos2> {
    let turn = Rot2::from_angle(band.angle);
    let upper = band.points.iter().map(|point| pos2(point.x, point.y.min));
    let lower = band
        .points
        .iter()
        .rev()
        .map(|point| pos2(point.x, point.y.max));
    upper
        .chain(lower)
        .map(|at| (turn * at.to_vec2()).to_pos2())
        .collect()
}

/// A stroke of one colour; where the colour varies along the path, the colour in the middle.
fn plain(stroke: &PathStroke, points: &[Pos2]) -> Stroke {
    let color = match &stroke.color {
        ColorMode::Solid(color) => *color,
        ColorMode::UV(colour_at) => {
            let bounds = Rect::from_points(points);
            colour_at(bounds, bounds.center())
        }
    };
    Stroke::new(stroke.width, color)
}

/// Turns an element clockwise around a point.
pub(super) fn rotated(angle: f32, around: Pos2) -> String {
    if angle == 0.0 {
        return String::new();
    }
    format!(
        " transform=\"rotate({} {} {})\"",
        number(angle.to_degrees()),
        number(around.x),
        number(around.y)
    )
}

fn path(commands: &str, fill: Color32, stroke: Stroke, out: &mut String) {
    element(
        "path",
        &format!("d=\"{commands}\" stroke-linejoin=\"round\""),
        fill,
        stroke,
        out,
    );
}

fn element(name: &str, geometry: &str, fill: Color32, stroke: Stroke, out: &mut String) {
    if let Some(paint) = paint(fill, stroke) {
        let _ = writeln!(out, "<{name} {geometry}{paint}/>");
    }
}
