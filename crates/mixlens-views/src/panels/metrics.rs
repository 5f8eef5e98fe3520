//! Predicted metrics: a bar per metric for its difference from the baseline.

use egui::{Align2, Painter, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use mixlens_core::table::Direction;
use mixlens_study::{
    Command, Edit, FrontRequest, MetricRow, Predictions, Standing, Study, ViewChange,
};

use crate::empty::empty_ui;
use crate::theme::{GAP, elided_text, is_narrow, row_font, row_height, small_font, text_width};
use crate::{CommandQueue, Tokens};

const PIN: f32 = 12.0;
/// Widths of difference and value, in points.
const NUMBERS: [f32; 2] = [108.0, 70.0];
/// The same in a narrow panel, which needs the space for the bars.
const NARROW_NUMBERS: [f32; 2] = [84.0, 48.0];

/// Draws the panel.
pub(super) fn metrics_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let Some(predictions) = study.predictions() else {
        let fit = study.table().is_some().then(Command::fit_first);
        let why = if fit.is_some() {
            "Fit a surrogate to the runs to predict the metrics"
        } else {
            "Import runs to predict the metrics"
        };
        let action = fit.map_or(
            ("Import runs…", Command::Front(FrontRequest::OpenFiles)),
            |fit| ("Fit a surrogate", fit),
        );
        return empty_ui(ui, why, Some(action), out);
    };
    let columns = Columns::new(ui, predictions);
    header_ui(ui, &columns);
    if let Some(objective) = &predictions.objective {
        let (rect, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), row_height(ui)), Sense::hover());
        let tokens = Tokens::of(ui);
        let cells = columns.cells(rect);
        let painter = ui.painter();
        painter.text(
            cells.name.left_center(),
            Align2::LEFT_CENTER,
            "Objective",
            row_font(),
            tokens.text,
        );
        let colour = colour(tokens, objective.standing);
        let text = &objective.difference_text;
        painter.text(
            cells.difference.right_center(),
            Align2::RIGHT_CENTER,
            text,
            row_font(),
            colour,
        );
        painter.text(
            cells.value.right_center(),
            Align2::RIGHT_CENTER,
            &objective.text,
            row_font(),
            tokens.text,
        );
        bar(
            painter,
            &cells,
            objective.difference.value,
            None,
            None,
            columns.scale,
            tokens,
            colour,
        );
        painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.line));
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_rows(ui, row_height(ui), predictions.rows.len(), |ui, shown| {
            for row in predictions.rows.get(shown).unwrap_or_default() {
                row_ui(ui, row, &columns, out);
            }
        });
}

/// The columns of a row.
struct Columns {
    name: f32,
    difference: f32,
    value: f32,
    /// The value at half of the width of the bars, in the unit of the metrics.
    scale: f64,
}

struct RowCells {
    pin: Rect,
    name: Rect,
    bar: Rect,
    difference: Rect,
    value: Rect,
}

impl Columns {
    fn new(ui: &Ui, predictions: &Predictions) -> Self {
        let names = predictions.rows.iter().take(200);
        let widest = names
            .map(|row| text_width(ui, &row.name))
            .fold(70.0, f32::max);
        let noise = predictions
            .rows
            .iter()
            .filter_map(|row| row.noise)
            .fold(0.0, f64::max);
        let scale = predictions.scale.max(noise).max(f64::MIN_POSITIVE);
        let is_narrow = is_narrow(ui);
        let [difference, value] = if is_narrow { NARROW_NUMBERS } else { NUMBERS };
        let max_name = ui.available_width() * if is_narrow { 0.3 } else { 0.36 };
        Self {
            name: (widest + 20.0).min(max_name),
            difference,
            value,
            scale,
        }
    }

    fn cells(&self, rect: Rect) -> RowCells {
        let column =
            |from: f32, to: f32| Rect::from_x_y_ranges(from..=to.max(from), rect.y_range());
        let value = column(rect.right() - self.value - 14.0, rect.right() - 14.0);
        let difference = column(value.left() - GAP - self.difference, value.left() - GAP);
        let pin = column(rect.left(), rect.left() + PIN);
        let name = column(pin.right(), pin.right() + self.name);
        RowCells {
            pin,
            name,
            bar: column(name.right() + GAP, difference.left() - GAP),
            difference,
            value,
        }
    }
}

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
    title(cells.name, Align2::LEFT_CENTER, "Metric");
    title(
        cells.bar,
        Align2::CENTER_CENTER,
        "Difference from the baseline (shaded: noise)",
    );
    title(cells.value, Align2::RIGHT_CENTER, "Predicted");
}

