//! Plan: the phases of the target run, the epochs of each domain, and checks of the plan.

use egui::{Align2, DragValue, Grid, Rect, RichText, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use mixlens_core::plan::CheckLevel;
use mixlens_study::{Command, CommandKind, Edit, PlanPhase, Study, TrainingPlan};

use super::search::limits_ui;
use crate::CommandQueue;
use crate::Tokens;
use crate::accessible_name::name;
use crate::drag_steps::push_drag;
use crate::output_medium::{is_figure_page, tools_ui};
use crate::theme::{GAP, elided, small_font};

/// Height of the stacked shares, in points.
const HEIGHT: f32 = 150.0;
/// Minimum height of a share that shows a name, in points.
const MIN_NAMED: f32 = 13.0;

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

/// The phases, with buttons for each.
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
            ui.weak("The whole run uses the current mixture");
        }
    });
    for (index, (phase, shown)) in study.state().phases.iter().zip(&plan.phases).enumerate() {
        let number = index + 1;
        tools_ui(ui, |ui| {
            ui.label(format!("Phase {number}"));
            // A single phase is the whole run.
            if plan.phases.len() > 1 {
                let mut part = 100.0 * phase.part;
                let field = DragValue::new(&mut part)
                    .range(0.1..=99.9)
                    .speed(0.1)
                    .max_decimals(1)
                    .suffix(" %");
                let response = ui.add(field.update_while_editing(false));
                name(ui, &response, format!("Part of the run in phase {number}"));
                let to = part / 100.0;
                push_drag(
                    &response,
                    response
                        .changed()
                        .then_some(Command::Edit(Edit::SetPhasePart { index, to })),
                    out,
                );
            } else {
                ui.label(&shown.part_text);
            }
            ui.weak(&shown.tokens_text);
            let buttons = [
                (
                    "Use current",
                    "Set this phase to the current mixture",
                    Command::Edit(Edit::SetPhaseMixture(index)),
                ),
                (
                    "Show",
                    "Set the sliders to the mixture of this phase",
                    Command::Edit(Edit::SetMixture(phase.mixture.clone())),
                ),
                (
                    "Remove",
                    CommandKind::RemovePhase.info().tooltip,
                    Command::Edit(Edit::RemovePhase(index)),
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

/// Stacked shares over the run: the width is the length of a phase, the height a share.
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
            let block = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
            // Neighbours alternate in tone; names identify the domains.
            let tone = if domain % 2 == 0 { 0.55 } else { 0.28 };
            painter.rect_filled(block, 0.0, tokens.accent.gamma_multiply(tone));
            if block.height() >= MIN_NAMED {
                let text = names.get(domain).map_or("", String::as_str);
                let galley = elided(
                    &painter,
                    text,
                    small_font(),
                    tokens.text,
                    block.width() - 6.0,
                );
                painter.galley(
                    pos2(left + 3.0, block.center().y - galley.size().y / 2.0),
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
    let (index, phase) = phases
        .iter()
        .enumerate()
        .find(|(_, phase)| at.x <= x_of(rect, phase.span.1))?;
    let domain = phase
        .stack
        .iter()
        .position(|(_, high)| at.y >= y_of(rect, *high))?;
    Some((index, domain))
}

/// The epochs of each domain and the effect of repetition.
fn rows_ui(ui: &mut Ui, plan: &TrainingPlan) {
    let has_epochs = plan.rows.iter().any(|row| row.epochs.is_some());
    Grid::new("plan")
        .striped(true)
        .spacing([2.0 * GAP, 4.0])
        .show(ui, |ui| {
            for title in ["Domain", "Whole run", "Epochs", "Repetition", "Effective"]
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
                    ui.label(&row.effective_text).on_hover_text(
                        "Effective tokens per token read, by the repetition law fitted to web text",
                    );
                }
                ui.end_row();
            }
        });
}

/// The checks of the plan.
fn checks_ui(ui: &mut Ui, study: &Study, plan: &TrainingPlan) {
    ui.add_space(GAP);
    if study.limits().training_tokens.is_none() {
        ui.weak("Set training tokens and unique tokens in the limits to see epochs and checks");
    }
    let tokens = Tokens::of(ui);
    for check in &plan.checks {
        let (word, colour) = match check.level {
            CheckLevel::Ok => ("OK", tokens.better),
            CheckLevel::Warn => ("Warning", tokens.worse),
            CheckLevel::Fail => ("Error", tokens.worse),
        };
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(word).strong().color(colour));
            ui.label(&check.text);
        });
    }
}
