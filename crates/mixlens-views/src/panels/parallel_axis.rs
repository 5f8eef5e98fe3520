//! An axis of the parallel coordinates: values, brush and name. The name moves the axis and opens
//! its menu.

use std::sync::Arc;

use egui::{
    Align2, Color32, CursorIcon, DragValue, Galley, Painter, Popup, PopupCloseBehavior, Rect,
    Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use mixlens_study::{
    Brush, ColumnRef, Command, CommandKind, ParallelAxis, ParallelPlot, Study, ViewChange,
    value_text,
};

use super::parallel::{Frame, MAX_NAME};
use crate::accessible_name::name;
use crate::theme::{row_font, small_font};
use crate::{CommandQueue, Tokens};

/// Half the width of a brush, in points.
const BRUSH: f32 = 6.0;
/// Resolution of a value under the pointer, as a part of the axis.
const FINENESS: f64 = 1.0 / 200.0;
/// The angle of slanted names, in radians.
const SLANT: f32 = -std::f32::consts::FRAC_PI_4;

/// Draws the axis, and its values where they fit.
pub(super) fn draw_axis(
    painter: &Painter,
    axis: &ParallelAxis,
    x: f32,
    frame: &Frame,
    tokens: Tokens,
) {
    painter.vline(x, frame.rect.y_range(), Stroke::new(1.0, tokens.weak));
    for (fraction, text) in &axis.ticks {
        let at = pos2(x, frame.y(*fraction));
        painter.line_segment([at, at + vec2(3.0, 0.0)], Stroke::new(1.0, tokens.weak));
        let galley = painter.layout_no_wrap(text.clone(), small_font(), tokens.text);
        if galley.size().x + 9.0 < frame.gap {
            let rect = Align2::LEFT_CENTER.anchor_size(at + vec2(5.0, 0.0), galley.size());
            painter.rect_filled(
                rect.expand2(vec2(1.0, 0.0)),
                2.0,
                tokens.ground.gamma_multiply(0.75),
            );
            painter.galley(rect.min, galley, tokens.text);
        }
    }
    if let Some((low, high)) = axis.brush {
        let brush = Rect::from_x_y_ranges(x - BRUSH..=x + BRUSH, frame.y(high)..=frame.y(low));
        painter.rect(
            brush,
            2.0,
            tokens.accent.gamma_multiply(0.3),
            Stroke::new(1.5, tokens.accent),
            StrokeKind::Outside,
        );
    }
}

/// Dragging along an axis brushes it; a click removes the brush.
///
/// Returns true while the brush is dragged.
pub(super) fn brush_ui(
    ui: &mut Ui,
    axis: &ParallelAxis,
    rect: &Rect,
    frame: &Frame,
    out: &mut CommandQueue,
) -> bool {
    let response = ui.interact(
        *rect,
        ui.scope_id().with(("brush", axis.column)),
        Sense::click_and_drag(),
    );
    let text = axis.brush.map_or_else(
        || "no brush".to_owned(),
        |(low, high)| format!("{} to {}", value_at(axis, low), value_at(axis, high)),
    );
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, format!("Brush on {}", axis.name));
        info.current_text_value = Some(text.clone());
        info
    });
    let ends = ui.input(|input| input.pointer.press_origin().zip(input.pointer.latest_pos()));
    if response.dragged()
        && let Some((from, to)) = ends
    {
        let [from, to] = [from, to].map(|at| axis.value_at(frame.fraction(at.y)));
        out.push(ViewChange::BrushAxis {
            axis: axis.column,
            to: Some((from, to)),
        });
    } else if response.clicked() && axis.brush.is_some() {
        out.push(ViewChange::BrushAxis {
            axis: axis.column,
            to: None,
        });
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            *rect,
            2.0,
            Stroke::new(1.0, Tokens::of(ui).accent),
            StrokeKind::Inside,
        );
    }
    let is_dragged = response.dragged();
    let hint = response
        .hover_pos()
        .map(|at| format!("{} {}", axis.name, value_at(axis, frame.fraction(at.y))));
    response
        .on_hover_cursor(CursorIcon::ResizeVertical)
        .on_hover_ui_at_pointer(|ui| {
            ui.label(hint.unwrap_or_default());
        });
    is_dragged
}