fn row_ui(ui: &mut Ui, row: &MetricRow, columns: &Columns, out: &mut CommandQueue) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), row_height(ui)), Sense::click());
    let (cells, tokens) = (columns.cells(rect), Tokens::of(ui));
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 3.0, tokens.band);
    }
    if row.is_pinned {
        painter.circle_filled(cells.pin.left_center() + vec2(4.0, 0.0), 3.0, tokens.accent);
    }
    let is_counted = row.weight > 0.0;
    let text = if is_counted { tokens.text } else { tokens.weak };
    let (at, width) = (cells.name.left_center(), cells.name.width());
    elided_text(
        painter,
        at,
        Align2::LEFT_CENTER,
        &row.name,
        row_font(),
        text,
        width,
    );
    let colour = colour(tokens, row.standing);
    bar(
        painter,
        &cells,
        row.difference.value,
        row.difference.interval,
        row.noise,
        columns.scale,
        tokens,
        colour,
    );
    painter.text(
        cells.difference.right_center(),
        Align2::RIGHT_CENTER,
        &row.difference_text,
        row_font(),
        colour,
    );
    painter.text(
        cells.value.right_center(),
        Align2::RIGHT_CENTER,
        &row.text,
        row_font(),
        tokens.text,
    );
    direction_mark(
        painter,
        cells.value.right_center() + vec2(8.0, 0.0),
        row.direction,
        tokens,
    );
    let described = describe(row);
    response.widget_info(|| {
        let mut info = WidgetInfo::selected(Role::Button, true, row.is_pinned, &row.name);
        info.current_text_value = Some(described.clone());
        info
    });
    if response.clicked() {
        out.push(ViewChange::PinMetric {
            metric: row.metric,
            is_pinned: !row.is_pinned,
        });
    }
    response
        .on_hover_text(described)
        .context_menu(|ui| menu_ui(ui, row, out));
}

/// The menu of a metric.
fn menu_ui(ui: &mut Ui, row: &MetricRow, out: &mut CommandQueue) {
    let (turned, to) = match row.direction {
        Direction::Lower => ("Higher is better", Direction::Higher),
        Direction::Higher => ("Lower is better", Direction::Lower),
    };
    let metric = row.metric;
    let pin = if row.is_pinned { "Unpin" } else { "Pin" };
    let entries = [
        (
            "Show in traces and ternary plot",
            Command::View(ViewChange::ShowMetric(Some(metric))),
        ),
        (
            "Use as the only objective",
            Command::Edit(Edit::OptimiseMetric(metric)),
        ),
        (
            pin,
            Command::View(ViewChange::PinMetric {
                metric,
                is_pinned: !row.is_pinned,
            }),
        ),
        (turned, Command::Edit(Edit::SetDirection { metric, to })),
    ];
    for (title, command) in entries {
        if ui
            .button(title)
            .on_hover_text(command.info().tooltip)
            .clicked()
        {
            out.push(command);
            ui.close();
        }
    }
}

/// A row in words, for tooltips and screen readers.
fn describe(row: &MetricRow) -> String {
    let better = match row.direction {
        Direction::Lower => "lower is better",
        Direction::Higher => "higher is better",
    };
    let standing = match row.standing {
        Standing::Better => "better than the baseline",
        Standing::Worse => "worse than the baseline",
        Standing::Tied => "within the noise of the baseline",
        Standing::Unknown => "noise unknown",
    };
    format!(
        "{}: {}, baseline {}, {} ({standing}, {better})",
        row.name, row.text, row.baseline_text, row.difference_text
    )
}

fn colour(tokens: Tokens, standing: Standing) -> egui::Color32 {
    match standing {
        Standing::Better => tokens.better,
        Standing::Worse => tokens.worse,
        Standing::Tied | Standing::Unknown => tokens.tied,
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a bar is drawn from what a row shows"
)]
fn bar(
    painter: &Painter,
    cells: &RowCells,
    value: f64,
    interval: Option<(f64, f64)>,
    noise: Option<f64>,
    scale: f64,
    tokens: Tokens,
    colour: egui::Color32,
) {
    let rect = cells.bar.shrink2(vec2(0.0, 5.0));
    let x = |value: f64| egui::remap_clamp((value / scale) as f32, -1.0..=1.0, rect.x_range());
    if let Some(noise) = noise {
        painter.rect_filled(
            Rect::from_x_y_ranges(x(-noise)..=x(noise), rect.y_range()),
            0.0,
            tokens.band,
        );
    }
    let (zero, end) = (x(0.0), x(value));
    painter.rect_filled(
        Rect::from_x_y_ranges(zero.min(end)..=zero.max(end), rect.y_range().shrink(2.0)),
        1.0,
        colour,
    );
    painter.vline(zero, cells.bar.y_range(), Stroke::new(1.0, tokens.weak));
    if let Some((low, high)) = interval {
        let y = rect.center().y;
        painter.hline(x(low)..=x(high), y, Stroke::new(1.2, tokens.text));
        for end in [x(low), x(high)] {
            painter.vline(end, y - 3.0..=y + 3.0, Stroke::new(1.2, tokens.text));
        }
    }
}

/// A small triangle that points in the direction of improvement.
fn direction_mark(painter: &Painter, at: egui::Pos2, direction: Direction, tokens: Tokens) {
    let tip = match direction {
        Direction::Lower => 3.0,
        Direction::Higher => -3.0,
    };
    let corners = vec![
        pos2(at.x - 3.0, at.y - tip),
        pos2(at.x + 3.0, at.y - tip),
        pos2(at.x, at.y + tip),
    ];
    painter.add(egui::Shape::convex_polygon(
        corners,
        tokens.tied,
        Stroke::NONE,
    ));
}
