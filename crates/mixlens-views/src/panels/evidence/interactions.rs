//! Interactions: the joint effect of two domains minus their separate effects.

use egui::{
    Align2, Color32, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    vec2,
};
use mixlens_study::{Interactions, Study, difference_text};

use super::plot_size;
use crate::empty::empty_ui;
use crate::palette::diverging;
use crate::plot::colour_bar;
use crate::theme::{elided_text, row_font, small_font, text_width};
use crate::{CommandQueue, Tokens};

/// Maximum number of domains drawn: smaller cells could not be distinguished.
const MAX_DOMAINS: usize = 40;
/// Maximum part of the width for the last name (dimensionless).
const MAX_NAME: f32 = 0.3;
/// The size of the colour scale with its values, in points.
const LEGEND: Vec2 = Vec2::new(200.0, 44.0);
/// Maximum side of a cell, and the minimum sides for a value and for a sign inside, in points.
const MAX_CELL: f32 = 60.0;
const MIN_VALUE_CELL: f32 = 50.0;
const MIN_SIGN_CELL: f32 = 13.0;

/// Draws the lower triangle; the name of each domain stands on the diagonal.
pub(super) fn interactions_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let look = study.look();
    let Some((look, found)) = look.and_then(|look| Some((look, look.interactions.as_ref()?)))
    else {
        let why = if study.fit().is_some() {
            "Computing the interactions…"
        } else {
            "Fit a surrogate first"
        };
        return empty_ui(ui, why, None, out);
    };
    let names = look.at.domains().names();
    ui.weak(format!(
        "Each cell: change in {} when both domains gain one point, minus their separate effects",
        found.name
    ));
    if names.len() > MAX_DOMAINS {
        ui.weak(format!(
            "The first {MAX_DOMAINS} of {} domains",
            names.len()
        ));
    }
    let matrix = Matrix { found, names };
    if let Some((first, second)) = found.strongest {
        ui.weak(format!("Strongest: {}", matrix.cell_text(first, second)));
    }
    let (rect, response) = ui.allocate_exact_size(plot_size(ui), Sense::hover());
    let last = matrix
        .drawn()
        .last()
        .map_or(0.0, |name| text_width(ui, name) + 8.0);
    let grid = Grid::inside(
        rect,
        matrix.drawn().len(),
        last.min(rect.width() * MAX_NAME),
    );
    let legend_rect = Rect::from_min_size(rect.right_top() - vec2(LEGEND.x, 0.0), LEGEND);
    draw(
        &ui.painter().with_clip_rect(rect),
        &matrix,
        &grid,
        legend_rect,
        Tokens::of(ui),
    );
    legend(ui.painter(), &matrix, legend_rect, Tokens::of(ui));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Interactions for {}", found.name),
        );
        info.current_text_value = Some(matrix.described());
        info
    });
    let under = response.hover_pos().and_then(|at| grid.cell_at(at));
    if let Some((row, column)) = under {
        ui.painter().rect_stroke(
            grid.cell(row, column),
            0.0,
            Stroke::new(1.5, Tokens::of(ui).text),
            StrokeKind::Inside,
        );
        response.on_hover_text_at_pointer(matrix.cell_text(column, row));
    }
}

struct Matrix<'a> {
    found: &'a Interactions,
    names: &'a [String],
}

