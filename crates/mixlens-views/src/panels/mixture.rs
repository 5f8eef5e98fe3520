//! The mixture: a row per domain with lock, slider, number field, baseline, epochs and marks.

use egui::style::HandleShape;
use egui::{Align2, Rect, RichText, ScrollArea, Sense, Slider, Stroke, Ui, UiBuilder, pos2, vec2};
use mixlens_study::{Command, DomainRow, Edit, LimitHit, Study, percent_text};

use super::lock::lock_ui;
use super::mixture_bar::mixture_bar_ui;
use crate::accessible_name::name;
use crate::drag_steps::push_drag;
use crate::output_medium::is_figure_page;
use crate::support::support_line_ui;
use crate::theme::{GAP, elided, is_narrow, row_font, row_height, small_font, text_width};
use crate::widgets::part_field;
use crate::{CommandQueue, Tokens};

/// Widths of a row's parts, in points.
struct Columns {
    name: f32,
    slider: f32,
    /// Zero in narrow panels, which need the space for sliders.
    baseline: f32,
    epochs: f32,
}

const LOCK: f32 = 22.0;
const NUMBER: f32 = 72.0;
const BASELINE: f32 = 62.0;
const SUPPORT: f32 = 16.0;

/// Draws the panel.
pub(super) fn mixture_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    mixture_bar_ui(ui, study, out);
    if let Some(predictions) = study.predictions() {
        support_line_ui(ui, predictions.support);
    }
    ui.add_space(2.0);
    let rows = study.listed_domains();
    let has_epochs = study.domain_rows().iter().any(|row| row.epochs.is_some());
    let columns = columns(ui, &rows, has_epochs);
    header_ui(ui, &columns, &study.baseline().name);
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_rows(ui, row_height(ui), rows.len(), |ui, shown| {
            for row in rows.get(shown).unwrap_or_default() {
                row_ui(ui, row, &columns, out);
            }
        });
}

fn columns(ui: &Ui, rows: &[&DomainRow], has_epochs: bool) -> Columns {
    let width = |text: &str| text_width(ui, text);
    let name = rows
        .iter()
        .take(200)
        .map(|row| width(&row.name))
        .fold(60.0, f32::max)
        .min(ui.available_width() * 0.3);
    let epochs = if has_epochs { 56.0 } else { 0.0 };
    let baseline = if is_narrow(ui) { 0.0 } else { BASELINE };
    let gaps = 4.0
        + [epochs, baseline]
            .iter()
            .filter(|width| **width > 0.0)
            .count() as f32;
    let scroll_bar = ui.spacing().scroll.bar_width + 4.0;
    let fixed = LOCK + name + NUMBER + baseline + SUPPORT + epochs + gaps * GAP + scroll_bar;
    Columns {
        name,
        slider: (ui.available_width() - fixed).max(60.0),
        baseline,
        epochs,
    }
}

fn header_ui(ui: &mut Ui, columns: &Columns, baseline: &str) {
    let tokens = Tokens::of(ui);
    let mut cells = Cells::new(ui);
    cells.next(LOCK);
    let painter = ui.painter();
    let title = |rect: Rect, align: Align2, text: &str| {
        let galley = elided(painter, text, small_font(), tokens.weak, rect.width());
        painter.galley(
            align.align_size_within_rect(galley.size(), rect).min,
            galley,
            tokens.weak,
        );
    };
    title(cells.next(columns.name), Align2::LEFT_CENTER, "Domain");
    cells.next(columns.slider);
    title(cells.next(NUMBER), Align2::CENTER_CENTER, "Proportion");
    if columns.baseline > 0.0 {
        title(cells.next(columns.baseline), Align2::RIGHT_CENTER, baseline);
    }
    if columns.epochs > 0.0 {
        title(cells.next(columns.epochs), Align2::RIGHT_CENTER, "Epochs");
    }
}

/// Lays out the cells of a row one after another.
struct Cells {
    x: f32,
    top: f32,
    height: f32,
}

impl Cells {
    fn new(ui: &mut Ui) -> Self {
        let (rect, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), row_height(ui)), Sense::hover());
        Self {
            x: rect.left(),
            top: rect.top(),
            height: rect.height(),
        }
    }

    fn next(&mut self, width: f32) -> Rect {
        let rect = Rect::from_min_size(pos2(self.x, self.top), vec2(width, self.height));
        self.x += width + GAP;
        rect
    }
}

