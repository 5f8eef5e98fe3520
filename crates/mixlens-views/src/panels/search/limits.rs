//! Limits per domain: bounds, unique tokens and maximum epochs.

use egui::{CollapsingHeader, DragValue, Response, ScrollArea, Ui};
use mixlens_study::{
    Command, CommandKind, DomainRow, Edit, Study, percent_text, token_text, tokens_from_text,
};

use crate::CommandQueue;
use crate::accessible_name::name;
use crate::drag_steps::push_drag;
use crate::theme::{GAP, row_height};
use crate::widgets::part_field;

/// Maximum height of the rows of domains, in points.
const MAX_HEIGHT: f32 = 200.0;
/// Width of a name and of a number, in points.
const NAME: f32 = 150.0;
const NUMBER: f32 = 92.0;
/// Speed of a dragged token field, as a part of the count per point.
const TOKEN_SPEED: f64 = 0.005;
/// The count that sets the speed of a token field whose count is unknown.
const FIRST_TOKENS: f64 = 1e9;

/// Draws the limits, collapsed at first.
pub(in super::super) fn limits_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let limits = study.limits();
    let bounds = limits
        .lower
        .iter()
        .chain(&limits.upper)
        .chain(&limits.unique_tokens)
        .flatten()
        .count();
    let title = if bounds == 0 {
        "Limits per domain".to_owned()
    } else {
        format!("Limits per domain ({bounds} set)")
    };
    CollapsingHeader::new(title)
        .id_salt("limits")
        .show(ui, |ui| {
            supply_ui(ui, study, out);
            ui.horizontal(|ui| {
                for (title, width) in [
                    ("Domain", NAME),
                    ("Minimum", NUMBER),
                    ("Maximum", NUMBER),
                    ("Unique tokens", NUMBER),
                ] {
                    cell_ui(ui, width, |ui| ui.weak(title));
                }
            });
            let rows = study.domain_rows();
            ScrollArea::vertical()
                .id_salt("limits")
                .max_height(MAX_HEIGHT)
                .show_rows(ui, row_height(ui), rows.len(), |ui, shown| {
                    for row in rows.get(shown).unwrap_or_default() {
                        ui.horizontal(|ui| row_ui(ui, study, row, out));
                    }
                });
            if bounds > 0
                && ui
                    .small_button("Clear limits")
                    .on_hover_text(CommandKind::ClearLimits.info().tooltip)
                    .clicked()
            {
                out.push(Edit::ClearLimits);
            }
        });
}

/// The training tokens of the target run, and the maximum epochs of a domain.
fn supply_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let limits = study.limits();
    ui.horizontal_wrapped(|ui| {
        ui.label("Training tokens");
        let (response, tokens) = tokens_ui(
            ui,
            limits.training_tokens,
            "Training tokens of the target run",
        );
        push_drag(
            &response,
            tokens.map(|to| Command::Edit(Edit::SetTrainingTokens(to))),
            out,
        );
        ui.label("maximum epochs of a domain");
        let mut epochs = limits.max_epochs;
        let field = DragValue::new(&mut epochs)
            .range(0.1..=1000.0)
            .speed(0.05)
            .max_decimals(2);
        let response = ui.add(field.update_while_editing(false));
        name(ui, &response, "Maximum epochs");
        push_drag(
            &response,
            response
                .changed()
                .then_some(Command::Edit(Edit::SetMaxEpochs(epochs))),
            out,
        );
    });
}

fn row_ui(ui: &mut Ui, study: &Study, row: &DomainRow, out: &mut CommandQueue) {
    let limits = study.limits();
    let limit = |list: &[Option<f64>]| list.get(row.domain).copied().flatten();
    let domain = row.domain;
    cell_ui(ui, NAME, |ui| {
        ui.add(egui::Label::new(&row.name).truncate())
    });
    let lower = limit(&limits.lower);
    let (response, to) = part_ui(
        ui,
        lower.unwrap_or(0.0),
        &format!("Minimum proportion of {}", row.name),
    );
    push_drag(
        &response,
        to.map(|to| {
            Command::Edit(Edit::SetLower {
                domain,
                to: (to > 0.0).then_some(to),
            })
        }),
        out,
    );
    let upper = limit(&limits.upper);
    let (response, to) = part_ui(
        ui,
        upper.unwrap_or(1.0),
        &format!("Maximum proportion of {}", row.name),
    );
    push_drag(
        &response,
        to.map(|to| {
            Command::Edit(Edit::SetUpper {
                domain,
                to: (to < 1.0).then_some(to),
            })
        }),
        out,
    );
    let (response, to) = tokens_ui(
        ui,
        limit(&limits.unique_tokens),
        &format!("Unique tokens of {}", row.name),
    );
    push_drag(
        &response,
        to.map(|to| Command::Edit(Edit::SetUniqueTokens { domain, to })),
        out,
    );
    if let Some(cap) = limits.cap(domain).filter(|cap| *cap < 1.0) {
        ui.weak(format!("cap {}", percent_text(cap)));
    }
}

/// A proportion in per cent; returns the new value after a change.
fn part_ui(ui: &mut Ui, part: f64, label: &str) -> (Response, Option<f64>) {
    let mut value = part;
    field_ui(ui, part_field(&mut value), label).map_changed(value)
}

/// A count of tokens such as 300B, "unknown" at zero; returns the new value after a change.
fn tokens_ui(ui: &mut Ui, tokens: Option<f64>, label: &str) -> (Response, Option<Option<f64>>) {
    let mut value = tokens.unwrap_or(0.0);
    let field = DragValue::new(&mut value)
        .range(0.0..=1e18)
        .speed(tokens.unwrap_or(FIRST_TOKENS) * TOKEN_SPEED)
        .update_while_editing(false)
        .custom_formatter(|tokens, _| {
            if tokens > 0.0 {
                token_text(tokens)
            } else {
                "unknown".to_owned()
            }
        })
        .custom_parser(tokens_from_text);
    let (response, to) = field_ui(ui, field, label).map_changed(value);
    (response, to.map(|to| (to > 0.0).then_some(to)))
}

/// A number field of the column width.
struct Field(Response);

fn field_ui(ui: &mut Ui, field: DragValue<'_>, label: &str) -> Field {
    let response = ui.add_sized([NUMBER, row_height(ui) - 4.0], field);
    name(ui, &response, label);
    Field(response)
}

impl Field {
    fn map_changed(self, value: f64) -> (Response, Option<f64>) {
        let changed = self.0.changed().then_some(value);
        (self.0, changed)
    }
}

/// A cell as wide as the others in its column.
fn cell_ui(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui) -> Response) {
    let size = egui::vec2(width, row_height(ui) - GAP / 2.0);
    ui.allocate_ui_with_layout(
        size,
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.set_min_width(width);
            add(ui);
        },
    );
}
