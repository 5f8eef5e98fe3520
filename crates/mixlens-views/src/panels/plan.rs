//! Plan: the target run in phases, how often each domain is read, and what is to be said about it.

use egui::{Align2, DragValue, Grid, Rect, RichText, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use mixlens_core::schedule::CheckLevel;
use mixlens_study::{Command, CommandKind, Edit, PlanPhase, Study, TrainingPlan};

use super::search::limits_ui;
use crate::CommandQueue;
use crate::Tokens;
use crate::accessible_name::name;
use crate::drag_steps::push_drag;
use crate::figure_page::{is_figure_page, tools_ui};
use crate::theme::{GAP, elided, small_font};

/// Height of the stacked shares, in points.
const HEIGHT: f32 = 150.0;
/// Shares lower than this have no room for a name, in points.
const NAME_HEIGHT: f32 = 13.0;

/// Draws the panel.
pub(super) fn plan_ui(ui: &mut Ui, study: &Study, out: &mut CommandQueue) {
    let Some(plan) = study.training_plan() else {
        return;
    };
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if !is_figure_page(ui) {
                phases_ui(ui, study, plan, out);
                limits_ui(ui, study, out);
            }
            stack_ui(ui, study, plan);
            ui.add_space(GAP);
            rows_ui(ui, plan);
            checks_ui(ui, study, plan);
        });
}

/// The phases, and what can be done with each.
fn phases_ui(ui: &mut Ui, study: &Study, plan: &TrainingPlan, out: &mut CommandQueue) {
    tools_ui(ui, |ui| {
        if ui
            .button("Add phase")
            .on_hover_text(CommandKind::AddPhase.info().tooltip)
            .clicked()
        {
            out.push(Edit::AddPhase);
        }
        if study.state().phases.is_empty() {
            ui.weak("The whole run is on the mixture under the sliders");
        }
    });
    for (place, (own, shown)) in study.state().phases.iter().zip(&plan.phases).enumerate() {
        let number = place + 1;
        tools_ui(ui, |ui| {
            ui.label(format!("Phase {number}"));
            // A phase that is alone is the whole run.
            if plan.phases.len() > 1 {
                let mut part = 100.0 * own.part;
                let field = DragValue::new(&mut part)
                    .range(0.1..=99.9)
                    .speed(0.1)
                    .max_decimals(1)
                    .suffix(" %");
                let response = ui.add(field.update_while_editing(false));
                name(
                    ui,
                    &response,
                    format!("Part of the run that phase {number} is"),
                );
                let to = part / 100.0;
                push_drag(
                    &response,
                    response
                        .changed()
                        .then_some(Command::Edit(Edit::SetPhasePart { index: place, to })),
                    out,
                );
            } else {
                ui.label(&shown.part_text);
            }
            ui.weak(&shown.tokens_text);
            let buttons = [
                (
                    "Take current",
                    "Give the phase the mixture under the sliders",
                    Command::Edit(Edit::SetPhaseMixture(place)),
                ),
                (
                    "Show",
                    "Show this mixture under the sliders",
                    Command::Edit(Edit::SetMixture(own.mixture.clone())),
                ),
                (
                    "Remove",
                    CommandKind::RemovePhase.info().tooltip,
                    Command::Edit(Edit::RemovePhase(place)),
                ),
            ];
            for (title, tooltip, command) in buttons {
                let button = ui.small_button(title).on_hover_text(tooltip);
                name(ui, &button, format!("{title} phase {number}"));
                if button.clicked() {
                    out.push(command);
                }
            }
        });
    }
}

/// Shares over the run, stacked: as wide as a phase, as high as a share.
fn stack_ui(ui: &mut Ui, study: &Study, plan: &TrainingPlan) {
    let tokens = Tokens::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    name(ui, &response, "Shares of domains over the run");
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, tokens.ground);
    let names = study.domains().names();
    for (number, phase) in (1..).zip(&plan.phases) {
        let (left, right) = (x_of(rect, phase.span.0), x_of(rect, phase.span.1));
        for (domain, (low, high)) in phase.stack.iter().enumerate() {
            let (top, bottom) = (y_of(rect, *high), y_of(rect, *low));
            let own = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
            // Neighbours differ in tone; the names say which is which.
            let tone = if domain % 2 == 0 { 0.55 } else { 0.28 };
            painter.rect_filled(own, 0.0, tokens.accent.gamma_multiply(tone));
            if own.height() >= NAME_HEIGHT {
                let text = names.get(domain).map_or("", String::as_str);
                let galley = elided(&painter, text, small_font(), tokens.text, own.width() - 6.0);
                painter.galley(
                    pos2(left + 3.0, own.center().y - galley.size().y / 2.0),
                    galley,
                    tokens.text,
                );
            }
        }
        if plan.phases.len() > 1 {
            painter.vline(right, rect.y_range(), Stroke::new(1.5, tokens.panel));
            painter.text(
                pos2(right - 3.0, rect.top() + 2.0),
                Align2::RIGHT_TOP,
                number,
                small_font(),
                tokens.weak,
            );
        }
    }
    let at = response
        .hover_pos()
        .and_then(|at| domain_at(rect, &plan.phases, at));
    if let Some((phase, domain)) = at {
        let text = plan
            .rows
            .get(domain)
            .map(|row| format!("{}, phase {}", row.name, phase + 1));
        response.on_hover_text(text.unwrap_or_default());
    }
}

fn x_of(rect: Rect, part: f64) -> f32 {
    rect.left() + rect.width() * part as f32
}

fn y_of(rect: Rect, share: f64) -> f32 {
    rect.bottom() - rect.height() * share as f32
}

/// The phase and the domain under the pointer.
fn domain_at(rect: Rect, phases: &[PlanPhase], at: egui::Pos2) -> Option<(usize, usize)> {
    let (phase, own) = phases
        .iter()
        .enumerate()
        .find(|(_, own)| at.x <= x_of(rect, own.span.1))?;
    let domain = own
        .stack
        .iter()
        .position(|(_, high)| at.y >= y_of(rect, *high))?;
    Some((phase, domain))
}

/// How often each domain is read.
fn rows_ui(ui: &mut Ui, plan: &TrainingPlan) {
    let has_epochs = plan.rows.iter().any(|row| row.epochs.is_some());
    Grid::new("plan")
        .striped(true)
        .spacing([2.0 * GAP, 4.0])
        .show(ui, |ui| {
            for title in ["Domain", "Whole run", "Epochs", "Light", "Worth"]
                .into_iter()
                .take(if has_epochs { 5 } else { 2 })
            {
                ui.weak(title);
            }
            ui.end_row();
            for row in &plan.rows {
                ui.label(&row.name);
                ui.label(&row.part_text);
                if has_epochs {
                    ui.label(&row.epochs_text);
                    ui.label(row.light);
                    ui.label(&row.effective_text)
                        .on_hover_text("What repetition leaves of its tokens, after web text");
                }
                ui.end_row();
            }
        });
}

/// What is to be said about the plan.
fn checks_ui(ui: &mut Ui, study: &Study, plan: &TrainingPlan) {
    ui.add_space(GAP);
    if study.limits().training_tokens.is_none() {
        ui.weak("Set training tokens and unique tokens in the limits to see epochs and checks");
    }
    let tokens = Tokens::of(ui);
    for check in &plan.checks {
        let (word, colour) = match check.level {
            CheckLevel::Ok => ("Fine", tokens.better),
            CheckLevel::Warn => ("Look", tokens.worse),
            CheckLevel::Fail => ("Wrong", tokens.worse),
        };
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(word).strong().color(colour));
            ui.label(&check.text);
        });
    }
}