fn value_at(axis: &ParallelAxis, fraction: f32) -> String {
    value_text(
        axis.value_at(fraction),
        Some((axis.range.1 - axis.range.0) * FINENESS),
    )
}

/// The name of an axis: a drag moves the axis, a click opens its menu.
pub(super) fn title_ui(
    ui: &mut Ui,
    study: &Study,
    plot: &ParallelPlot,
    index: usize,
    frame: &Frame,
    out: &mut CommandQueue,
) {
    let Some(axis) = plot.axes.get(index) else {
        return;
    };
    let (x, top) = (frame.x(index), frame.rect.top() - 10.0);
    // At 45° a slanted name stays above the gap on its right while it has risen by less than
    // the gap.
    let (from, height) = if frame.is_slanted {
        (x - 6.0, frame.gap.min(frame.names))
    } else {
        (x - 0.5 * frame.gap, 18.0)
    };
    let rect = Rect::from_min_size(pos2(from, top - height), vec2(frame.gap, height));
    let response = ui.interact(
        rect,
        ui.scope_id().with(("axis", axis.column)),
        Sense::click_and_drag(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Axis {}", axis.name)));
    let tokens = Tokens::of(ui);
    let is_pointed = response.hovered() || response.has_focus() || response.dragged();
    let galley = title_galley(
        ui,
        axis,
        if frame.is_slanted {
            MAX_NAME
        } else {
            frame.gap - 6.0
        },
    );
    let colour = if is_pointed || axis.brush.is_some() {
        tokens.accent
    } else {
        tokens.text
    };
    let (at, anchor) = if frame.is_slanted {
        (pos2(x, top), Align2::LEFT_CENTER)
    } else {
        (pos2(x, top - 9.0), Align2::CENTER_CENTER)
    };
    let corner = anchor.anchor_size(at, galley.size()).min;
    let text =
        egui::epaint::TextShape::new(corner, galley, colour).with_override_text_color(colour);
    ui.painter().add(if frame.is_slanted {
        text.with_angle_and_anchor(SLANT, anchor)
    } else {
        text
    });
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect,
            2.0,
            Stroke::new(1.0, tokens.accent),
            StrokeKind::Inside,
        );
    }
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| menu_ui(ui, study, plot, index, out));
    move_ui(ui, &response, plot, index, frame, out);
    response
        .on_hover_cursor(CursorIcon::Grab)
        .on_hover_text(&axis.name);
}

fn title_galley(ui: &Ui, axis: &ParallelAxis, width: f32) -> Arc<Galley> {
    let title = if axis.is_log {
        format!("{} (log)", axis.name)
    } else {
        axis.name.clone()
    };
    let galley = |text: String| {
        ui.painter()
            .layout_no_wrap(text, row_font(), Color32::PLACEHOLDER)
    };
    let whole = galley(title.clone());
    let part = width / whole.size().x;
    if part < 1.0 {
        galley(shortened(&title, part))
    } else {
        whole
    }
}

/// About this part of a name: the beginning and the end, because names often share a beginning.
fn shortened(title: &str, part: f32) -> String {
    let letters: Vec<char> = title.chars().collect();
    let kept = (letters.len() as f32 * part) as usize;
    let (head, tail) = letters.split_at(kept.saturating_sub(1) / 2);
    let tail = tail.iter().skip(tail.len().saturating_sub(kept / 2));
    head.iter().chain(&['…']).chain(tail).collect()
}

