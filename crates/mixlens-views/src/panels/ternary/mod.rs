//! Ternary: three domains against each other, with the total share of the others.

mod labels;

use egui::epaint::Vertex;
use egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use mixlens_core::simplex::Mixture;
use mixlens_study::{Command, Edit, Study, Ternary, ViewChange, corner_shares, percent_text};

use self::labels::Labels;
use super::shown::shown_ui;
use crate::accessible_name::choice_ui;
use crate::drag_steps::push_drag;
use crate::empty::{empty_ui, waiting_ui};
use crate::output_medium::is_figure_page;
use crate::palette::viridis;
use crate::plot::colour_bar;
use crate::theme::{DOT, small_font};
use crate::{CommandQueue, Tokens};

/// Maximum number of runs drawn as dots.
const MAX_DOTS: usize = 2000;
/// Space beside the lower corners for their names, in points.
const NAMES: f32 = 70.0;
/// Height of an equilateral triangle of side 1: √3 / 2.
const HEIGHT: f32 = 0.866_025_4;

/// Draws the panel.
pub(super) fn ternary_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    if study.domains().len() < 3 {
        return empty_ui(ui, "A ternary plot needs three domains", None, out);
    }
    ui.horizontal_wrapped(|ui| {
        shown_ui(ui, study, out);
        if !is_figure_page(ui) {
            corners_ui(ui, study, out);
        }
    });
    let Some(ternary) = study.look().and_then(|look| look.ternary.as_ref()) else {
        return waiting_ui(ui, study, "contours over three domains", out);
    };
    let others = percent_text(ternary.others);
    let hint = if is_figure_page(ui) {
        ""
    } else {
        " Drag to set the mixture"
    };
    ui.weak(format!(
        "These three domains vary. The other domains keep {others} together.{hint}"
    ));
    let (rect, response) = ui.allocate_exact_size(
        ui.available_size().max(vec2(120.0, 120.0)),
        Sense::click_and_drag(),
    );
    let triangle = Triangle::inside(rect);
    draw(
        &ui.painter().with_clip_rect(rect),
        study,
        ternary,
        &triangle,
        Tokens::of(ui),
    );
    legend_ui(ui, ternary, rect);
    let described = describe(study, ternary);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, "Ternary plot");
        info.current_text_value = Some(described.clone());
        info
    });
    let pointer = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() || response.clicked());
    let changed = pointer.map(|at| {
        Command::Edit(Edit::SetShares {
            corners: ternary.corners,
            shares: triangle.shares_at(at),
        })
    });
    push_drag(&response, changed, out);
}

fn describe(study: &Study, ternary: &Ternary) -> String {
    let corner = |&corner: &usize| {
        study
            .domain_rows()
            .get(corner)
            .map(|row| format!("{} {}", row.name, row.text))
    };
    ternary
        .corners
        .iter()
        .filter_map(corner)
        .collect::<Vec<_>>()
        .join(", ")
}

fn corners_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let names = study.domains().names();
    let corners = study.view().ternary;
    for (index, &current) in corners.iter().enumerate() {
        let name = names.get(current).map_or("", String::as_str);
        choice_ui(ui, &format!("Corner {}", index + 1), name, 96.0, |ui| {
            for (domain, name) in names.iter().enumerate() {
                let is_taken = corners.contains(&domain) && domain != current;
                if ui
                    .add_enabled(!is_taken, egui::Button::selectable(domain == current, name))
                    .clicked()
                {
                    let chosen =
                        |(at, &corner): (usize, &usize)| if at == index { domain } else { corner };
                    let chosen: Vec<usize> = corners.iter().enumerate().map(chosen).collect();
                    out.extend(
                        <[usize; 3]>::try_from(chosen)
                            .ok()
                            .map(|to| Command::View(ViewChange::SetTernary(to))),
                    );
                }
            }
        });
    }
}

/// The corners: the first on top, the second left, the third right.
struct Triangle([Pos2; 3]);

impl Triangle {
    /// The largest triangle that leaves space for names.
    fn inside(rect: Rect) -> Self {
        let inner = rect.shrink2(vec2(NAMES, 22.0));
        let side = inner.width().min(inner.height() / HEIGHT).max(40.0);
        let (top, bottom) = (
            inner.center().y - side * HEIGHT / 2.0,
            inner.center().y + side * HEIGHT / 2.0,
        );
        let middle = inner.center().x;
        Self([
            pos2(middle, top),
            pos2(middle - side / 2.0, bottom),
            pos2(middle + side / 2.0, bottom),
        ])
    }

    /// The point p·a + q·b + r·c for corners a, b, c and shares p, q, r.
    fn at(&self, shares: [f64; 3]) -> Pos2 {
        let [a, b, c] = self.0;
        let [p, q, r] = shares.map(|share| share as f32);
        (a.to_vec2() * p + b.to_vec2() * q + c.to_vec2() * r).to_pos2()
    }

    /// The shares at a point; points outside are clamped to the triangle.
    fn shares_at(&self, at: Pos2) -> [f64; 3] {
        let [a, b, c] = self.0;
        let first = f64::from((b.y - at.y) / (b.y - a.y)).clamp(0.0, 1.0);
        let along = f64::from((at.x - b.x) / (c.x - b.x));
        let third = (along - first / 2.0).clamp(0.0, 1.0 - first);
        [first, 1.0 - first - third, third]
    }
}

