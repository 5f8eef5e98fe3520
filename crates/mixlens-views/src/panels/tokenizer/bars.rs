//! Proportions as bars, with intervals and both estimates as marks.

use egui::{Align2, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};
use mixlens_study::{InferredGroup, InferredPlot, InferredRow};

use crate::Tokens;
use crate::theme::{GAP, elided_text, is_narrow, row_font, row_height, small_font, text_width};

/// Widths of proportion and interval, in points.
const VALUE: f32 = 66.0;
const INTERVAL: f32 = 116.0;
/// Half the size of a mark, in points.
const MARK: f32 = 3.5;

/// Draws the header and all groups.
pub(super) fn bars_ui(ui: &mut Ui, plot: &InferredPlot) {
    let columns = Columns::new(ui, plot);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        header_ui(ui, &columns);
        for group in &plot.groups {
            if plot.groups.len() > 1 {
                group_ui(ui, group, &columns);
            }
            for row in &group.rows {
                row_ui(ui, row, &columns);
            }
        }
    });
}

/// The columns of a row.
struct Columns {
    name: f32,
    interval: f32,
    /// The proportion at the right end of the bars.
    max: f64,
}

struct Cells {
    name: Rect,
    bar: Rect,
    value: Rect,
    interval: Rect,
}

impl Columns {
    fn new(ui: &Ui, plot: &InferredPlot) -> Self {
        let names = plot
            .groups
            .iter()
            .flat_map(|group| group.rows.iter().map(|row| row.name.as_str()));
        let widest = names.map(|name| text_width(ui, name)).fold(70.0, f32::max);
        let interval = if is_narrow(ui) { 0.0 } else { INTERVAL };
        Self {
            name: (widest + GAP).min(ui.available_width() * 0.3),
            interval,
            max: plot.max_shown.max(f64::MIN_POSITIVE),
        }
    }

    fn cells(&self, rect: Rect) -> Cells {
        let column =
            |from: f32, to: f32| Rect::from_x_y_ranges(from..=to.max(from), rect.y_range());
        let interval = column(rect.right() - GAP - self.interval, rect.right() - GAP);
        let value = column(interval.left() - VALUE, interval.left());
        let name = column(rect.left(), rect.left() + self.name);
        Cells {
            name,
            bar: column(name.right() + GAP, value.left() - GAP),
            value,
            interval,
        }
    }
}

/// The titles of the columns.
fn header_ui(ui: &mut Ui, columns: &Columns) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let (cells, tokens, painter) = (columns.cells(rect), Tokens::of(ui), ui.painter());
    let title = |rect: Rect, align: Align2, text: &str| {
        elided_text(
            painter,
            align.pos_in_rect(&rect),
            align,
            text,
            small_font(),
            tokens.weak,
            rect.width(),
        );
    };
    title(cells.name, Align2::LEFT_CENTER, "Category");
    title(cells.interval, Align2::RIGHT_CENTER, "90 % interval");
    let at = cells.bar.left_center();
    program_mark(painter, at + vec2(MARK, 0.0), tokens);
    let galley = |at: Pos2, text: &str| {
        painter
            .text(at, Align2::LEFT_CENTER, text, small_font(), tokens.weak)
            .right()
    };
    let end = galley(at + vec2(3.0 * MARK, 0.0), "linear program");
    isotonic_mark(painter, pos2(end + 4.0 * MARK, at.y), tokens);
    galley(pos2(end + 6.0 * MARK, at.y), "isotonic");
}

/// A kind of categories and the sum of their proportions.
fn group_ui(ui: &mut Ui, group: &InferredGroup, columns: &Columns) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), row_height(ui)), Sense::hover());
    let (cells, tokens, painter) = (columns.cells(rect), Tokens::of(ui), ui.painter());
    let title = group.kind.title();
    painter.text(
        cells.name.left_center(),
        Align2::LEFT_CENTER,
        title,
        row_font(),
        tokens.weak,
    );
    painter.text(
        cells.value.right_center(),
        Align2::RIGHT_CENTER,
        &group.text,
        row_font(),
        tokens.weak,
    );
    painter.hline(
        rect.x_range(),
        rect.bottom() - 1.0,
        Stroke::new(1.0, tokens.line),
    );
    describe(
        &response,
        title,
        &format!("{title}: {} together", group.text),
    );
}

fn row_ui(ui: &mut Ui, row: &InferredRow, columns: &Columns) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), row_height(ui)), Sense::click());
    let (cells, tokens) = (columns.cells(rect), Tokens::of(ui));
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 3.0, tokens.band);
    }
    let width = cells.name.width();
    elided_text(
        painter,
        cells.name.left_center(),
        Align2::LEFT_CENTER,
        &row.name,
        row_font(),
        tokens.text,
        width,
    );
    painter.text(
        cells.value.right_center(),
        Align2::RIGHT_CENTER,
        &row.text,
        row_font(),
        tokens.text,
    );
    if columns.interval > 0.0 {
        let at = cells.interval.right_center();
        painter.text(
            at,
            Align2::RIGHT_CENTER,
            &row.interval_text,
            row_font(),
            tokens.weak,
        );
    }
    let bar = cells.bar.shrink2(vec2(MARK, 6.0));
    let x = |part: f64| egui::remap_clamp((part / columns.max) as f32, 0.0..=1.0, bar.x_range());
    let y = bar.center().y;
    painter.rect_filled(
        Rect::from_x_y_ranges(bar.left()..=x(row.value), bar.y_range()),
        1.0,
        tokens.accent,
    );
    let (low, high) = (x(row.interval.0), x(row.interval.1));
    painter.hline(low..=high, y, Stroke::new(1.2, tokens.text));
    for end in [low, high] {
        painter.vline(end, y - 4.0..=y + 4.0, Stroke::new(1.2, tokens.text));
    }
    program_mark(painter, pos2(x(row.program), bar.bottom() + 1.5), tokens);
    isotonic_mark(painter, pos2(x(row.isotonic), bar.top() - 1.5), tokens);
    describe(&response, &row.name, &row.described);
    response.on_hover_text(&row.described);
}

/// A triangle below the bar: the estimate of the linear program.
fn program_mark(painter: &Painter, at: Pos2, tokens: Tokens) {
    let corners = vec![
        at + vec2(-MARK, MARK),
        at + vec2(MARK, MARK),
        at - vec2(0.0, MARK),
    ];
    painter.add(Shape::convex_polygon(
        corners,
        tokens.text,
        Stroke::new(1.0, tokens.ground),
    ));
}

/// A ring above the bar: the isotonic estimate.
fn isotonic_mark(painter: &Painter, at: Pos2, tokens: Tokens) {
    painter.circle(at, MARK - 0.5, tokens.ground, Stroke::new(1.2, tokens.text));
}

/// Describes a row to screen readers.
fn describe(response: &egui::Response, name: &str, described: &str) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, name);
        info.current_text_value = Some(described.to_owned());
        info
    });
}