fn row_ui(ui: &mut Ui, row: &DomainRow, columns: &Columns, out: &mut CommandQueue) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut cells = Cells::new(ui);
    let at = |ui: &mut Ui, rect: Rect, add: &mut dyn FnMut(&mut Ui)| {
        let builder = UiBuilder::new()
            .id_salt((row.domain, rect.left() as i32))
            .max_rect(rect);
        add(&mut ui.new_child(builder.layout(egui::Layout::left_to_right(egui::Align::Center))));
    };
    at(ui, cells.next(LOCK), &mut |ui| {
        if is_figure_page(ui) && !row.is_locked {
            return;
        }
        if lock_ui(ui, &row.name, row.is_locked).clicked() {
            out.push(Edit::SetLock {
                domain: row.domain,
                is_locked: !row.is_locked,
            });
        }
    });
    at(ui, cells.next(columns.name), &mut |ui| {
        ui.add(egui::Label::new(RichText::new(&row.name).font(row_font())).truncate());
    });
    at(ui, cells.next(columns.slider), &mut |ui| {
        slider_ui(ui, row, out)
    });
    let number = cells.next(NUMBER);
    if !is_figure_page(ui) {
        at(ui, number, &mut |ui| number_ui(ui, row, out));
    }
    let right = |rect: Rect, text: &str, colour| {
        ui.painter().text(
            rect.right_center(),
            Align2::RIGHT_CENTER,
            text,
            row_font(),
            colour,
        );
    };
    if is_figure_page(ui) {
        right(number, &row.text, tokens.text);
    }
    if columns.baseline > 0.0 {
        right(
            cells.next(columns.baseline),
            &row.baseline_text,
            tokens.weak,
        );
    }
    if columns.epochs > 0.0 {
        right(cells.next(columns.epochs), &row.epochs_text, tokens.text);
    }
    mark_ui(ui, cells.next(SUPPORT), row);
}

fn slider_ui(ui: &mut Ui, row: &DomainRow, out: &mut CommandQueue) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().slider_width = ui.available_width();
    let mut value = row.proportion;
    let slider = Slider::new(&mut value, 0.0..=1.0)
        .show_value(false)
        .handle_shape(HandleShape::Circle);
    let response = ui.add_enabled(!row.is_locked, slider);
    name(ui, &response, format!("{} proportion", row.name));
    // The rail ends inside the widget by the radius of the handle.
    let rail = response.rect.x_range().shrink(response.rect.height() / 2.5);
    let x = |part: f64| egui::remap(part as f32, 0.0..=1.0, rail.min..=rail.max);
    let y = response.rect.y_range();
    let painter = ui.painter();
    for (from, to) in [(0.0, row.lower), (row.upper, 1.0)] {
        let ruled_out = Rect::from_x_y_ranges(
            x(from)..=x(to),
            response.rect.center().y + 5.0..=response.rect.center().y + 7.0,
        );
        painter.rect_filled(ruled_out, 0.0, tokens.worse.gamma_multiply(0.7));
    }
    painter.vline(
        x(row.baseline),
        y.min + 1.0..=y.min + 6.0,
        Stroke::new(1.5, tokens.weak),
    );
    painter.vline(
        x(row.baseline),
        y.max - 6.0..=y.max - 1.0,
        Stroke::new(1.5, tokens.weak),
    );
    let changed = response
        .changed()
        .then_some(Command::Edit(Edit::SetProportion {
            domain: row.domain,
            to: value,
        }));
    push_drag(&response, changed, out);
    response.on_hover_text(format!(
        "{}: {}, baseline {}, from {} to {}",
        row.name,
        row.text,
        row.baseline_text,
        percent_text(row.lower),
        percent_text(row.upper)
    ));
}

fn number_ui(ui: &mut Ui, row: &DomainRow, out: &mut CommandQueue) {
    let mut value = row.proportion;
    ui.spacing_mut().interact_size.x = ui.available_width();
    let response = ui.add_enabled(!row.is_locked, part_field(&mut value));
    name(ui, &response, format!("{} per cent", row.name));
    let changed = response
        .changed()
        .then_some(Command::Edit(Edit::SetProportion {
            domain: row.domain,
            to: value,
        }));
    push_drag(&response, changed, out);
}

/// A mark where the proportion is at a limit, outside the limits, or outside all runs.
fn mark_ui(ui: &mut Ui, rect: Rect, row: &DomainRow) {
    let tokens = Tokens::of(ui);
    let (text, colour, why) = match row.limit {
        LimitHit::BelowLower | LimitHit::AboveUpper => ("!", tokens.worse, "Outside its limits"),
        LimitHit::AtLower if row.lower > 0.0 => ("=", tokens.weak, "At its minimum proportion"),
        LimitHit::AtUpper if row.upper < 1.0 => ("=", tokens.weak, "At its maximum proportion"),
        _ if row.is_beyond_runs => ("?", tokens.worse, "No run has such a proportion"),
        _ => return,
    };
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        text,
        row_font(),
        colour,
    );
    let response = ui.interact(
        rect,
        ui.scope_id().with(("mark", row.domain)),
        Sense::hover(),
    );
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{}: {why}", row.name))
    });
    response.on_hover_text(why);
}