fn draw(painter: &Painter, study: &Study, ternary: &Ternary, triangle: &Triangle, tokens: Tokens) {
    painter.add(surface(ternary, triangle, tokens));
    for contour in &ternary.contours {
        for piece in &contour.pieces {
            let ends = piece.map(|shares| triangle.at(shares));
            painter.line_segment(ends, Stroke::new(1.0, tokens.ground.gamma_multiply(0.75)));
        }
    }
    painter.add(Shape::closed_line(
        triangle.0.to_vec(),
        Stroke::new(1.0, tokens.weak),
    ));
    dots(painter, study, ternary, triangle, tokens);
    let mut labels = Labels::new(painter, tokens);
    labels.corners(study, ternary, triangle);
    let position = |mixture: &Mixture| {
        corner_shares(ternary.corners, mixture.parts()).map(|shares| triangle.at(shares))
    };
    let saved = study
        .saved()
        .iter()
        .filter_map(|saved| Some((saved, position(&saved.mixture)?)));
    saved
        .clone()
        .for_each(|(saved, at)| labels.saved(&saved.name, at));
    labels.contours(ternary, triangle);
    for (_, at) in saved {
        let square = Rect::from_center_size(at, vec2(8.0, 8.0));
        painter.rect(
            square,
            0.0,
            tokens.ground,
            Stroke::new(1.5, tokens.text),
            StrokeKind::Middle,
        );
    }
    if let Some(at) = position(&study.baseline().mixture) {
        painter.circle(
            at,
            5.0,
            Color32::TRANSPARENT,
            Stroke::new(2.0, Color32::WHITE),
        );
        painter.circle(
            at,
            6.2,
            Color32::TRANSPARENT,
            Stroke::new(1.0, Color32::BLACK),
        );
    }
    if let Some(at) = position(study.current()) {
        painter.circle(at, 6.0, tokens.accent, Stroke::new(2.0, Color32::WHITE));
    }
}

/// Values as colours; grey where the limits exclude a mixture.
fn surface(ternary: &Ternary, triangle: &Triangle, tokens: Tokens) -> Mesh {
    let (low, high) = ternary.range;
    let colour = |value: f64, is_allowed: bool| {
        let full = viridis(((value - low) / (high - low).max(f64::MIN_POSITIVE)) as f32);
        if is_allowed {
            full
        } else {
            full.lerp_to_gamma(tokens.band, 0.85)
        }
    };
    let vertices = ternary.points.iter().map(|point| Vertex {
        pos: triangle.at(point.shares),
        uv: egui::epaint::WHITE_UV,
        color: colour(point.value, point.is_allowed),
    });
    let mut mesh = Mesh {
        vertices: vertices.collect(),
        ..Mesh::default()
    };
    // Row r of the grid has r + 1 points, from index r (r + 1) / 2 on.
    let index = |row: usize, column: usize| (row * (row + 1) / 2 + column) as u32;
    for row in 0..ternary.steps {
        for column in 0..=row {
            mesh.add_triangle(
                index(row, column),
                index(row + 1, column),
                index(row + 1, column + 1),
            );
            if column < row {
                mesh.add_triangle(
                    index(row, column),
                    index(row, column + 1),
                    index(row + 1, column + 1),
                );
            }
        }
    }
    mesh
}

/// The runs.
fn dots(painter: &Painter, study: &Study, ternary: &Ternary, triangle: &Triangle, tokens: Tokens) {
    let Some(table) = study.table().filter(|table| table.len() <= MAX_DOTS) else {
        return;
    };
    let ring = Stroke::new(0.8, Color32::from_black_alpha(160));
    for (row, run) in table.runs().enumerate() {
        let is_selected = study.view().selected.contains(&row);
        let (radius, fill) = if is_selected {
            (DOT * 1.8, tokens.worse)
        } else {
            (DOT * 0.7, Color32::from_white_alpha(190))
        };
        if let Some(shares) = corner_shares(ternary.corners, run.parts) {
            painter.circle(triangle.at(shares), radius, fill, ring);
        }
    }
}

/// The colour scale with its ends, in the upper right corner.
fn legend_ui(ui: &Ui, ternary: &Ternary, rect: Rect) {
    let tokens = Tokens::of(ui);
    let painter = ui.painter().with_clip_rect(rect);
    let bar = Rect::from_min_size(
        rect.right_top() + vec2(-22.0, 22.0),
        vec2(10.0, (rect.height() * 0.4).min(120.0)),
    );
    colour_bar(&painter, bar, viridis);
    let decimals = mixlens_study::decimals_for_error((ternary.range.1 - ternary.range.0) / 20.0);
    for (value, at, align) in [
        (ternary.range.1, bar.right_top(), Align2::RIGHT_BOTTOM),
        (ternary.range.0, bar.right_bottom(), Align2::RIGHT_TOP),
    ] {
        painter.text(
            at,
            align,
            format!("{value:.decimals$}"),
            small_font(),
            tokens.weak,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_points_of_a_triangle_are_inverse() {
        let triangle = Triangle::inside(Rect::from_min_size(Pos2::ZERO, vec2(500.0, 400.0)));
        for shares in [[1.0, 0.0, 0.0], [0.2, 0.5, 0.3], [0.0, 0.0, 1.0]] {
            let back = triangle.shares_at(triangle.at(shares));
            assert!(
                shares.iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-5),
                "{shares:?} {back:?}"
            );
        }
        let outside = triangle.shares_at(pos2(-50.0, 900.0));
        assert!(outside.iter().all(|share| (0.0..=1.0).contains(share)));
    }
}