impl<'a> Matrix<'a> {
    /// The domains that are drawn.
    fn drawn(&self) -> &'a [String] {
        self.names.get(..MAX_DOMAINS).unwrap_or(self.names)
    }

    fn value(&self, row: usize, column: usize) -> Option<f64> {
        self.found.value(row, column, self.names.len())
    }

    /// A value with as many digits as the colour scale resolves.
    fn text(&self, value: f64) -> String {
        difference_text(value, None, Some(self.found.greatest / 20.0))
    }

    fn cell_text(&self, first: usize, second: usize) -> String {
        let name = |domain: usize| self.names.get(domain).map_or("", String::as_str);
        let value = self
            .value(first, second)
            .map_or_else(String::new, |value| self.text(value));
        format!("{} with {}: {value}", name(first), name(second))
    }

    /// Every pair, for screen readers.
    fn described(&self) -> String {
        let pairs =
            (0..self.drawn().len()).flat_map(|row| (0..row).map(move |column| (column, row)));
        pairs
            .map(|(first, second)| self.cell_text(first, second))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// The layout of the cells.
struct Grid {
    corner: Pos2,
    side: f32,
    count: usize,
}

impl Grid {
    /// The largest cells that leave space for the last name.
    fn inside(rect: Rect, count: usize, last_name: f32) -> Self {
        let space = (rect.width() - last_name).min(rect.height() - 2.0);
        Self {
            corner: rect.min + vec2(0.0, 1.0),
            side: (space / count.max(1) as f32).clamp(4.0, MAX_CELL),
            count,
        }
    }

    fn cell(&self, row: usize, column: usize) -> Rect {
        let corner = self.corner + vec2(column as f32, row as f32) * self.side;
        Rect::from_min_size(corner, vec2(self.side, self.side))
    }

    /// Row and column under a point, below the diagonal.
    fn cell_at(&self, at: Pos2) -> Option<(usize, usize)> {
        let cell = (at - self.corner) / self.side;
        let (row, column) = (cell.y.floor(), cell.x.floor());
        (column >= 0.0 && row > column && (row as usize) < self.count)
            .then_some((row as usize, column as usize))
    }
}

fn draw(painter: &Painter, matrix: &Matrix<'_>, grid: &Grid, legend: Rect, tokens: Tokens) {
    let greatest = matrix.found.greatest.max(f64::MIN_POSITIVE);
    let font = if grid.side >= 15.0 {
        row_font()
    } else {
        small_font()
    };
    for (row, name) in matrix.drawn().iter().enumerate() {
        for column in 0..row {
            let Some(value) = matrix.value(row, column) else {
                continue;
            };
            let (cell, share) = (grid.cell(row, column), value / greatest);
            painter.rect_filled(cell.shrink(0.5), 0.0, diverging(share as f32));
            // The value or its sign, so that colour is not the only cue.
            let text = match () {
                () if grid.side >= MIN_VALUE_CELL => matrix.text(value),
                () if grid.side >= MIN_SIGN_CELL && share.abs() >= 0.1 => {
                    if value > 0.0 { "+" } else { "−" }.to_owned()
                }
                () => continue,
            };
            let ink = if share.abs() > 0.6 {
                Color32::WHITE
            } else {
                Color32::BLACK
            };
            painter.text(
                cell.center(),
                Align2::CENTER_CENTER,
                text,
                small_font(),
                ink,
            );
        }
        let at = grid.cell(row, row).left_center() + vec2(4.0, 0.0);
        let end = if at.y < legend.bottom() + 8.0 {
            legend.left()
        } else {
            legend.right()
        };
        elided_text(
            painter,
            at,
            Align2::LEFT_CENTER,
            name,
            font.clone(),
            tokens.text,
            end - at.x - 4.0,
        );
    }
}

/// The colour scale with its ends, in the upper right corner, which the triangle leaves free.
fn legend(painter: &Painter, matrix: &Matrix<'_>, rect: Rect, tokens: Tokens) {
    let bar = Rect::from_min_size(rect.min + vec2(20.0, 18.0), vec2(rect.width() - 40.0, 10.0));
    colour_bar(painter, bar, |fraction| diverging(2.0 * fraction - 1.0));
    let [low, high] = [-1.0, 1.0].map(|sign| matrix.text(sign * matrix.found.greatest));
    for (text, at) in [
        (low, bar.left_bottom()),
        ("0".to_owned(), bar.center_bottom()),
        (high, bar.right_bottom()),
    ] {
        painter.text(
            at + vec2(0.0, 3.0),
            Align2::CENTER_TOP,
            text,
            small_font(),
            tokens.weak,
        );
    }
    let title = format!("change in {}", matrix.found.name);
    elided_text(
        painter,
        rect.center_top(),
        Align2::CENTER_TOP,
        &title,
        small_font(),
        tokens.weak,
        rect.width(),
    );
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn the_cell_under_a_point_is_the_one_drawn_there() {
        let grid = Grid::inside(
            Rect::from_min_size(pos2(30.0, 40.0), vec2(600.0, 400.0)),
            17,
            90.0,
        );
        for (row, column) in [(1, 0), (16, 0), (16, 15), (9, 4)] {
            assert_eq!(
                grid.cell_at(grid.cell(row, column).center()),
                Some((row, column))
            );
        }
        for (row, column) in [(0, 0), (3, 3), (3, 9)] {
            assert_eq!(
                grid.cell_at(grid.cell(row, column).center()),
                None,
                "the triangle ends at the diagonal"
            );
        }
        assert_eq!(grid.cell_at(pos2(10.0, 10.0)), None);
    }
}