/// Shows the target of a dragged axis, and moves the axis there at the end of the drag.
fn move_ui(
    ui: &Ui,
    response: &Response,
    plot: &ParallelPlot,
    index: usize,
    frame: &Frame,
    out: &mut CommandQueue,
) {
    let Some(at) = response.interact_pointer_pos() else {
        return;
    };
    let to = frame.nearest(at.x, plot.axes.len());
    if response.dragged() {
        let ends = [
            pos2(frame.x(to), frame.rect.top()),
            pos2(frame.x(to), frame.rect.bottom()),
        ];
        let stroke = Stroke::new(2.0, Tokens::of(ui).accent);
        ui.painter()
            .extend(Shape::dashed_line(&ends, stroke, 5.0, 3.0));
    }
    if response.drag_stopped() && to != index {
        out.push(ViewChange::SetAxes(moved(plot, index, to)));
    }
}

/// The axes with the one at `from` at `to`.
fn moved(plot: &ParallelPlot, from: usize, to: usize) -> Vec<ColumnRef> {
    let mut columns: Vec<ColumnRef> = plot.axes.iter().map(|axis| axis.column).collect();
    if from < columns.len() {
        let column = columns.remove(from);
        columns.insert(to.min(columns.len()), column);
    }
    columns
}

fn menu_ui(ui: &mut Ui, study: &Study, plot: &ParallelPlot, index: usize, out: &mut CommandQueue) {
    let Some(axis) = plot.axes.get(index) else {
        return;
    };
    ui.strong(&axis.name);
    let mut is_log = study.view().log_axes.contains(&axis.column);
    if ui
        .checkbox(&mut is_log, "Logarithmic")
        .on_hover_text(CommandKind::SetLogAxis.info().tooltip)
        .changed()
    {
        out.push(ViewChange::SetLogAxis {
            axis: axis.column,
            is_log,
        });
    }
    ui.horizontal(|ui| ends_ui(ui, study, axis, out));
    ui.separator();
    let last = plot.axes.len().saturating_sub(1);
    let mut entry = |title: &str, is_possible: bool, command: Command| {
        if ui
            .add_enabled(is_possible, egui::Button::new(title).frame(false))
            .clicked()
        {
            out.push(command);
            ui.close();
        }
    };
    entry(
        "Clear brush",
        axis.brush.is_some(),
        Command::View(ViewChange::BrushAxis {
            axis: axis.column,
            to: None,
        }),
    );
    entry(
        "Move left",
        index > 0,
        Command::View(ViewChange::SetAxes(moved(
            plot,
            index,
            index.saturating_sub(1),
        ))),
    );
    entry(
        "Move right",
        index < last,
        Command::View(ViewChange::SetAxes(moved(plot, index, index + 1))),
    );
    let others = plot
        .axes
        .iter()
        .map(|axis| axis.column)
        .filter(|column| *column != axis.column)
        .collect();
    entry("Hide", last > 0, Command::View(ViewChange::SetAxes(others)));
}

/// The ends of the brush as numbers.
fn ends_ui(ui: &mut Ui, study: &Study, axis: &ParallelAxis, out: &mut CommandQueue) {
    let brush = study
        .view()
        .brushes
        .iter()
        .find(|brush| brush.column == axis.column);
    let (mut low, mut high) = brush.map_or(axis.range, |&Brush { low, high, .. }| (low, high));
    let width = axis.range.1 - axis.range.0;
    let mut end_ui = |title: &str, value: &mut f64| {
        ui.label(title);
        let decimals = mixlens_study::decimals_for_error(width * FINENESS);
        let field = DragValue::new(value)
            .speed(width * FINENESS)
            .max_decimals(decimals)
            .update_while_editing(false);
        let response = ui.add(field);
        name(
            ui,
            &response,
            format!("{title} of the brush on {}", axis.name),
        );
        response.changed()
    };
    let is_changed = [end_ui("From", &mut low), end_ui("to", &mut high)];
    if is_changed.contains(&true) {
        out.push(ViewChange::BrushAxis {
            axis: axis.column,
            to: Some((low, high)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(shortened("wikipedia_dump_v1", 0.6), "wiki…mp_v1");
        assert_eq!(shortened("äöü", 0.0), "…");
    }
}
