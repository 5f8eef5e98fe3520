//! Profile traces: the metric shown along the Cox direction of each domain, draggable.

use egui::epaint::{BandPoint, BandShape};
use egui::{Rect, Role, ScrollArea, Shape, Stroke, Ui, WidgetInfo, vec2};
use mixlens_study::{Command, DomainRow, Edit, Study, Trace};

use super::shown::shown_ui;
use crate::drag_steps::push_drag;
use crate::empty::waiting_ui;
use crate::output_medium::is_figure_page;
use crate::plot::Axes;
use crate::theme::{DOT, elided, row_font};
use crate::{CommandQueue, Tokens};

/// Minimum width and height of the plot of a domain, in points.
const MIN_WIDTH: f32 = 190.0;
const MIN_HEIGHT: f32 = 124.0;
/// Maximum height, as a part of the width.
const MAX_HEIGHT: f32 = 0.8;
/// Maximum number of runs drawn as dots.
const MAX_DOTS: usize = 2000;

/// Draws the panel.
pub(super) fn traces_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let traces = study.look().and_then(|look| look.traces.as_ref());
    let Some(traces) = traces else {
        return waiting_ui(
            ui,
            study,
            "the effect of each domain on the predictions",
            out,
        );
    };
    let Some(&range) = traces.ranges.first() else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        shown_ui(ui, study, out);
        let has_band = traces
            .domains
            .first()
            .is_some_and(|trace| matches!(trace.bands.first(), Some(Some(_))));
        let band = if has_band {
            " (shaded: 90 % interval)"
        } else {
            ""
        };
        let hint = if is_figure_page(ui) {
            ""
        } else {
            ". Drag to set the proportion"
        };
        ui.weak(format!(
            "along the proportion of each domain, the others in fixed ratios{band}{hint}"
        ));
    });
    let columns = ((ui.available_width() / MIN_WIDTH) as usize).max(1);
    let width = (ui.available_width() - ui.spacing().scroll.bar_width - 8.0) / columns as f32 - 8.0;
    let rows: Vec<_> = study.domain_rows().iter().zip(&traces.domains).collect();
    let lines = rows.len().div_ceil(columns).max(1);
    let height = ui.available_height() / lines as f32 - ui.spacing().item_spacing.y;
    let size = vec2(width, height.min(MAX_HEIGHT * width).max(MIN_HEIGHT));
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_rows(ui, size.y, lines, |ui, shown| {
            for line in rows.chunks(columns).skip(shown.start).take(shown.len()) {
                ui.horizontal(|ui| {
                    for (row, trace) in line {
                        trace_ui(ui, study, row, trace, (size, range), out);
                    }
                });
            }
        });
}

fn trace_ui(
    ui: &mut Ui,
    study: &Study,
    row: &DomainRow,
    trace: &Trace,
    (size, range): (egui::Vec2, (f64, f64)),
    out: &mut CommandQueue,
) {
    let tokens = Tokens::of(ui);
    let (axes, response) = Axes::new(ui, size, (0.0, 1.0), range);
    let painter = ui.painter().with_clip_rect(axes.rect);
    if let Some(Some(band)) = trace.bands.first() {
        let point = |(&part, &(low, high)): (&f64, &(f64, f64))| {
            let (top, bottom) = (axes.at(part, high), axes.at(part, low));
            BandPoint::new(top.x, top.y..=bottom.y)
        };
        let points = trace.parts.iter().zip(band).map(point).collect();
        painter.add(BandShape::filled(
            points,
            tokens.accent.gamma_multiply(0.16),
        ));
    }
    dots(&painter, study, row.domain, &axes, tokens);
    let Some(values) = trace.values.first() else {
        return;
    };
    let points = trace
        .parts
        .iter()
        .zip(values)
        .map(|(&part, &value)| axes.at(part, value));
    let points: Vec<_> = points.zip(&trace.is_allowed).collect();
    for pair in points.windows(2) {
        if let [(from, a), (to, b)] = pair {
            let stroke = if **a && **b {
                Stroke::new(2.0, tokens.accent)
            } else {
                Stroke::new(1.0, tokens.tied)
            };
            painter.add(Shape::line_segment([*from, *to], stroke));
        }
    }
    painter.vline(
        axes.at(row.baseline, range.0).x,
        axes.rect.y_range(),
        Stroke::new(1.0, tokens.weak),
    );
    let here = axes.at(row.proportion, range.0).x;
    painter.vline(here, axes.rect.y_range(), Stroke::new(1.5, tokens.accent));
    let name = elided(
        &painter,
        &row.name,
        row_font(),
        tokens.text,
        axes.rect.width() - 8.0,
    );
    let corner = axes.rect.right_top() + vec2(-4.0 - name.size().x, 3.0);
    let plate = Rect::from_min_size(corner, name.size()).expand2(vec2(2.0, 0.0));
    painter.rect_filled(plate, 2.0, tokens.ground.gamma_multiply(0.75));
    painter.galley(corner, name, tokens.text);
    response.widget_info(|| {
        let mut info = WidgetInfo::slider(
            !row.is_locked,
            row.proportion,
            format!("Trace of {}", row.name),
        );
        info.role = Role::Slider;
        info
    });
    let pointer = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() || response.clicked());
    let changed = pointer.map(|at| {
        Command::Edit(Edit::SetProportion {
            domain: row.domain,
            to: axes.x_at(at),
        })
    });
    push_drag(&response, changed, out);
}

/// The runs, where the metric shown was measured.
fn dots(painter: &egui::Painter, study: &Study, domain: usize, axes: &Axes, tokens: Tokens) {
    let name = study
        .view()
        .metric
        .and_then(|metric| study.goal().metrics.get(metric))
        .map(|metric| &metric.name);
    let Some(table) = study.table().filter(|table| table.len() <= MAX_DOTS) else {
        return;
    };
    let Some(column) = name.and_then(|name| table.metrics().index_of(name)) else {
        return;
    };
    for (row, run) in table.runs().enumerate() {
        if let (Some(&part), Some(Some(value))) = (run.parts.get(domain), run.values.get(column)) {
            let is_selected = study.view().selected.contains(&row);
            let colour = if is_selected {
                tokens.worse
            } else {
                tokens.tied.gamma_multiply(0.5)
            };
            painter.circle_filled(
                axes.at(part, *value),
                DOT * if is_selected { 1.6 } else { 0.7 },
                colour,
            );
        }
    }
}
